"""δ^L, and which pairs of cost and output activation have a closed form of it."""

from __future__ import annotations

import numpy as np
import pytest
from builders import PLUGINS, bind, each, every_activation, make_network, registered

from bpframe import (
    Activation,
    Array,
    Backprop,
    Cost,
    Data,
    Objective,
    Parameters,
    Split,
    Trainer,
    make_batch,
)
from bpframe.core.differences import gradient_by_differences
from bpframe_activations import Linear, Sigmoid, Softmax
from bpframe_backprop import FullMatrix, PerSample
from bpframe_costs import CrossEntropy, LogLikelihood, Quadratic
from bpframe_optimizers import SGD

SAMPLES = 5


@pytest.mark.parametrize("cost", each(registered("cost")))
def test_every_cost_accepts_some_activation(cost: Cost) -> None:
    assert any(cost.domain.holds(f.range) for f in every_activation().values())


@pytest.mark.parametrize("rule", [FullMatrix(), PerSample()])
def test_an_objective_uses_the_closed_form_that_it_is_given(rule: Backprop) -> None:
    def closed_form(z: Array, a: Array, y: Array) -> Array:
        return np.full_like(a, 7)

    rng = np.random.default_rng(0)
    batch = make_batch(rng.standard_normal((SAMPLES, 3)), rng.uniform(size=(SAMPLES, 2)))
    objective = Objective(make_network((3, 2), Sigmoid()), CrossEntropy(), closed_form)
    gradient = Parameters((3, 2), np.float64)
    bind(rule, objective)(batch, gradient)
    np.testing.assert_allclose(gradient.biases[0], 7, rtol=1e-12)


@pytest.mark.parametrize(
    ("f", "cost"), [(Sigmoid(), CrossEntropy()), (Softmax(), LogLikelihood())], ids=repr
)
def test_the_books_pairs_have_a_closed_form_that_survives_saturation(
    f: Activation, cost: Cost
) -> None:
    closed_form = PLUGINS.hook.bpframe_output_error(cost=cost, activation=f)
    z, y = np.array([[-800.0, 800.0]]), np.array([[1.0, 0.0]])
    np.testing.assert_array_equal(closed_form(z, f(z), y), [[-1.0, 1.0]])


@pytest.mark.parametrize(
    ("f", "cost"),
    [(Sigmoid(), Quadratic()), (Softmax(), Quadratic())],
    ids=repr,
)
def test_pairs_whose_factors_do_not_cancel_have_none(f: Activation, cost: Cost) -> None:
    assert PLUGINS.hook.bpframe_output_error(cost=cost, activation=f) is None


def test_linear_outputs_with_the_quadratic_cost_have_a_minus_y() -> None:
    a, y = np.array([[2.0, -1.0]]), np.array([[0.5, 0.5]])
    objective = Objective(make_network((1, 2), Linear()), Quadratic())
    np.testing.assert_array_equal(objective.output_error(a, a, y), a - y)


def test_targets_that_do_not_sum_to_one_are_refused_or_have_their_right_gradient() -> None:
    cost = LogLikelihood()
    closed_form = PLUGINS.hook.bpframe_output_error(cost=cost, activation=Softmax())
    network = make_network((3, 2), Softmax())
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((SAMPLES, 3)), rng.uniform(size=(SAMPLES, 2))
    nothing = Split(x[:0], y[:0])
    data = Data("rates", Split(x, y), nothing, nothing, None)
    try:
        trainer = Trainer(network, cost, FullMatrix(), SGD(0.1), epochs=0, output_error=closed_form)
        trainer.fit(data)
    except ValueError:
        return
    objective, batch = Objective(network, cost, closed_form), make_batch(x, y)
    gradient = Parameters(network.sizes, np.float64)
    FullMatrix().bind(objective, rng)(batch, gradient)
    expected = gradient_by_differences(objective, batch)
    np.testing.assert_allclose(gradient.vector, expected.vector, rtol=1e-6, atol=1e-8)
