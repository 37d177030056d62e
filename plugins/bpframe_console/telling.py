"""The metrics that tell most of a training, where there is no room for all."""

from __future__ import annotations

from collections.abc import Iterable

# What each training has; a penalty is a part of its cost.
USUAL = ("cost", "accuracy")
PENALTY = "penalty"


def main_quantity(names: Iterable[str]) -> str:
    """Return ``accuracy`` if there is one among the metrics of splits, else ``cost``."""
    return "accuracy" if any(name.endswith("/accuracy") for name in names) else "cost"


def chosen_quantities(names: Iterable[str]) -> list[str]:
    """Return what is measured beside cost and accuracy, without its split, in order."""
    parts = [name.partition("/") for name in names]
    held = [quantity for split, _, quantity in parts if split in ("train", "validation")]
    return [q for q in dict.fromkeys(held) if q not in (*USUAL, PENALTY)]
