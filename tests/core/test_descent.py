"""Who takes the steps of an epoch, with which random numbers and threads, and where they end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import numpy as np
import numpy.typing as npt
import pytest
from builders import class_data, make_network

from bpframe import (
    Addition,
    Array,
    Backprop,
    Batch,
    Cost,
    Data,
    EpochFunction,
    GradientFunction,
    GradientStep,
    Network,
    Objective,
    Parameters,
    Split,
    Step,
    StepPlan,
    Trainer,
    TrainingSet,
    WeightDecay,
)
from bpframe.core.evaluation import CHUNK
from bpframe.core.streams import stream
from bpframe.errors import DivergedError
from bpframe_activations import Linear, Sigmoid
from bpframe_backprop import FullMatrix
from bpframe_costs import Quadratic
from bpframe_optimizers import L2, SGD, NoRegularizer

N, BATCH = 23, 4


def make_trainer(
    rule: Backprop, network: Network | None = None, cost: Cost | None = None, **more: Any
) -> Trainer:
    net = network or make_network((3, 4, 2), Sigmoid())
    options: dict[str, Any] = {"epochs": 1, "batch_size": BATCH} | more
    return Trainer(net, cost or Quadratic(), rule, SGD(0.1), **options)


@dataclass(frozen=True)
class WholeEpochs(FullMatrix):
    """A rule that takes the steps of an epoch itself, and fails at the batch of one sample."""

    fails_at: int | None = None

    def bind_epoch(
        self, objective: Objective, rng: np.random.Generator, training: TrainingSet, plan: StepPlan
    ) -> EpochFunction:
        def epoch(order: npt.NDArray[np.int64], rates: npt.NDArray[np.float64]) -> int:
            if self.fails_at is None:
                return 0
            return 1 + int(order.tolist().index(self.fails_at)) // training.batch_size

        return epoch


def with_a_huge_sample(row: int) -> Data:
    """Return samples of which one makes layer 2 overflow."""
    x = np.zeros((N, 3), np.float32)
    x[row] = 1e30
    nothing = Split(x[:0], np.zeros((0, 2)))
    return Data("huge", Split(x, np.zeros((N, 2))), nothing, nothing, None)


@pytest.mark.parametrize("row", [0, 7, 22])
@pytest.mark.parametrize("seed", range(4))
def test_an_epoch_that_fails_names_its_step_and_looks_at_that_mini_batch(
    row: int, seed: int
) -> None:
    network = make_network((3, 4, 2), Linear(), dtype=np.float32)
    network.parameters.weights[0][:] = 1e20
    trainer = make_trainer(WholeEpochs(row), network, seed=seed)
    step = 1 + stream(seed, "shuffle").permutation(N).tolist().index(row) // BATCH
    with pytest.raises(DivergedError, match=f"epoch 1, step {step}: layer 2 is the first that"):
        trainer.fit(with_a_huge_sample(row))


def test_the_step_that_diverges_is_counted_from_1_in_each_epoch() -> None:
    for row in range(3):
        network = make_network((3, 2), Linear(), dtype=np.float32)
        network.parameters.weights[0][:] = 1e20
        step = 1 + stream(0, "shuffle").permutation(N).tolist().index(row) // BATCH
        with pytest.raises(DivergedError, match=f"epoch 1, step {step}: layer 2 is the first that"):
            make_trainer(FullMatrix(), network).fit(with_a_huge_sample(row))


class InfiniteCost(Quadratic):
    """A cost that is not finite, though its gradient is."""

    def value(self, a: Array, y: Array) -> Array:
        return np.full(len(a), np.inf)


class NoNumber(Quadratic):
    """A cost that is no number, though its gradient is."""

    def value(self, a: Array, y: Array) -> Array:
        return np.full(len(a), np.nan)


@pytest.mark.parametrize("rule", [FullMatrix(), WholeEpochs()], ids=repr)
@pytest.mark.parametrize("cost", [InfiniteCost(), NoNumber()], ids=repr)
def test_figures_that_are_not_finite_end_the_training_at_the_last_step(
    cost: Cost, rule: Backprop
) -> None:
    message = r"epoch 1, step 6: layer 3 is finite, but its cost"
    with pytest.raises(DivergedError, match=message):
        make_trainer(rule, cost=cost, epochs=3).fit(class_data(N))


@pytest.mark.parametrize("other", [1.0, -np.inf])
def test_a_penalty_that_is_not_finite_ends_it_too_and_without_a_warning(other: float) -> None:
    class Endless(NoRegularizer):
        def penalty(self, parameters: Parameters, n: int) -> float:
            return float(np.float64(1e308) * 10 + np.float64(other))

    with pytest.raises(DivergedError, match="epoch 1, step 6"):
        make_trainer(FullMatrix(), regularizer=Endless()).fit(class_data(N))


@pytest.mark.parametrize("seed", [3, 4])
def test_a_rule_that_takes_whole_epochs_draws_from_the_stream_feedback_of_the_seed(
    seed: int,
) -> None:
    drawn: list[float] = []

    class Drawing(WholeEpochs):
        def bind_epoch(
            self,
            objective: Objective,
            rng: np.random.Generator,
            training: TrainingSet,
            plan: StepPlan,
        ) -> EpochFunction:
            drawn.append(rng.standard_normal())
            return super().bind_epoch(objective, rng, training, plan)

    make_trainer(Drawing(), seed=seed).fit(class_data(N))
    assert drawn == [stream(seed, "feedback").standard_normal()]


@pytest.mark.parametrize("seed", [3, 4])
def test_so_does_a_rule_that_is_asked_at_each_step(seed: int) -> None:
    drawn: list[float] = []

    class Drawing(FullMatrix):
        def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
            drawn.append(rng.standard_normal())
            return super().bind(objective, rng)

    make_trainer(Drawing(), seed=seed).fit(class_data(N))
    assert drawn == [stream(seed, "feedback").standard_normal()]


@pytest.mark.parametrize("seed", [1, 2])
def test_figures_of_training_come_from_the_stream_evaluation_of_the_seed(seed: int) -> None:
    data = class_data(N)
    trainer = make_trainer(FullMatrix(), seed=seed, train_evaluation_samples=5)
    (epoch,) = trainer.fit(data)
    figures = trainer.evaluate(data, data.train.draw(5, stream(seed, "evaluation")))
    expected = {f"train/{name}": value for name, value in figures.items()}
    assert epoch.metrics == expected | {"learning_rate": 0.1}
    other = trainer.evaluate(data, data.train.draw(5, stream(0, "evaluation")))
    assert other["cost"] != figures["cost"]


class Inside:
    """Notes which contexts of `blas_threads` were made, and whether one is open."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []
        self.open = False

    @contextmanager
    def __call__(self, parameters: int, batch_size: int) -> Iterator[None]:
        self.asked.append((parameters, batch_size))
        self.open = True
        yield
        self.open = False


@pytest.mark.parametrize(("batch_size", "counted"), [(BATCH, BATCH), (10**20, N)])
def test_the_steps_are_taken_with_the_threads_of_their_work(batch_size: int, counted: int) -> None:
    inside, seen = Inside(), []

    class Looking(FullMatrix):
        def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
            compute = super().bind(objective, rng)

            def gradient(batch: Batch, out: Parameters) -> None:
                seen.append(inside.open)
                compute(batch, out)

            return gradient

    with patch("bpframe.core.descent.blas_threads", inside):
        make_trainer(Looking(), batch_size=batch_size).fit(class_data(N))
    assert seen == [True] * -(-N // counted)
    assert inside.asked == [(4 * 4 + 2 * 5, counted)]


@pytest.mark.parametrize(("batch_size", "counted"), [(BATCH, BATCH), (10**20, N)])
def test_so_are_whole_epochs(batch_size: int, counted: int) -> None:
    inside, seen = Inside(), []

    class Looking(FullMatrix):
        def bind_epoch(
            self,
            objective: Objective,
            rng: np.random.Generator,
            training: TrainingSet,
            plan: StepPlan,
        ) -> EpochFunction:
            def epoch(order: npt.NDArray[np.int64], rates: npt.NDArray[np.float64]) -> int:
                seen.append(inside.open)
                return 0

            return epoch

    with patch("bpframe.core.training.blas_threads", inside):
        make_trainer(Looking(), batch_size=batch_size, epochs=2).fit(class_data(N))
    assert seen == [True, True]
    assert inside.asked == [(4 * 4 + 2 * 5, counted)] * 2


@pytest.mark.parametrize("base", [NoRegularizer, L2])
def test_a_regularizer_with_a_gradient_of_its_own_keeps_the_rule_from_the_steps(
    base: type[NoRegularizer] | type[L2],
) -> None:
    bound = []

    class Own(base):
        def bind(self, parameters: Parameters, n: int) -> Addition | None:
            bound.append(n)
            return lambda gradient: None

    make_trainer(Refusing(), regularizer=Own()).fit(class_data(N))
    assert bound == [N]


class Refusing(FullMatrix):
    """A rule that takes plain steps itself, and is not to see any here."""

    def bind_epoch(
        self, objective: Objective, rng: np.random.Generator, training: TrainingSet, plan: StepPlan
    ) -> EpochFunction | None:
        assert plan.weight_decay is None, "these steps are no plain ones"
        return None


def test_so_does_an_optimizer_with_steps_of_its_own_whatever_it_is_derived_from() -> None:
    class Half(SGD):
        def bind(self, parameters: Parameters) -> Step:
            whole = super().bind(parameters)

            def step(gradient: Parameters) -> None:
                gradient.vector /= 2
                whole(gradient)

            return step

    class HalfStep(GradientStep):
        def __call__(self, gradient: Parameters) -> None:
            gradient.vector /= 2
            super().__call__(gradient)

    class ByClass(SGD):
        def bind(self, parameters: Parameters) -> Step:
            return HalfStep(parameters, 0.1)

    vectors = []
    for rule, optimizer in (
        (Refusing(), Half(0.1)),
        (Refusing(), ByClass(0.1)),
        (FullMatrix(), SGD(0.05)),
    ):
        trainer = make_trainer(rule)
        trainer.optimizer = optimizer
        trainer.fit(class_data(N))
        vectors.append(trainer.network.parameters.vector)
    for vector in vectors[:2]:
        np.testing.assert_allclose(vector, vectors[2], rtol=1e-12)


def test_a_penalty_of_a_class_of_its_own_keeps_the_rule_from_the_steps_too() -> None:
    class Twice(WeightDecay):
        def __call__(self, gradient: Parameters) -> None:
            super().__call__(gradient)
            super().__call__(gradient)

    class TwiceL2(L2):
        def bind(self, parameters: Parameters, n: int) -> Addition | None:
            return Twice(parameters, self.lambda_ / n)

    vectors = []
    for rule, regularizer in ((Refusing(), TwiceL2(1.0)), (FullMatrix(), L2(2.0))):
        trainer = make_trainer(rule, regularizer=regularizer)
        trainer.fit(class_data(N))
        vectors.append(trainer.network.parameters.vector)
    np.testing.assert_allclose(*vectors, rtol=1e-12)


@pytest.mark.parametrize("regularizer", [None, NoRegularizer(), L2(0.46)], ids=repr)
def test_a_rule_that_takes_whole_epochs_is_told_rate_and_decay(regularizer: Any) -> None:
    told = []

    class Told(WholeEpochs):
        def bind_epoch(
            self,
            objective: Objective,
            rng: np.random.Generator,
            training: TrainingSet,
            plan: StepPlan,
        ) -> EpochFunction:
            told.append((plan.step.learning_rate, plan.weight_decay))
            assert objective is trainer.objective
            return super().bind_epoch(objective, rng, training, plan)

    trainer = make_trainer(Told(), regularizer=regularizer)
    trainer.fit(class_data(N))
    assert told == [(0.1, 0.46 / N if isinstance(regularizer, L2) else 0.0)]


# Numbers that a plugin makes float64, in a network of float32.


class Float64Slopes(Sigmoid):
    """A sigmoid whose (BP2) is computed in float64."""

    def pullback(self, grad_a: Array, z: Array, a: Array) -> Array:
        return super().pullback(grad_a.astype(np.float64), z.astype(np.float64), a)


def float64_output_error(z: Array, a: Array, y: Array) -> Array:
    return a.astype(np.float64) - y


@pytest.mark.parametrize(
    ("f", "form"),
    [(Sigmoid(), float64_output_error), (Float64Slopes(), lambda z, a, y: a - y)],
    ids=["output error", "hidden layer"],
)
def test_float64_in_between_leaves_the_gradient_that_float32_gives(f: Sigmoid, form: Any) -> None:
    gradients = []
    for activation, output_error in ((f, form), (Sigmoid(), lambda z, a, y: a - y)):
        network = make_network((3, 4, 4, 2), activation, Sigmoid(), dtype=np.float32)
        objective = Objective(network, Quadratic(), output_error)
        x_one = np.ones((5, 4), np.float32)
        x_one[:, :-1] = class_data(5).train.x
        batch = Batch(x_one[:, :-1], np.zeros((5, 2), np.float32), x_one)
        gradient = Parameters(network.sizes)
        FullMatrix().bind(objective, np.random.default_rng(0))(batch, gradient)
        gradients.append(gradient.vector)
    assert gradients[0].any()
    np.testing.assert_allclose(gradients[0], gradients[1], rtol=1e-4, atol=1e-6)


class Blind(FullMatrix):
    """A rule that never sees anything wrong, and changes nothing."""

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        return lambda batch, out: out.vector.fill(0)


@pytest.mark.parametrize("row", [0, 1, CHUNK - 1, CHUNK, 2 * CHUNK + 4])
@pytest.mark.parametrize("split", ["train", "validation"])
def test_what_an_evaluation_meets_is_named_whatever_sample_it_is(split: str, row: int) -> None:
    samples = {name: np.zeros((2 * CHUNK + 5, 3), np.float32) for name in ("train", "validation")}
    samples[split][row] = 1e30
    splits = [Split(x, np.zeros((2 * CHUNK + 5, 2))) for x in samples.values()]
    data = Data("huge", *splits, Split(np.zeros((0, 3)), np.zeros((0, 2))), None)
    network = make_network((3, 4, 2), Linear(), dtype=np.float32)
    network.parameters.weights[0][:] = 1e20
    steps = -(-(2 * CHUNK + 5) // BATCH)
    with pytest.raises(DivergedError, match=f"epoch 1, step {steps}: layer 2 is the first that"):
        make_trainer(Blind(), network).fit(data)
