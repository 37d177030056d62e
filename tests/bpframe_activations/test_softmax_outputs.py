"""δ^L of softmax outputs: it keeps the digits of float32, however near to 1 or 0."""

from __future__ import annotations

from decimal import Decimal, localcontext

import numpy as np
import pytest
from builders import PLUGINS, make_network, quick
from hypothesis import given
from hypothesis import strategies as st

from bpframe import Array, Objective, Parameters, make_batch
from bpframe_activations import ReLU, Softmax
from bpframe_backprop import FullMatrix
from bpframe_costs import CrossEntropy

SOFTMAX = Softmax()


def outputs_in_decimals(z: Array) -> tuple[list[Decimal], list[Decimal]]:
    """Return a_j and 1 - a_j of one sample."""
    powers = [Decimal(float(x)).exp() for x in z]
    a = [power / sum(powers) for power in powers]
    return a, [sum(a[:j] + a[j + 1 :], Decimal(0)) for j in range(len(a))]


def pulled_back(a: list[Decimal], grad_a: list[Decimal]) -> Array:
    mean = sum(x * g for x, g in zip(a, grad_a, strict=True))
    return np.array([float(x * (g - mean)) for x, g in zip(a, grad_a, strict=True)])


def delta_in_decimals(z: Array, y: Array) -> Array:
    """Return (BP1) of the cross-entropy of one sample, with 700 digits."""
    with localcontext() as context:
        context.prec = 700
        a, one_minus_a = outputs_in_decimals(z)
        targets = [Decimal(float(target)) for target in y]
        grad_a = [-t / p + (1 - t) / q for p, q, t in zip(a, one_minus_a, targets, strict=True)]
        return pulled_back(a, grad_a)


def delta_by_bpframe(z: Array, y: Array) -> Array:
    form = PLUGINS.hook.bpframe_output_error(cost=CrossEntropy(), activation=SOFTMAX)
    delta: Array = form(z, SOFTMAX(z), y)
    assert (delta.shape, delta.dtype) == (z.shape, z.dtype)
    return delta


with_each_type = pytest.mark.parametrize("dtype", [np.float32, np.float64])
with_each_scale = pytest.mark.parametrize("scale", [1, 10, 60, 300])


def allowed(expected: Array, scale: float, dtype: type) -> float:
    """Return 10 rounding errors of the largest; an exponent z has as many digits as it has."""
    numbers = np.finfo(dtype)
    # What is less than the least normal number is 0.
    return float(10 * (1 + scale) * numbers.eps * abs(expected).max() + numbers.tiny)


@with_each_type
@with_each_scale
def test_with_cross_entropy_delta_keeps_its_digits(dtype: type, scale: float) -> None:
    rng = np.random.default_rng(0)
    for n in (2, 3, 10):
        z = (scale * rng.standard_normal(n)).astype(dtype)
        right, wrong = np.eye(n)[z.argmax()], np.eye(n)[z.argmin()]
        for y in (right, wrong, np.zeros(n), rng.dirichlet(np.ones(n)).astype(dtype)):
            expected = delta_in_decimals(z, y)
            delta = delta_by_bpframe(z, y.astype(dtype))
            np.testing.assert_allclose(delta, expected, atol=allowed(expected, scale, dtype))


@with_each_type
@with_each_scale
def test_what_is_pulled_back_through_a_softmax_keeps_its_digits(dtype: type, scale: float) -> None:
    rng = np.random.default_rng(0)
    for n in (2, 3, 10):
        z = (scale * rng.standard_normal(n)).astype(dtype)
        grad_a = rng.standard_normal(n).astype(dtype)
        with localcontext() as context:
            context.prec = 700
            a, _ = outputs_in_decimals(z)
            expected = pulled_back(a, [Decimal(float(g)) for g in grad_a])
        atol = allowed(expected, scale, dtype)
        found = SOFTMAX.pullback(grad_a, z, SOFTMAX(z))
        np.testing.assert_allclose(found, expected, atol=atol)
        # In float64 of the same z.
        jacobian = SOFTMAX.jacobian(z.astype(np.float64))
        np.testing.assert_allclose(jacobian @ grad_a, expected, atol=max(atol, 1e-15))


@quick
@given(
    z=st.lists(st.floats(-700, 700), min_size=1, max_size=5),
    targets=st.lists(st.floats(0, 1), min_size=5, max_size=5),
)
def test_with_cross_entropy_any_z_and_targets(z: list[float], targets: list[float]) -> None:
    logits, y = np.array(z), np.array(targets[: len(z)])
    delta = delta_by_bpframe(logits, y)
    if len(z) == 1:
        np.testing.assert_array_equal(delta, 0)
        return
    expected = delta_in_decimals(logits, y)
    # Sums of the targets' size cancel.
    np.testing.assert_allclose(delta, expected, rtol=1e-10, atol=1e-13)


def test_where_the_others_are_rounded_to_nothing_they_share_the_error() -> None:
    z, y = np.array([0, 500, 0, 1], np.float32), np.zeros(4, np.float32)
    delta = delta_by_bpframe(z, y)
    share = 1 / (2 + np.e)
    np.testing.assert_allclose(delta, [-share, 1, -share, -np.e * share], rtol=1e-6)


def test_a_wide_network_gets_the_gradient_of_float64_in_float32() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.uniform(size=(20, 784)), np.eye(10)[rng.integers(10, size=20)]
    gradients = {}
    for dtype in (np.float32, np.float64):
        network = make_network((784, 100, 10), ReLU(), SOFTMAX, dtype=np.float32)
        network.parameters.vector *= 3
        form = PLUGINS.hook.bpframe_output_error(cost=CrossEntropy(), activation=SOFTMAX)
        network = network.copy(dtype)
        out = Parameters(network.sizes, dtype)
        batch = make_batch(x.astype(dtype), y.astype(dtype))
        FullMatrix().bind(Objective(network, CrossEntropy(), form), rng)(batch, out)
        gradients[dtype] = out.vector
    exact = gradients[np.float64]
    assert np.abs(gradients[np.float32] - exact).max() < 1e-4 * np.abs(exact).max()
