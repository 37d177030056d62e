"""Penalties by hand, and the book's weight decay in training."""

from __future__ import annotations

import numpy as np
import pytest
from builders import class_data, make_network

from bpframe import Objective, Parameters, Regularizer, Trainer, WeightDecay, make_batch
from bpframe.testing.samples import random_parameters
from bpframe_activations import Sigmoid
from bpframe_backprop import FullMatrix
from bpframe_costs import CrossEntropy, output_error
from bpframe_optimizers import L1, L2, SGD, ElasticNet, NoRegularizer

N = 17


def test_l2_by_hand() -> None:
    parameters = random_parameters(0)
    squares = sum((w**2).sum() for w in parameters.weights)
    assert L2(3.0).penalty(parameters, N) == pytest.approx(3 / (2 * N) * squares)
    gradient = Parameters(parameters.sizes, np.float64)
    add = L2(3.0).bind(parameters, N)
    assert add
    add(gradient)
    for g, w in zip(gradient.weights, parameters.weights, strict=True):
        np.testing.assert_allclose(g, 3 / N * w, rtol=1e-12)


def test_l2_does_not_decay_biases() -> None:
    parameters = random_parameters(0)
    gradient = Parameters(parameters.sizes, np.float64)
    add = L2(3.0).bind(parameters, N)
    assert add
    add(gradient)
    assert not any(b.any() for b in gradient.biases)
    before = L2(3.0).penalty(parameters, N)
    for b in parameters.biases:
        b += 10
    assert L2(3.0).penalty(parameters, N) == before


def test_l1_by_hand_and_its_derivative_at_0_is_0() -> None:
    parameters = Parameters([3, 1], np.float64)
    parameters.vector[:] = [2, -0.5, 0, 7]
    gradient = Parameters([3, 1], np.float64)
    gradient.vector[:] = 1
    add = L1(3.0).bind(parameters, 6)
    assert add
    add(gradient)
    np.testing.assert_allclose(gradient.vector, [1.5, 0.5, 1, 1], rtol=1e-15)
    assert L1(3.0).penalty(parameters, 6) == pytest.approx(0.5 * 2.5)


def test_elastic_net_is_that_of_scikit_learn() -> None:
    # alpha · l1_ratio · Σ|w| + alpha · (1 - l1_ratio)/2 · Σw², with λ/n as alpha.
    parameters = Parameters([3, 1], np.float64)
    parameters.vector[:] = [2, -0.5, 0, 7]
    net = ElasticNet(3.0, l1_ratio=0.2)
    assert net.penalty(parameters, 6) == pytest.approx(0.5 * 0.2 * 2.5 + 0.5 * 0.8 / 2 * 4.25)
    gradient = Parameters([3, 1], np.float64)
    add = net.bind(parameters, 6)
    assert add
    add(gradient)
    np.testing.assert_allclose(gradient.vector, [0.9, -0.3, 0, 0], rtol=1e-14)


@pytest.mark.parametrize(
    ("net", "same"), [(ElasticNet(3.0, 1.0), L1(3.0)), (ElasticNet(3.0, 0.0), L2(3.0))]
)
def test_the_ends_of_elastic_net_are_l1_and_l2(net: Regularizer, same: Regularizer) -> None:
    parameters = random_parameters(0)
    assert net.penalty(parameters, N) == same.penalty(parameters, N)
    gradients = [Parameters(parameters.sizes, np.float64) for _ in range(2)]
    for one, gradient in zip((net, same), gradients, strict=True):
        add = one.bind(parameters, N)
        assert add
        add(gradient)
    np.testing.assert_array_equal(gradients[0].vector, gradients[1].vector)


@pytest.mark.parametrize("ratio", [-0.1, 1.1, float("nan")])
def test_an_l1_ratio_that_is_no_share_is_refused(ratio: float) -> None:
    with pytest.raises(ValueError, match=f"l1_ratio is {ratio}; it must be from 0 to 1"):
        ElasticNet(l1_ratio=ratio)


@pytest.mark.parametrize(
    "regularizer", [L1(0.0), L2(0.0), ElasticNet(0.0), NoRegularizer()], ids=repr
)
def test_no_penalty_adds_nothing(regularizer: Regularizer) -> None:
    parameters = random_parameters(0)
    assert regularizer.penalty(parameters, N) == 0
    assert regularizer.bind(parameters, N) is None


@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf")])
@pytest.mark.parametrize("regularizer", [L1, L2, ElasticNet])
def test_a_lambda_that_is_no_number_from_0_on_is_refused(
    regularizer: type[L2], value: float
) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        regularizer(value)


@pytest.mark.parametrize("lambda_", [0.0, 0.4, 5.0])
def test_a_step_of_training_is_the_books_update(lambda_: float) -> None:
    rate = 0.6
    data = class_data(N)
    closed_form = output_error(CrossEntropy(), Sigmoid())
    network = make_network((3, 4, 2), Sigmoid())
    plain = network.parameters.copy()
    batch = make_batch(data.train.x, data.targets(data.train, np.float64))
    gradient = Parameters(network.sizes, np.float64)
    objective = Objective(network, CrossEntropy(), closed_form)
    FullMatrix().bind(objective, np.random.default_rng(0))(batch, gradient)
    for w, g in zip(plain.weights, gradient.weights, strict=True):
        w[:] = (1 - rate * lambda_ / N) * w - rate * g
    for b, g in zip(plain.biases, gradient.biases, strict=True):
        b -= rate * g
    trainer = Trainer(
        network,
        CrossEntropy(),
        FullMatrix(),
        SGD(rate),
        L2(lambda_),
        epochs=1,
        batch_size=N,
        output_error=closed_form,
    )
    trainer.fit(data)
    np.testing.assert_allclose(network.parameters.vector, plain.vector, rtol=1e-12, atol=1e-14)


def test_n_is_the_training_set_whatever_the_batch() -> None:
    data = class_data(20)
    lengths = []

    class Asked(L2):
        def bind(self, parameters: Parameters, n: int) -> None:
            lengths.append(n)

        def penalty(self, parameters: Parameters, n: int) -> float:
            lengths.append(n)
            return 0.0

    network = make_network((3, 2), Sigmoid())
    Trainer(network, CrossEntropy(), FullMatrix(), SGD(0.1), Asked(), epochs=1, batch_size=3).fit(
        data
    )
    assert lengths == [20, 20]


def test_lambda_is_5_unless_given() -> None:
    # As in the book's program of chapter 3.
    parameters = random_parameters(0)
    assert L2().penalty(parameters, N) == L2(5.0).penalty(parameters, N) > 0
    add = L2().bind(parameters, N)
    assert isinstance(add, WeightDecay)
    assert add.coefficient == 5 / N
