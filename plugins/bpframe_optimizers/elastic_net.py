"""The penalty on sizes and squares of the weights."""

from __future__ import annotations

from dataclasses import dataclass

from bpframe import Addition, Parameters, Regularizer
from bpframe_optimizers.l1 import L1
from bpframe_optimizers.l2 import L2
from bpframe_optimizers.ranges import check_from_zero
from bpframe_optimizers.sizes import SizesAndSquares


@dataclass(frozen=True)
class ElasticNet(Regularizer):
    """(λ/n) Σ (r |w| + (1 - r) w²/2): r of l1, and the rest of l2.

    The options are those of scikit-learn's ElasticNet, where λ/n is called alpha.

    Parameters
    ----------
    lambda_ : float
        λ, 0 or more (the option is ``regularizer.lambda``).
    l1_ratio : float
        r, from 0, where it is l2, to 1, where it is l1.

    Source: Zou & Hastie 2005, "Regularization and variable selection via the elastic net".
    """

    other_names = ("elasticnet", "l1_l2", "l1l2")

    lambda_: float = 5.0
    l1_ratio: float = 0.5

    def __post_init__(self) -> None:
        check_from_zero("lambda", self.lambda_)
        if not 0 <= self.l1_ratio <= 1:
            raise ValueError(f"l1_ratio is {self.l1_ratio}; it must be from 0 to 1")

    def penalty(self, parameters: Parameters, n: int) -> float:
        return self._l1.penalty(parameters, n) + self._l2.penalty(parameters, n)

    def bind(self, parameters: Parameters, n: int) -> Addition | None:
        if not self._l1.lambda_:
            return self._l2.bind(parameters, n)
        return SizesAndSquares(parameters, self._l1.lambda_ / n, self._l2.lambda_ / n)

    @property
    def _l1(self) -> L1:
        return L1(self.lambda_ * self.l1_ratio)

    @property
    def _l2(self) -> L2:
        return L2(self.lambda_ * (1 - self.l1_ratio))
