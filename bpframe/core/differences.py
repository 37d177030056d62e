"""The derivatives of the cost by their definition: what a gradient is checked against."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

import numpy as np
import numpy.typing as npt

from bpframe.core.arrays import Array
from bpframe.core.components import Activation
from bpframe.core.data import Batch
from bpframe.core.mixed_activation import neuron_activations
from bpframe.core.network import ForwardPass
from bpframe.core.objective import Objective
from bpframe.core.views import OfOneTraining

Places = npt.NDArray[np.int64]
ROUNDING = float(np.finfo(np.float64).eps)
TINY = float(np.finfo(np.float64).tiny)
# What is allowed must be less than this share of the largest derivative, or it tells nothing.
TELLING = 0.01


def resolves(allowance: float, largest: float) -> bool:
    """Return whether a comparison tells a gradient from a wrong one.

    It does not where so much is allowed that a gradient of 0 would pass, or one of twice the
    size, or one that is off by a hundredth.

    Parameters
    ----------
    allowance : float
        The largest difference that is allowed.
    largest : float
        The largest derivative, without its sign.
    """
    return allowance <= TELLING * largest


class Differences(OfOneTraining):
    """(C_x(w + ε e_j) - C_x(w - ε e_j)) / 2ε of each sample x: two forward passes a parameter.

    They know nothing of a rule, of an activation's derivative or of a cost's gradient. Some samples
    have no derivative that could be compared, and are noted: a step carries some z over a kink of
    its activation, or an output is rounded to the end of what the cost accepts.

    Parameters
    ----------
    objective : Objective
        The network, in float64, and the cost. Its parameters are left as they were.
    batch : Batch
        m samples, in float64.

    Attributes
    ----------
    costs : array, shape (m,)
        C_x at the network's own parameters.
    rounding : array, shape (m,)
        How much C_x changes if the outputs change in their last digit. It is large where the cost
        is steep, such as ln(1 - a) near a = 1.
    at_end : array of bool, shape (m,)
        The samples with an output that is rounded to the end of what the cost accepts.
    over_kink : array of bool, shape (m,)
        The samples of which a step has carried some z over a kink, so far.
    passes : int
        The forward passes so far.
    """

    def __init__(self, objective: Objective, batch: Batch) -> None:
        self._vector = objective.network.parameters.vector
        self._cost, self._batch = objective.cost, batch
        self._forward = ForwardPass(objective.network, len(batch.x))
        self.at_end, self.over_kink = (np.zeros(len(batch.x), bool) for _ in range(2))
        self.passes = 0
        self._kinks: list[tuple[Array, Array, npt.NDArray[np.bool_]]] = []
        self.costs = self._costs()
        self._kinks = [
            (z, kinks, z > kinks)
            for z, f in zip(self._forward.z, objective.network.activations, strict=True)
            for kinks in _kinks(f, z.shape[1])
        ]
        a, domain = self._forward.a[-1].copy(), self._cost.domain
        at_an_end = (a <= domain.low + TINY) | (a >= domain.high)
        self.at_end |= (at_an_end & np.isfinite(a)).any(axis=1)
        last_digits = (
            self._cost.value(a * factor, batch.y) for factor in (1 - ROUNDING, 1 + ROUNDING)
        )
        self.rounding = np.maximum(*(abs(costs - self.costs) for costs in last_digits))
        # One digit more, and the cost is infinite.
        self.at_end |= np.isfinite(self.costs) & ~np.isfinite(self.rounding)

    @property
    def left_out(self) -> npt.NDArray[np.bool_]:
        """The samples that cannot be compared, as far as the steps have shown, shape (m,)."""
        return self.at_end | self.over_kink

    def __call__(self, places: Places, step: float) -> Array:
        """Return the derivatives in some parameters, shape (p, m).

        Parameters
        ----------
        places : array of int, shape (p,)
            Where the parameters stand in ``parameters.vector``.
        step : float
            ε, for parameters greater than 1 as a share of them.
        """
        vector = self._vector
        derivatives = np.empty((len(places), len(self._batch.x)))
        for row, j in zip(derivatives, places.tolist(), strict=True):
            w = float(vector[j])
            reach = step * max(1.0, abs(w))
            # What is divided by is the step that is taken: w + ε is rounded.
            high, low = w + reach, w - reach
            vector[j] = high
            row[:] = self._costs()
            vector[j] = low
            row -= self._costs()
            row /= high - low
            vector[j] = w
        return derivatives

    def _costs(self) -> Array:
        self.passes += 1
        costs = self._cost.value(self._forward(self._batch.x_one), self._batch.y)
        for z, kinks, side in self._kinks:
            other_side = (z > kinks) != side
            if other_side.any():
                self.over_kink |= other_side.any(axis=1)
        return costs


def _kinks(f: Activation, n: int) -> Iterator[Array]:
    """Yield kinks of each neuron of a layer, arrays (n,), until each has had all of its own."""
    own = [g.kinks for g in neuron_activations(f, n)]
    for kinks in zip_longest(*own, fillvalue=np.nan):
        # No z is greater than NaN.
        yield np.array(kinks)
