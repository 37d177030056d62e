"""The sample plugin's mathematics, for it is there to be copied; it brings the usual checks."""

from __future__ import annotations

import bpframe_sample as sample
import numpy as np
import pytest

import bpframe
from bpframe import make_batch
from bpframe.core.differences import gradient_by_differences
from bpframe.testing.samples import make_network

Z = np.linspace(-30, 30, 121).reshape(11, 11)


@pytest.mark.parametrize("beta", [0.1, 1.0, 3.0])
def test_swish(beta: float) -> None:
    np.testing.assert_allclose(
        sample.Swish(beta)(Z), Z / (1 + np.exp(-beta * Z)), rtol=1e-12, atol=1e-14
    )


def test_log_cosh() -> None:
    cost, y = sample.LogCosh(), np.zeros_like(Z)
    np.testing.assert_allclose(cost.value(Z, y), np.log(np.cosh(Z)).sum(axis=1))
    assert np.isfinite(cost.value(np.full((1, 2), 1e30), np.zeros((1, 2)))).all()


def test_sign() -> None:
    network = make_network((3, 4, 2), [sample.Swish()] * 2, dtype=np.float64)
    objective = bpframe.Objective(network, sample.LogCosh())
    rng = np.random.default_rng(0)
    batch = make_batch(rng.standard_normal((5, 3)), rng.standard_normal((5, 2)))
    out = bpframe.Parameters(network.sizes, np.float64)
    sample.Sign().bind(objective, rng)(batch, out)
    expected = np.sign(gradient_by_differences(objective, batch).vector)
    np.testing.assert_array_equal(out.vector, expected)
