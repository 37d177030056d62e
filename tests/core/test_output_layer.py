"""The function of the last layer, where only that of the layers below is chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest

from bpframe import Activation, Cost, Interval, choose_output_activation
from bpframe.core.output_layer import unfit_for_outputs
from bpframe_activations import Custom, LeakyReLU, Linear, ReLU, Sigmoid, Softmax, Softplus, Tanh
from bpframe_costs import CrossEntropy, LogLikelihood, Quadratic

KNOWN = (Tanh(), Linear(), Sigmoid(), Softmax())


@pytest.mark.parametrize(
    ("below", "cost"),
    [
        *((f, Quadratic()) for f in (Sigmoid(), Tanh(), Linear(), Softmax(), LeakyReLU(0.3))),
        (Sigmoid(), CrossEntropy()),
        (Softmax(), CrossEntropy()),
        (Softmax(), LogLikelihood()),
        (Custom("tanh(z)", low=-1, high=1), Quadratic()),
    ],
    ids=repr,
)
def test_what_can_serve_is_kept(below: Activation, cost: Cost) -> None:
    assert choose_output_activation(below, cost, KNOWN) is below


@pytest.mark.parametrize(
    ("below", "cost", "chosen"),
    [
        *((f, Quadratic(), 1) for f in (ReLU(), LeakyReLU(), Softplus(), Custom("max(0,z)"))),
        *((f, CrossEntropy(), 2) for f in (Tanh(), ReLU(), Linear(), Custom("sigmoid(z)"))),
        *((f, LogLikelihood(), 3) for f in (Tanh(), ReLU(), Linear(), Sigmoid())),
    ],
    ids=repr,
)
def test_what_cannot_serve_gives_way_to_the_costs_own(
    below: Activation, cost: Cost, chosen: int
) -> None:
    assert choose_output_activation(below, cost, KNOWN) is KNOWN[chosen]


def test_the_reason_is_told() -> None:
    range_ = unfit_for_outputs(Tanh(), CrossEntropy())
    assert range_ == "the cost accepts outputs in [0, 1], and not in [-1, 1]"
    half = unfit_for_outputs(ReLU(), Quadratic())
    assert half == "one half of it is flat, and outputs that fall on it hardly learn"


@dataclass(frozen=True)
class Absolute(Quadratic):
    """A cost that names no link."""

    link = None


@dataclass(frozen=True)
class Poisson(Quadratic):
    """A cost of another plugin, with a link and a domain of its own."""

    link = "log"
    domain = Interval(0.0)


@dataclass(frozen=True)
class Exponential(Custom):
    """The activation that belongs to it, though one half of it is flat."""

    f: str = "exp(z)"
    low: float = 0.0
    link = "log"


@pytest.mark.parametrize(
    ("below", "cost", "known"),
    [
        (ReLU(), Absolute(), KNOWN),
        (ReLU(), Quadratic(), ()),
        (Tanh(), CrossEntropy(), (Tanh(), Linear())),
        # It says that it belongs to the cost, and leaves its domain.
        (Tanh(), Poisson(), (Exponential(low=-1.0),)),
    ],
    ids=repr,
)
def test_without_a_function_of_the_costs_own_it_stays(
    below: Activation, cost: Cost, known: Iterable[Activation]
) -> None:
    assert choose_output_activation(below, cost, known) is below


def test_costs_of_others_name_their_own() -> None:
    own: Any = Exponential()
    assert choose_output_activation(Tanh(), Poisson(), (*KNOWN, own)) is own
    assert choose_output_activation(own, Poisson(), KNOWN) is own


def test_the_first_that_is_known_is_taken() -> None:
    known = (Linear(), Custom("z"), Linear())
    assert choose_output_activation(ReLU(), Quadratic(), known) is known[0]
