"""One seed gives one result, and what differs between two runs changes nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from builders import class_data, each, make_network, registered

from bpframe import Backprop, Batch, Cost, GradientFunction, Objective, Parameters, Trainer
from bpframe.core.streams import stream
from bpframe_activations import Sigmoid
from bpframe_backprop import FullMatrix, PerSample
from bpframe_costs import Quadratic
from bpframe_optimizers import L2, SGD

DATA = class_data(33, validation=7)


@dataclass(frozen=True)
class Recorder(Backprop):
    """Another rule, with notes of the first weights and of every mini-batch it is given."""

    rule: Backprop
    draws: int = 0
    start: list[bytes] = field(default_factory=list)
    batches: list[bytes] = field(default_factory=list)

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        rng.standard_normal(self.draws)
        self.start.append(objective.network.parameters.vector.tobytes())
        compute = self.rule.bind(objective, rng)

        def gradient(batch: Batch, out: Parameters) -> None:
            self.batches.append(batch.x.tobytes() + batch.y.tobytes())
            compute(batch, out)

        return gradient


def train(
    rule: Backprop, *, seed: int = 3, dtype: Any = np.float32, cost: Cost | None = None, **more: Any
) -> Trainer:
    network = make_network((3, 4, 2), Sigmoid(), seed=seed, dtype=dtype)
    options: dict[str, Any] = {"epochs": 3, "batch_size": 4} | more
    trainer = Trainer(network, cost or Quadratic(), rule, SGD(0.5), L2(0.1), seed=seed, **options)
    trainer.fit(DATA)
    return trainer


def weights(trainer: Trainer) -> bytes:
    return trainer.network.parameters.vector.tobytes()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("rule", each(registered("backprop")))
def test_one_seed_gives_one_result_bit_for_bit(rule: Backprop, dtype: Any) -> None:
    assert weights(train(rule, dtype=dtype)) == weights(train(rule, dtype=dtype))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_another_seed_gives_another_result(dtype: Any) -> None:
    rule = FullMatrix()
    assert weights(train(rule, seed=3, dtype=dtype)) != weights(train(rule, seed=4, dtype=dtype))


@pytest.mark.parametrize("rule", each(registered("backprop")))
def test_runs_that_differ_in_the_rule_start_alike_and_see_the_same_batches(rule: Backprop) -> None:
    one, other = Recorder(rule), Recorder(PerSample())
    train(one)
    train(other)
    assert one.start == other.start
    assert one.batches == other.batches
    assert len(one.batches) == 3 * 9


def test_epochs_differ_in_their_order() -> None:
    recorder = Recorder(FullMatrix())
    train(recorder)
    first, second, third = (recorder.batches[i : i + 9] for i in (0, 9, 18))
    assert first != second != third != first


def test_another_seed_gives_other_weights_and_another_order() -> None:
    one, other = Recorder(FullMatrix()), Recorder(FullMatrix())
    train(one, seed=3)
    train(other, seed=4)
    assert one.start != other.start
    assert one.batches != other.batches


def test_what_a_rule_draws_changes_neither_order_nor_result() -> None:
    modest, greedy = Recorder(FullMatrix()), Recorder(FullMatrix(), draws=1000)
    assert weights(train(modest)) == weights(train(greedy))
    assert modest.batches == greedy.batches


def test_a_rule_draws_from_the_stream_feedback_of_the_seed() -> None:
    drawn: list[float] = []

    @dataclass(frozen=True)
    class Drawing(FullMatrix):
        def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
            drawn.append(rng.standard_normal())
            return super().bind(objective, rng)

    for seed in (3, 3, 4):
        train(Drawing(), seed=seed)
    assert drawn == [stream(seed, "feedback").standard_normal() for seed in (3, 3, 4)]


def test_looking_at_more_samples_changes_no_weight() -> None:
    few = train(FullMatrix(), train_evaluation_samples=5)
    assert weights(few) == weights(train(FullMatrix(), train_evaluation_samples=None))
