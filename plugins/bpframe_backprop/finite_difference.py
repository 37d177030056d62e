"""The derivative of the cost from two of its values."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bpframe import Backprop, Batch, GradientFunction, Objective, Parameters, forward_passes

ROUNDING = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class FiniteDifference(Backprop):
    """∂C/∂w_j ≈ (C(w + ε e_j) - C(w)) / ε: a forward pass for each parameter, and one more.

    Everything is computed in 64 bits, on a copy of the network, whatever the training's own type:
    in float32 the difference of two costs would be little but rounding. Only the result is
    rounded to the training's type.

    Parameters
    ----------
    epsilon : float, optional
        ε, greater than 0. None takes 2⁻²⁶, or 2⁻¹⁷ if `central`: about the square and the cube
        root of the rounding error, where the error of the formula and that of rounding are alike.
    central : bool
        (C(w + ε e_j) - C(w - ε e_j)) / 2ε: two forward passes for each parameter, and an error
        that shrinks with ε² instead of ε.

    Raises
    ------
    ValueError
        If epsilon is not a number greater than 0.

    Source: equation (46) of the book.
    """

    epsilon: float | None = None
    central: bool = False

    def __post_init__(self) -> None:
        if self.epsilon is not None and not 0 < self.epsilon < math.inf:
            raise ValueError(f"epsilon is {self.epsilon}; it must be a number greater than 0")

    @property
    def epsilon_used(self) -> float:
        """ε, whether given or not."""
        return self.epsilon or (2**-17 if self.central else 2**-26)

    @property
    def tolerance(self) -> float:
        """100 times the size of both errors, for a cost whose further derivatives are about 1.

        Beyond it are a difference over a kink of an activation, a cost that curves strongly (deep
        networks of squares), and outputs that are rounded to the end of their range.
        """
        epsilon = self.epsilon_used
        return 100 * ((epsilon**2 if self.central else epsilon) + ROUNDING / epsilon)

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        copy = objective.network.copy(np.float64)
        vector, epsilon = copy.parameters.vector, self.epsilon_used
        passes = forward_passes(copy)

        def gradient(batch: Batch, out: Parameters) -> None:
            vector[:] = objective.network.parameters.vector
            forward, x_one = passes(len(batch.x)), batch.x_one.astype(np.float64)
            y = batch.y.astype(np.float64)

            def cost_at(j: int, w: float) -> float:
                vector[j] = w
                return float(objective.cost.value(forward(x_one), y).mean())

            here = 0.0 if self.central else cost_at(0, vector[0])
            for j, w in enumerate(vector.tolist()):
                # Divided by is the distance that w is moved: w + ε is rounded, for a very large w
                # to the next number.
                high, low = max(w + epsilon, math.nextafter(w, math.inf)), w
                below = here
                if self.central:
                    low = min(w - epsilon, math.nextafter(w, -math.inf))
                    below = cost_at(j, low)
                out.vector[j] = (cost_at(j, high) - below) / (high - low)  # (46)
                vector[j] = w

        return gradient
