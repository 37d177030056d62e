"""The sum over paths, and the chain rule anew for each weight: their work, and each path."""

from __future__ import annotations

import math

import numpy as np
import pytest
from builders import make_network, quick
from hypothesis import given
from hypothesis import strategies as st

from bpframe import Activation, Backprop, Objective, Parameters
from bpframe.testing.samples import make_batch, targets_for
from bpframe_activations import Linear, Sigmoid, Softmax, Tanh
from bpframe_backprop import (
    ActivationError,
    ChainRule,
    FullMatrix,
    MatrixForm,
    PathSum,
    count_operations,
    count_paths,
    weight_paths,
)
from bpframe_costs import LogLikelihood, Quadratic


def gradient_by(rule: Backprop, objective: Objective, seed: int, m: int = 3) -> Parameters:
    rng = np.random.default_rng(seed)
    sizes = objective.network.sizes
    x = rng.standard_normal((m, sizes[0]))
    batch = make_batch(x, targets_for(objective.cost, rng, (m, sizes[-1])))
    gradient = Parameters(sizes, np.float64)
    rule.bind(objective, rng)(batch, gradient)
    return gradient


# How much work there is, counted by hand.


@pytest.mark.parametrize(
    ("sizes", "hidden", "output", "paths"),
    [
        ((3, 2), Sigmoid(), Sigmoid(), 8),  # each parameter has its own neuron alone
        ((2, 3, 2), Sigmoid(), Sigmoid(), 3 * 3 * 2 + 2 * 4),
        ((2, 3, 4, 2), Sigmoid(), Sigmoid(), 3 * 3 * 4 * 2 + 4 * 4 * 2 + 2 * 5),
        ((1, 1, 1, 1, 1), Sigmoid(), Sigmoid(), 8),
        ((3, 2), Sigmoid(), Softmax(), 8 * 2),  # a weight of a softmax moves every output
        ((2, 3, 2), Softmax(), Sigmoid(), 3 * 3 * 3 * 2 + 2 * 4),
        ((64, 30, 10), Sigmoid(), Sigmoid(), 30 * 65 * 10 + 10 * 31),
    ],
    ids=str,
)
def test_paths_by_hand(
    sizes: tuple[int, ...], hidden: Activation, output: Activation, paths: int
) -> None:
    assert count_paths(make_network(sizes, hidden, output)) == paths


@pytest.mark.parametrize(
    ("sizes", "output", "operations"),
    [
        # A parameter: f′ times ∂C/∂a, and the result times the input.
        ((3, 2), Sigmoid(), 8 * 2),
        # Below, ∂C/∂a of a neuron is a sum over 2 neurons above: 2 weights, each times 1 product.
        ((2, 3, 2), Sigmoid(), 8 * 2 + 9 * (1 + 2 * 2 + 1)),
        ((3, 2), Softmax(), 8 * 3),
    ],
    ids=str,
)
def test_operations_by_hand(sizes: tuple[int, ...], output: Activation, operations: int) -> None:
    assert count_operations(make_network(sizes, Sigmoid(), output)) == operations


@given(
    sizes=st.lists(st.integers(1, 4), min_size=2, max_size=4).map(tuple),
    activations=st.tuples(*[st.sampled_from([Sigmoid(), Softmax()])] * 2),
)
@quick
def test_the_paths_that_are_walked_are_those_that_are_counted(
    sizes: tuple[int, ...], activations: tuple[Activation, Activation]
) -> None:
    network = make_network(sizes, *activations)
    objective = Objective(network, Quadratic())
    x, y = np.ones(sizes[0]), np.zeros(sizes[-1])
    walked = [
        list(weight_paths(objective, x, y, layer, j, k))
        for layer in range(2, len(sizes) + 1)
        for j in range(1, sizes[layer - 1] + 1)
        for k in [*range(1, sizes[layer - 2] + 1), None]
    ]
    assert sum(map(len, walked)) == count_paths(network)
    for paths in walked:
        assert len({path.neurons for path in paths}) == len(paths)


# What is refused.


@pytest.mark.parametrize(
    ("rule", "fitting", "message"),
    [
        (PathSum(25), PathSum(26), r"\[2, 3, 2\] has 26 paths .* max_paths allows 25\."),
        (ChainRule(69), ChainRule(70), r"needs 70 multiplications .* max_operations allows 69\."),
    ],
    ids=["path_sum", "chain_rule"],
)
def test_too_much_work_is_refused_with_its_amount(
    rule: Backprop, fitting: Backprop, message: str
) -> None:
    objective = Objective(make_network((2, 3, 2), Sigmoid()), Quadratic())
    with pytest.raises(ValueError, match=message):
        rule.bind(objective, np.random.default_rng(0))
    fitting.bind(objective, np.random.default_rng(0))


def test_large_amounts_are_readable() -> None:
    objective = Objective(make_network((64, 30, 30, 10), Sigmoid()), Quadratic())
    with pytest.raises(ValueError, match=r"594,610 paths .* allows 100,000\."):
        PathSum().bind(objective, np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"max_operations allows 200,000\."):
        ChainRule().bind(objective, np.random.default_rng(0))


def test_the_default_experiment_is_allowed() -> None:
    objective = Objective(make_network((64, 30, 10), Sigmoid()), Quadratic())
    for rule in (PathSum(), ChainRule()):
        rule.bind(objective, np.random.default_rng(0))


def test_a_limit_below_1_is_refused() -> None:
    assert (PathSum(1).max_paths, ChainRule(1).max_operations) == (1, 1)
    with pytest.raises(ValueError, match="max_paths is 0; it must be 1 or more"):
        PathSum(0)
    with pytest.raises(ValueError, match="max_operations is -1; it must be 1 or more"):
        ChainRule(-1)


@pytest.mark.parametrize(
    ("layer", "j", "k"), [(1, 1, 1), (4, 1, 1), (2, 0, 1), (2, 4, 1), (2, 1, 0), (2, 1, 3)]
)
def test_paths_of_a_weight_that_is_not_there(layer: int, j: int, k: int) -> None:
    objective = Objective(make_network((2, 3, 2), Sigmoid()), Quadratic())
    message = f"no weight from neuron {k} to neuron {j} of layer {layer} in a network"
    with pytest.raises(ValueError, match=message):
        list(weight_paths(objective, np.ones(2), np.ones(2), layer, j, k))


# The paths themselves.


def test_paths_by_hand_in_a_network_of_linear_neurons() -> None:
    network = make_network((2, 2, 2), Linear())
    first, second = network.parameters.weights
    first[:] = [[1, 2], [3, 4]]
    second[:] = [[5, 6], [7, 8]]
    network.parameters.biases[0][:] = network.parameters.biases[1][:] = 0
    x = np.array([1.0, -1.0])
    outputs = network.forward(x[np.newaxis])[0]
    np.testing.assert_array_equal(outputs, [-11, -15])  # a^2 = (-1, -1)
    objective = Objective(network, Quadratic())
    paths = list(weight_paths(objective, x, outputs - [1.0, 10.0], 2, 2, 1))
    assert paths == [((2, 1), (1, 6, 1)), ((2, 2), (10, 8, 1))]
    assert [path.product for path in paths] == [6, 80]
    (bias,) = weight_paths(objective, x, outputs - [1.0, 10.0], 3, 1, None)
    assert bias == ((1,), (1, 1))


def test_paths_of_a_network_in_float32() -> None:
    objective = Objective(make_network((2, 2), Linear(), dtype=np.float32), Quadratic())
    w = objective.network.parameters.weights[0]
    w[:] = 1
    objective.network.parameters.biases[0][:] = 0
    (path,) = weight_paths(objective, np.array([1.0, 2.0]), np.zeros(2), 2, 1, 2)
    assert path == ((1,), (3, 2))


@pytest.mark.parametrize("output", [Sigmoid(), Softmax()], ids=repr)
@pytest.mark.parametrize("hidden", [Tanh(), Softmax()], ids=repr)
def test_the_products_of_the_paths_add_up_to_the_gradient(
    hidden: Activation, output: Activation
) -> None:
    objective = Objective(make_network((2, 3, 3, 2), hidden, output), Quadratic())
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal(2), rng.uniform(size=2)
    gradient = Parameters((2, 3, 3, 2), np.float64)
    FullMatrix().bind(objective, rng)(make_batch(x[np.newaxis], y[np.newaxis]), gradient)
    for layer in (2, 3, 4):
        for j, k in np.ndindex(gradient.weights[layer - 2].shape):
            paths = weight_paths(objective, x, y, layer, j + 1, k + 1)
            expected = gradient.weights[layer - 2][j, k]
            assert math.fsum(path.product for path in paths) == pytest.approx(expected, rel=1e-10)
        paths = weight_paths(objective, x, y, layer, 1, None)
        expected = gradient.biases[layer - 2][0]
        assert math.fsum(path.product for path in paths) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize(
    "rule", [PathSum(), ChainRule(), MatrixForm(), ActivationError()], ids=repr
)
@given(
    sizes=st.lists(st.integers(1, 3), min_size=2, max_size=4).map(tuple),
    hidden=st.sampled_from([Sigmoid(), Tanh(), Linear(), Softmax()]),
    last=st.sampled_from(
        [(Sigmoid(), Quadratic()), (Softmax(), Quadratic()), (Softmax(), LogLikelihood())]
    ),
    seed=st.integers(0, 2**31),
)
@quick
def test_the_gradient_is_that_of_full_matrix(
    rule: Backprop,
    sizes: tuple[int, ...],
    hidden: Activation,
    last: tuple[Activation, LogLikelihood | Quadratic],
    seed: int,
) -> None:
    output, cost = last
    objective = Objective(make_network(sizes, hidden, output, seed=seed), cost)
    gradient = gradient_by(rule, objective, seed)
    expected = gradient_by(FullMatrix(), objective, seed)
    np.testing.assert_allclose(gradient.vector, expected.vector, rtol=1e-10, atol=1e-10)
