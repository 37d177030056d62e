"""How long a training is, in the words of what is too long for it."""

from __future__ import annotations

from bpframe import Schedule


def told(schedule: Schedule, epochs: int) -> str:
    """Return how many epochs a training has, and of them behind the warm-up of a schedule."""
    if not schedule.warm_up:
        return f"the training has {epochs}"
    return f"the training has {epochs - schedule.warm_up:g} behind the warm-up"
