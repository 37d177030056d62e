"""What rules hand to activations, costs and closed forms, and in which arrays they compute."""

from __future__ import annotations

from collections import Counter
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from builders import (
    allowed_error,
    bind,
    each,
    exact_backprops,
    make_network,
    registered,
    relative_error,
)

from bpframe import (
    Array,
    Backprop,
    Batch,
    ForwardPass,
    Objective,
    Parameters,
    make_batch,
)
from bpframe.core.differences import gradient_by_differences
from bpframe_activations import Sigmoid, Softplus, Tanh
from bpframe_costs import Quadratic

SIZES = (3, 4, 5, 2)
RULES = registered("backprop")
# Finite differences compute in float64 whatever the network's type.
IN_ITS_TYPE = {name: rule for name, rule in RULES.items() if name != "finite_difference"}
both_dtypes = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def same(*arrays: Array) -> None:
    assert {array.dtype for array in arrays} == {arrays[0].dtype}
    assert {array.shape for array in arrays} == {arrays[0].shape}


class CheckedTanh(Tanh):
    """A tanh that looks at what it is given."""

    def derivative(self, z: Array, a: Array) -> Array:
        same(z, a)
        np.testing.assert_allclose(a, np.tanh(z), rtol=1e-6)
        return super().derivative(z, a)

    def pullback(self, grad_a: Array, z: Array, a: Array) -> Array:
        same(grad_a, z)
        return super().pullback(grad_a, z, a)


def sigmoid_error(z: Array, a: Array, y: Array) -> Array:
    """Return δ^L of sigmoid and cross-entropy, after a look at what is given."""
    same(z, a, y)
    np.testing.assert_allclose(a, 1 / (1 + np.exp(-z)), rtol=1e-6)
    return a - y


def some_batch(m: int, dtype: Any = np.float64) -> Batch:
    rng = np.random.default_rng(m)
    x, y = rng.standard_normal((m, SIZES[0])), rng.uniform(size=(m, SIZES[-1]))
    return make_batch(x.astype(dtype), y.astype(dtype))


def gradient_by(rule: Backprop, hidden: Tanh, dtype: Any) -> Array:
    network = make_network(SIZES, hidden, Sigmoid(), dtype=dtype)
    objective = Objective(network, Quadratic(), sigmoid_error)
    gradient = Parameters(SIZES, dtype)
    bind(rule, objective)(some_batch(6, dtype), gradient)
    return gradient.vector


@both_dtypes
@pytest.mark.parametrize("rule", each(IN_ITS_TYPE))
def test_z_a_and_errors_of_one_layer_come_together_in_the_networks_type(
    rule: Backprop, dtype: Any
) -> None:
    gradient = gradient_by(rule, CheckedTanh(), dtype)
    assert gradient.all()
    np.testing.assert_array_equal(gradient, gradient_by(rule, Tanh(), dtype))


@pytest.mark.parametrize("rule", each(exact_backprops()))
def test_each_layer_may_have_a_function_of_its_own(rule: Backprop) -> None:
    network = make_network(SIZES, Tanh(), Sigmoid())
    network.activations = (Tanh(), Softplus(), Sigmoid())
    objective, gradient = Objective(network, Quadratic()), Parameters(SIZES, np.float64)
    bind(rule, objective)(some_batch(6), gradient)
    expected = gradient_by_differences(objective, some_batch(6))
    assert relative_error(gradient, expected, at_least=0.1) < allowed_error(rule, 1e-6)


@pytest.mark.parametrize("rule", each(RULES))
def test_buffers_are_made_once_for_each_size_of_a_mini_batch(rule: Backprop) -> None:
    made: Counter[int] = Counter()
    make = ForwardPass.__init__

    def counted(self: ForwardPass, network: Any, m: int) -> None:
        made[m] += 1
        make(self, network, m)

    objective = Objective(make_network(SIZES, Tanh(), Sigmoid()), Quadratic())
    gradient = bind(rule, objective)
    with patch.object(ForwardPass, "__init__", counted):
        for m in (3, 5, 3, 5):
            gradient(some_batch(m), Parameters(SIZES, np.float64))
    assert set(made.values()) <= {1}
