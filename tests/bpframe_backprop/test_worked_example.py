"""The worked example, figure by figure; its source rounds to three digits at every step."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from builders import each, exact_backprops, make_network

from bpframe import Array, Backprop, ForwardPass, Network, Objective, Parameters, make_batch
from bpframe_activations import Sigmoid
from bpframe_backprop import PerSample
from bpframe_costs import Quadratic
from bpframe_optimizers import SGD

X, Y = np.array([[0.6, 0.4]]), np.array([[0.8, 0.2]])
BATCH = make_batch(X, Y)


@pytest.fixture
def network() -> Network:
    net = make_network((2, 3, 2), Sigmoid())
    first, second = net.parameters.weights
    first[:] = [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]
    second[:] = [[0.2, 0.3, 0.4], [0.5, 0.6, 0.7]]
    net.parameters.biases[0][:] = [0.7, 0.8, 0.9]
    net.parameters.biases[1][:] = [1.0, 1.1]
    return net


def assert_figures(actual: Array, expected: Any, within: float) -> None:
    np.testing.assert_allclose(actual, expected, rtol=0, atol=within)


def gradient_of(network: Network, rule: Backprop) -> Parameters:
    gradient = Parameters(network.sizes, np.float64)
    rule.bind(Objective(network, Quadratic()), np.random.default_rng(0))(BATCH, gradient)
    return gradient


def test_forward_pass(network: Network) -> None:
    forward = ForwardPass(network, 1)
    forward(BATCH.x_one)
    assert_figures(forward.z[0], [[0.84, 1.14, 1.44]], 1e-12)
    assert_figures(forward.a[0], [[0.698, 0.758, 0.808]], 1e-3)
    assert_figures(forward.z[1], [[1.690, 2.469]], 1e-3)
    assert_figures(forward.a[1], [[0.845, 0.922]], 1e-3)


def test_cost(network: Network) -> None:
    assert Objective(network, Quadratic()).value(X, Y) == pytest.approx(0.2617, abs=2e-3)


def test_errors_of_both_layers(network: Network) -> None:
    forward = ForwardPass(network, 1)
    f = network.activations[0]
    a = forward(BATCH.x_one)
    delta_2 = Objective(network, Quadratic()).output_error(forward.z[1], a, Y)
    assert_figures(delta_2, [[0.0059, 0.0520]], 3e-4)
    back = delta_2 @ network.parameters.weights[1]
    assert_figures(back, [[0.0272, 0.0330, 0.0388]], 3e-4)
    slopes = f.derivative(forward.z[0], forward.a[0])
    assert_figures(slopes, [[0.211, 0.183, 0.155]], 1e-3)
    delta_1 = f.pullback(back, forward.z[0], forward.a[0])
    assert_figures(delta_1, [[0.0057, 0.0060, 0.0060]], 1e-4)


@pytest.mark.parametrize("rule", each(exact_backprops()))
def test_gradient(network: Network, rule: Backprop) -> None:
    gradient = gradient_of(network, rule)
    assert_figures(gradient.weights[1], [[0.0041, 0.0045, 0.0048], [0.0363, 0.0394, 0.0420]], 2e-4)
    assert_figures(
        gradient.weights[0], [[0.0034, 0.0023], [0.0036, 0.0024], [0.0036, 0.0024]], 1e-4
    )
    assert_figures(gradient.biases[1], [0.0059, 0.0520], 3e-4)
    assert_figures(gradient.biases[0], [0.0057, 0.0060, 0.0060], 1e-4)


def test_one_step(network: Network) -> None:
    parameters = network.parameters
    SGD(0.1).bind(parameters)(gradient_of(network, PerSample()))
    assert_figures(
        parameters.weights[1], [[0.1996, 0.2996, 0.3995], [0.4964, 0.5961, 0.6958]], 1e-4
    )
    assert_figures(
        parameters.weights[0], [[0.0997, 0.1998], [0.2996, 0.3998], [0.4996, 0.5998]], 1e-4
    )
    assert_figures(parameters.biases[1], [0.9994, 1.0948], 1e-4)
    assert_figures(parameters.biases[0], [0.6994, 0.7994, 0.8994], 1e-4)


def test_second_small_case() -> None:
    a, y = np.array([[0.9, 0.2]]), np.array([[1.0, 0.0]])
    z = np.log(a / (1 - a))
    delta = Sigmoid().pullback(Quadratic().gradient(a, y), z, a)
    assert_figures(delta, [[-0.009, 0.032]], 1e-12)
