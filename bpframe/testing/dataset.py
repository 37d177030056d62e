"""The checks of every data set."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from itertools import combinations

import numpy as np

from bpframe.core.dataset import Dataset
from bpframe.testing.assertions import Trial, require, trial
from bpframe.testing.loaded_data import Content, Loads

# Samples that two splits may share by chance.
BY_CHANCE = 2
SHARE_BY_CHANCE = 0.001


def checks(dataset: Dataset) -> Iterator[Trial]:
    """Yield the checks."""
    loads = Loads(dataset)
    yield trial(one_seed_gives_one_content, loads)
    yield trial(inputs_are_floats, loads)
    yield trial(every_class_has_training_samples, loads)
    yield trial(pictures_have_a_number_for_each_input, loads)
    yield trial(splits_share_no_samples, loads)
    yield trial(another_seed_gives_data_of_the_same_form, loads)


def one_seed_gives_one_content(loads: Loads) -> None:
    """Check that all that is drawn is drawn from the stream that `load` is given."""
    again = loads.load(0)
    different = [n for n, d in again.digests.items() if loads.first.digests.get(n) != d]
    require(
        not different and again.digests.keys() == loads.first.digests.keys(),
        f"two loads with one seed differ in {', '.join(different) or 'their splits'}; draw from "
        "the rng of load only",
    )


def inputs_are_floats(loads: Loads) -> None:
    """Check that they are float32 or float64, the same in every split."""
    dtypes = {name: split.inputs_dtype for name, split in loads.first.splits.items()}
    allowed = {np.dtype(np.float32), np.dtype(np.float64)}
    found = ", ".join(f"{dtype} in {name}" for name, dtype in dtypes.items())
    require(
        len(set(dtypes.values())) == 1 and set(dtypes.values()) <= allowed,
        f"inputs are {found}; they must all be float32 or all float64",
    )


def every_class_has_training_samples(loads: Loads) -> str:
    """Check that each class can be learnt."""
    content = loads.first
    splits = content.splits.items()
    sizes = ", ".join(f"{split.samples.total()} {name}" for name, split in splits)
    if content.classes is None:
        return f"{sizes}; {content.n_outputs} values"
    missing = sorted(set(range(content.classes)) - content.splits["train"].labels)
    require(
        not missing,
        f"no training sample has the class {', '.join(map(str, missing))} of {content.classes}",
    )
    return f"{sizes}; {content.classes} classes"


def pictures_have_a_number_for_each_input(loads: Loads) -> None:
    """Check that height times width is that number, if there is an `image_shape`."""
    shape = loads.first.image_shape
    require(
        shape is None or math.prod(shape) == loads.first.n_inputs,
        f"image_shape is {shape}, but an input has {loads.first.n_inputs} numbers",
    )


def splits_share_no_samples(loads: Loads) -> str | None:
    """Check that no sample is in two splits, but for what the source has twice and chance."""
    splits = {name: split.samples for name, split in loads.first.splits.items()}
    n = sum(samples.total() for samples in splits.values())
    shared = {
        f"{one} and {other}": sum((splits[one] & splits[other]).values())
        for one, other in combinations(splits, 2)
    }
    pairs_inside = sum(k * (k - 1) // 2 for samples in splits.values() for k in samples.values())
    pairs_across = sum(
        k * splits[other][sample]
        for one, other in combinations(splits, 2)
        for sample, k in splits[one].items()
    )
    # Of all pairs of samples, so many fall into one split when the samples are dealt at random.
    inside = sum((samples.total() / n) ** 2 for samples in splits.values())
    allowed = BY_CHANCE + SHARE_BY_CHANCE * n + 3 * pairs_inside * (1 - inside) / inside
    told = ", ".join(f"{k} in {names}" for names, k in shared.items() if k)
    require(
        pairs_across <= allowed,
        f"splits share samples: {told}, {pairs_across} equal pairs; {pairs_inside} equal pairs "
        f"inside the splits would explain {allowed:.0f}",
    )
    return f"samples in two splits: {told}" if told else None


def another_seed_gives_data_of_the_same_form(loads: Loads) -> str:
    """Check that a sweep over seeds compares networks of one size; tell what a seed changes."""
    one, other = loads.first, loads.other_seed
    forms = _form(one), _form(other)
    require(forms[0] == forms[1], f"seed 0 gives {forms[0]}, seed 1 gives {forms[1]}")
    if one.digests == other.digests:
        return "every seed gives the same splits"
    mixed = [
        sum((split.samples for split in content.splits.values()), start=Counter[int]())
        for content in (one, other)
    ]
    return "a seed divides the same samples anew" if mixed[0] == mixed[1] else "a seed draws anew"


def _form(content: Content) -> str:
    classes = "values" if content.classes is None else f"{content.classes} classes"
    shape = f", pictures of {content.image_shape}" if content.image_shape else ""
    splits = ", ".join(content.splits)
    return f"{content.n_inputs} inputs, {content.n_outputs} outputs, {classes}{shape} in {splits}"
