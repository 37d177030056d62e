"""A learning rate that goes down by the same part in every epoch."""

from __future__ import annotations

from dataclasses import dataclass

from bpframe import Array, Schedule


@dataclass(frozen=True)
class Exponential(Schedule):
    """decay^t after t epochs.

    With ``each=step`` t also has what of an epoch has passed; PyTorch's ExponentialLR is
    ``each=epoch``, with gamma = ``decay``.

    Parameters
    ----------
    decay : float
        The factor of an epoch, greater than 0, 1 at most.

    Source: Keras's ExponentialDecay, with decay_rate = ``decay`` and the steps of an epoch as
    decay_steps.
    """

    other_names = ("exponential_lr", "exponentiallr", "exponential_decay")

    decay: float = 0.95

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 < self.decay <= 1:
            raise ValueError(f"decay is {self.decay}; it must be greater than 0, and 1 at most")

    def factor(self, t: Array, epochs: float) -> Array:
        factors: Array = self.decay**t
        return factors
