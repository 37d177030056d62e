"""The checks of every clipping."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import numpy as np
import numpy.typing as npt

from bpframe.core.clipping import Clipping
from bpframe.core.parameters import Parameters
from bpframe.core.steps import GradientClip
from bpframe.testing.assertions import Trial, require, require_close, trial, unchanged
from bpframe.testing.samples import DTYPES, random_parameters

# From far below any sensible limit to beyond the root of the largest float32.
SIZES = (1e-6, 1e-2, 1.0, 1e3, 1e25)


def checks(clipping: Clipping) -> Iterator[Trial]:
    """Yield the checks."""
    yield trial(gradient_is_clipped_in_place, clipping)
    yield trial(gradient_is_never_longer_than_before, clipping)
    yield trial(earlier_gradients_are_not_remembered, clipping)
    if _binds_a_gradient_clip(clipping):
        yield trial(norm_and_value_are_all_there_is_to_a_clip, clipping)


def gradient_is_clipped_in_place(clipping: Clipping) -> None:
    """Check that a clip writes into the gradient's vector, and leaves the parameters alone."""
    for dtype in DTYPES:
        parameters = random_parameters(0, dtype)
        with unchanged("bind", parameters=parameters.vector):
            clip = clipping.bind(parameters)
        for size in SIZES if clip else ():
            gradient = _gradient(size, dtype)
            vector = gradient.vector
            with unchanged("clipping", parameters=parameters.vector):
                assert clip
                clip(gradient)
            require(
                gradient.vector is vector and vector.dtype == dtype,
                f"gradient.vector is another array after clipping ({np.dtype(dtype)}); write into "
                "it: vector[:] = …",
            )


def gradient_is_never_longer_than_before(clipping: Clipping) -> str | None:
    """Check that large and small gradients get shorter or stay, are finite, and 0 stays 0."""
    clip, told = clipping.bind(random_parameters(0)), []
    for dtype in DTYPES:
        clip = clipping.bind(random_parameters(0, dtype))
        for size in (0.0, *SIZES) if clip else ():
            gradient = _gradient(size, dtype)
            before = _length(gradient)
            assert clip
            clip(gradient)
            after = _length(gradient)
            require(
                after <= before * (1 + 16 * float(np.finfo(dtype).eps)),
                f"a gradient of length {before:.3g} has the length {after:.3g} after clipping "
                f"({np.dtype(dtype)})",
            )
            told.append(f"{before:.2g} → {after:.2g}")
    return f"lengths {', '.join(told[: len(told) // 2])}" if told else "gradients stay as they are"


def earlier_gradients_are_not_remembered(clipping: Clipping) -> None:
    """Check that equal gradients become equal, whatever came between: a checkpoint keeps nothing.

    A clip has no `state`, as a step has.
    """
    for size in SIZES:
        results = []
        clip = clipping.bind(random_parameters(0))
        for other in (size, 1.0, 1e6, size):
            gradient = _gradient(other)
            if clip:
                clip(gradient)
            results.append(gradient.vector)
        require(
            np.array_equal(results[0], results[-1]),
            f"a gradient of length {_length(_gradient(size)):.3g} becomes another one after others "
            "were clipped",
        )


def norm_and_value_are_all_there_is_to_a_clip(clipping: Clipping) -> None:
    """Check that a `GradientClip` scales to its `norm`, cuts at its `value` and does no more.

    So the direction stays where the norm alone is bounded, and a gradient within the bounds stays
    as it is.
    """
    for dtype in DTYPES:
        clip = clipping.bind(random_parameters(0, dtype))
        if not isinstance(clip, GradientClip):
            continue
        for size in SIZES:
            gradient = _gradient(size, dtype)
            g = gradient.vector.astype(np.float64)
            expected = np.clip(g * min(1.0, clip.norm / _length(gradient)), -clip.value, clip.value)
            clip(gradient)
            require_close(
                f"a gradient of length {np.linalg.norm(g):.3g} ({np.dtype(dtype)}), clipped to the "
                f"norm {clip.norm:g} and the value {clip.value:g} of what bind gives",
                gradient.vector,
                expected,
                relative=16 * float(np.finfo(dtype).eps),
            )


def _gradient(size: float, dtype: npt.DTypeLike = np.float64) -> Parameters:
    gradient = random_parameters(1, dtype)
    gradient.vector *= size
    return gradient


def _length(gradient: Parameters) -> float:
    return float(np.linalg.norm(gradient.vector.astype(np.float64)))


def _binds_a_gradient_clip(clipping: Clipping) -> bool:
    # One that cannot be bound fails the other checks.
    with suppress(Exception):
        return isinstance(clipping.bind(random_parameters(0)), GradientClip)
    return False
