"""Output neurons with activations of their own: their neighbours keep the closed form of δ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from builders import PLUGINS, make_network

import bpframe
from bpframe import (
    Activation,
    Array,
    Cost,
    MixedActivation,
    Network,
    Objective,
    OutputError,
    Parameters,
    closed_form_of,
    make_batch,
)
from bpframe.core.closed_form import MixedOutputError
from bpframe.core.differences import gradient_by_differences
from bpframe.plugins.loading import load_plugins
from bpframe_activations import Custom, Sigmoid, Softmax
from bpframe_backprop import FullMatrix
from bpframe_costs import CrossEntropy, LogLikelihood, Quadratic, output_error
from bpframe_initializers import ScaledNormal

OWN = Custom("sigmoid(2*z)", low=0, high=1)
MIXED = MixedActivation.of(Sigmoid(), 3, {1: OWN})


def objective_of(cost: Cost, form: OutputError | None, dtype: Any = np.float64) -> Objective:
    network = Network(
        [2, 4, 3], Sigmoid(), ScaledNormal(), neurons={(3, 2): OWN}, seed=1, dtype=dtype
    )
    return Objective(network, cost, form)


def test_neighbours_that_saturate_keep_their_error_in_float32() -> None:
    form = PLUGINS.closed_form(CrossEntropy(), MIXED)
    z = np.array([[-200, 0.5, 30]], np.float32)
    y = np.array([[1, 0.2, 0]], np.float32)
    delta = form(z, MIXED(z), y)
    assert delta.dtype == np.float32
    own = OWN.pullback(CrossEntropy().gradient(MIXED(z), y), z, MIXED(z))[0, 1]
    np.testing.assert_allclose(delta, [[-1, own, 1]], rtol=1e-6)
    # (BP1) divides there by the least number.
    bp1 = MIXED.pullback(CrossEntropy().gradient(MIXED(z), y), z, MIXED(z))
    assert abs(bp1[0, 0] + 1) > 0.1


def test_the_objective_says_which_neurons_have_it() -> None:
    form = PLUGINS.closed_form(CrossEntropy(), MIXED)
    assert objective_of(CrossEntropy(), form).in_closed_form == [True, False, True]
    assert objective_of(CrossEntropy(), None).in_closed_form == [False] * 3
    network = make_network((2, 2), Sigmoid())
    form = PLUGINS.closed_form(CrossEntropy(), Sigmoid())
    assert Objective(network, CrossEntropy(), form).in_closed_form == [True] * 2


def test_it_is_the_gradient() -> None:
    form = PLUGINS.closed_form(CrossEntropy(), MIXED)
    objective = objective_of(CrossEntropy(), form)
    rng = np.random.default_rng(0)
    batch = make_batch(rng.standard_normal((5, 2)), rng.uniform(size=(5, 3)))
    out = Parameters(objective.network.sizes, np.float64)
    FullMatrix().bind(objective, rng)(batch, out)
    expected = gradient_by_differences(objective, batch)
    np.testing.assert_allclose(out.vector, expected.vector, rtol=1e-6, atol=1e-9)
    one = objective.output_error(np.ones(3), MIXED(np.ones(3)), batch.y[0])
    assert one.shape == (3,)


def test_a_closed_form_gets_the_numbers_of_its_own_neurons() -> None:
    def form(z: Array, a: Array, y: Array) -> Array:
        return z + 10 * a + 100 * y

    mixed = MixedOutputError(Quadratic(), (((0, 2), Sigmoid(), form), ((1,), OWN, None)))
    z, a, y = (np.array([[1.0, 2.0, 3.0]]) + shift for shift in (0, 3, 6))
    np.testing.assert_array_equal(mixed(z, a, y)[:, [0, 2]], [[741, 963]])


def test_from_python_as_from_the_command_line() -> None:
    z, y = np.array([[-3.0, 0.5, 2.0]]), np.array([[0.0, 1.0, 1.0]])
    forms = [output_error(CrossEntropy(), MIXED), PLUGINS.closed_form(CrossEntropy(), MIXED)]
    np.testing.assert_array_equal(*(form(z, MIXED(z), y) for form in forms if form))
    assert all(forms)


def test_where_no_neuron_has_one_there_is_none() -> None:
    assert PLUGINS.closed_form(Quadratic(), MIXED) is None
    neither = MixedActivation.of(OWN, 3, {1: Custom("sigmoid(3*z)", low=0, high=1)})
    assert PLUGINS.closed_form(CrossEntropy(), neither) is None


@dataclass(frozen=True)
class OfTheSum(Cost):
    """½ (Σ_j y_j - a_j)²: not separable."""

    def value(self, a: Array, y: Array) -> Array:
        return np.square((a - y).sum(axis=-1)) / 2

    def gradient(self, a: Array, y: Array) -> Array:
        return (a - y).sum(axis=-1, keepdims=True) + np.zeros_like(a)


def test_a_cost_that_is_not_separable_has_none_for_single_neurons() -> None:
    asked = []

    def pairs(cost: Cost, activation: Activation) -> OutputError | None:
        asked.append(activation)
        return None if isinstance(activation, MixedActivation) else (lambda z, a, y: a - y)

    assert not OfTheSum().separable
    assert closed_form_of(pairs, OfTheSum(), MIXED) is None
    assert asked == [MIXED]
    assert closed_form_of(pairs, OfTheSum(), Softmax()) is not None


@dataclass(frozen=True)
class Doubled(Quadratic):
    """‖y - a‖²."""

    def value(self, a: Array, y: Array) -> Array:
        return 2 * super().value(a, y)

    def gradient(self, a: Array, y: Array) -> Array:
        return 2 * super().gradient(a, y)


class OthersForm:
    """A plugin of somebody else."""

    @bpframe.hookimpl
    def bpframe_output_error(self, cost: Cost, activation: Activation) -> OutputError | None:
        if isinstance(cost, Doubled) and isinstance(activation, Sigmoid):
            return lambda z, a, y: 2 * (a - y) * a * (1 - a)
        return None


def test_another_plugin_is_asked_for_each_activation_too() -> None:
    plugins = load_plugins()
    plugins.manager.register(OthersForm())
    form = plugins.closed_form(Doubled(), MIXED)
    assert objective_of(Doubled(), form).in_closed_form == [True, False, True]
    z, y = np.array([[-3.0, 0.5, 2.0]]), np.array([[0.0, 1.0, 1.0]])
    a = MIXED(z)
    expected = MIXED.pullback(Doubled().gradient(a, y), z, a)
    assert form
    np.testing.assert_allclose(form(z, a, y), expected, rtol=1e-12)


@pytest.mark.parametrize("cost", [Quadratic(), CrossEntropy(), LogLikelihood()])
def test_costs_with_a_scalar_form_are_separable(cost: Cost) -> None:
    assert cost.separable
