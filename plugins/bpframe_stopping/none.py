"""A training that goes on to its last epoch."""

from __future__ import annotations

from dataclasses import dataclass

from bpframe import Parameters, Stopping


@dataclass(frozen=True)
class NoStopping(Stopping):
    """Train for all epochs."""

    other_names = ("never", "off")

    def bind(self, parameters: Parameters) -> None:
        return None
