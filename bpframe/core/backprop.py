"""The base class of a backward pass, and of any rule that takes its place."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from bpframe.core.component import Component
from bpframe.core.data import Batch, TrainingSet
from bpframe.core.objective import Objective
from bpframe.core.parameters import Parameters
from bpframe.core.steps import Addition, GradientStep, Step, WeightDecay

GradientFunction = Callable[[Batch, Parameters], None]
EpochFunction = Callable[[npt.NDArray[np.int64]], int]


@dataclass(frozen=True)
class PlainStep:
    """A step w ← w - η (∂C_0/∂w + c w), b ← b - η ∂C_0/∂b, without a memory of earlier ones.

    It is what a `GradientStep` does after a `WeightDecay`, in numbers.

    Attributes
    ----------
    learning_rate : float
        η.
    weight_decay : float
        c, 0 without a penalty.
    """

    learning_rate: float
    weight_decay: float


def plain_step(add_penalty: Addition | None, step: Step) -> PlainStep | None:
    """Return what is done after each gradient if it is a plain step, or None if it is more."""
    # Of these very classes: a subclass may do something else.
    if type(step) is not GradientStep:
        return None
    if add_penalty is None:
        return PlainStep(step.learning_rate, 0.0)
    if type(add_penalty) is not WeightDecay:
        return None
    return PlainStep(step.learning_rate, add_penalty.coefficient)


@dataclass(frozen=True)
class Backprop(Component):
    """A backward pass, or any rule that gives each parameter a direction.

    ``exact`` says whether the rule promises the gradient ∂C/∂w, ∂C/∂b, up to `tolerance`.

    Examples
    --------
    A rule that trains the biases of the last layer alone, by (BP3):

    >>> from dataclasses import dataclass
    >>> import numpy as np
    >>> from bpframe import Backprop, Batch, ForwardPass, Network, Objective, Parameters
    >>> from bpframe_activations import Sigmoid
    >>> from bpframe_costs import Quadratic
    >>> from bpframe_initializers import Constant
    >>> @dataclass(frozen=True)
    ... class LastBiases(Backprop):
    ...     exact = False
    ...
    ...     def bind(self, objective, rng):
    ...         def gradient(batch, out):
    ...             forward = ForwardPass(objective.network, len(batch.x))
    ...             a = forward(batch.x_one)
    ...             delta = objective.output_error(forward.z[-1], a, batch.y)
    ...             out.vector[:] = 0
    ...             out.biases[-1][:] = delta.mean(axis=0)
    ...
    ...         return gradient
    >>> network = Network([1, 1], Sigmoid(), Constant(weight=0, bias=0))
    >>> gradient = LastBiases().bind(Objective(network, Quadratic()), np.random.default_rng(0))
    >>> x_one, out = np.array([[2, 1]], np.float32), Parameters([1, 1])
    >>> gradient(Batch(x_one[:, :-1], np.array([[0]], np.float32), x_one), out)
    >>> out.vector.tolist()
    [0.0, 0.125]
    """

    kind: ClassVar[str] = "backprop"
    exact: ClassVar[bool] = True

    @property
    def tolerance(self) -> float:
        """The largest error that an exact rule promises for a derivative, in float64.

        It is a share of the largest of three: the derivatives of the same layer, the cost, and 1.
        Unless overridden it is 1e-10, which leaves room for rounding and nothing else.
        """
        return 1e-10

    @abstractmethod
    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        """Return the function that works on the mini-batches of one training.

        It is called once before a run, to find out whether the rule fits; once for each learning
        rate that is tried, if the rate is measured with this rule; once for each training, unless
        `bind_epoch` takes its steps; and once by each of ``task=gradcheck``, ``task=explain`` and
        ``diagnostics=full``. Each call gets a stream of its own from the same seed: what is drawn
        is the same in all of them.

        Parameters
        ----------
        objective : Objective
            The network, the cost and the error of their last layer.
        rng : numpy.random.Generator
            The stream ``feedback``, for what a rule draws once.

        Returns
        -------
        callable
            ``gradient(batch, out)`` writes the mean over the batch's samples of ∂C_x/∂w and
            ∂C_x/∂b (or what the rule puts in their place) into the `Parameters` `out`, of the
            network's sizes and type. What `out` held before is of no meaning. The network's
            parameters and the batch must be left as they were.

        Raises
        ------
        ValueError
            If the rule cannot serve this network or cost, with the reason; the command line shows
            it before anything runs.
        bpframe.errors.MissingPackageError
            A ValueError, if what is missing is not in the network but an optional package.
        """

    def bind_epoch(
        self, objective: Objective, rng: np.random.Generator, training: TrainingSet, step: PlainStep
    ) -> EpochFunction | None:
        """Return a function that takes the steps of a whole epoch itself, or None.

        For rules that gain by it; None, the default, lets the trainer take the steps with what
        `bind` gives. It is called once for each training, and only where the optimizer has bound a
        `GradientStep`, and the regularizer a `WeightDecay` or nothing.

        Parameters
        ----------
        objective, rng
            As in `bind`.
        training : TrainingSet
            The samples, and how many a mini-batch has.
        step : PlainStep
            What follows each gradient.

        Returns
        -------
        callable or None
            ``epoch(order)`` takes a step on the network's parameters for each mini-batch of the
            samples in `order`, one after another. It returns 0; or, where the error of a layer is
            not finite, it stops before that step and returns its number, from 1.
        """
        return None
