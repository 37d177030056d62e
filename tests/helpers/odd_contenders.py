"""Contenders of the benchmark that do not do what they should."""

from __future__ import annotations

import os
import signal
import time

import numpy as np
from contenders.base import Contender, Outsider

from bpframe import Array


class Still(Outsider):
    """Learns nothing, and takes no time for it."""

    def prepare(self, x: Array, y: Array) -> None:
        self.n_out = y.shape[1]

    def train(self, batches: Array) -> None:
        pass

    def outputs(self, x: Array) -> Array:
        return np.zeros((len(x), self.n_out), np.float32)


class Greedy(Still):
    """Takes 64 MB for what it remembers."""

    def prepare(self, x: Array, y: Array) -> None:
        super().prepare(x, y)
        self.taken = np.ones(64 * 2**20, np.uint8)


class Unwilling(Still):
    """Says that it does not take part."""

    def prepare(self, x: Array, y: Array) -> None:
        raise ValueError("it has no sigmoids")


class Killed(Still):
    """Loses its process in its first rounds."""

    def train(self, batches: Array) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


class Hanging(Still):
    """Gets ready and does not come back from a round."""

    rounds = 0

    def epoch(self) -> float:
        self.rounds += 1
        if self.rounds > 20:
            time.sleep(3600)
        return 1e-3


class NeverReady(Still):
    """Does not come back from its preparation."""

    def prepare(self, x: Array, y: Array) -> None:
        time.sleep(3600)


def find(name: str) -> type[Contender]:
    """Return one of these by its name."""
    if name not in globals():
        raise ImportError(f"No module named {name!r}")
    found: type[Contender] = globals()[name]
    return found
