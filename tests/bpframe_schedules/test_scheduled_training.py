"""Trainings whose rate changes, to their end or left and taken up."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
from builders import class_data, make_network

from bpframe import Each, Schedule, Trainer
from bpframe_activations import Sigmoid
from bpframe_backprop import FullMatrix
from bpframe_costs import CrossEntropy
from bpframe_optimizers import SGD
from bpframe_schedules import ConstantRate, Cosine, Exponential, OneCycle, Plateau, Steps
from bpframe_stopping import EarlyStopping

RATE = 0.5
EPOCHS = 12
DATA = class_data(60)
SCHEDULES = [
    ConstantRate(warm_up=3),
    Steps(3, 0.5),
    Exponential(0.8, each=Each.epoch),
    Cosine(warm_up=2),
    OneCycle(),
    Plateau("train/accuracy", patience=1),
]


def make_trainer(schedule: Schedule, **more: object) -> Trainer:
    network = make_network((3, 4, 2), Sigmoid())
    return Trainer(
        network,
        CrossEntropy(),
        FullMatrix(),
        SGD(RATE),
        epochs=EPOCHS,
        batch_size=7,
        schedule=schedule,
        **more,
    )


@pytest.mark.parametrize("schedule", SCHEDULES, ids=repr)
def test_the_rate_at_the_end_of_an_epoch_is_a_metric(schedule: Schedule) -> None:
    steps = -(-len(DATA.train) // 7)
    rates = schedule.bind(steps, EPOCHS)
    for epoch in make_trainer(schedule).train(DATA):
        assert epoch.metrics["learning_rate"] == RATE * rates.factors(epoch.number)[-1]
        rates.look(epoch)


@pytest.mark.parametrize("schedule", SCHEDULES, ids=repr)
@pytest.mark.parametrize("left_after", [1, 4])
def test_one_that_was_left_and_saved_goes_on_bit_for_bit(
    schedule: Schedule, left_after: int, tmp_path: Path
) -> None:
    stopping = EarlyStopping("train/accuracy", patience=4, restore_best=True)
    whole, left = (make_trainer(schedule, stopping=stopping) for _ in range(2))
    expected = [epoch.metrics for epoch in whole.train(DATA)]
    found = [epoch.metrics for epoch in islice(left.train(DATA), left_after)]
    left.save(tmp_path / "left")
    taken_up = Trainer.load(tmp_path / "left")
    found += [epoch.metrics for epoch in taken_up.train(DATA)]
    assert found == expected
    assert taken_up.network.parameters.vector.tobytes() == whole.network.parameters.vector.tobytes()
    for trainer in (whole, taken_up):
        assert trainer.training
    assert whole.training.ended == taken_up.training.ended
    assert whole.training.restored == taken_up.training.restored
    assert (taken_up.schedule, taken_up.stopping) == (schedule, stopping)


def test_plateau_ends_the_training_with_its_reason() -> None:
    trainer = make_trainer(Plateau("train/accuracy", patience=1, factor_=0.1, least=0.01))
    epochs = trainer.fit(DATA)
    assert len(epochs) < EPOCHS
    assert trainer.training
    assert trainer.training.ended.startswith("the learning rate is down to 0.01 of what it was: ")
