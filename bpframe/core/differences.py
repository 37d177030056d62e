"""The derivatives of the cost by their definition, (46)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise, zip_longest

import numpy as np
import numpy.typing as npt

from bpframe.core.activation import Activation
from bpframe.core.arrays import Array
from bpframe.core.data import Batch
from bpframe.core.judgement import Derivatives
from bpframe.core.mixed_activation import neuron_activations
from bpframe.core.network import ForwardPass
from bpframe.core.objective import Objective
from bpframe.core.one_training import OfOneTraining
from bpframe.core.parameters import Parameters
from bpframe.core.rounding import (
    TINY,
    allowed_rounding,
    change_by_last_digit,
    change_by_rounding,
    reaches_of,
)

Places = npt.NDArray[np.int64]
# About the cube root of the rounding error, where the error of the formula and that of rounding
# are alike.
EPSILON = 2.0**-17
# A quotient that changes by more than this share when epsilon is doubled is no derivative.
SMOOTH = 0.01


class Differences(OfOneTraining):
    """(C_x(w + ε e_j) - C_x(w - ε e_j)) / 2ε of each sample x: two forward passes a parameter.

    They know nothing of a rule, of an activation's derivative or of a cost's gradient. Some samples
    have no derivative that could be compared, and are noted: moving a parameter by ε carries some z
    over a kink of its activation, or an output is rounded to the end of what the cost accepts.

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
        How much C_x changes if each sum and each activation is rounded in another way. It is large
        where the cost is steep, such as ln(1 - a) near a = 1, and where large numbers cancel.
    at_end : array of bool, shape (m,)
        The samples with an output that is rounded to the end of what the cost accepts.
    over_kink : array of bool, shape (m,)
        The samples of which some z has been carried over a kink, so far.
    passes : int
        The forward passes so far.
    """

    def __init__(self, objective: Objective, batch: Batch) -> None:
        self._network = objective.network
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
        of_outputs = change_by_last_digit(self._cost, a, batch.y, self.costs)
        # One digit more, and the cost is infinite.
        self.at_end |= np.isfinite(self.costs) & ~np.isfinite(of_outputs)
        self._reaches = reaches_of(objective.network.parameters, self._forward.a_one)
        of_network = change_by_rounding(objective, batch, EPSILON * self._reaches)
        self.rounding = allowed_rounding(self.costs, np.maximum(of_outputs, of_network))

    @property
    def left_out(self) -> npt.NDArray[np.bool_]:
        """The samples that cannot be compared, as far as has been seen, shape (m,)."""
        return self.at_end | self.over_kink

    def __call__(self, places: Places, epsilon: float = EPSILON) -> Array:
        """Return the derivatives in some parameters, shape (p, m).

        Parameters
        ----------
        places : array of int, shape (p,)
            Where the parameters stand in ``parameters.vector``.
        epsilon : float, optional
            ε for parameters of at most 1 behind activations of at most 1, without their sign;
            others are moved by more or less, so that z is moved by about as much.
        """
        return self._quotients(places, epsilon)[0]

    def measure(self, places: Sequence[Places]) -> list[Derivatives]:
        """Return the mean derivatives of several sets of parameters, and how exact they are.

        The means are taken over the samples that have not been seen to be `left_out`, or over all
        if none is left. It takes four forward passes a parameter.

        Parameters
        ----------
        places : sequence of arrays of int, shape (p,)
            Where the parameters of a set, such as a layer, stand in ``parameters.vector``.
        """
        quotients = [
            [self._quotients(p, epsilon) for epsilon in (EPSILON, 2 * EPSILON)] for p in places
        ]
        kept = slice(None) if self.left_out.all() else ~self.left_out
        rounding = float(self.rounding[kept].mean())
        measured = []
        for p, at_epsilons in zip(places, quotients, strict=True):
            (slope, turn), (slope_2, turn_2) = (
                [of_samples[:, kept].mean(axis=1) for of_samples in pair] for pair in at_epsilons
            )
            rounded = rounding / (EPSILON * self._reaches[p])
            formula = np.abs(slope_2 - slope)
            # Twice as far a smooth cost turns by four times as much, one with a kink by twice.
            rough = np.maximum(formula, np.abs(turn_2 - 2 * turn))
            largest = np.abs(slope).max(initial=0)
            turns = bool((rough > np.maximum(SMOOTH * largest, 8 * rounded)).any())
            resolution = 2 * float(formula.max(initial=0)) + float(rounded.max(initial=0))
            measured.append(Derivatives(slope, math.inf if turns else resolution))
        return measured

    def _quotients(self, places: Places, epsilon: float) -> tuple[Array, Array]:
        """Return the derivatives, and (C(w + ε) - 2 C(w) + C(w - ε)) / ε, shape (p, m) both."""
        vector = self._vector
        slopes, turns = (np.empty((len(places), len(self._batch.x))) for _ in range(2))
        for i, j in enumerate(places.tolist()):
            w = float(vector[j])
            reach = max(epsilon * float(self._reaches[j]), 8 * abs(float(np.spacing(w))))
            # What is divided by is the distance between the two: w + ε is rounded.
            high, low = w + reach, w - reach
            vector[j] = high
            above = self._costs()
            vector[j] = low
            below = self._costs()
            vector[j] = w
            slopes[i] = (above - below) / (high - low)
            turns[i] = (above - self.costs + (below - self.costs)) / reach
        return slopes, turns

    def _costs(self) -> Array:
        self.passes += 1
        costs = self._cost.value(self._forward(self._batch.x_one), self._batch.y)
        for z, kinks, side in self._kinks:
            other_side = (z > kinks) != side
            if other_side.any():
                self.over_kink |= other_side.any(axis=1)
        return costs


def places_of(parameters: Parameters) -> list[Places]:
    """Return where the parameters of each layer stand in ``parameters.vector``, arrays (p,)."""
    ends = np.cumsum([0, *(block.size for block in parameters.blocks)])
    return [np.arange(*pair) for pair in pairwise(ends)]


def gradient_by_differences(objective: Objective, batch: Batch) -> Parameters:
    """Return ∂C/∂w and ∂C/∂b by (46), without any rule, over all samples."""
    expected = Parameters(objective.network.sizes, np.float64)
    places = np.arange(len(expected.vector))
    expected.vector[:] = Differences(objective, batch)(places).mean(axis=1)
    return expected


def gradient_of(function: Callable[[], float], vector: Array, epsilon: float = EPSILON) -> Array:
    """Return ∂function/∂vector by (46); the function reads the vector, which is left as it was."""
    gradient = np.empty_like(vector)
    for i, value in enumerate(vector):
        ends = []
        for moved in (value + epsilon, value - epsilon):
            vector[i] = moved
            ends.append(function())
        vector[i] = value
        gradient[i] = (ends[0] - ends[1]) / (2 * epsilon)
    return gradient


def jacobian_of(function: Callable[[Array], Array], z: Array) -> Array:
    """Return ∂a_j/∂z_k by (46) as row j, column k, for z of shape (n,)."""
    moves = EPSILON * np.eye(len(z))
    return np.stack(
        [(function(z + move) - function(z - move)) / (2 * EPSILON) for move in moves], axis=1
    )


def slope_of(function: Callable[[Array], Array], z: Array) -> Array:
    """Return f′(z) of an elementwise function by (46)."""
    return (function(z + EPSILON) - function(z - EPSILON)) / (2 * EPSILON)


def _kinks(f: Activation, n: int) -> Iterator[Array]:
    """Yield kinks of each neuron of a layer, arrays (n,), until each has had all of its own."""
    own = [g.kinks for g in neuron_activations(f, n)]
    for kinks in zip_longest(*own, fillvalue=np.nan):
        # No z is greater than NaN.
        yield np.array(kinks)
