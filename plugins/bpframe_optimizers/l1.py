"""The penalty on the sizes of the weights."""

from __future__ import annotations

from dataclasses import dataclass

from bpframe import Addition, Parameters, Regularizer
from bpframe_optimizers.ranges import check_from_zero
from bpframe_optimizers.sizes import SizesAndSquares, sum_of_sizes


@dataclass(frozen=True)
class L1(Regularizer):
    """(λ/n) Σ |w|: C = C_0 + penalty; its derivative at w = 0 is taken as 0.

    Parameters
    ----------
    lambda_ : float
        λ, 0 or more (the option is ``regularizer.lambda``).

    Source: the book, chapter 3, equations (95) and (96); n is the size of the training set.
    """

    other_names = ("lasso",)

    lambda_: float = 5.0

    def __post_init__(self) -> None:
        check_from_zero("lambda", self.lambda_)

    def penalty(self, parameters: Parameters, n: int) -> float:
        return self.lambda_ / n * sum_of_sizes(parameters)

    def bind(self, parameters: Parameters, n: int) -> Addition | None:
        return SizesAndSquares(parameters, self.lambda_ / n, 0.0) if self.lambda_ else None
