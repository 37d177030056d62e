"""The sum over paths (53): how many paths there are, and each of them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from builders import make_network, quick
from hypothesis import given
from hypothesis import strategies as st

from bpframe import (
    Activation,
    ForwardPass,
    Objective,
    Parameters,
    Paths,
    count_paths,
    make_batch,
    weight_paths,
)
from bpframe_activations import Linear, Sigmoid, Softmax, Tanh
from bpframe_backprop import FullMatrix
from bpframe_costs import Quadratic


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


@pytest.mark.parametrize(
    ("layer", "j", "k"), [(1, 1, 1), (4, 1, 1), (2, 0, 1), (2, 4, 1), (2, 1, 0), (2, 1, 3)]
)
def test_paths_of_a_weight_that_is_not_there(layer: int, j: int, k: int) -> None:
    objective = Objective(make_network((2, 3, 2), Sigmoid()), Quadratic())
    message = f"no weight from neuron {k} to neuron {j} of layer {layer} in a network"
    with pytest.raises(ValueError, match=message):
        list(weight_paths(objective, np.ones(2), np.ones(2), layer, j, k))


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


def test_the_paths_of_a_batch_are_those_of_its_samples() -> None:
    objective = Objective(make_network((2, 3, 2), Tanh()), Quadratic())
    rng = np.random.default_rng(0)
    batch = make_batch(rng.standard_normal((4, 2)), rng.standard_normal((4, 2)))
    forward = ForwardPass(objective.network, 4)
    forward(batch.x_one)
    together = list(Paths(objective, forward, batch.y).of(2, 3, 1))
    for i, (x, y) in enumerate(zip(batch.x, batch.y, strict=True)):
        alone = list(weight_paths(objective, x, y, 2, 3, 1))
        assert [path.neurons for path in alone] == [path.neurons for path in together]
        for one, all_of_them in zip(alone, together, strict=True):
            assert all_of_them.product[i] == pytest.approx(one.product, rel=1e-12)
