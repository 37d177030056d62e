"""Cost and accuracy, computed in chunks, equal what is computed at once."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest
from builders import class_data, make_network, value_data

from bpframe import Array, Data, Evaluator, ForwardPass, Network, Objective
from bpframe.core.evaluation import CHUNK, LARGEST
from bpframe_activations import Linear, Sigmoid
from bpframe_costs import CrossEntropy, Quadratic


def outputs_at_once(network: Network, x: Array) -> Array:
    (w,), (b,) = network.parameters.weights, network.parameters.biases
    return 1 / (1 + np.exp(-(x @ w.T + b)))


def make_evaluator(data: Data) -> tuple[Network, Evaluator]:
    network = make_network((3, 2), Sigmoid())
    return network, Evaluator(Objective(network, CrossEntropy()), data, data.train)


@pytest.mark.parametrize("n", [1, 2, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 345])
def test_outputs_predictions_and_figures_equal_a_direct_computation(n: int) -> None:
    data = class_data(n)
    network, evaluator = make_evaluator(data)
    a, labels = outputs_at_once(network, data.train.x), data.train.y
    right = a[np.arange(n), labels], a[np.arange(n), 1 - labels]
    np.testing.assert_allclose(evaluator.outputs(), a, rtol=1e-12)
    np.testing.assert_array_equal(evaluator.predictions(), a.argmax(axis=1))
    assert evaluator() == {
        "cost": pytest.approx(-(np.log(right[0]) + np.log(1 - right[1])).mean(), rel=1e-12),
        "accuracy": pytest.approx((a.argmax(axis=1) == labels).mean(), rel=1e-12),
    }


def test_values_have_a_cost_and_no_accuracy() -> None:
    data = value_data(30)
    network = make_network((3, 2), Linear())
    evaluator = Evaluator(Objective(network, Quadratic()), data, data.train)
    expected = (np.square(network.forward(data.train.x) - data.train.y).sum(axis=1) / 2).mean()
    assert evaluator() == {"cost": pytest.approx(expected, rel=1e-12)}


def test_it_sees_the_parameters_of_the_moment_and_leaves_them_alone() -> None:
    network, evaluator = make_evaluator(class_data(30))
    network.parameters.vector[:] = 0
    assert evaluator()["cost"] == pytest.approx(2 * np.log(2))
    assert not network.parameters.vector.any()


def test_outputs_are_not_overwritten_by_the_next_call() -> None:
    network, evaluator = make_evaluator(class_data(30))
    first = evaluator.outputs()
    kept = first.copy()
    network.parameters.vector[:] = 0
    evaluator.outputs()
    np.testing.assert_array_equal(first, kept)


def test_outputs_have_the_networks_type() -> None:
    network = make_network((3, 2), Sigmoid(), dtype=np.float32)
    data = class_data(30)
    outputs = Evaluator(Objective(network, Quadratic()), data, data.train).outputs()
    assert outputs.dtype == np.float32


def test_no_samples_are_refused() -> None:
    data = class_data(5)
    objective = Objective(make_network((3, 2), Sigmoid()), CrossEntropy())
    with pytest.raises(ValueError, match="there are no samples to evaluate"):
        Evaluator(objective, data, data.test)


class FarApart(Quadratic):
    """C_x is 2²⁴ for the first sample and 1 for the others: numbers whose sum float32 rounds."""

    def value(self, a: Array, y: Array) -> Array:
        values = np.ones(len(a), a.dtype)
        values[0] = 2**24
        return values


def test_the_mean_is_taken_in_float64() -> None:
    data = class_data(3)
    network = make_network((3, 2), Sigmoid(), dtype=np.float32)
    cost = Evaluator(Objective(network, FarApart()), data, data.train)()["cost"]
    assert cost == (2**24 + 2) / 3


@pytest.mark.parametrize(
    ("largest", "n", "expected"),
    [(1, 30, 1), (5, 30, 1), (5 * 7, 30, 7), (5 * 30, 30, 30), (LARGEST, 1500, 1000)],
)
def test_a_thousand_samples_are_seen_at_a_time_and_fewer_in_a_wide_network(
    largest: int, n: int, expected: int
) -> None:
    data = class_data(n)
    network = make_network((3, 2), Sigmoid())
    seen = []

    class Counting(ForwardPass):
        def __init__(self, network: Network, m: int) -> None:
            seen.append(m)
            super().__init__(network, m)

    with (
        patch("bpframe.core.evaluation.LARGEST", largest),
        patch("bpframe.core.evaluation.ForwardPass", Counting),
    ):
        outputs = Evaluator(Objective(network, CrossEntropy()), data, data.train).outputs()
    assert seen == [expected]
    np.testing.assert_allclose(outputs, outputs_at_once(network, data.train.x), rtol=1e-12)
