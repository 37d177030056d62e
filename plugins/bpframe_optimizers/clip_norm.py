"""Gradients that are too long, scaled."""

from __future__ import annotations

from dataclasses import dataclass

from bpframe import Clip, Clipping, GradientClip, Parameters
from bpframe_optimizers.ranges import check_positive


@dataclass(frozen=True)
class ClipNorm(Clipping):
    """A gradient that is longer than a bound is scaled to it: its direction stays.

    Parameters
    ----------
    norm : float
        The most that the norm over all weights and biases may be, greater than 0.

    Source: Pascanu, Mikolov & Bengio 2013, "On the difficulty of training recurrent neural
    networks", algorithm 1.
    """

    other_names = ("clip_norm", "clipnorm", "clip_grad_norm", "global_norm", "global_clipnorm")

    norm: float = 1.0

    def __post_init__(self) -> None:
        check_positive("norm", self.norm)

    def bind(self, parameters: Parameters) -> Clip:
        return GradientClip(norm=self.norm)
