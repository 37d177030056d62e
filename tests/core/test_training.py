"""A training that is left and taken up again ends with the bits of one that was not."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import class_data, each

from bpframe import (
    Addition,
    Backprop,
    Batch,
    Clip,
    Clipping,
    Data,
    Epoch,
    GradientFunction,
    Network,
    Objective,
    Optimizer,
    Parameters,
    Split,
    Trainer,
)
from bpframe.errors import CheckpointError, ConfigError
from bpframe_activations import Sigmoid
from bpframe_backprop import DirectFeedbackAlignment, FeedbackAlignment, FullMatrix
from bpframe_costs import CrossEntropy, Quadratic, output_error
from bpframe_fused import Fused
from bpframe_initializers import ScaledNormal
from bpframe_metrics import TopK
from bpframe_optimizers import L2, SGD, Adam, AdamW, ClipNorm, MaxNorm, Momentum, RMSprop
from bpframe_schedules import Cosine, OneCycle, Plateau
from bpframe_stopping import EarlyStopping


class Remembering:
    """Adds to each gradient a share of the one before, which it remembers."""

    def __init__(self, parameters: Parameters) -> None:
        self.before = np.zeros_like(parameters.vector)
        self.state = {"before": self.before}

    def change(self, gradient: Parameters) -> None:
        gradient.vector += 0.3 * self.before
        self.before[:] = gradient.vector


@dataclass(frozen=True)
class RememberingRule(FullMatrix):
    """The matrix form, with a memory."""

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        compute = super().bind(objective, rng)
        memory = Remembering(objective.network.parameters)

        def gradient(batch: Batch, out: Parameters) -> None:
            compute(batch, out)
            memory.change(out)

        vars(gradient)["state"] = memory.state
        return gradient


@dataclass(frozen=True)
class RememberingClipping(Clipping):
    """A clipping with a memory."""

    def bind(self, parameters: Parameters) -> Clip:
        return Remembering(parameters).change


@dataclass(frozen=True)
class RememberingRegularizer(L2):
    """A penalty with a memory."""

    def bind(self, parameters: Parameters, n: int) -> Addition:
        return Remembering(parameters).change


EPOCHS = 6
DATA = class_data(40, validation=15)
RECIPES: dict[str, dict[str, Any]] = {
    "sgd": {},
    "momentum": {"optimizer": Momentum(0.2, nesterov=True), "regularizer": L2(0.1)},
    "adam": {"optimizer": Adam(0.02)},
    "adamw, cosine": {"optimizer": AdamW(0.02), "schedule": Cosine(warm_up=1.5)},
    "rmsprop, one cycle each epoch": {
        "optimizer": RMSprop(0.01),
        "schedule": OneCycle(each="epoch"),
        "clipping": ClipNorm(0.05),
    },
    "plateau": {"optimizer": SGD(8.0), "schedule": Plateau(patience=1, least=1e-6)},
    "plateau that ends": {"optimizer": SGD(8.0), "schedule": Plateau(patience=1, least=0.3)},
    "dropout": {"dropout": 0.5, "regularizer": MaxNorm(0.7)},
    "feedback": {"backprop": FeedbackAlignment(), "dropout": [0.3]},
    "direct feedback": {"backprop": DirectFeedbackAlignment(), "optimizer": Momentum(0.2)},
    "early stopping": {"optimizer": SGD(8.0), "stopping": EarlyStopping(patience=2)},
    "the best back": {
        "optimizer": SGD(8.0),
        "stopping": EarlyStopping(metric="validation/cost", patience=2, restore_best=True),
    },
    "weights": {"class_weight": {0: 1, 1: 3.5}, "metrics": {"top": TopK(1)}, "drop_last": True},
    "in order": {"shuffle": False, "batch_size": "full", "select_by": "train/cost"},
    "closed form": {
        "cost": CrossEntropy(),
        "output_error": output_error(CrossEntropy(), Sigmoid()),
        "max_seconds": 1e9,
    },
    "fused": {"backprop": Fused()},
    "fused, with all": {
        "backprop": Fused(),
        "optimizer": AdamW(0.02),
        "schedule": Cosine(warm_up=1.5),
        "clipping": ClipNorm(0.05),
        "dropout": 0.5,
        "class_weight": {1: 2.5},
    },
    "all remember": {
        "backprop": RememberingRule(),
        "clipping": RememberingClipping(),
        "regularizer": RememberingRegularizer(),
    },
}
every_recipe = pytest.mark.parametrize("recipe", each(RECIPES))


def make_trainer(
    *,
    dropout: Any = 0.0,
    cost: Any = None,
    backprop: Backprop | None = None,
    optimizer: Optimizer | None = None,
    **more: Any,
) -> Trainer:
    network = Network((3, 4, 2), Sigmoid(), ScaledNormal(), dropout=dropout, seed=3)
    options: dict[str, Any] = {"epochs": EPOCHS, "seed": 4, **more}
    return Trainer(
        network, cost or Quadratic(), backprop or FullMatrix(), optimizer or SGD(0.5), **options
    )


def left_after(trainer: Trainer, epochs: int, data: Data = DATA) -> list[Epoch]:
    """Train for some epochs, and leave."""
    taken = []
    for epoch in trainer.train(data) if epochs else ():
        taken.append(epoch)
        if len(taken) == epochs:
            break
    return taken


def by_file(trainer: Trainer, folder: Path) -> Trainer:
    trainer.save(folder / "trainer.npz")
    return Trainer.load(folder / "trainer.npz")


WAYS: dict[str, Callable[[Trainer, Path], Trainer]] = {
    "break": lambda trainer, folder: trainer,
    "copy": lambda trainer, folder: copy.copy(trainer),
    "deepcopy": lambda trainer, folder: copy.deepcopy(trainer),
    "pickle": lambda trainer, folder: pickle.loads(pickle.dumps(trainer)),
    "file": by_file,
    "file of a copy of a file": lambda trainer, folder: by_file(
        copy.copy(by_file(trainer, folder)), folder
    ),
}
every_way = pytest.mark.parametrize("way", each(WAYS))


def bits(trainer: Trainer) -> bytes:
    return trainer.network.parameters.vector.tobytes()


def metrics(epochs: list[Epoch]) -> list[Any]:
    return [(epoch.number, epoch.metrics, epoch.higher_is_better) for epoch in epochs]


@every_recipe
@every_way
def test_what_is_left_after_any_epoch_and_taken_up_ends_with_the_same_bits(
    way: Callable[[Trainer, Path], Trainer], recipe: dict[str, Any], tmp_path: Path
) -> None:
    plain = make_trainer(**recipe)
    expected = plain.fit(DATA)
    assert plain.training is not None
    for at in range(len(expected)):
        trainer = make_trainer(**recipe)
        taken = left_after(trainer, at)
        left, before = trainer, bits(trainer)
        trainer = way(trainer, tmp_path)
        taken += trainer.fit(DATA)
        assert bits(trainer) == bits(plain), at
        assert metrics(taken) == metrics(expected)
        assert trainer.training is not None
        assert trainer.training.ended == plain.training.ended
        assert trainer.training.restored == plain.training.restored
        assert trainer.training.best.epoch == plain.training.best.epoch
        np.testing.assert_array_equal(
            trainer.training.best.parameters, plain.training.best.parameters
        )
        # A copy trains alone.
        assert left is trainer or bits(left) == before


def test_the_recipes_do_what_their_names_say() -> None:
    stopped = make_trainer(**RECIPES["the best back"])
    epochs = stopped.fit(DATA)
    assert stopped.training is not None
    assert stopped.training.restored not in (None, epochs[-1].number)
    assert stopped.training.ended
    for name in ("early stopping", "plateau that ends"):
        assert len(make_trainer(**RECIPES[name]).fit(DATA)) < EPOCHS
    rates = [e.metrics["learning_rate"] for e in make_trainer(**RECIPES["plateau"]).fit(DATA)]
    assert len({*rates}) > 2


@every_recipe
def test_one_that_is_left_after_each_epoch_ends_with_the_same_bits(
    recipe: dict[str, Any], tmp_path: Path
) -> None:
    plain, trainer = make_trainer(**recipe), make_trainer(**recipe)
    expected = plain.fit(DATA)
    ways = [*WAYS.values()]
    taken: list[Epoch] = []
    for number in range(len(expected) - 1):
        taken += left_after(trainer, 1)
        trainer = ways[number % len(ways)](trainer, tmp_path)
    taken += trainer.fit(DATA)
    assert bits(trainer) == bits(plain)
    assert metrics(taken) == metrics(expected)


# More epochs.


THE_FIRST = EarlyStopping(metric="train/cost", better="higher", patience=50, restore_best=True)
NOT_OF_ONE_LENGTH = {k: v for k, v in RECIPES.items() if "schedule" not in v}


@every_way
@pytest.mark.parametrize("recipe", each(NOT_OF_ONE_LENGTH | {"plateau": RECIPES["plateau"]}))
def test_a_finished_one_goes_on_for_more_epochs(
    way: Callable[[Trainer, Path], Trainer], recipe: dict[str, Any], tmp_path: Path
) -> None:
    # Nothing ends it early, but what is restored may be of another epoch than the last.
    if "stopping" in recipe:
        recipe = recipe | {"stopping": THE_FIRST}
    plain = make_trainer(**recipe)
    expected = plain.fit(DATA)
    trainer = make_trainer(**recipe | {"epochs": 3})
    taken = trainer.fit(DATA)
    trainer = way(trainer, tmp_path)
    trainer.epochs = EPOCHS
    taken += trainer.fit(DATA)
    assert metrics(taken) == metrics(expected)
    assert bits(trainer) == bits(plain)


def test_what_is_left_at_its_last_epoch_has_the_best_parameters_back() -> None:
    plain, trainer = (make_trainer(**RECIPES["the best back"]) for _ in range(2))
    expected = plain.fit(DATA)
    for epoch in trainer.train(DATA):
        own = bits(trainer)
        if epoch.number == len(expected):
            break
    assert bits(trainer) == bits(plain) != own


def test_what_was_left_in_the_middle_leaves_another_training_alone() -> None:
    trainer = make_trainer(**RECIPES["the best back"])
    left = trainer.train(DATA)
    while not (trainer.training and trainer.training.ended):
        next(left)
    assert trainer.fit(DATA)[0].number == 1
    after = bits(trainer)
    left.close()
    assert bits(trainer) == after


@every_way
def test_what_was_stopped_early_goes_on_for_more_epochs(
    way: Callable[[Trainer, Path], Trainer], tmp_path: Path
) -> None:
    trainer = make_trainer(**RECIPES["the best back"])
    taken = trainer.fit(DATA)
    last = trainer.training
    assert last is not None
    assert last.ended
    restored = bits(trainer)
    trainer = way(trainer, tmp_path)
    assert bits(trainer) == restored
    trainer.epochs = EPOCHS + 3
    (epoch, *_) = trainer.fit(DATA)
    assert epoch.number == len(taken) + 1
    # As if nobody had watched it.
    unwatched = make_trainer(**RECIPES["the best back"] | {"stopping": None, "epochs": 9})
    assert epoch.metrics == unwatched.fit(DATA)[len(taken)].metrics


@every_way
def test_a_finished_one_begins_another_from_its_weights(
    way: Callable[[Trainer, Path], Trainer], tmp_path: Path
) -> None:
    for name in ("adam", "the best back"):
        trainer = make_trainer(**RECIPES[name])
        trainer.fit(DATA)
        other = make_trainer(**RECIPES[name])
        other.network.parameters.vector[:] = trainer.network.parameters.vector
        trainer = way(trainer, tmp_path)
        assert metrics(trainer.fit(DATA)) == metrics(other.fit(DATA))
        assert bits(trainer) == bits(other)


@every_way
def test_what_ran_out_of_time_goes_on_and_has_its_time_anew(
    way: Callable[[Trainer, Path], Trainer], tmp_path: Path
) -> None:
    plain, trainer = make_trainer(), make_trainer(max_seconds=1e-9)
    expected = plain.fit(DATA)
    taken = []
    for number in range(1, EPOCHS + 1):
        (epoch,) = trainer.fit(DATA)
        assert epoch.number == number
        taken.append(epoch)
        trainer = way(trainer, tmp_path)
    assert metrics(taken) == metrics(expected)
    assert bits(trainer) == bits(plain)


def test_fewer_epochs_than_were_trained_are_none_more() -> None:
    trainer = make_trainer()
    left_after(trainer, 4)
    before = bits(trainer)
    trainer.epochs = 2
    assert trainer.fit(DATA) == []
    assert bits(trainer) == before


def test_epochs_that_change_within_a_training_are_those_of_the_next() -> None:
    trainer = make_trainer(epochs=3, schedule=Cosine())
    numbers = []
    for epoch in trainer.train(DATA):
        trainer.epochs = 5
        numbers.append(epoch.number)
    assert numbers == [1, 2, 3]
    assert [epoch.number for epoch in trainer.fit(DATA)] == [4, 5]


# What cannot go on.


@every_way
def test_other_data_is_refused_and_the_same_in_other_arrays_is_not(
    way: Callable[[Trainer, Path], Trainer], tmp_path: Path
) -> None:
    trainer = make_trainer()
    left_after(trainer, 2)
    trainer = way(trainer, tmp_path)
    other = Data("clouds", DATA.train.head(39), DATA.validation, DATA.test, 2)
    with pytest.raises(ValueError, match="a training was left that is one on other data"):
        trainer.fit(other)
    weighted = Split(DATA.train.x, DATA.train.y, np.arange(40) + 1)
    with pytest.raises(ValueError, match="a training was left that is one on other data"):
        trainer.fit(Data("clouds", weighted, DATA.validation, DATA.test, 2))
    same = copy.deepcopy(DATA)
    assert [epoch.number for epoch in trainer.fit(same)] == [3, 4, 5, 6]


def test_one_that_has_ended_begins_anew_on_other_data() -> None:
    trainer = make_trainer(epochs=2)
    trainer.fit(DATA)
    assert [epoch.number for epoch in trainer.fit(class_data(20))] == [1, 2]


@pytest.mark.parametrize("way", each({k: WAYS[k] for k in ("break", "pickle", "file")}))
def test_an_optimizer_that_remembers_other_things_is_refused_and_another_rate_is_not(
    way: Callable[[Trainer, Path], Trainer], tmp_path: Path
) -> None:
    trainer = make_trainer(optimizer=Adam(0.02))
    left_after(trainer, 2)
    before = bits(trainer)
    trainer = way(trainer, tmp_path)
    trainer.optimizer = SGD(0.5)
    with pytest.raises(CheckpointError, match=r"it is of another training: .* optimizer/"):
        trainer.fit(DATA)
    assert bits(trainer) == before
    trainer.optimizer = Adam(0.01)
    epochs = trainer.fit(DATA)
    assert [epoch.metrics["learning_rate"] for epoch in epochs] == [0.01] * 4


@pytest.mark.parametrize("way", each(WAYS))
def test_one_that_was_never_begun_comes_along(
    way: Callable[[Trainer, Path], Trainer], tmp_path: Path
) -> None:
    trainer, plain = make_trainer(), make_trainer()
    assert trainer.position is None
    assert trainer.training is None
    trainer.network.parameters.vector[0] = 0.125
    plain.network.parameters.vector[0] = 0.125
    trainer = way(trainer, tmp_path)
    assert trainer.position is None
    assert metrics(trainer.fit(DATA)) == metrics(plain.fit(DATA))
    assert bits(trainer) == bits(plain)


@dataclass(frozen=True)
class Failing(FullMatrix):
    """The matrix form, which is interrupted at one mini-batch."""

    at: int = 6

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        compute, count = super().bind(objective, rng), iter(range(1, 1000))

        def gradient(batch: Batch, out: Parameters) -> None:
            if next(count) == self.at:
                raise KeyboardInterrupt
            compute(batch, out)

        return gradient


def test_what_is_interrupted_within_an_epoch_cannot_be_taken_up() -> None:
    trainer = make_trainer(backprop=Failing())
    taken = trainer.train(DATA)
    assert next(taken).number == 1
    after = bits(trainer)
    with pytest.raises(KeyboardInterrupt):
        next(taken)
    assert bits(trainer) != after
    assert trainer.position is None
    trainer.backprop = FullMatrix()
    other = make_trainer()
    other.network.parameters.vector[:] = trainer.network.parameters.vector
    assert metrics(trainer.fit(DATA)) == metrics(other.fit(DATA))


def test_what_fails_behind_an_epoch_cannot_be_taken_up() -> None:
    trainer = make_trainer(select_by="validation/top")
    with pytest.raises(ConfigError, match="there is no metric 'validation/top'"):
        trainer.fit(DATA)
    # What depends on the metrics has seen that epoch in part.
    assert trainer.position is None


def test_a_position_is_a_copy() -> None:
    trainer = make_trainer(optimizer=Adam(0.02))
    left_after(trainer, 2)
    position = trainer.position
    assert position is not None
    arrays = {name: array.copy() for name, array in position.arrays.items()}
    streams = copy.deepcopy(position.streams)
    expected = trainer.fit(DATA)
    for name, array in position.arrays.items():
        np.testing.assert_array_equal(array, arrays[name])
    assert position.streams == streams
    # So a training can go on from it as often as one likes.
    for _ in range(2):
        trainer.position = position
        assert metrics(trainer.fit(DATA)) == metrics(expected)


def test_one_training_at_a_time() -> None:
    trainer = make_trainer()
    first, second = trainer.train(DATA), trainer.train(DATA)
    assert (next(first).number, next(second).number) == (1, 2)
    with pytest.raises(ValueError, match="taken up"):
        next(first)
    assert [epoch.number for epoch in second] == [3, 4, 5, 6]
    plain = make_trainer()
    plain.fit(DATA)
    assert bits(trainer) == bits(plain)
