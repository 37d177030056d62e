"""The spread of the first weights; their shapes and streams are held by the conformance kit."""

from __future__ import annotations

import numpy as np
import pytest

from bpframe import Initializer
from bpframe_optimizers import Constant, He, Normal, ScaledNormal, Xavier

N_IN, N_OUT = 400, 250


@pytest.mark.parametrize(
    ("initializer", "variance", "of_biases"),
    [
        (ScaledNormal(), 1 / N_IN, 1),
        (Normal(), 1, 1),
        (Xavier(), 2 / (N_IN + N_OUT), 0),
        (He(), 2 / N_IN, 0),
    ],
    ids=repr,
)
def test_spread(initializer: Initializer, variance: float, of_biases: float) -> None:
    rng = np.random.default_rng(0)
    w = initializer.weights(rng, N_IN, N_OUT) / np.sqrt(variance)
    b = initializer.biases(rng, 20_000)
    assert abs(w.mean()) < 0.02
    assert w.var() == pytest.approx(1, rel=0.02)
    assert np.mean(w**4) == pytest.approx(3, rel=0.05)  # the kurtosis of a normal distribution
    assert b.var() == pytest.approx(of_biases, rel=0.05)
    assert abs(b.mean()) < 0.05


def test_constant_weights_and_biases() -> None:
    initializer, rng = Constant(2.0, -0.5), np.random.default_rng(0)
    assert (initializer.weights(rng, 3, 2) == 2).all()
    assert (initializer.biases(rng, 2) == -0.5).all()


@pytest.mark.parametrize("name", ["weight", "bias"])
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_constant_that_is_not_finite_is_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{name} is {value}; it must be finite"):
        Constant(**{name: value})
