"""The steps are PyTorch's: against a table of its numbers, and itself where it is installed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from torch_steps import BIASES, OPTIMIZERS, START, STEPS, gradient, torch_steps

from bpframe import Array, Optimizer, Parameters
from bpframe_optimizers import SGD, AdaGrad, Adam, AdamW, Momentum, RMSprop

OURS: dict[str, Optimizer] = {
    "sgd": SGD(0.1),
    "momentum": Momentum(0.05),
    "momentum, 0.5": Momentum(0.05, momentum=0.5),
    "nesterov": Momentum(0.05, nesterov=True),
    "adam": Adam(0.001),
    "adam, other options": Adam(0.02, beta1=0.6, beta2=0.95, eps=0.001),
    "adamw": AdamW(0.02, weight_decay=0.3),
    "rmsprop": RMSprop(0.01),
    "rmsprop, other options": RMSprop(0.01, rho=0.7, eps=0.01),
    "adagrad": AdaGrad(0.01),
}
TABLE = json.loads(Path(__file__).with_name("torch_steps.json").read_text())


def our_steps(optimizer: Optimizer, steps: int) -> Array:
    parameters = Parameters([2, 2], np.float64)
    gradient_, taken = Parameters([2, 2], np.float64), np.empty((steps, len(START)))
    parameters.vector[:] = START
    step = optimizer.bind(parameters)
    for t in range(1, steps + 1):
        gradient_.vector[:] = gradient(t)
        step(gradient_)
        taken[t - 1] = parameters.vector
    return taken


@pytest.mark.parametrize("name", OURS)
def test_ten_steps_are_those_of_the_table(name: str) -> None:
    np.testing.assert_allclose(our_steps(OURS[name], STEPS), TABLE[name], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", OURS)
def test_two_hundred_steps_are_those_of_pytorch(name: str) -> None:
    pytest.importorskip("torch")
    theirs = torch_steps(name, 200)
    assert theirs[:STEPS] == TABLE[name]
    np.testing.assert_allclose(our_steps(OURS[name], 200), theirs, rtol=1e-12, atol=1e-12)


def test_the_table_has_every_optimizer_and_its_biases_are_ours() -> None:
    assert OURS.keys() == OPTIMIZERS.keys() == TABLE.keys()
    parameters = Parameters([2, 2])
    for b in parameters.biases:
        b[:] = 1
    assert tuple(np.flatnonzero(parameters.vector)) == BIASES
