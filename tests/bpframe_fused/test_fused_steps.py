"""The compiled rule's steps: optimizers, penalties, clipping, dropout, weights and schedules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pytest
from builders import class_data, each, make_network

import bpframe_fused.epochs
from bpframe import (
    Array,
    ElementwiseStep,
    Objective,
    Optimizer,
    Parameters,
    ScalarStep,
    Step,
    StepPlan,
    Thinning,
    Trainer,
    TrainingSet,
    WeightedCost,
    make_batch,
)
from bpframe_activations import Custom, Sigmoid, Tanh
from bpframe_backprop import FullMatrix
from bpframe_costs import Quadratic
from bpframe_fused import Fused
from bpframe_optimizers import (
    L1,
    L2,
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    ClipNorm,
    ClipValue,
    ElasticNet,
    MaxNorm,
    Momentum,
    RMSprop,
)
from bpframe_schedules import Cosine

OPTIMIZERS = {
    "sgd": SGD(0.5),
    "momentum": Momentum(0.1),
    "nesterov": Momentum(0.1, nesterov=True),
    "adam": Adam(0.01),
    "adamw": AdamW(0.01, weight_decay=0.1),
    "rmsprop": RMSprop(0.01),
    "adagrad": AdaGrad(0.1),
}
PENALTIES = (None, L2(3.0), L1(2.0), ElasticNet(2.0))
CLIPPINGS = (None, ClipNorm(0.05), ClipValue(0.01))
DATA = class_data(23)


def trained(
    rule: Any,
    optimizer: Optimizer,
    *,
    dropout: float | tuple[float, ...] = 0.0,
    dtype: Any = np.float64,
    sizes: tuple[int, ...] = (3, 9, 17, 2),
    **options: Any,
) -> Trainer:
    network = make_network(sizes, Sigmoid(), dtype=dtype, dropout=dropout)
    settings: dict[str, Any] = {"epochs": 2, "batch_size": 4} | options
    trainer = Trainer(network, Quadratic(), rule, optimizer, **settings)
    trainer.fit(DATA)
    return trainer


def state(trainer: Trainer) -> dict[str, Array]:
    position = trainer.position
    assert position
    return position.arrays


def remark(trainer: Trainer) -> str:
    assert trainer.training
    return trainer.training.remark


def require_one_training(optimizer: Optimizer, rtol: float = 1e-9, **options: Any) -> None:
    fused, expected = (trained(rule, optimizer, **options) for rule in (Fused(), FullMatrix()))
    assert remark(fused) == ""
    assert state(fused).keys() == state(expected).keys()
    for name, array in state(expected).items():
        atol = rtol * float(np.abs(array).max())
        np.testing.assert_allclose(
            state(fused)[name], array, rtol, atol, err_msg=f"{name} {options}"
        )


@pytest.mark.parametrize("optimizer", each(OPTIMIZERS))
def test_every_optimizer_goes_with_every_penalty_clipping_and_dropout(optimizer: Any) -> None:
    for penalty, clipping, dropout in product(PENALTIES, CLIPPINGS, (0.0, (0.0, 0.4))):
        require_one_training(optimizer, regularizer=penalty, clipping=clipping, dropout=dropout)


@pytest.mark.parametrize("optimizer", [SGD(0.5), Adam(0.01)])
def test_schedules_and_weights_of_classes_are_taken(optimizer: Optimizer) -> None:
    for dropout in (0.0, 0.4):
        require_one_training(
            optimizer, schedule=Cosine(), class_weight={0: 3.0, 1: 0.5}, dropout=dropout
        )


@pytest.mark.parametrize("optimizer", [Momentum(0.1), Adam(0.01)])
def test_float32_is_taken(optimizer: Optimizer) -> None:
    require_one_training(optimizer, rtol=1e-3, dtype=np.float32, sizes=(3, 5, 2), dropout=0.4)


@pytest.mark.parametrize("optimizer", [SGD(0.5), Adam(0.01)])
def test_a_training_that_is_taken_up_ends_with_the_same_bits(optimizer: Optimizer) -> None:
    options: dict[str, Any] = {"dropout": 0.4, "schedule": Cosine(), "epochs": 4}
    whole = trained(Fused(), optimizer, **options)
    network = make_network((3, 9, 17, 2), Sigmoid(), dtype=np.float64, dropout=0.4)
    settings: dict[str, Any] = {"schedule": Cosine(), "epochs": 4, "batch_size": 4}
    left = Trainer(network, Quadratic(), Fused(), optimizer, **settings)
    for epoch in left.train(DATA):
        if epoch.number == 2:
            break
    again = Trainer(network, Quadratic(), Fused(), optimizer, **settings)
    again.position = left.position
    again.fit(DATA)
    for name, array in state(whole).items():
        np.testing.assert_array_equal(state(again)[name], array, err_msg=name)


def test_masks_are_drawn_a_piece_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = trained(Fused(), Momentum(0.1), dropout=0.4)
    monkeypatch.setattr(bpframe_fused.epochs, "DRAWN", 60)  # two of six steps
    pieces = trained(Fused(), Momentum(0.1), dropout=0.4)
    for name, array in state(whole).items():
        np.testing.assert_array_equal(state(pieces)[name], array, err_msg=name)


@pytest.mark.parametrize("activations", [(Sigmoid(), Tanh()), (Custom("z**3"), Sigmoid())])
def test_single_gradients_of_thinned_networks_and_weighted_samples(activations: Any) -> None:
    network = make_network((3, 6, 4, 2), Sigmoid(), dtype=np.float64, dropout=(0.5, 0.3))
    network.activations = (*activations, Sigmoid())
    thinning = Thinning(network, np.random.default_rng(0))
    rng = np.random.default_rng(1)
    batch = make_batch(rng.standard_normal((5, 3)), rng.uniform(0, 1, (5, 3)))
    for objective in (
        Objective(thinning.network, WeightedCost(Quadratic())),
        Objective(network, WeightedCost(Quadratic())),
    ):
        bound = [rule.bind(objective, np.random.default_rng(0)) for rule in (Fused(), FullMatrix())]
        for _ in range(3):
            thinning.draw()
            found, expected = (Parameters(network.sizes, np.float64) for _ in range(2))
            for gradient, out in zip(bound, (found, expected), strict=True):
                gradient(batch, out)
            np.testing.assert_allclose(found.vector, expected.vector, rtol=1e-9, atol=1e-14)


class Averages(ElementwiseStep):
    """Remembers three numbers, and divides zeros by zeros where nothing is."""

    def __init__(self, parameters: Parameters) -> None:
        super().__init__(parameters, 0.01, ["fast", "slow", "most"])

    def move(self, w: Array, g: Array, t: int) -> None:
        fast, slow, most = self.remembered.values()
        fast[:] = 0.5 * fast + 0.5 * g
        slow[:] = 0.9 * slow + 0.1 * g
        most[:] = np.maximum(most, np.abs(g))
        w -= self.learning_rate * (fast + slow) / most

    def scalar(self, real: type[np.floating[Any]]) -> ScalarStep:
        half, nine, tenth = real(0.5), real(0.9), real(0.1)

        def step(w: Any, g: Any, rate: Any, t: Any, fast: Any, slow: Any, most: Any) -> Any:
            fast, slow = half * fast + half * g, nine * slow + tenth * g
            most = max(most, abs(g))
            return w - rate * (fast + slow) / most, fast, slow, most

        return step


class WithoutScalarForm(Averages):
    def scalar(self, real: type[np.floating[Any]]) -> ScalarStep | None:
        return None


class WithALastWord(Averages):
    def __call__(self, gradient: Parameters) -> None:
        super().__call__(gradient)
        self._parameters.vector *= 0.5


class NotCompilable(Averages):
    def scalar(self, real: type[np.floating[Any]]) -> ScalarStep:
        return lambda w, g, rate, t, fast, slow, most: (input(w), fast, slow, most)


@dataclass(frozen=True)
class Steps(Optimizer):
    """Binds a step of any class."""

    made: Callable[[Parameters], Step]

    def bind(self, parameters: Parameters) -> Step:
        return self.made(parameters)


def test_what_fills_the_lanes_up_may_become_anything() -> None:
    require_one_training(Steps(Averages), sizes=(3, 4, 4, 2))


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"optimizer": Steps(WithoutScalarForm)}, "WithoutScalarForm has no scalar form"),
        ({"optimizer": Steps(WithALastWord)}, "WithALastWord is not just an elementwise step"),
        (
            {"optimizer": Steps(NotCompilable)},
            "NotCompilable cannot be compiled: Untyped global name",
        ),
        ({"regularizer": MaxNorm(0.5)}, "the regularizer bounds weights after each"),
    ],
)
def test_what_it_leaves_to_the_trainer_is_said_and_done(
    options: dict[str, Any], reason: str
) -> None:
    options = {"optimizer": SGD(0.5)} | options
    fused, expected = (trained(rule, **options) for rule in (Fused(), FullMatrix()))
    assert remark(fused).startswith(f"Fused takes single steps: {reason}")
    for name, array in state(expected).items():
        np.testing.assert_allclose(state(fused)[name], array, rtol=1e-9, atol=1e-12)


def test_steps_before_one_that_is_not_finite_are_kept_and_counted() -> None:
    x, y = np.array([[0.5], [1e200], [0.5]]), np.zeros((3, 1))
    objective = Objective(make_network((1, 1), Custom("z**3")), Quadratic())
    parameters = objective.network.parameters
    step = Momentum(0.1).bind(parameters)
    assert isinstance(step, ElementwiseStep)
    rng, plan = np.random.default_rng(0), StepPlan(step)
    epoch = Fused().bind_epoch(objective, rng, TrainingSet(x, y, 1), plan)
    before = parameters.vector.copy()
    assert epoch(np.array([0, 1, 2]), np.full(3, 0.1)) == 2
    assert step.steps.tolist() == [1]
    assert (step.remembered["velocity"] != 0).all()
    assert np.isfinite(parameters.vector).all()
    assert (parameters.vector != before).all()
