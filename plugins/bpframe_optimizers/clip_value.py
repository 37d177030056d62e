"""Derivatives that are too large, cut off."""

from __future__ import annotations

from dataclasses import dataclass

from bpframe import Clip, Clipping, GradientClip, Parameters
from bpframe_optimizers.ranges import check_positive


@dataclass(frozen=True)
class ClipValue(Clipping):
    """Each derivative is kept within a bound, above and below 0: the direction may change.

    Parameters
    ----------
    value : float
        The most that the size of a derivative may be, greater than 0.

    Source: Mikolov 2012, "Statistical language models based on neural networks".
    """

    other_names = ("clip_value", "clipvalue", "clip_grad_value")

    value: float = 1.0

    def __post_init__(self) -> None:
        check_positive("value", self.value)

    def bind(self, parameters: Parameters) -> Clip:
        return GradientClip(value=self.value)
