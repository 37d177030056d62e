"""Gradients that are clipped, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bpframe import Parameters
from bpframe_optimizers import ClipNorm, ClipValue, NoClipping


def gradient_of(numbers: list[float], dtype: Any = np.float64) -> Parameters:
    gradient = Parameters([1, 1], dtype)
    gradient.vector[:] = numbers
    return gradient


@pytest.mark.parametrize(
    ("clipping", "given", "expected"),
    [
        (ClipNorm(), [3, -4], [0.6, -0.8]),
        (ClipNorm(10.0), [3, -4], [3, -4]),
        (ClipNorm(5.0), [3, -4], [3, -4]),
        (ClipNorm(2.5), [3, -4], [1.5, -2]),
        (ClipValue(), [3, -0.5], [1, -0.5]),
        (ClipValue(2.0), [3, -4], [2, -2]),
        (ClipValue(2.0), [1, -2], [1, -2]),
    ],
    ids=repr,
)
def test_by_hand(clipping: Any, given: list[float], expected: list[float]) -> None:
    gradient = gradient_of(given)
    clipping.bind(Parameters([1, 1], np.float64))(gradient)
    np.testing.assert_allclose(gradient.vector, expected, rtol=1e-15)


def test_a_long_gradient_in_32_bits_keeps_its_direction() -> None:
    # The square of 1e25 is more than a float32 holds.
    gradient = gradient_of([3e25, -4e25], np.float32)
    ClipNorm().bind(Parameters([1, 1]))(gradient)
    np.testing.assert_allclose(gradient.vector, [0.6, -0.8], rtol=1e-6)


def test_none_clips_nothing() -> None:
    assert NoClipping().bind(Parameters([1, 1])) is None


@pytest.mark.parametrize("value", [0.0, -1.0, float("inf"), float("nan")])
def test_a_bound_that_is_no_positive_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match=f"norm is {value}; it must be a number greater than 0"):
        ClipNorm(value)
    with pytest.raises(ValueError, match=f"value is {value}; it must be a number greater than 0"):
        ClipValue(value)
