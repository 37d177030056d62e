"""Activations by hand and far from 0; what all of them promise is held by the conformance kit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from builders import every_activation
from hypothesis import given
from hypothesis import strategies as st

from bpframe import Activation, Interval
from bpframe_activations import Custom, LeakyReLU, ReLU, Sigmoid, Softmax, Softplus, Tanh

both_dtypes = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def test_pullback_through_a_derivative_that_is_z_leaves_z_alone() -> None:
    f = Custom(f="z**2/2", derivative_="z")
    z = np.linspace(-2.5, 2.7, 15).reshape(3, 5)
    before = z.copy()
    np.testing.assert_array_equal(f.pullback(np.full_like(z, 2), z, f(z)), 2 * before)
    np.testing.assert_array_equal(z, before)


# Far from 0: pytest makes an error of every warning.


@pytest.mark.parametrize(
    ("f", "low", "high", "d_low", "d_high"),
    [
        (Sigmoid(), 0, 1, 0, 0),
        (Tanh(), -1, 1, 0, 0),
        (Softplus(), 0, 1e4, 0, 1),
        (ReLU(), 0, 1e4, 0, 1),
        (LeakyReLU(0.5), -5e3, 1e4, 0.5, 1),
        (every_activation()["swish"], 0, 1e4, 0, 1),
    ],
    ids=repr,
)
@both_dtypes
def test_far_from_0_values_are_right_and_nothing_overflows(
    f: Activation, dtype: Any, low: float, high: float, d_low: float, d_high: float
) -> None:
    z = np.array([[-1e4, 1e4]], dtype)
    a = f(z)
    tolerance = {"rtol": 1e-6, "atol": 10 * float(np.finfo(dtype).tiny)}
    np.testing.assert_allclose(a, [[low, high]], **tolerance)
    np.testing.assert_allclose(f.derivative(z, a), [[d_low, d_high]], **tolerance)


@both_dtypes
def test_far_from_0_softmax_is_right_and_nothing_overflows(dtype: Any) -> None:
    f = Softmax()
    z = np.array([[1e4, -1e4, 1e4], [-1e4, -1e4, -1e4], [1e4, 0, -1e4]], dtype)
    third = dtype(1) / dtype(3)
    a = f(z)
    np.testing.assert_array_equal(a, np.array([[0.5, 0, 0.5], [third] * 3, [1, 0, 0]], dtype))
    assert np.isfinite(f.pullback(np.ones_like(z), z, a)).all()


def test_values_by_hand() -> None:
    z = np.array([np.log(3), -np.log(3), 0])
    np.testing.assert_allclose(Sigmoid()(z), [0.75, 0.25, 0.5], rtol=1e-14)
    np.testing.assert_allclose(Tanh()(z), [0.8, -0.8, 0], rtol=1e-14)
    np.testing.assert_allclose(Softplus()(z), np.log([4, 4 / 3, 2]), rtol=1e-14)
    np.testing.assert_allclose(Softmax()(z), np.array([9, 1, 3]) / 13, rtol=1e-14)
    np.testing.assert_allclose(LeakyReLU(0.1)(z), z * [1, 0.1, 1], rtol=1e-14)


def test_at_the_kink_a_rectifier_has_the_slope_that_it_declares() -> None:
    zero = np.zeros(1)
    assert ReLU().kinks == LeakyReLU().kinks == (0.0,)
    assert ReLU().derivative(zero, zero) == 0
    assert LeakyReLU(0.25).derivative(zero, zero) == 0.25


@pytest.mark.parametrize("slope", [-0.1, 1.1, float("nan")])
def test_a_leaky_slope_outside_0_to_1_is_refused(slope: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        LeakyReLU(slope)


def test_an_interval_holds_another() -> None:
    unit, distribution = Interval(0, 1), Interval(0, 1, sums_to_one=True)
    assert Interval().holds(unit)
    assert unit.holds(unit)
    assert unit.holds(distribution)
    assert not distribution.holds(unit)
    assert distribution.holds(distribution)
    assert not unit.holds(Interval(0))
    assert not unit.holds(Interval(-1, 1))
    assert str(Interval(0)) == "[0, ∞]"
    assert str(distribution) == "[0, 1] summing to 1"


@given(st.lists(st.floats(-110, 110, width=32), min_size=1, max_size=40))
def test_softplus_errs_by_four_units_in_the_last_place_at_most(numbers: list[float]) -> None:
    z = np.array(numbers, np.float32)
    exact = np.logaddexp(z.astype(np.float64), 0)
    unit = np.spacing(exact.astype(np.float32)).astype(np.float64)
    assert (np.abs(Softplus()(z) - exact) <= 4 * unit).all()
