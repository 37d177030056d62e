"""What every data set promises."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations

import numpy as np

from bpframe.core.components import Dataset
from bpframe.testing.assertions import Trial, require, trial
from bpframe.testing.loaded_data import Content, Loads

# Samples that two parts may share by chance.
BY_CHANCE = 2
SHARE_BY_CHANCE = 0.001


def checks(dataset: Dataset) -> Iterator[Trial]:
    """Yield the checks."""
    loads = Loads(dataset)
    yield trial(one_seed_gives_one_content, loads)
    yield trial(inputs_are_floats, loads)
    yield trial(every_class_has_training_samples, loads)
    yield trial(pictures_have_a_number_for_each_input, loads)
    yield trial(parts_share_no_samples, loads)
    yield trial(another_seed_gives_data_of_the_same_form, loads)
    yield trial(fingerprint_follows_the_content, loads)


def one_seed_gives_one_content(loads: Loads) -> None:
    """Hold that all that is drawn is drawn from the stream that `load` is given."""
    again = loads.load(0)
    different = [n for n, d in again.digests.items() if loads.first.digests.get(n) != d]
    require(
        not different and again.digests.keys() == loads.first.digests.keys(),
        f"two loads with one seed differ in {', '.join(different) or 'their parts'}; draw from "
        "the rng of load only",
    )
    require(
        again.fingerprint == loads.first.fingerprint,
        f"two loads with one seed have the fingerprints {loads.first.fingerprint} and "
        f"{again.fingerprint}",
    )


def inputs_are_floats(loads: Loads) -> None:
    """Hold that they are float32 or float64, the same in every part."""
    dtypes = {name: part.inputs_dtype for name, part in loads.first.parts.items()}
    allowed = {np.dtype(np.float32), np.dtype(np.float64)}
    found = ", ".join(f"{dtype} in {name}" for name, dtype in dtypes.items())
    require(
        len(set(dtypes.values())) == 1 and set(dtypes.values()) <= allowed,
        f"inputs are {found}; they must all be float32 or all float64",
    )


def every_class_has_training_samples(loads: Loads) -> str:
    """Hold it, for a class that is never seen in training cannot be learnt."""
    content = loads.first
    sizes = ", ".join(f"{part.samples.total()} {name}" for name, part in content.parts.items())
    if content.classes is None:
        return f"{sizes}; {content.n_outputs} values"
    missing = sorted(set(range(content.classes)) - content.parts["train"].labels)
    require(
        not missing,
        f"no training sample has the class {', '.join(map(str, missing))} of {content.classes}",
    )
    return f"{sizes}; {content.classes} classes"


def pictures_have_a_number_for_each_input(loads: Loads) -> None:
    """Hold that height times width is that number, if there is an `image_shape`."""
    shape = loads.first.image_shape
    require(
        shape is None or math.prod(shape) == loads.first.n_inputs,
        f"image_shape is {shape}, but an input has {loads.first.n_inputs} numbers",
    )


def parts_share_no_samples(loads: Loads) -> str | None:
    """Hold it, but for what the source itself holds twice and chance puts into two parts."""
    parts = {name: part.samples for name, part in loads.first.parts.items()}
    n = sum(samples.total() for samples in parts.values())
    shared = {
        f"{one} and {other}": sum((parts[one] & parts[other]).values())
        for one, other in combinations(parts, 2)
    }
    pairs_inside = sum(k * (k - 1) // 2 for samples in parts.values() for k in samples.values())
    pairs_across = sum(
        k * parts[other][sample]
        for one, other in combinations(parts, 2)
        for sample, k in parts[one].items()
    )
    # Of all pairs of samples, so many fall into one part when the samples are dealt at random.
    inside = sum((samples.total() / n) ** 2 for samples in parts.values())
    allowed = BY_CHANCE + SHARE_BY_CHANCE * n + 3 * pairs_inside * (1 - inside) / inside
    told = ", ".join(f"{k} in {names}" for names, k in shared.items() if k)
    require(
        pairs_across <= allowed,
        f"parts share samples: {told}, {pairs_across} equal pairs; {pairs_inside} equal pairs "
        f"inside the parts would explain {allowed:.0f}",
    )
    return f"samples in two parts: {told}" if told else None


def another_seed_gives_data_of_the_same_form(loads: Loads) -> None:
    """Hold it, for a sweep over seeds compares networks of one size."""
    one, other = _form(loads.first), _form(loads.other_seed)
    require(one == other, f"seed 0 gives {one}, seed 1 gives {other}")


def fingerprint_follows_the_content(loads: Loads) -> str:
    """Hold that equal samples in equal parts have one fingerprint, others another."""
    one, other = loads.first, loads.other_seed
    same, same_fingerprint = one.digests == other.digests, one.fingerprint == other.fingerprint
    require(
        same == same_fingerprint,
        f"seeds 0 and 1 give {'the same' if same else 'different'} samples, but "
        f"{'the same fingerprint' if same_fingerprint else 'different fingerprints'}",
    )
    if same:
        return "every seed gives the same parts"
    mixed = [sum((p.samples for p in c.parts.values()), start=type(one.parts["train"].samples)())
             for c in (one, other)]  # fmt: skip
    return "a seed divides the same samples anew" if mixed[0] == mixed[1] else "a seed draws anew"


def _form(content: Content) -> str:
    classes = "values" if content.classes is None else f"{content.classes} classes"
    shape = f", pictures of {content.image_shape}" if content.image_shape else ""
    parts = ", ".join(content.parts)
    return f"{content.n_inputs} inputs, {content.n_outputs} outputs, {classes}{shape} in {parts}"
