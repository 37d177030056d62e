"""The sample plugin's mathematics, for it is there to be copied."""

from __future__ import annotations

import bpframe_sample as sample
import numpy as np
import pytest

import bpframe

Z = np.linspace(-30, 30, 121).reshape(11, 11)
STEP = 1e-6


@pytest.mark.parametrize("beta", [0.1, 1.0, 3.0])
def test_swish(beta: float) -> None:
    f = sample.Swish(beta)
    a = f(Z)
    np.testing.assert_allclose(a, Z / (1 + np.exp(-beta * Z)), rtol=1e-12, atol=1e-14)
    slope = (f(Z + STEP) - f(Z - STEP)) / (2 * STEP)
    np.testing.assert_allclose(f.derivative(Z, a), slope, atol=1e-7)
    out = np.empty_like(Z)
    np.testing.assert_array_equal(f(Z, out), a)


def test_log_cosh() -> None:
    cost, y = sample.LogCosh(), np.zeros_like(Z)
    np.testing.assert_allclose(cost.value(Z, y), np.log(np.cosh(Z)).sum(axis=1))
    slope = (cost.value(Z + STEP, y) - cost.value(Z - STEP, y)) / (2 * STEP)
    np.testing.assert_allclose(cost.gradient(Z, y).sum(axis=1), slope, atol=1e-6)
    assert np.isfinite(cost.value(np.full((1, 2), 1e30), np.zeros((1, 2)))).all()


@pytest.mark.parametrize("part", [sample.Swish(), sample.LogCosh()])
def test_dtype_is_kept(part: object) -> None:
    z = Z.astype(np.float32)
    if isinstance(part, bpframe.Activation):
        assert part(z).dtype == part.derivative(z, part(z)).dtype == np.float32
    elif isinstance(part, bpframe.Cost):
        assert part.value(z, z).dtype == part.gradient(z, z).dtype == np.float32


class Constant(bpframe.Initializer):
    """Weights that differ, biases that do too."""

    def weights(self, rng: np.random.Generator, n_in: int, n_out: int) -> bpframe.Array:
        return rng.standard_normal((n_out, n_in))

    def biases(self, rng: np.random.Generator, n_out: int) -> bpframe.Array:
        return rng.standard_normal(n_out)


def test_sign() -> None:
    network = bpframe.Network((3, 4, 2), sample.Swish(), Constant(), dtype=np.float64)
    objective = bpframe.Objective(network, sample.LogCosh())
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((5, 3)), rng.standard_normal((5, 2))
    out = bpframe.Parameters(network.sizes, np.float64)
    gradient = sample.Sign().bind(objective, rng)
    gradient(bpframe.Batch(x, y, bpframe.with_ones(x, np.float64)), out)
    vector = network.parameters.vector
    for i in range(len(vector)):
        kept = vector[i]
        values = []
        for vector[i] in (kept + STEP, kept - STEP):
            values.append(objective.value(x, y))
        vector[i] = kept
        assert out.vector[i] == np.sign(values[0] - values[1])
