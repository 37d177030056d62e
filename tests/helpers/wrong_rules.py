"""Rules that are wrong in one way each, and the checks that must notice it.

The file is a plugin, too: a few of the rules can be asked for on the command line, and a cost of
which a plugin gives a wrong closed form.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

import bpframe
from bpframe import (
    Activation,
    Array,
    Backprop,
    Batch,
    Cost,
    ElementwiseStep,
    EpochFunction,
    ForwardPass,
    GradientFunction,
    GradientStep,
    Objective,
    OutputError,
    Parameters,
    RatedStep,
    Step,
    StepPlan,
    TrainingSet,
    WeightDecay,
    WeightedCost,
    make_batch,
)
from bpframe.errors import MissingPackageError, NotTakenError
from bpframe_costs import Quadratic


@dataclass(frozen=True)
class Right(Backprop):
    """Backpropagation, with a place for each mistake."""

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        network = objective.network
        f, last = network.activations, len(network.activations) - 1

        def gradient(batch: Batch, out: Parameters) -> None:
            forward = ForwardPass(network, len(batch.x))
            a_last = forward(batch.x_one)
            z, a = forward.z, forward.a
            delta = self.output_error(objective, z[last], a_last, batch.y)
            for layer in range(last, -1, -1):
                self.write(out.blocks[layer], delta.T @ forward.a_one[layer], len(batch.x))
                if layer:
                    grad_a = delta @ self.backward(network.parameters.weights[layer])
                    source = self.source(z, layer - 1)
                    delta = f[layer - 1].pullback(grad_a, z[source], a[source])

        return gradient

    def output_error(self, objective: Objective, z: Array, a: Array, y: Array) -> Array:
        return objective.output_error(z, a, y)

    def write(self, block: Array, total: Array, m: int) -> None:
        block[:] = total / total.dtype.type(m)

    def backward(self, weights: Array) -> Array:
        return weights

    def source(self, z: list[Array], layer: int) -> int:
        return layer


@dataclass(frozen=True)
class RefusesSome(Right):
    """Refuses hidden layers that are not of sigmoids, and says so."""

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        names = [type(f).__name__ for f in objective.network.activations]
        if any(name != "Sigmoid" for name in names):
            raise ValueError(f"the activations are {names}; they must be Sigmoid")
        return super().bind(objective, rng)


@dataclass(frozen=True)
class RandomFeedback(Right):
    """Fixed random matrices in place of the weights: no gradient, and nothing wrong."""

    exact = False

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        feedback = {
            w.shape: rng.standard_normal(w.shape) for w in objective.network.parameters.weights
        }

        @dataclass(frozen=True)
        class WithFeedback(Right):
            """The same with other matrices."""

            def backward(self, weights: Array) -> Array:
                return feedback[weights.shape]

        return WithFeedback().bind(objective, rng)


@dataclass(frozen=True)
class Whole(Right):
    """Takes the steps of an epoch itself, with a place for each mistake."""

    def bind_epoch(
        self,
        objective: Objective,
        rng: np.random.Generator,
        training: TrainingSet,
        plan: StepPlan,
    ) -> EpochFunction | None:
        if plan.weight_decay is None:
            return None
        decay = self.decay(plan.weight_decay)
        parameters = objective.network.parameters
        gradient, out = self.bind(objective, rng), Parameters(parameters.sizes, parameters.dtype)
        m = training.batch_size

        def epoch(order: npt.NDArray[np.int64], rates: npt.NDArray[np.float64]) -> int:
            order = self.order(order)
            starts = range(0, len(order), m)
            for number, rows in enumerate((order[i : i + m] for i in starts), 1):
                gradient(make_batch(training.x[rows], training.y[rows]), out)
                if self.stops(out):
                    return number
                for g, w in zip(out.weights, parameters.weights, strict=True):
                    g += decay * w
                parameters.vector -= rates[number - 1] * out.vector
            return self.failed()

        return self.around(epoch, parameters.vector)

    def around(self, epoch: EpochFunction, vector: Array) -> EpochFunction:
        return epoch

    def stops(self, gradient: Parameters) -> bool:
        return not np.isfinite(gradient.biases[-1]).all()

    def order(self, order: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        return order

    def decay(self, weight_decay: float) -> float:
        return weight_decay

    def failed(self) -> int:
        return 0


@dataclass(frozen=True)
class WholeWithoutDecay(Whole):
    """Forgets the penalty."""

    def decay(self, weight_decay: float) -> float:
        return 0.0


@dataclass(frozen=True)
class WholeInItsOwnOrder(Whole):
    """Sorts the samples."""

    def order(self, order: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        return np.sort(order)


@dataclass(frozen=True)
class WholeThatGivesUp(Whole):
    """Says that a step was not finite."""

    def failed(self) -> int:
        return 1


@dataclass(frozen=True)
class WholeOnce(Whole):
    """Trains on one sample alone from its second epoch on."""

    def around(self, epoch: EpochFunction, vector: Array) -> EpochFunction:
        seen: list[npt.NDArray[np.int64]] = []

        def again(order: npt.NDArray[np.int64], rates: npt.NDArray[np.float64]) -> int:
            seen.append(order)
            return epoch(order if len(seen) == 1 else 0 * order, rates)

        return again


@dataclass(frozen=True)
class WholeFromItsOwnParameters(Whole):
    """Goes on from where its last epoch ended, whatever was changed since."""

    def around(self, epoch: EpochFunction, vector: Array) -> EpochFunction:
        ended: list[Array] = []

        def again(order: npt.NDArray[np.int64], rates: npt.NDArray[np.float64]) -> int:
            vector[:] = ended[-1] if ended else vector
            failed = epoch(order, rates)
            ended.append(vector.copy())
            return failed

        return again


@dataclass(frozen=True)
class WholeInHalfPrecision(Whole):
    """Rounds to float16 where the network is of float32."""

    def around(self, epoch: EpochFunction, vector: Array) -> EpochFunction:
        def rounded(order: npt.NDArray[np.int64], rates: npt.NDArray[np.float64]) -> int:
            failed = epoch(order, rates)
            if vector.dtype == np.float32:
                vector[:] = vector.astype(np.float16)
            return failed

        return rounded


@dataclass(frozen=True)
class WholeThatNeverStops(Whole):
    """Takes a step that is not finite, and all after it."""

    def stops(self, gradient: Parameters) -> bool:
        return False


@dataclass(frozen=True)
class WholeThatTakesNoStepAtAll(Whole):
    """Takes back the steps before the one that is not finite."""

    def around(self, epoch: EpochFunction, vector: Array) -> EpochFunction:
        def all_or_none(order: npt.NDArray[np.int64], rates: npt.NDArray[np.float64]) -> int:
            before = vector.copy()
            if failed := epoch(order, rates):
                vector[:] = before
            return failed

        return all_or_none


@dataclass(frozen=True)
class Every(Right):
    """Takes the steps of every plan itself, with a place for each mistake."""

    def bind_epoch(
        self,
        objective: Objective,
        rng: np.random.Generator,
        training: TrainingSet,
        plan: StepPlan,
    ) -> EpochFunction | None:
        plan, y = self.plan(plan), self.targets(objective, training.y)
        parameters, step = objective.network.parameters, plan.step
        gradient, out = self.bind(objective, rng), Parameters(parameters.sizes, parameters.dtype)
        m = training.batch_size

        def epoch(order: npt.NDArray[np.int64], rates: npt.NDArray[np.float64]) -> int:
            for number, rate in enumerate(self.rates(rates).tolist()):
                if plan.thinning:
                    plan.thinning.draw()
                rows = order[number * m : (number + 1) * m]
                gradient(make_batch(training.x[rows], y[rows]), out)
                if not np.isfinite(out.biases[-1]).all():
                    return number + 1
                if isinstance(step, RatedStep):
                    step.learning_rate = rate
                for change in plan.changes():
                    change(out)
            return 0

        return self.around(epoch, step)

    def plan(self, plan: StepPlan) -> StepPlan:
        return plan

    def targets(self, objective: Objective, y: Array) -> Array:
        return y

    def rates(self, rates: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return rates

    def around(self, epoch: EpochFunction, step: Step) -> EpochFunction:
        return epoch


@dataclass(frozen=True)
class EveryButClipping(Every):
    """Forgets to clip."""

    def plan(self, plan: StepPlan) -> StepPlan:
        return replace(plan, clip=None)


@dataclass(frozen=True)
class EveryAdditionIsADecay(Every):
    """Leaves out each addition that it has no name for."""

    def plan(self, plan: StepPlan) -> StepPlan:
        return plan if isinstance(plan.addition, WeightDecay) else replace(plan, addition=None)


@dataclass(frozen=True)
class EveryButBounds(Every):
    """Forgets what follows the step."""

    def plan(self, plan: StepPlan) -> StepPlan:
        return replace(plan, constraint=None)


@dataclass(frozen=True)
class EveryStepIsPlain(Every):
    """Takes every step with a rate for a `GradientStep`."""

    def plan(self, plan: StepPlan) -> StepPlan:
        if not isinstance(plan.step, GradientStep):
            return plan
        # A step does not tell what it changes.
        vector = plan.step._vector
        parameters = Parameters([len(vector) - 1, 1], vector.dtype)
        parameters.vector = vector
        return replace(plan, step=GradientStep(parameters, plan.step.learning_rate))


@dataclass(frozen=True)
class EveryStepHasOneRate(Every):
    """Takes all steps with the rate of the first."""

    def rates(self, rates: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.full_like(rates, rates[0])


@dataclass(frozen=True)
class EveryEpochForgets(Every):
    """Begins each epoch without a memory."""

    def around(self, epoch: EpochFunction, step: Step) -> EpochFunction:
        def forgetful(order: npt.NDArray[np.int64], rates: npt.NDArray[np.float64]) -> int:
            for array in step.remembered.values() if isinstance(step, ElementwiseStep) else ():
                array[:] = 0
            return epoch(order, rates)

        return forgetful


@dataclass(frozen=True)
class EveryEpochCountsFromOne(Every):
    """Counts the steps of an epoch, and not those of the training."""

    def around(self, epoch: EpochFunction, step: Step) -> EpochFunction:
        def counting(order: npt.NDArray[np.int64], rates: npt.NDArray[np.float64]) -> int:
            if isinstance(step, ElementwiseStep):
                step.steps[:] = 0
            return epoch(order, rates)

        return counting


@dataclass(frozen=True)
class EveryEpochKeepsItsMemory(Every):
    """Remembers well, and does not write it back."""

    def around(self, epoch: EpochFunction, step: Step) -> EpochFunction:
        def secretive(order: npt.NDArray[np.int64], rates: npt.NDArray[np.float64]) -> int:
            state = step.state if isinstance(step, ElementwiseStep) else {}
            before = {name: array.copy() for name, array in state.items()}
            failed = epoch(order, rates)
            for name, array in before.items():
                state[name][:] = array
            return failed

        return secretive


@dataclass(frozen=True)
class EveryNeuronStays(Every):
    """Draws nothing."""

    def plan(self, plan: StepPlan) -> StepPlan:
        return replace(plan, thinning=None)


@dataclass(frozen=True)
class EverySampleCountsOne(Every):
    """Takes all weights for 1."""

    def targets(self, objective: Objective, y: Array) -> Array:
        if not isinstance(objective.cost, WeightedCost):
            return y
        return np.column_stack([y[:, :-1], np.ones(len(y))]).astype(y.dtype)


@dataclass(frozen=True)
class LeavesStepsWithoutAReason(Whole):
    """Raises an error of no words."""

    def bind_epoch(
        self,
        objective: Objective,
        rng: np.random.Generator,
        training: TrainingSet,
        plan: StepPlan,
    ) -> EpochFunction | None:
        if plan.weight_decay is None:
            raise NotTakenError
        return super().bind_epoch(objective, rng, training, plan)


@dataclass(frozen=True)
class LeavesStepsWithAReason(LeavesStepsWithoutAReason):
    """Says why it does not take other steps than plain ones."""

    def bind_epoch(
        self,
        objective: Objective,
        rng: np.random.Generator,
        training: TrainingSet,
        plan: StepPlan,
    ) -> EpochFunction | None:
        try:
            return super().bind_epoch(objective, rng, training, plan)
        except NotTakenError:
            raise NotTakenError("it takes plain steps") from None


@dataclass(frozen=True)
class SumOfTheBatch(Right):
    """Does not divide by the number of samples."""

    def write(self, block: Array, total: Array, m: int) -> None:
        block[:] = total


@dataclass(frozen=True)
class TransposedWeights(Right):
    """Takes wᵀ for w where both fit."""

    def backward(self, weights: Array) -> Array:
        return weights.T if weights.shape[0] == weights.shape[1] else weights


@dataclass(frozen=True)
class OffByOneLayer(Right):
    """Takes z and a of the layer above where they fit."""

    def source(self, z: list[Array], layer: int) -> int:
        return layer + 1 if z[layer].shape == z[layer + 1].shape else layer


@dataclass(frozen=True)
class AMinusYForAll(Right):
    """Leaves out f′ of the output layer, whatever the pair."""

    def output_error(self, objective: Objective, z: Array, a: Array, y: Array) -> Array:
        return a - y


@dataclass(frozen=True)
class SlightlyWrong(Right):
    """Too large by a share of 10⁻⁵."""

    def write(self, block: Array, total: Array, m: int) -> None:
        block[:] = total / total.dtype.type(m) * total.dtype.type(1.00001)


@dataclass(frozen=True)
class AddsToOut(Right):
    """Expects zeros."""

    def write(self, block: Array, total: Array, m: int) -> None:
        block += total / total.dtype.type(m)


@dataclass(frozen=True)
class ForgetsTheBiases(Right):
    """Writes the weights alone."""

    def write(self, block: Array, total: Array, m: int) -> None:
        block[:, :-1] = total[:, :-1] / total.dtype.type(m)


@dataclass(frozen=True)
class FirstSampleTwice(Right):
    """Counts the first sample twice: order matters."""

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        inner = super().bind(objective, rng)

        def gradient(batch: Batch, out: Parameters) -> None:
            rows = [0, *range(len(batch.x))]
            inner(Batch(*(array[rows] for array in batch)), out)

        return gradient


@dataclass(frozen=True)
class DecaysWeights(Right):
    """Changes the parameters, which is the optimizer's."""

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        inner = super().bind(objective, rng)

        def gradient(batch: Batch, out: Parameters) -> None:
            inner(batch, out)
            objective.network.parameters.vector *= 0.5

        return gradient


@dataclass(frozen=True)
class CentresTheBatch(Right):
    """Changes the targets once it has done with them."""

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        inner = super().bind(objective, rng)

        def gradient(batch: Batch, out: Parameters) -> None:
            inner(batch, out)
            batch.y[:] -= batch.y.mean()

        return gradient


@dataclass(frozen=True)
class KeepsTheFirstWeights(Right):
    """Copies the weights once and for all."""

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        first = [w.copy() for w in objective.network.parameters.weights]
        inner = super().bind(objective, rng)

        def gradient(batch: Batch, out: Parameters) -> None:
            now = objective.network.parameters.vector.copy()
            for w, kept in zip(objective.network.parameters.weights, first, strict=True):
                w[:] = kept
            inner(batch, out)
            objective.network.parameters.vector[:] = now

        return gradient


@dataclass(frozen=True)
class KeepsTheFirstSize(Right):
    """Takes every batch for one of the first one's size."""

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        inner, sizes = super().bind(objective, rng), []

        def gradient(batch: Batch, out: Parameters) -> None:
            sizes.append(len(batch.x))
            inner(batch, out)
            out.vector *= sizes[-1] / sizes[0]

        return gradient


@dataclass(frozen=True)
class HalfPrecision(Right):
    """Rounds the errors to float16 where the network is of float32."""

    def output_error(self, objective: Objective, z: Array, a: Array, y: Array) -> Array:
        delta = objective.output_error(z, a, y)
        return delta.astype(np.float16).astype(a.dtype) if a.dtype == np.float32 else delta


@dataclass(frozen=True)
class GlobalNoise(Right):
    """Draws from NumPy's global state."""

    exact = False

    def write(self, block: Array, total: Array, m: int) -> None:
        block[:] = total / m + np.random.standard_normal(total.shape)


@dataclass(frozen=True)
class LastLayerOnly(Right):
    """Leaves what stood in the other layers' place."""

    exact = False

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        inner, scratch = super().bind(objective, rng), objective.network.parameters.copy()

        def gradient(batch: Batch, out: Parameters) -> None:
            inner(batch, scratch)
            out.blocks[-1][:] = scratch.blocks[-1]

        return gradient


@dataclass(frozen=True)
class RefusesEverything(Right):
    """Is of no use."""

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        raise ValueError("not today")


@dataclass(frozen=True)
class RefusesWithoutAWord(RefusesSome):
    """Refuses some networks and does not say why."""

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        try:
            return super().bind(objective, rng)
        except ValueError:
            raise ValueError from None


@dataclass(frozen=True)
class NeedsAPackage(Right):
    """Cannot work here, whatever the network."""

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        raise MissingPackageError("rule 'mine' needs Nimbus: pip install nimbus")


AGREES = "gradient_agrees_with_differences"
WHOLE = "steps_of_a_whole_epoch_are_those_of_single_gradients"
STOPS = "an_epoch_ends_before_the_step_that_is_not_finite"
MEAN = "a_batch_gives_the_mean_of_its_samples"
ORDER = "order_of_the_samples_is_irrelevant"
SIZES = "changed_weights_and_batch_sizes_are_followed"
OUT = "what_out_held_before_is_overwritten"
STAY = "parameters_and_batch_stay_as_they_were"
SEED = "one_seed_gives_one_result"
FLOAT32 = "float32_agrees_with_float64"
FINITE = "numbers_are_finite"
RATES = "rates_of_an_epoch_are_those_of_its_steps"
FOLLOWS = "what_follows_a_gradient_is_done_or_left_to_the_trainer"
REMEMBERS = "what_a_step_remembers_is_read_and_written"
THINNED = "neurons_are_left_out_as_they_are_drawn"
WEIGHTS = "weights_of_samples_count_in_whole_epochs"
RIGHT = [
    Right(),
    RefusesSome(),
    RandomFeedback(),
    Whole(),
    Every(),
    LeavesStepsWithAReason(),
]


@dataclass(frozen=True)
class PromisesNothing(Right):
    """Gives 0, and a tolerance at which that is right."""

    @property
    def tolerance(self) -> float:
        return 100.0

    def write(self, block: Array, total: Array, m: int) -> None:
        block[:] = 0


WRONG: list[tuple[Backprop, set[str]]] = [
    (PromisesNothing(), {AGREES}),
    (SumOfTheBatch(), {AGREES, MEAN, SIZES, FLOAT32}),
    (TransposedWeights(), {AGREES}),
    (OffByOneLayer(), {AGREES}),
    (AMinusYForAll(), {AGREES, SIZES, FLOAT32}),
    (SlightlyWrong(), {AGREES, SIZES}),
    (AddsToOut(), {OUT}),
    (ForgetsTheBiases(), {AGREES, SIZES, OUT, FLOAT32}),
    (FirstSampleTwice(), {AGREES, MEAN, ORDER, SIZES, FLOAT32}),
    (DecaysWeights(), {STAY, MEAN, ORDER, SIZES}),
    (CentresTheBatch(), {STAY, SIZES, OUT, SEED}),
    (KeepsTheFirstWeights(), {SIZES}),
    (KeepsTheFirstSize(), {MEAN, SIZES}),
    (HalfPrecision(), {FLOAT32}),
    (GlobalNoise(), {SEED, OUT}),
    (LastLayerOnly(), {OUT, FINITE}),
    (RefusesEverything(), {AGREES, MEAN, ORDER, SIZES, OUT, STAY, SEED, FLOAT32}),
    (RefusesWithoutAWord(), {AGREES}),
    (WholeWithoutDecay(), {WHOLE, STOPS}),
    (WholeInItsOwnOrder(), {WHOLE, STOPS, RATES, WEIGHTS}),
    (WholeThatGivesUp(), {WHOLE, RATES, WEIGHTS}),
    (WholeOnce(), {WHOLE, RATES, WEIGHTS}),
    (WholeFromItsOwnParameters(), {WHOLE, RATES, WEIGHTS}),
    (WholeInHalfPrecision(), {WHOLE}),
    (WholeThatNeverStops(), {STOPS}),
    (WholeThatTakesNoStepAtAll(), {STOPS}),
    (EveryButClipping(), {FOLLOWS}),
    (EveryAdditionIsADecay(), {FOLLOWS}),
    (EveryButBounds(), {FOLLOWS}),
    (EveryStepIsPlain(), {FOLLOWS}),
    (EveryStepHasOneRate(), {RATES, FOLLOWS, REMEMBERS, THINNED, WEIGHTS}),
    (EveryEpochForgets(), {REMEMBERS, FOLLOWS}),
    (EveryEpochCountsFromOne(), {REMEMBERS, FOLLOWS}),
    (EveryEpochKeepsItsMemory(), {REMEMBERS, FOLLOWS}),
    (EveryNeuronStays(), {THINNED, FOLLOWS}),
    (EverySampleCountsOne(), {WEIGHTS}),
    (LeavesStepsWithoutAReason(), {FOLLOWS, REMEMBERS, THINNED}),
]


@dataclass(frozen=True)
class OnlyFloat32(Right):
    """Refuses networks in float64."""

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        if objective.network.parameters.dtype == np.float64:
            raise ValueError("numbers of 64 bits are too large for me")
        return super().bind(objective, rng)


@dataclass(frozen=True)
class Half(Quadratic):
    """The quadratic cost under another name, for which a closed form is given."""


def a_minus_y(z: Array, a: Array, y: Array) -> Array:
    return a - y


@bpframe.hookimpl
def bpframe_register_backprops(register):
    register("transposed", TransposedWeights)
    register("summed", SumOfTheBatch)
    register("only_float32", OnlyFloat32)


@bpframe.hookimpl
def bpframe_register_costs(register):
    register("half", Half)


@bpframe.hookimpl
def bpframe_output_error(cost: Cost, activation: Activation) -> OutputError | None:
    return a_minus_y if type(cost) is Half else None
