"""The base class of a backward pass, and of any rule that takes its place."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt

from bpframe.core.component import Component
from bpframe.core.data import Batch, TrainingSet
from bpframe.core.objective import Objective
from bpframe.core.parameters import Parameters
from bpframe.core.position import state_of
from bpframe.core.steps import Addition, Clip, Constraint, GradientStep, Step, WeightDecay
from bpframe.core.thinned import Thinning

GradientFunction = Callable[[Batch, Parameters], None]
EpochFunction = Callable[[npt.NDArray[np.int64], npt.NDArray[np.float64]], int]
P = ParamSpec("P")
R = TypeVar("R")


class StandIn(Generic[P, R]):
    """What another rule has bound, in place of what a rule would bind itself.

    A rule that cannot serve a network, but knows of one that can, returns it from `Backprop.bind`
    or `Backprop.bind_epoch`, and so says why.

    Parameters
    ----------
    function : callable
        What the other rule has bound.
    remark : str
        Whose it is and why, such as ``its gradient is that of FullMatrix: …``; a line of the run.

    Examples
    --------
    >>> from bpframe import StandIn, remark_of
    >>> from bpframe_backprop import FullMatrix
    >>> given = StandIn(lambda batch, out: None, "its gradient is none: it was not written yet")
    >>> remark_of(FullMatrix(), given)
    'FullMatrix: its gradient is none: it was not written yet'
    """

    def __init__(self, function: Callable[P, R], remark: str) -> None:
        self.remark = remark
        self._function = function

    def __call__(self, *arguments: P.args, **named: P.kwargs) -> R:
        """Call the function."""
        return self._function(*arguments, **named)

    @property
    def state(self) -> Mapping[str, npt.NDArray[Any]]:
        """What the function remembers from step to step, by name."""
        return state_of(self._function)


def remark_of(rule: Backprop, bound: object) -> str:
    """Return the line that says whose a bound function is; nothing if it is the rule's own."""
    return f"{type(rule).__name__}: {bound.remark}" if isinstance(bound, StandIn) else ""


@dataclass(frozen=True, eq=False)
class StepPlan:
    """What follows each gradient in one training: the objects that its components have bound.

    Attributes
    ----------
    step : callable
        The optimizer's; a `GradientStep` and an `ElementwiseStep` tell what they do.
    addition : callable or None
        The regularizer's; a `WeightDecay` and an `ElementwiseAddition` tell what they add.
    clip : callable or None
        Comes behind the addition; a `GradientClip` tells what it does.
    constraint : callable or None
        The regularizer's, called behind the step.
    thinning : Thinning or None
        What leaves neurons out: a rule that takes the steps itself draws before each.
    """

    step: Step
    addition: Addition | None = None
    clip: Clip | None = None
    constraint: Constraint | None = None
    thinning: Thinning | None = None

    @property
    def weight_decay(self) -> float | None:
        """c, if each step is w ← w - η (∂C_0/∂w + c w), b ← b - η ∂C_0/∂b on the whole network.

        None if it is anything else.
        """
        # Of these very classes: a subclass may do something else.
        if type(self.step) is not GradientStep or self.clip or self.constraint or self.thinning:
            return None
        if self.addition is None:
            return 0.0
        return self.addition.coefficient if type(self.addition) is WeightDecay else None

    def changes(self) -> Iterator[Callable[[Parameters], None]]:
        """Yield what there is, in order, as functions of the gradient."""
        yield from filter(None, (self.addition, self.clip, self.step))
        if keep := self.constraint:
            yield lambda gradient: keep()


@dataclass(frozen=True)
class Backprop(Component):
    """A backward pass, or any rule that gives each parameter a direction.

    ``exact`` says whether the rule promises the gradient ∂C/∂w, ∂C/∂b, up to `tolerance`.
    ``side_by_side`` says whether trainings with it are quicker in several threads than one after
    another, because its `bind_epoch` works without Python's lock.

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
    side_by_side: ClassVar[bool] = False

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
            parameters and the batch must be left as they were. A rule that remembers something
            from step to step has it in an attribute ``state``, as an optimizer's step has. Where
            another rule has to serve the network, it is a `StandIn`.

        Raises
        ------
        ValueError
            If the rule cannot serve this network or cost, with the reason; the command line shows
            it before anything runs.
        bpframe.errors.MissingPackageError
            A ValueError, if what is missing is not in the network but an optional package.
        """

    def bind_epoch(
        self, objective: Objective, rng: np.random.Generator, training: TrainingSet, plan: StepPlan
    ) -> EpochFunction | None:
        """Return a function that takes the steps of a whole epoch itself, or None.

        For rules that gain by it; None, the default, lets the trainer take the steps with what
        `bind` gives. It is called once for each training, unless somebody observes each step.

        Parameters
        ----------
        objective, rng
            As in `bind`.
        training : TrainingSet
            The samples, and how many a mini-batch has.
        plan : StepPlan
            What follows each gradient. Many rules can only take the plain steps that it gives a
            `StepPlan.weight_decay` for, and return None elsewhere.

        Returns
        -------
        callable or None
            ``epoch(order, rates)`` takes a step on the network's parameters for each mini-batch of
            the samples in `order`, one after another, with the learning rates in `rates`, shape
            (steps,). It returns 0; or, where the error of a layer is not finite, it stops before
            that step and returns its number, from 1. What an `ElementwiseStep` remembers it reads
            from the plan's step, and writes back into it. It may be a `StandIn`, too.

        Raises
        ------
        bpframe.errors.NotTakenError
            If the plan has something that it cannot take, with the reason, for whoever wonders
            about the time; the trainer takes the steps then.
        """
        return None
