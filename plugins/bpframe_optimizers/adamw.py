"""Adam with a decay of the weights that is no part of the gradient."""

from __future__ import annotations

from dataclasses import dataclass

from bpframe import Parameters, Step
from bpframe_optimizers.adam import Adam, AdamStep
from bpframe_optimizers.ranges import check_from_zero


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam's step after w ← (1 - η c) w: weights decay, and biases do not.

    As in PyTorch the decay is c times the learning rate, and follows its schedule. PyTorch decays
    biases too unless they are put into a group of their own.

    Parameters
    ----------
    learning_rate : float or "auto"
        η; "auto" measures one before the training.
    beta1 : float
        β₁ of `Adam`, 0 or more, and less than 1.
    beta2 : float
        β₂ of `Adam`, 0 or more, and less than 1.
    eps : float
        As in `Adam`, greater than 0.
    weight_decay : float
        c, 0 or more; the paper's λ.

    Source: Loshchilov & Hutter 2019, "Decoupled weight decay regularization", algorithm 2.
    """

    weight_decay: float = 0.01

    def __post_init__(self) -> None:
        super().__post_init__()
        check_from_zero("weight_decay", self.weight_decay)

    def bind(self, parameters: Parameters) -> Step:
        betas = self.beta1, self.beta2
        return AdamStep(parameters, self._rate, betas, self.eps, self.weight_decay)
