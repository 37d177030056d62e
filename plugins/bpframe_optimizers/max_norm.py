"""A bound on the length of each neuron's weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bpframe import Addition, Constraint, Parameters, Regularizer, blas_routine
from bpframe_optimizers.ranges import check_positive


@dataclass(frozen=True)
class MaxNorm(Regularizer):
    """‖w_j‖ ≤ c for the incoming weights of each neuron j: longer ones are scaled to c.

    It is no penalty: after each step the weights of a neuron that are too long are shortened. The
    biases are not among them.

    Parameters
    ----------
    max_norm : float
        c, greater than 0.

    Source: Srivastava et al. 2014, "Dropout", section 5.1.
    """

    other_names = ("maxnorm", "max_norm_constraint", "maxnorm_constraint")

    max_norm: float = 3.0

    def __post_init__(self) -> None:
        check_positive("max_norm", self.max_norm)

    def penalty(self, parameters: Parameters, n: int) -> float:
        return 0.0

    def bind(self, parameters: Parameters, n: int) -> Addition | None:
        return None

    def bind_constraint(self, parameters: Parameters) -> Constraint:
        most, weights = self.max_norm, parameters.weights
        length = blas_routine("nrm2", parameters.vector)

        def keep() -> None:
            for w in weights:
                # A sum of squares may overflow, and then the row is too long all the same.
                with np.errstate(over="ignore"):
                    norms = np.sqrt(np.einsum("jk,jk->j", w, w))
                for j in np.flatnonzero(norms > most):
                    w[j] *= most / length(w[j])

        return keep
