"""Where weights learn slowly, and why."""

from __future__ import annotations

import numpy as np
import pytest
from explained import make_sample, make_trainer, worked_example

from bpframe import Activation, Cost
from bpframe_activations import Linear, ReLU, Sigmoid, Softmax
from bpframe_costs import CrossEntropy, LogLikelihood, Quadratic
from bpframe_explain import Explanation, explain
from bpframe_explain.remarks import remarks


def of(
    x: list[float],
    biases: list[list[float]],
    hidden: Activation | None = None,
    output: Activation | None = None,
    cost: Cost | None = None,
) -> list[str]:
    """Return the remarks on a network of 2, 2 and 2 neurons whose weights are small."""
    trainer = make_trainer((2, 2, 2), hidden or Sigmoid(), output, cost)
    for w, b, given in zip(
        trainer.network.parameters.weights, trainer.network.parameters.biases, biases, strict=True
    ):
        w[:] = 0.01
        b[:] = given
    return remarks(explain(trainer, make_sample(x, [0, 1]), 1).layers)


def test_nothing_is_slow_in_the_worked_example() -> None:
    (only,) = remarks(worked_example().layers)
    assert only.startswith("No input activation and no f′(z) is below 0.05 in size")


def test_inputs_near_0() -> None:
    (only,) = of([0.04, -1], [[0, 0], [0, 0]])
    assert only.startswith("Layer 1: 1 of 2 activations are near 0 (below 0.05 in size): a¹₁.")
    assert "The weights from there to layer 2 learn slowly: (BP4)" in only
    (both,) = of([0.04, -0.04], [[0, 0], [0, 0]])
    assert "2 of 2" in both
    assert "a¹₁, a¹₂" in both


@pytest.mark.parametrize(("z", "slow"), [(2.5, False), (3.5, True), (-3.5, True)])
def test_saturated_hidden_neurons(z: float, slow: bool) -> None:
    # σ′(2.5) = 0.07, σ′(3.5) = 0.028.
    texts = of([1, 1], [[0, z], [0, 0]])
    saturated = [text for text in texts if "saturated" in text]
    assert len(saturated) == slow
    if slow:
        assert saturated[0].startswith("Layer 2: 1 of 2 neurons are saturated")
        assert "z²₂. All their weights and biases learn slowly: (BP2)" in saturated[0]


def test_an_activation_near_0_slows_the_next_layer() -> None:
    texts = of([1, 1], [[0, -5], [0, 0]])
    (quiet,) = (text for text in texts if "near 0" in text)
    assert quiet.startswith("Layer 2: 1 of 2 activations are near 0 (below 0.05 in size): a²₂.")
    assert "to layer 3" in quiet


def test_a_saturated_output_neuron_learns_slowly_with_the_quadratic_cost() -> None:
    (only,) = of([1, 1], [[0, 0], [5, 0]], cost=Quadratic())
    assert only.startswith("Layer 3: 1 of 2 neurons are saturated")
    assert "learn slowly: (BP1)" in only


@pytest.mark.parametrize(
    ("output", "cost"),
    [(Sigmoid(), CrossEntropy()), (Softmax(), LogLikelihood())],
    ids=["cross_entropy", "log_likelihood"],
)
def test_with_a_cost_that_cancels_it_does_not(output: Activation, cost: Cost) -> None:
    (only,) = of([1, 1], [[0, 0], [9, -9]], output=output, cost=cost)
    assert "Layer 3: 2 of 2 neurons are saturated" in only
    assert "f′(z) cancels with this cost" in only
    assert "learn slowly" not in only


def test_kinks_are_named() -> None:
    texts = of([0, 0], [[0, 1], [1, 1]], hidden=ReLU(), output=Linear())
    (kink,) = (text for text in texts if "no derivative" in text)
    assert kink.startswith("Layer 2: f has no derivative at z²₁;")


def test_a_kink_is_that_of_the_neurons_own_activation() -> None:
    trainer = make_trainer((1, 2, 1), Sigmoid(), neurons={(2, 2): ReLU()})
    trainer.network.parameters.vector[:] = 0
    texts = remarks(explain(trainer, make_sample([0.5], [0.2]), 1).layers)
    (kink,) = (text for text in texts if "no derivative" in text)
    assert kink.startswith("Layer 2: f has no derivative at z²₂;")


def test_a_long_list_of_neurons_is_cut() -> None:
    trainer = make_trainer((30, 2), Sigmoid())
    texts = remarks(explain(trainer, make_sample(np.zeros(30), [0, 1]), 1).layers)
    assert "30 of 30 activations" in texts[0]
    assert "a¹₁₂, …." in texts[0]
    assert "a¹₁₃" not in texts[0]


def slow(shown: Explanation) -> bool:
    return any("slowly:" in text for text in remarks(shown.layers))


def test_what_is_called_slow_has_small_gradients() -> None:
    # A saturated hidden neuron's weights have gradients that are smaller than its neighbour's.
    trainer = make_trainer((2, 2, 1), Sigmoid())
    parameters = trainer.network.parameters
    parameters.weights[0][:] = [[0.1, 0.1], [0.1, 0.1]]
    parameters.weights[1][:] = [[1, 1]]
    parameters.biases[0][:] = [0, 6]
    shown = explain(trainer, make_sample([1, 1], [0]), 1)
    assert slow(shown)
    usual, saturated = np.abs(shown.gradient.weights[0])
    assert (saturated < 0.05 * usual).all()
