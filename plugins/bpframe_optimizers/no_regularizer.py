"""No penalty."""

from __future__ import annotations

from dataclasses import dataclass

from bpframe import Addition, Parameters, Regularizer


@dataclass(frozen=True)
class NoRegularizer(Regularizer):
    """No penalty."""

    def penalty(self, parameters: Parameters, n: int) -> float:
        return 0.0

    def bind(self, parameters: Parameters, n: int) -> Addition | None:
        return None
