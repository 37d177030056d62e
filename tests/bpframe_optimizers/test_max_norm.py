"""The bound on the length of each neuron's weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from builders import quick
from hypothesis import given
from hypothesis import strategies as st

from bpframe import Parameters
from bpframe_optimizers import MaxNorm


def test_the_default_is_that_of_the_paper() -> None:
    parameters = Parameters([2, 2], np.float64)
    parameters.weights[0][:] = [[6, 8], [1, 2]]
    parameters.biases[0][:] = [100, -100]
    regularizer = MaxNorm()
    regularizer.bind_constraint(parameters)()
    np.testing.assert_allclose(parameters.weights[0], [[1.8, 2.4], [1, 2]], rtol=1e-15)
    assert parameters.biases[0].tolist() == [100, -100]


def test_it_has_no_penalty() -> None:
    parameters = Parameters([2, 2])
    assert MaxNorm().penalty(parameters, 10) == 0
    assert MaxNorm().bind(parameters, 10) is None


@pytest.mark.parametrize("value", [0.0, -1.0, float("inf"), float("nan")])
def test_a_bound_that_is_no_positive_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match=f"max_norm is {value}; it must be a number greater than"):
        MaxNorm(value)


@quick
@given(
    st.lists(st.floats(-(2.0**100), 2.0**100, width=32), min_size=17, max_size=17),
    st.floats(1e-3, 1e3),
    st.sampled_from([np.float32, np.float64]),
)
def test_no_row_is_longer_and_short_ones_and_biases_stay(
    numbers: list[float], most: float, dtype: Any
) -> None:
    parameters = Parameters([2, 3, 2], dtype)
    parameters.vector[:] = numbers
    before = parameters.copy()
    MaxNorm(most).bind_constraint(parameters)()
    rounding = 16 * float(np.finfo(dtype).eps)
    for w, was in zip(parameters.weights, before.weights, strict=True):
        norms = np.linalg.norm(was.astype(np.float64), axis=1)
        assert (np.linalg.norm(w.astype(np.float64), axis=1) <= most * (1 + rounding)).all()
        short = norms < most * (1 - rounding)
        np.testing.assert_array_equal(w[short], was[short])
        np.testing.assert_allclose(
            w,
            was * np.minimum(1, most / np.maximum(norms, 1e-300))[:, None],
            rtol=rounding,
            atol=float(np.finfo(dtype).smallest_normal),
        )
    for b, was_b in zip(parameters.biases, before.biases, strict=True):
        np.testing.assert_array_equal(b, was_b)
