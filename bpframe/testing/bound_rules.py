"""Rules that are bound to the networks that they accept, and what they may differ by."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from bpframe.core.backprop import Backprop, remark_of
from bpframe.core.data import Batch
from bpframe.core.parameters import Parameters
from bpframe.errors import MissingPackageError
from bpframe.testing.assertions import require, require_close
from bpframe.testing.problems import Problem

# What the order of sums may change, as a share of the largest derivative of a layer.
REORDERED = 1e-6
# How many times as much is allowed in float32.
FLOAT32 = 100
SEED = 0


class Bound:
    """A rule that is bound to a new network of a problem.

    Attributes
    ----------
    remark : str
        Whose its gradient is, if it is another rule's.

    Raises
    ------
    ValueError
        If the rule refuses the network or the pair.
    """

    def __init__(self, rule: Backprop, problem: Problem, dtype: Any = np.float64) -> None:
        self.problem = problem
        self.objective = problem.objective(dtype)
        self.parameters = self.objective.network.parameters
        self._gradient = rule.bind(self.objective, np.random.default_rng(SEED))
        self.remark = remark_of(rule, self._gradient)

    def __call__(self, batch: Batch, before: float = 0.0) -> Parameters:
        """Return what the rule writes where another number stood before."""
        out = Parameters(self.parameters.sizes, self.parameters.dtype)
        out.vector.fill(before)
        self._gradient(batch, out)
        return out


def accepted_by(rule: Backprop, tried: Sequence[Problem]) -> tuple[list[Bound], list[str]]:
    """Return the rule bound to each problem that it accepts, and why it refused the others."""
    accepted, refused = [], []
    for problem in tried:
        try:
            accepted.append(Bound(rule, problem))
        except MissingPackageError:
            raise
        except ValueError as error:
            require(bool(str(error)), f"{problem.label}: refused without a message")
            refused.append(f"{problem.label}: {error}")
    require(bool(accepted), _none(refused))
    return accepted, refused


def first_accepted(rule: Backprop, tried: Sequence[Problem], dtype: Any = np.float64) -> Bound:
    """Return the rule bound to the first problem that it accepts: binding may take its time."""
    refused = []
    for problem in tried:
        try:
            return Bound(rule, problem, dtype)
        except MissingPackageError:
            raise
        except ValueError as error:
            refused.append(f"{problem.label}: {error}")
    raise AssertionError(_none(refused))


def first_of_each_size(rule: Backprop, tried: Sequence[Problem]) -> list[Bound]:
    """Return the rule bound to the first problem of each size of which it accepts one."""
    found: dict[tuple[int, ...], Bound] = {}
    first = first_accepted(rule, tried)
    found[first.problem.sizes] = first
    for problem in tried:
        if problem.sizes not in found:
            with suppress(ValueError):
                found[problem.sizes] = Bound(rule, problem)
    return list(found.values())


def _none(refused: list[str]) -> str:
    if not refused:
        return "no registered pair of activation and cost passes its own checks"
    return f"all networks were refused: {refusals(refused)}"


def refusals(refused: list[str]) -> str:
    """Return how many problems were refused, and why the first; nothing if none was."""
    return f"{len(refused)} refused, such as {refused[0]}" if refused else ""


def require_alike(
    what: str,
    given: Parameters,
    expected: Parameters,
    problem: Problem,
    rule: Backprop,
    times: float = 1,
) -> None:
    """Require that two gradients by the rule differ by no more than it promises and sums round."""
    layers = zip(given.blocks, expected.blocks, strict=True)
    for number, (g, e) in enumerate(layers, 2):
        largest = float(np.abs(e).max())
        promised = rule.tolerance * max(largest, problem.value, 1)
        where = f"{what}, {problem.label}, [w b] of layer {number}"
        require_close(where, g, e, absolute=times * max(promised, REORDERED * largest))
