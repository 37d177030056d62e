"""What every activation promises: shapes, types, derivatives, and quiet at any z."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from builders import each, every_activation
from differences import jacobian_of, slope_of

from bpframe import Activation, Array, Interval
from bpframe_activations import Custom, LeakyReLU, ReLU, Sigmoid, Softmax, Softplus, Tanh

every = pytest.mark.parametrize("f", each(every_activation()))
both_dtypes = pytest.mark.parametrize("dtype", [np.float32, np.float64])
both_shapes = pytest.mark.parametrize("shape", [(3, 5), (5,)], ids=str)


def some_z(shape: tuple[int, ...], dtype: Any = np.float64) -> Array:
    """Return weighted inputs, none of them near 0 or another round number."""
    n = int(np.prod(shape))
    return (np.linspace(-2.5, 2.7, n) + 0.013).reshape(shape).astype(dtype)


@every
@both_dtypes
@both_shapes
def test_shape_and_dtype_are_kept_and_the_input_is_unchanged(
    f: Activation, dtype: Any, shape: tuple[int, ...]
) -> None:
    z = some_z(shape, dtype)
    a = f(z)
    grad_a = np.ones_like(z)
    given = [z, a.copy(), grad_a]
    before = [array.tobytes() for array in given]
    results = [f(z), f.derivative(*given[:2]), f.pullback(grad_a, *given[:2])]
    assert [array.tobytes() for array in given] == before
    for result in results:
        assert (result.shape, result.dtype) == (shape, dtype)


@every
@both_dtypes
def test_jacobian_has_a_row_and_a_column_for_each_neuron(f: Activation, dtype: Any) -> None:
    jacobian = f.jacobian(some_z((5,), dtype))
    assert (jacobian.shape, jacobian.dtype) == ((5, 5), dtype)


@every
@both_dtypes
def test_the_result_is_right_whether_out_is_used_or_not(f: Activation, dtype: Any) -> None:
    z = some_z((3, 5), dtype)
    expected = f(z).copy()
    contiguous, view = np.full((3, 5), np.nan, dtype), np.full((3, 6), np.nan, dtype)[:, :-1]
    for out in (contiguous, view):
        np.testing.assert_array_equal(f(z, out), expected)
        assert np.isnan(out).all() or (out == expected).all()


@every
@both_dtypes
def test_a_batch_is_worth_its_samples(f: Activation, dtype: Any) -> None:
    z = some_z((3, 5), dtype)
    tolerance = 10 * np.finfo(dtype).eps
    for row, a in zip(z, f(z), strict=True):
        np.testing.assert_allclose(f(row), a, rtol=tolerance)


@every
def test_derivative_equals_differences(f: Activation) -> None:
    z = some_z((3, 5))
    d = f.derivative(z, f(z))
    if f.elementwise:
        np.testing.assert_allclose(d, slope_of(f, z), rtol=1e-8, atol=1e-8)
    else:
        expected = [np.diag(jacobian_of(f, row)) for row in z]
        np.testing.assert_allclose(d, expected, rtol=1e-8, atol=1e-8)


@every
def test_jacobian_equals_differences(f: Activation) -> None:
    z = some_z((5,))
    np.testing.assert_allclose(f.jacobian(z), jacobian_of(f, z), rtol=1e-8, atol=1e-8)


@every
def test_only_an_elementwise_function_has_a_diagonal_jacobian(f: Activation) -> None:
    jacobian = f.jacobian(some_z((5,)))
    off_diagonal = jacobian - np.diag(np.diag(jacobian))
    assert f.elementwise == (not off_diagonal.any())


@every
def test_pullback_is_the_product_with_the_jacobian(f: Activation) -> None:
    z = some_z((3, 5))
    a, grad_a = f(z), np.cos(some_z((3, 5)))
    # (33) writes Σ′ ∇_a C; Σ′ holds ∂a_j/∂z_k in row k there, in column k of `jacobian_of`.
    expected = [jacobian_of(f, row).T @ g for row, g in zip(z, grad_a, strict=True)]
    np.testing.assert_allclose(f.pullback(grad_a, z, a), expected, rtol=1e-7, atol=1e-8)
    rows = [f.jacobian(row).T @ g for row, g in zip(z, grad_a, strict=True)]
    np.testing.assert_allclose(f.pullback(grad_a, z, a), rows, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(f.pullback(grad_a[0], z[0], a[0]), rows[0], rtol=1e-12, atol=1e-12)


@every
def test_outputs_stay_in_the_range(f: Activation) -> None:
    z = np.linspace(-60, 60, 1200).reshape(-1, 5)
    with np.errstate(over="ignore"):
        a = f(z)
    assert f.range.low <= a.min()
    assert a.max() <= f.range.high
    if f.range.sums_to_one:
        np.testing.assert_allclose(a.sum(axis=1), 1, rtol=1e-12)


def test_pullback_through_a_derivative_that_is_z_leaves_z_alone() -> None:
    f = Custom(f="z**2/2", derivative_="z")
    z = some_z((3, 5))
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
