"""The ranges of numbers that options allow."""

from __future__ import annotations

import math


def check_positive(option: str, value: float) -> None:
    """Raise ValueError unless a number is greater than 0, and finite."""
    if not 0 < value < math.inf:
        raise ValueError(f"{option} is {value}; it must be a number greater than 0")


def check_from_zero(option: str, value: float) -> None:
    """Raise ValueError unless a number is 0 or more, and finite."""
    if not 0 <= value < math.inf:
        raise ValueError(f"{option} is {value}; it must be a number, 0 or more")


def check_fraction(option: str, value: float) -> None:
    """Raise ValueError unless a number is 0 or more and below 1."""
    if not 0 <= value < 1:
        raise ValueError(f"{option} is {value}; it must be 0 or more, and less than 1")
