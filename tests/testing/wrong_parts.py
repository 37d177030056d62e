"""Optimizers, regularizers, clippings and initializers that are wrong in one way each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe import (
    Array,
    Clipping,
    Constraint,
    ElementwiseAddition,
    ElementwiseStep,
    GradientClip,
    GradientStep,
    Initializer,
    Optimizer,
    Parameters,
    Regularizer,
    WeightDecay,
)
from bpframe_optimizers import L2, SGD

Step = Callable[[Parameters], None]
VELOCITIES: dict[int, Array] = {}


@dataclass(frozen=True)
class Right(Optimizer):
    """Gradient descent with momentum: nothing is wrong with it.

    Parameters
    ----------
    learning_rate : float or "auto"
        η.
    """

    learning_rate: float | str = "auto"

    @property
    def rate(self) -> float:
        assert not isinstance(self.learning_rate, str)
        return self.learning_rate

    def bind(self, parameters: Parameters) -> Step:
        return RightStep(parameters, self.rate)


class RightStep:
    """Keeps its velocity where a checkpoint finds it, and has a rate that a schedule can set."""

    def __init__(self, parameters: Parameters, learning_rate: float) -> None:
        self.learning_rate = learning_rate
        self.state = {"velocity": np.zeros_like(parameters.vector)}
        self.parameters = parameters

    def __call__(self, gradient: Parameters) -> None:
        velocity = self.state["velocity"]
        velocity[:] = 0.9 * velocity - self.learning_rate * gradient.vector
        self.parameters.vector[:] += velocity


@dataclass(frozen=True)
class HiddenVelocity(Right):
    """Keeps its velocity where no checkpoint finds it."""

    def bind(self, parameters: Parameters) -> Step:
        take = super().bind(parameters)

        def step(gradient: Parameters) -> None:
            take(gradient)

        return step


@dataclass(frozen=True)
class AnotherVelocity(Right):
    """Makes a new velocity at each step, and leaves the one of its state as it was."""

    def bind(self, parameters: Parameters) -> Step:
        velocity = np.zeros_like(parameters.vector)

        class Making(RightStep):
            def __call__(self, gradient: Parameters) -> None:
                nonlocal velocity
                velocity = 0.9 * velocity - self.learning_rate * gradient.vector
                parameters.vector[:] += velocity

        return Making(parameters, self.rate)


@dataclass(frozen=True)
class ListOfNumbers(Right):
    """Has a state that is no array."""

    def bind(self, parameters: Parameters) -> Step:
        class Counting(RightStep):
            def __init__(self, parameters: Parameters, learning_rate: float) -> None:
                super().__init__(parameters, learning_rate)
                count: Any = 0
                self.state |= {"count": count}

        return Counting(parameters, self.rate)


@dataclass(frozen=True)
class GrowingState(Right):
    """Gets a state with its first step."""

    def bind(self, parameters: Parameters) -> Step:
        class Growing(RightStep):
            def __init__(self, parameters: Parameters, learning_rate: float) -> None:
                super().__init__(parameters, learning_rate)
                self.state = {}

            def __call__(self, gradient: Parameters) -> None:
                self.state.setdefault("velocity", np.zeros_like(parameters.vector))
                super().__call__(gradient)

        return Growing(parameters, self.rate)


@dataclass(frozen=True)
class FixedRate(Right):
    """Has a rate that can be set, and does not matter."""

    def bind(self, parameters: Parameters) -> Step:
        rate = self.rate

        class Fixed(RightStep):
            def __call__(self, gradient: Parameters) -> None:
                parameters.vector[:] -= rate * gradient.vector

        return Fixed(parameters, rate)


@dataclass(frozen=True)
class LockedRate(Optimizer):
    """Has a rate that can be read alone."""

    def bind(self, parameters: Parameters) -> Step:
        class Locked:
            @property
            def learning_rate(self) -> float:
                return 0.01

            def __call__(self, gradient: Parameters) -> None:
                parameters.vector[:] -= 0.01 * gradient.vector

        return Locked()


@dataclass(frozen=True)
class HalfTheChange(Right):
    """Goes half of the way to the rate that is set."""

    def bind(self, parameters: Parameters) -> Step:
        at_first = self.rate

        class Averaging(RightStep):
            def __call__(self, gradient: Parameters) -> None:
                set_rate = self.learning_rate
                self.learning_rate = (set_rate + at_first) / 2
                super().__call__(gradient)
                self.learning_rate = set_rate

        return Averaging(parameters, self.rate)


@dataclass(frozen=True)
class WrongScalarStep(Right):
    """Has another sign in its scalar form."""

    def bind(self, parameters: Parameters) -> Step:
        class Wrong(ElementwiseStep):
            def move(self, w: Array, g: Array, t: int) -> None:
                w -= self.learning_rate / t * g

            def scalar(self, real: type[np.floating[Any]]) -> Callable[..., Any]:
                return lambda w, g, rate, t: (w + rate / t * g,)

        return Wrong(parameters, self.rate)


@dataclass(frozen=True)
class DecayInCall(Right):
    """Decays biases too, in a call that a compiled step does not make."""

    def bind(self, parameters: Parameters) -> Step:
        class Decaying(ElementwiseStep):
            def __call__(self, gradient: Parameters) -> None:
                super().__call__(gradient)
                parameters.vector[:] *= 0.999

            def move(self, w: Array, g: Array, t: int) -> None:
                w -= self.learning_rate * g

            def scalar(self, real: type[np.floating[Any]]) -> Callable[..., Any]:
                return lambda w, g, rate, t: (w - rate * g,)

        return Decaying(parameters, self.rate)


@dataclass(frozen=True)
class Uphill(Optimizer):
    """Adds the gradient."""

    def bind(self, parameters: Parameters) -> Step:
        def step(gradient: Parameters) -> None:
            parameters.vector[:] += 0.01 * gradient.vector

        return step


@dataclass(frozen=True)
class AnotherVector(Optimizer):
    """Puts a new vector in the place of the one that the layers are views of."""

    def bind(self, parameters: Parameters) -> Step:
        def step(gradient: Parameters) -> None:
            parameters.vector = parameters.vector - 0.01 * gradient.vector

        return step


@dataclass(frozen=True)
class StandsStill(Optimizer):
    """Does nothing."""

    def bind(self, parameters: Parameters) -> Step:
        def step(gradient: Parameters) -> None:
            pass

        return step


@dataclass(frozen=True)
class SharedVelocity(Optimizer):
    """Keeps its velocity for the next training."""

    def bind(self, parameters: Parameters) -> Step:
        def step(gradient: Parameters) -> None:
            before = VELOCITIES.get(len(gradient.vector), 0)
            velocity = 0.9 * before - 0.01 * gradient.vector
            VELOCITIES[len(gradient.vector)] = velocity
            parameters.vector[:] += velocity

        return step


@dataclass(frozen=True)
class ScalesTheGradient(Optimizer):
    """Uses the gradient as its buffer."""

    def bind(self, parameters: Parameters) -> Step:
        def step(gradient: Parameters) -> None:
            gradient.vector *= 0.01
            parameters.vector[:] -= gradient.vector

        return step


@dataclass(frozen=True)
class Normalised(Optimizer):
    """Divides by the gradient's length, whatever it is."""

    def bind(self, parameters: Parameters) -> Step:
        def step(gradient: Parameters) -> None:
            length = np.sqrt(np.square(gradient.vector).sum())
            with np.errstate(invalid="ignore"):
                parameters.vector[:] -= 0.01 * gradient.vector / length

        return step


@dataclass(frozen=True)
class PlainAllTheSame(Right):
    """Says that its steps have no memory."""

    def bind(self, parameters: Parameters) -> Step:
        take = super().bind(parameters)

        class Remembering(GradientStep):
            def __call__(self, gradient: Parameters) -> None:
                take(gradient)

        return Remembering(parameters, self.rate)


@dataclass(frozen=True)
class Clipped(Optimizer):
    """Says that its steps are plain, and shortens gradients that are long."""

    def bind(self, parameters: Parameters) -> Step:
        class Shortening(GradientStep):
            def __call__(self, gradient: Parameters) -> None:
                parameters.vector[:] -= 0.01 * np.clip(gradient.vector, -10, 10)

        return Shortening(parameters, 0.01)


@dataclass(frozen=True)
class Momentum(SGD):
    """Has a memory, which its base class has not: nothing is wrong with it."""

    def bind(self, parameters: Parameters) -> Step:
        return Right(self.learning_rate).bind(parameters)


@dataclass(frozen=True)
class AbsoluteWeights(Regularizer):
    """(λ/n) Σ |w|: nothing is wrong with it.

    Parameters
    ----------
    lambda_ : float
        λ.
    """

    lambda_: float = 1.0

    def penalty(self, parameters: Parameters, n: int) -> float:
        return self.lambda_ / n * sum(float(abs(w).sum()) for w in parameters.weights)

    def bind(self, parameters: Parameters, n: int) -> Step | None:
        def add(gradient: Parameters) -> None:
            for g, w in zip(gradient.weights, parameters.weights, strict=True):
                g += w.dtype.type(self.lambda_ / n) * np.sign(w)

        return add


@dataclass(frozen=True)
class AbsoluteWeightsOfL2(L2):
    """Has another gradient than its base class: nothing is wrong with it."""

    def penalty(self, parameters: Parameters, n: int) -> float:
        return AbsoluteWeights(self.lambda_).penalty(parameters, n)

    def bind(self, parameters: Parameters, n: int) -> Step | None:
        return AbsoluteWeights(self.lambda_).bind(parameters, n)


@dataclass(frozen=True)
class DecaysAllTheSame(AbsoluteWeights):
    """Says that its gradient is proportional to the weights."""

    def bind(self, parameters: Parameters, n: int) -> Step | None:
        return instead_of_decay(super().bind(parameters, n), parameters, self.lambda_ / n)


@dataclass(frozen=True)
class DecaysBiases(Regularizer):
    """Says that it leaves the biases alone, which it has in its penalty."""

    def penalty(self, parameters: Parameters, n: int) -> float:
        return float(np.square(parameters.vector).sum()) / (2 * n)

    def bind(self, parameters: Parameters, n: int) -> Step:
        def add(gradient: Parameters) -> None:
            gradient.vector += parameters.vector / parameters.dtype.type(n)

        return instead_of_decay(add, parameters, 1 / n)


def instead_of_decay(other: Step | None, parameters: Parameters, c: float) -> Step:
    """Return a weight decay, to all appearances, that adds something else."""

    class Decaying(WeightDecay):
        def __call__(self, gradient: Parameters) -> None:
            assert other
            other(gradient)

    return Decaying(parameters, c)


@dataclass(frozen=True)
class Overwrites(AbsoluteWeights):
    """Forgets the gradient of the cost."""

    def bind(self, parameters: Parameters, n: int) -> Step | None:
        def add(gradient: Parameters) -> None:
            for g, w in zip(gradient.weights, parameters.weights, strict=True):
                g[:] = self.lambda_ / n * np.sign(w)

        return add


@dataclass(frozen=True)
class NoneAllTheSame(AbsoluteWeights):
    """Has a penalty whose gradient it does not add."""

    def bind(self, parameters: Parameters, n: int) -> None:
        return None


@dataclass(frozen=True)
class ForgetsN(AbsoluteWeights):
    """Leaves 1/n out of the gradient."""

    def bind(self, parameters: Parameters, n: int) -> Step | None:
        return super().bind(parameters, 1)


@dataclass(frozen=True)
class Shrinks(AbsoluteWeights):
    """Changes the parameters, which is the optimizer's."""

    def bind(self, parameters: Parameters, n: int) -> Step | None:
        add = super().bind(parameters, n)
        assert add

        def add_and_shrink(gradient: Parameters) -> None:
            add(gradient)
            parameters.vector *= 0.99

        return add_and_shrink


@dataclass(frozen=True)
class OneForEachLayer(AbsoluteWeights):
    """Gives several penalties."""

    def penalty(self, parameters: Parameters, n: int) -> float:
        return np.array([self.lambda_ / n * abs(w).sum() for w in parameters.weights])


@dataclass(frozen=True)
class WrongScalarAddition(AbsoluteWeights):
    """Adds 1 at 0 in its scalar form."""

    def bind(self, parameters: Parameters, n: int) -> Step:
        factor = self.lambda_ / n

        class Wrong(ElementwiseAddition):
            def of(self, w: Array) -> Array:
                added: Array = w.dtype.type(factor) * np.sign(w)
                return added

            def scalar(self, real: type[np.floating[Any]]) -> Callable[[Any], Any]:
                return lambda w: real(factor) if w >= 0 else real(-factor)

        return Wrong(parameters)


@dataclass(frozen=True)
class Bounded(Regularizer):
    """All parameters within 1: nothing is wrong with it."""

    def penalty(self, parameters: Parameters, n: int) -> float:
        return 0.0

    def bind(self, parameters: Parameters, n: int) -> None:
        return None

    def bind_constraint(self, parameters: Parameters) -> Constraint:
        def keep() -> None:
            np.clip(parameters.vector, -1, 1, out=parameters.vector)

        return keep


@dataclass(frozen=True)
class ShrinksEachTime(Bounded):
    """Shrinks whatever there is."""

    def bind_constraint(self, parameters: Parameters) -> Constraint:
        def keep() -> None:
            parameters.vector *= 0.99

        return keep


@dataclass(frozen=True)
class BoundsAnotherVector(Bounded):
    """Puts a new vector in the place of the one that the layers are views of."""

    def bind_constraint(self, parameters: Parameters) -> Constraint:
        def keep() -> None:
            parameters.vector = np.clip(parameters.vector, -1, 1)

        return keep


@dataclass(frozen=True)
class DividesByZero(Bounded):
    """Sets the norm of small weights too."""

    def bind_constraint(self, parameters: Parameters) -> Constraint:
        def keep() -> None:
            with np.errstate(divide="ignore"):
                parameters.vector[:] /= np.float64(np.abs(parameters.vector).max() > 1)

        return keep


@dataclass(frozen=True)
class Tanh(Clipping):
    """Small where it is large: nothing is wrong with it."""

    def bind(self, parameters: Parameters) -> Step:
        def clip(gradient: Parameters) -> None:
            np.tanh(gradient.vector, out=gradient.vector)

        return clip


@dataclass(frozen=True)
class SetsTheLength(Clipping):
    """Makes short gradients longer."""

    def bind(self, parameters: Parameters) -> Step:
        def clip(gradient: Parameters) -> None:
            largest = max(float(np.abs(gradient.vector).max()), 1e-30)
            gradient.vector /= gradient.dtype.type(largest)

        return clip


@dataclass(frozen=True)
class AnotherGradient(Clipping):
    """Puts a new vector in the place of the gradient's."""

    def bind(self, parameters: Parameters) -> Step:
        def clip(gradient: Parameters) -> None:
            gradient.vector = np.clip(gradient.vector, -1, 1)

        return clip


@dataclass(frozen=True)
class ClipsParameters(Clipping):
    """Clips what is trained."""

    def bind(self, parameters: Parameters) -> Step:
        def clip(gradient: Parameters) -> None:
            np.clip(parameters.vector, -1, 1, out=parameters.vector)

        return clip


@dataclass(frozen=True)
class LikeTheLargest(Clipping):
    """Halves a gradient once a larger one than 1000 was seen."""

    def bind(self, parameters: Parameters) -> Step:
        seen: list[npt.NDArray[Any]] = []

        def clip(gradient: Parameters) -> None:
            if seen:
                gradient.vector *= 0.5
            if np.abs(gradient.vector).max() > 1000:
                seen.append(gradient.vector)

        return clip


@dataclass(frozen=True)
class ClipsMore(Clipping):
    """Says that its norm is all there is, and removes small numbers too."""

    def bind(self, parameters: Parameters) -> Step:
        class More(GradientClip):
            def __call__(self, gradient: Parameters) -> None:
                super().__call__(gradient)
                gradient.vector[np.abs(gradient.vector) < 1e-5] = 0

        return More(norm=1.0)


@dataclass(frozen=True)
class Half(Initializer):
    """One half everywhere: a constant is no mistake."""

    def weights(self, rng: np.random.Generator, n_in: int, n_out: int) -> Array:
        return np.full((n_out, n_in), 0.5)


@dataclass(frozen=True)
class Transposed(Initializer):
    """A column for each neuron."""

    def weights(self, rng: np.random.Generator, n_in: int, n_out: int) -> Array:
        return rng.standard_normal((n_in, n_out))


@dataclass(frozen=True)
class GlobalState(Initializer):
    """Draws from NumPy's global state."""

    def weights(self, rng: np.random.Generator, n_in: int, n_out: int) -> Array:
        return np.random.standard_normal((n_out, n_in))


@dataclass(frozen=True)
class WholeNumbers(Initializer):
    """Gives ones of another type."""

    def weights(self, rng: np.random.Generator, n_in: int, n_out: int) -> Array:
        return np.ones((n_out, n_in), int)


@dataclass(frozen=True)
class InfiniteBiases(Half):
    """Biases that are no numbers."""

    def biases(self, rng: np.random.Generator, n_out: int) -> Array:
        return np.full(n_out, np.inf)


@dataclass(frozen=True)
class FillsByDepth(Half):
    """Wider weights in deeper layers, for which it overrides fill: nothing is wrong with it."""

    def fill(self, parameters: Parameters, rng: np.random.Generator) -> None:
        parameters.vector[:] = 0
        for depth, weights in enumerate(parameters.weights, 1):
            weights[:] = depth * rng.standard_normal(weights.shape)


@dataclass(frozen=True)
class FillsFromGlobalState(Half):
    """Overrides fill, and draws from NumPy's global state."""

    def fill(self, parameters: Parameters, rng: np.random.Generator) -> None:
        parameters.vector[:] = np.random.standard_normal(len(parameters.vector))


@dataclass(frozen=True)
class FillsWithNaN(Half):
    """Overrides fill, and divides by zero."""

    def fill(self, parameters: Parameters, rng: np.random.Generator) -> None:
        super().fill(parameters, rng)
        parameters.vector[0] = np.nan


@dataclass(frozen=True)
class FillsWeightsAlone(Half):
    """Overrides fill, and leaves what stood in the biases' place."""

    def fill(self, parameters: Parameters, rng: np.random.Generator) -> None:
        for weights in parameters.weights:
            weights[:] = 0.5


@dataclass(frozen=True)
class FillsAnotherVector(Half):
    """Overrides fill, and puts a new vector in the place of the one that the layers show."""

    def fill(self, parameters: Parameters, rng: np.random.Generator) -> None:
        super().fill(parameters, rng)
        parameters.vector = parameters.vector.copy()


LOWER = "steps_lower_a_convex_cost"
ADDED = "gradient_is_added_to_what_is_there"
AGREES = "gradient_agrees_with_differences"
FILL = "fill_gives_every_parameter_a_finite_number"
PLAIN = "learning_rate_is_all_there_is_to_a_step"
DECAY = "coefficient_times_the_weights_is_all_that_is_added"
STATE = "state_is_all_that_a_step_remembers"
RATE = "learning_rate_can_be_set"
SCALAR_STEP = "scalar_step_is_that_of_arrays"
TWICE = "constraint_applied_twice_is_as_applied_once"
CLIPPED = "gradient_is_clipped_in_place"
SHORTER = "gradient_is_never_longer_than_before"
FORGETS = "earlier_gradients_are_not_remembered"
RIGHT = [
    Right(),
    Momentum(),
    AbsoluteWeights(),
    AbsoluteWeightsOfL2(),
    Bounded(),
    Tanh(),
    Half(),
    FillsByDepth(),
]
WRONG: list[tuple[Optimizer | Regularizer | Clipping | Initializer, set[str]]] = [
    (HiddenVelocity(), {STATE}),
    (AnotherVelocity(), {STATE}),
    (ListOfNumbers(), {STATE}),
    (GrowingState(), {STATE}),
    (FixedRate(), {RATE}),
    (LockedRate(), {RATE}),
    (HalfTheChange(), {RATE}),
    (WrongScalarStep(), {SCALAR_STEP}),
    (DecayInCall(), {SCALAR_STEP}),
    (WrongScalarAddition(), {"scalar_addition_is_that_of_arrays"}),
    (ShrinksEachTime(), {TWICE}),
    (BoundsAnotherVector(), {TWICE}),
    (DividesByZero(), {TWICE}),
    (SetsTheLength(), {SHORTER}),
    (AnotherGradient(), {CLIPPED}),
    (ClipsParameters(), {CLIPPED}),
    (LikeTheLargest(), {FORGETS}),
    (ClipsMore(), {"norm_and_value_are_all_there_is_to_a_clip"}),
    (Uphill(), {LOWER}),
    (AnotherVector(), {"parameters_are_changed_in_place"}),
    (StandsStill(), {LOWER, "parameters_are_changed_in_place"}),
    (SharedVelocity(), {"two_trainings_share_no_state", STATE}),
    (ScalesTheGradient(), {"gradient_stays_as_it_was"}),
    (Normalised(), {"a_gradient_of_zeros_keeps_parameters_finite"}),
    (PlainAllTheSame(), {PLAIN, STATE, RATE}),
    (Clipped(), {PLAIN, RATE}),
    (DecaysAllTheSame(), {DECAY}),
    (DecaysBiases(), {DECAY}),
    (Overwrites(), {ADDED}),
    (NoneAllTheSame(), {AGREES}),
    (ForgetsN(), {AGREES}),
    (Shrinks(), {"parameters_stay_as_they_were"}),
    (OneForEachLayer(), {"penalty_is_a_finite_number", AGREES}),
    (Transposed(), {"weights_and_biases_have_their_shapes"}),
    (GlobalState(), {"all_that_is_drawn_is_drawn_from_the_stream"}),
    (WholeNumbers(), {"weights_and_biases_are_finite_floats"}),
    (InfiniteBiases(), {"weights_and_biases_are_finite_floats", FILL}),
    (FillsFromGlobalState(), {"all_that_is_drawn_is_drawn_from_the_stream"}),
    (FillsWithNaN(), {FILL}),
    (FillsWeightsAlone(), {FILL}),
    (FillsAnotherVector(), {FILL}),
]
