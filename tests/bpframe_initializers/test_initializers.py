"""The spread of the first weights; their shapes and streams are held by the conformance kit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bpframe import Activation, Initializer, Network
from bpframe_activations import Custom, Linear, ReLU, Sigmoid, Tanh
from bpframe_initializers import Constant, DeepNormal, He, Normal, ScaledNormal, Xavier

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


def first(initializer: Initializer, hidden: list[int], f: Activation, **more: Any) -> Network:
    return Network([5, *hidden, 3], f, initializer, seed=1, **more)


@pytest.mark.parametrize("hidden", [[], [4]])
def test_deep_normal_is_scaled_normal_where_nothing_is_deep(hidden: list[int]) -> None:
    deep, plain = (first(i, hidden, Sigmoid()).parameters for i in (DeepNormal(), ScaledNormal()))
    assert (deep.vector == plain.vector).all()


@pytest.mark.parametrize(
    ("f", "wider"),
    [
        (Sigmoid(), 4),
        (Tanh(), 1),
        (ReLU(), 1),
        (Linear(), 1),
        (Custom("z/10"), 10),
        (Custom("1"), 1),
    ],
    ids=repr,
)
def test_deep_normal_widens_the_weights_between_hidden_layers(f: Activation, wider: float) -> None:
    networks = (first(i, [4, 6, 2], f) for i in (DeepNormal(), ScaledNormal()))
    deep, plain = (network.parameters for network in networks)
    for layer, factor in enumerate((1, wider, wider, 1)):
        np.testing.assert_allclose(deep.weights[layer], factor * plain.weights[layer], rtol=1e-6)
        assert (deep.biases[layer] == plain.biases[layer]).all()


def test_deep_normal_widens_what_each_neuron_sends_by_its_own_slope() -> None:
    own = {(2, 3): Tanh()}
    deep = first(DeepNormal(), [4, 6], Sigmoid(), neurons=own).parameters
    plain = first(ScaledNormal(), [4, 6], Sigmoid(), neurons=own).parameters
    np.testing.assert_allclose(deep.weights[1] / plain.weights[1], [[4, 4, 1, 4]] * 6, rtol=1e-6)
    assert (deep.weights[2] == plain.weights[2]).all()
