"""What every regularizer promises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from bpframe.core.components import Regularizer
from bpframe.core.differences import gradient_of
from bpframe.core.parameters import Parameters
from bpframe.testing.claims import Claim, claim, require, require_close, unchanged
from bpframe.testing.samples import DTYPES, random_parameters

TOLERANCE = 1e-6
# Samples of a training set.
N = 17


def checks(regularizer: Regularizer) -> Iterator[Claim]:
    """Yield the checks."""
    yield claim(penalty_is_a_finite_number, regularizer)
    yield claim(gradient_agrees_with_differences, regularizer)
    yield claim(gradient_is_added_to_what_is_there, regularizer)
    yield claim(parameters_stay_as_they_were, regularizer)
    if regularizer.weight_decay(N) is not None:
        yield claim(weight_decay_is_all_that_is_added, regularizer)


def penalty_is_a_finite_number(regularizer: Regularizer) -> str:
    """Hold it in both types; it is shown as ``train/penalty``."""
    penalty: Any = None
    for dtype in DTYPES:
        penalty = regularizer.penalty(random_parameters(0, dtype), N)
        require(
            np.ndim(penalty) == 0 and bool(np.isfinite(penalty)),
            f"penalty is {penalty!r} ({np.dtype(dtype)}); it must be a finite number",
        )
    return f"penalty {float(penalty):.3g} of weights from N(0, 1), n = {N}"


def gradient_agrees_with_differences(regularizer: Regularizer) -> None:
    """Hold it for what `add` adds; where `bind` gives None, for zeros."""
    parameters = random_parameters(0)
    expected = gradient_of(lambda: regularizer.penalty(parameters, N), parameters.vector)
    gradient = Parameters(parameters.sizes, np.float64)
    add = regularizer.bind(parameters, N)
    if add:
        add(gradient)
    scale = max(1.0, float(np.abs(expected).max()))
    what = "the gradient that is added" if add else "bind gave None, so the gradient is"
    require_close(
        what, gradient.vector, expected, absolute=TOLERANCE * scale, at={"w": parameters.vector}
    )


def gradient_is_added_to_what_is_there(regularizer: Regularizer) -> None:
    """Hold it, for the cost's gradient stands there, and a step follows their sum."""
    for dtype in DTYPES:
        parameters, gradient = random_parameters(0, dtype), random_parameters(1, dtype)
        alone, before = Parameters(parameters.sizes, dtype), gradient.vector.copy()
        add = regularizer.bind(parameters, N)
        if add:
            add(alone)
            add(gradient)
        tolerance = 16 * float(np.finfo(dtype).eps) * max(1.0, float(np.abs(alone.vector).max()))
        what = f"gradient plus penalty's gradient ({np.dtype(dtype)})"
        require_close(what, gradient.vector, before + alone.vector, absolute=tolerance)


def parameters_stay_as_they_were(regularizer: Regularizer) -> None:
    """Hold it bit for bit: steps are the optimizer's."""
    parameters, gradient = random_parameters(0), random_parameters(1)
    with unchanged("penalty", parameters=parameters.vector):
        regularizer.penalty(parameters, N)
    with unchanged("adding", parameters=parameters.vector):
        add = regularizer.bind(parameters, N)
        if add:
            add(gradient)


def weight_decay_is_all_that_is_added(regularizer: Regularizer) -> None:
    """Hold that c w is added for weights and 0 for biases, for any n and whatever w becomes.

    A rule that takes the steps itself never calls `bind`.
    """
    for dtype in DTYPES:
        for n in (1, N, 1000):
            decay = regularizer.weight_decay(n)
            if decay is None:
                continue
            parameters = random_parameters(0, dtype)
            add = regularizer.bind(parameters, n)
            for turn in range(2):
                parameters.vector[:] = random_parameters(turn, dtype).vector
                added, expected = (Parameters(parameters.sizes, dtype) for _ in range(2))
                if add:
                    add(added)
                for e, w in zip(expected.weights, parameters.weights, strict=True):
                    e[:] = decay * w
                rounding = 4 * float(np.finfo(dtype).eps)
                what = f"what is added for n = {n} ({np.dtype(dtype)}), with weight_decay {decay:g}"
                require_close(what, added.vector, expected.vector, relative=rounding)
