"""What is copied, pickled or sent to another process trains as the original does, and alone."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest
from builders import class_data, each, make_network

from bpframe import (
    Evaluator,
    ForwardPass,
    GradientStep,
    Network,
    Objective,
    Parameters,
    Trainer,
    WeightDecay,
    make_batch,
    with_ones,
)
from bpframe.core.differences import Differences
from bpframe.core.minibatches import Minibatches
from bpframe_activations import Sigmoid, Softmax, Tanh
from bpframe_backprop import FullMatrix
from bpframe_costs import LogLikelihood, Quadratic, output_error
from bpframe_fused import Fused
from bpframe_initializers import ScaledNormal
from bpframe_optimizers import L2, SGD

DATA = class_data(60)
COPIES: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda original: pickle.loads(pickle.dumps(original)),
    "deepcopy of a copy": lambda original: copy.deepcopy(copy.copy(original)),
}
every_copy = pytest.mark.parametrize("copied", each(COPIES))


def make_trainer(network: Network | None = None, rule: Any = None, **more: Any) -> Trainer:
    net = network or make_network((3, 4, 2), Sigmoid(), dtype=np.float32)
    return Trainer(net, Quadratic(), rule or FullMatrix(), SGD(0.5), L2(0.1), epochs=2, **more)


def bits(network: Network) -> bytes:
    return network.parameters.vector.tobytes()


def assert_views(parameters: Parameters) -> None:
    """Assert that weights and biases are the numbers of the vector."""
    before = parameters.vector.copy()
    for view in (*parameters.blocks, *parameters.weights, *parameters.biases):
        assert np.shares_memory(view, parameters.vector)
        view += 1
    # Each number is in a block and in the weights or the biases.
    np.testing.assert_array_equal(parameters.vector, before + 1 + 1)
    parameters.vector[:] = before


@every_copy
def test_parameters_are_views_of_a_vector_of_their_own(copied: Callable[[Any], Any]) -> None:
    original = make_network((3, 4, 2), Sigmoid()).parameters
    other = copied(original)
    assert (other.sizes, other.dtype) == (original.sizes, original.dtype)
    assert other.vector.tobytes() == original.vector.tobytes()
    assert not np.shares_memory(other.vector, original.vector)
    assert_views(other)
    assert_views(original)


def test_parameters_from_memory_that_cannot_be_written_can_be() -> None:
    buffers: list[pickle.PickleBuffer] = []
    original = make_network((3, 4, 2), Sigmoid()).parameters
    pickled = pickle.dumps(original, 5, buffer_callback=buffers.append)
    readonly = [bytes(buffer.raw()) for buffer in buffers]
    assert readonly
    other = pickle.loads(pickled, buffers=readonly)
    assert_views(other)


@every_copy
def test_a_network_trains_to_the_same_bits_and_alone(copied: Callable[[Any], Any]) -> None:
    network = make_network((3, 4, 2), Sigmoid(), Softmax())
    first = bits(network)
    other = copied(network)
    make_trainer(other).fit(DATA)
    assert bits(network) == first != bits(other)
    make_trainer(network).fit(DATA)
    assert bits(network) == bits(other)
    np.testing.assert_array_equal(network.forward(DATA.train.x), other.forward(DATA.train.x))


@every_copy
def test_a_trainer_trains_its_own_network_to_the_same_bits(copied: Callable[[Any], Any]) -> None:
    assert_trains_alike_and_alone(make_trainer(), copied)


def test_one_that_takes_whole_epochs_does_so_too() -> None:
    assert_trains_alike_and_alone(make_trainer(rule=Fused()), copy.deepcopy)


def assert_trains_alike_and_alone(trainer: Trainer, copied: Callable[[Any], Any]) -> None:
    first = bits(trainer.network)
    other = copied(trainer)
    assert other.network is other.objective.network is not trainer.network
    epochs = other.fit(DATA)
    assert bits(trainer.network) == first
    assert [e.metrics for e in epochs] == [e.metrics for e in trainer.fit(DATA)]
    assert bits(trainer.network) == bits(other.network) != first


@every_copy
def test_a_half_trained_one_goes_on_alike(copied: Callable[[Any], Any]) -> None:
    trainer = make_trainer()
    trainer.fit(DATA)
    other = copied(trainer)
    assert other.evaluate(DATA, DATA.train) == trainer.evaluate(DATA, DATA.train)
    other.fit(DATA)
    trainer.fit(DATA)
    assert bits(trainer.network) == bits(other.network)


@every_copy
def test_single_neurons_and_closed_forms_come_along(copied: Callable[[Any], Any]) -> None:
    network = Network(
        [3, 4, 2],
        Sigmoid(),
        ScaledNormal(),
        output_activation=Softmax(),
        neurons={(2, 3): Tanh()},
    )
    closed_form = output_error(LogLikelihood(), Softmax())
    trainer = Trainer(
        network, LogLikelihood(), FullMatrix(), SGD(0.5), epochs=2, output_error=closed_form
    )
    other = copied(trainer)
    for each_trainer in (trainer, other):
        each_trainer.fit(DATA)
    assert bits(other.network) == bits(network)


def train_elsewhere(trainer: Trainer) -> Trainer:
    trainer.fit(DATA)
    return trainer


@pytest.mark.slow
def test_another_process_trains_to_the_same_bits() -> None:
    trainer = make_trainer()
    with get_context("spawn").Pool(1) as pool:
        other = pool.apply(train_elsewhere, (trainer,))
    assert_views(other.network.parameters)
    trainer.fit(DATA)
    assert bits(other.network) == bits(trainer.network)


@every_copy
def test_a_forward_pass_keeps_its_numbers_in_buffers_of_its_own(
    copied: Callable[[Any], Any],
) -> None:
    network = make_network((3, 4, 4, 2), Tanh())
    forward = ForwardPass(network, 5)
    x_one = with_ones(DATA.train.x[:5], np.float64)
    forward(x_one)
    other = copied(forward)
    pairs = [*zip(forward.z, other.z, strict=True), *zip(forward.a, other.a, strict=True)]
    for one, copied_one in pairs:
        np.testing.assert_array_equal(one, copied_one)
        assert not np.shares_memory(one, copied_one)
    np.testing.assert_array_equal(other.a_one[0], x_one)
    expected = forward(x_one + 1).copy()
    np.testing.assert_array_equal(other(x_one + 1), expected)
    for layer in (1, 2):
        assert np.shares_memory(other.a_one[layer], other.a[layer - 1])


def test_a_deep_copy_of_what_evaluates_sees_the_copied_network() -> None:
    network = make_network((3, 4, 2), Sigmoid())
    evaluator = Evaluator(Objective(network, Quadratic()), DATA, DATA.train)
    before = evaluator()
    copied_network, copied = copy.deepcopy((network, evaluator))
    copied_network.parameters.vector[:] = 0
    assert evaluator() == before != copied()


def unique_objects() -> dict[str, Any]:
    objective = Objective(make_network((3, 4, 2), Sigmoid()), Quadratic())
    batch = make_batch(DATA.train.x, DATA.targets(DATA.train, np.float64))
    trainer = Trainer(objective.network, Quadratic(), FullMatrix(), SGD(0.1))
    parameters = objective.network.parameters
    return {
        "GradientStep": GradientStep(parameters, 0.1),
        "WeightDecay": WeightDecay(parameters, 0.1),
        "Minibatches": Minibatches(DATA, 10, np.dtype(np.float64)),
        "Descent": trainer.descent(trainer.minibatches(DATA), FullMatrix(), SGD(0.1)),
        "Differences": Differences(objective, batch),
    }


@every_copy
@pytest.mark.parametrize(
    "name", ["Minibatches", "Descent", "Differences", "GradientStep", "WeightDecay"]
)
def test_what_works_on_anothers_memory_is_not_copied(
    copied: Callable[[Any], Any], name: str
) -> None:
    with pytest.raises(TypeError, match=f"a {name} works on the numbers of one training"):
        copied(unique_objects()[name])
