"""The steps of gradient descent: gradient, penalty, step, for one mini-batch after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

import numpy as np

from bpframe.core.arrays import Array
from bpframe.core.backprop import GradientFunction, StepPlan
from bpframe.core.blas import blas_threads
from bpframe.core.data import Batch
from bpframe.core.network import Network
from bpframe.core.not_finite import NotFinite, first_not_finite
from bpframe.core.one_training import OfOneTraining
from bpframe.core.parameters import Parameters
from bpframe.errors import NOT_FINITE, DivergedError

# (number of the step, mini-batch, gradient)
BatchObserver = Callable[[int, Batch, Parameters], None]


class Descent(OfOneTraining):
    """Steps of one training; `Recipe.descent` makes them from its components.

    Parameters
    ----------
    network : Network
        Changed in place by each step.
    gradient : callable
        What a rule has bound.
    plan : StepPlan
        What follows each gradient.
    batch_size : int
        Samples of a mini-batch.
    """

    def __init__(
        self, network: Network, gradient: GradientFunction, plan: StepPlan, batch_size: int
    ) -> None:
        self._network = network
        self._gradient = Parameters(network.sizes, network.parameters.dtype)
        self._compute = gradient
        self._plan = plan
        self._changes = tuple(plan.changes())
        self._threads = partial(blas_threads, len(network.parameters.vector), batch_size)

    def run(
        self, batches: Iterable[Batch], epoch: int, observer: BatchObserver | None = None
    ) -> None:
        """Take one step for each mini-batch.

        Parameters
        ----------
        batches : iterable of Batch
            The mini-batches.
        epoch : int
            Its number, for the message; 0 outside of a training.
        observer : callable, optional
            Called after each step.

        Raises
        ------
        DivergedError
            At the first step whose gradient is not finite.
        """
        gradient, compute, changes = self._gradient, self._compute, self._changes
        if self._plan.thinning:
            batches = self._plan.thinning.before_each(batches)
        if observer:
            batches = self._observed(batches, observer)
        # A cost that overflows makes the error of the last layer overflow, and that is its
        # bias gradient; an f′ that is not a number makes so the errors of all layers below it: a
        # few numbers to look at instead of all. Only what is not finite is changed by a factor of
        # 0 into something else than 0.
        first, last = gradient.biases[0], gradient.biases[-1]
        first_dot, last_dot = first.dot, last.dot
        first_zeros, last_zeros = np.zeros_like(first), np.zeros_like(last)
        with self._threads(), np.errstate(over="ignore", invalid="ignore"):
            for number, batch in enumerate(batches, 1):
                compute(batch, gradient)
                if last_dot(last_zeros) != 0 or first_dot(first_zeros) != 0:
                    raise diverged(self._network, [batch.x_one], epoch, number)
                for change in changes:
                    change(gradient)

    def _observed(self, batches: Iterable[Batch], observer: BatchObserver) -> Iterator[Batch]:
        """Yield mini-batches, and call the observer when the step of each has been taken."""
        for number, batch in enumerate(batches, 1):
            yield batch
            observer(number, batch, self._gradient)


def diverged(network: Network, inputs: Iterable[Array], epoch: int, step: int) -> DivergedError:
    """Return the error that says where inputs, arrays with ones, make numbers infinite or NaN."""
    found = next(filter(None, (first_not_finite(network, x_one) for x_one in inputs)), None)
    found = found or NotFinite(
        f"layer {len(network.sizes)} is finite, but its cost is not, or an error δ below it"
    )
    largest = float(np.abs(network.parameters.vector).max())
    when = f"epoch {epoch}, step {step}" if epoch else f"step {step}"
    return DivergedError(
        f"{NOT_FINITE} at {when}: {found.where}; the largest weight is "
        f"{largest:.3g}. {found.advice}"
    )
