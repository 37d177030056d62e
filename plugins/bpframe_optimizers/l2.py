"""The penalty on the squares of the weights."""

from __future__ import annotations

from dataclasses import dataclass

from bpframe import Addition, Parameters, Regularizer, WeightDecay
from bpframe_optimizers.ranges import check_from_zero


@dataclass(frozen=True)
class L2(Regularizer):
    """(λ/2n) Σ w²: C = C_0 + penalty; biases are not decayed.

    Parameters
    ----------
    lambda_ : float
        λ, 0 or more (the option is ``regularizer.lambda``).

    Source: the book, chapter 3, equation (87); n is the size of the training set.
    """

    other_names = ("ridge", "weight_decay")

    lambda_: float = 5.0

    def __post_init__(self) -> None:
        check_from_zero("lambda", self.lambda_)

    def penalty(self, parameters: Parameters, n: int) -> float:
        squares = sum(float((w * w).sum()) for w in parameters.weights)
        return self.lambda_ / (2 * n) * squares

    def bind(self, parameters: Parameters, n: int) -> Addition | None:
        return WeightDecay(parameters, self.lambda_ / n) if self.lambda_ else None
