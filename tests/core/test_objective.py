"""Data that fits a network and a cost, and data that does not."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from builders import class_data, make_network, value_data

from bpframe import (
    SPLITS,
    Activation,
    Array,
    Cost,
    Data,
    Evaluator,
    Interval,
    Objective,
    Split,
    Trainer,
    find_learning_rate,
)
from bpframe_activations import Linear, Sigmoid, Softmax
from bpframe_backprop import FullMatrix
from bpframe_costs import CrossEntropy, LogLikelihood, Quadratic
from bpframe_optimizers import SGD


def with_targets(split: str, y: Any) -> Data:
    """Return samples with good targets, and others in one split."""
    targets: dict[str, Array] = dict.fromkeys(SPLITS, np.array([[0.0, 1.0], [0.5, 0.5]]))
    targets[split] = np.asarray(y)
    splits = [Split(np.ones((len(y), 3)), y) for y in targets.values()]
    return Data("mine", *splits, None)


def make_trainer(cost: Cost, output: Activation) -> Trainer:
    network = make_network((3, 2), output)
    return Trainer(network, cost, FullMatrix(), SGD(0.1), epochs=1)


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize(
    ("cost", "output", "y", "said"),
    [
        (CrossEntropy(), Sigmoid(), [[0.0, 5.0]], r"accepts \[0, 1\]: they go from 0 to 5"),
        (CrossEntropy(), Sigmoid(), [[0, 3]], "they go from 0 to 3"),
        (CrossEntropy(), Sigmoid(), [[-0.1, 0.0], [0, 1]], "they go from -0.1 to 1"),
        (LogLikelihood(), Softmax(), [[0.0, 1.0], [1, 1]], "those of one sample sum to 2"),
        (LogLikelihood(), Softmax(), [[0.5, 0.0], [1, 0]], "those of one sample sum to 0.5"),
    ],
)
def test_targets_outside_of_the_costs_domain_are_refused_before_any_step(
    split: str, cost: Cost, output: Activation, y: Any, said: str
) -> None:
    trainer, data = make_trainer(cost, output), with_targets(split, y)
    before = trainer.network.parameters.vector.tobytes()
    message = f"data 'mine', {split}: the targets do not fit {type(cost).__name__}, .*{said}"
    with pytest.raises(ValueError, match=message):
        trainer.fit(data)
    assert trainer.network.parameters.vector.tobytes() == before
    with pytest.raises(ValueError, match=said):
        trainer.evaluate(data, data.splits()[split])
    with pytest.raises(ValueError, match=said):
        Evaluator(trainer.objective, data, data.splits()[split])


def test_a_learning_rate_is_not_measured_on_them() -> None:
    trainer, data = make_trainer(CrossEntropy(), Sigmoid()), with_targets("train", [[0.0, 5.0]])
    with pytest.raises(ValueError, match="they go from 0 to 5"):
        find_learning_rate(trainer, data)


@pytest.mark.parametrize(
    ("cost", "output", "y"),
    [
        (Quadratic(), Linear(), [[-7.0, 1e30]]),
        (CrossEntropy(), Sigmoid(), [[0.0, 1.0], [1.0, 1.0], [0.3, 0.0]]),
        (LogLikelihood(), Softmax(), [[0.25, 0.75], [0.0, 1.0]]),
        # In these types 0.1 and 0.9 do not sum to exactly 1.
        (LogLikelihood(), Softmax(), np.array([[0.1, 0.9]], np.float32)),
        (LogLikelihood(), Softmax(), np.array([[0.1, 0.9]], np.float16)),
    ],
    ids=range(5),
)
def test_targets_inside_of_it_are_taken(cost: Cost, output: Activation, y: Any) -> None:
    for split in SPLITS:
        data = with_targets(split, y)
        trainer = make_trainer(cost, output)
        trainer.fit(data)
        trainer.evaluate(data, data.splits()[split])


@pytest.mark.parametrize("classes", [1, 2, 5])
def test_classes_fit_every_cost_of_probabilities(classes: int) -> None:
    data = class_data(20, classes=classes, inputs=5)
    for cost, output in ((CrossEntropy(), Sigmoid()), (LogLikelihood(), Softmax())):
        Objective(make_network((5, classes), output), cost).check(data)


def test_classes_outside_of_a_domain_are_refused() -> None:
    class From2(Quadratic):
        domain = Interval(2.0, 3.0)

    class Above2(Sigmoid):
        range = Interval(2.0, 3.0)

    with pytest.raises(ValueError, match=r"From2, which accepts \[2, 3\]: they go from 0 to 1"):
        Objective(make_network((3, 2), Above2()), From2()).check(class_data())


def test_the_samples_that_are_looked_at_count_and_no_others() -> None:
    trainer, data = make_trainer(CrossEntropy(), Sigmoid()), with_targets("test", [[0.0, 5.0]])
    assert trainer.evaluate(data, data.train)["cost"] > 0
    other = Split(np.ones((1, 3)), np.array([[7.0, 0.0]]))
    with pytest.raises(ValueError, match=r"data 'mine', samples: .* from 0 to 7"):
        trainer.evaluate(data, other)


def test_a_network_of_other_sizes_is_refused_by_what_evaluates() -> None:
    data = value_data(inputs=4)
    with pytest.raises(ValueError, match="3 inputs and 2 outputs; data 'lines' needs 4 and 2"):
        make_trainer(Quadratic(), Linear()).evaluate(data, data.train)


@pytest.mark.parametrize(
    ("interval", "values", "said"),
    [
        (Interval(), [[-1e300, 1e300]], ""),
        (Interval(0.0, 1.0), [[0.0, 1.0]], ""),
        (Interval(0.0), [[-1e-9]], "they go from -1e-09 to -1e-09"),
        (Interval(high=1.0), [[1.5, -3]], "they go from -3 to 1.5"),
        (Interval(0.0, 1.0), [[np.nan]], "they go from nan to nan"),
        (Interval(0, 1, sums_to_one=True), [[0.5, 0.5], [0.5, 0.4]], "those of .* sum to 0.9"),
        (Interval(0, 1, sums_to_one=True), [[0.5, 0.5005]], ""),
        (Interval(0, 1, sums_to_one=True), np.zeros((0, 2)), ""),
    ],
    ids=range(8),
)
def test_what_an_interval_says_of_values(interval: Interval, values: Any, said: str) -> None:
    missed = interval.misses(np.asarray(values))
    assert bool(missed) == bool(said)
    assert re.fullmatch(said, missed)
