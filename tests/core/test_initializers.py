"""First weights: their shapes, that they come from the stream alone, and their spread."""

from __future__ import annotations

import numpy as np
import pytest
from builders import each, registered

from bpframe import Initializer
from bpframe_optimizers import Constant, He, Normal, ScaledNormal, Xavier

every = pytest.mark.parametrize("initializer", each(registered("initializer")))
N_IN, N_OUT = 400, 250


@every
@pytest.mark.parametrize(("n_in", "n_out"), [(1, 1), (3, 2), (2, 5)])
def test_shapes(initializer: Initializer, n_in: int, n_out: int) -> None:
    rng = np.random.default_rng(0)
    assert initializer.weights(rng, n_in, n_out).shape == (n_out, n_in)
    assert initializer.biases(rng, n_out).shape == (n_out,)


@every
def test_all_that_is_drawn_is_drawn_from_the_stream(initializer: Initializer) -> None:
    one, other = np.random.default_rng(5), np.random.default_rng(5)
    for _ in range(2):
        np.testing.assert_array_equal(
            initializer.weights(one, 3, 4), initializer.weights(other, 3, 4)
        )
        np.testing.assert_array_equal(initializer.biases(one, 4), initializer.biases(other, 4))


@every
def test_weights_and_biases_are_finite(initializer: Initializer) -> None:
    rng = np.random.default_rng(0)
    assert np.isfinite(initializer.weights(rng, 50, 40)).all()
    assert np.isfinite(initializer.biases(rng, 40)).all()


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
