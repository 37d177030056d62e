"""Checks of the numbers that a person gives."""

from __future__ import annotations

import math
from numbers import Integral
from typing import Any

# Booleans, whole numbers and floats, by NumPy's letter for their kind.
REAL_NUMBERS = "biuf"


def is_whole(value: Any) -> bool:
    """Return whether a value is a whole number, Python's or NumPy's; ``True`` is none."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def whole_number(name: str, value: Any, least: int, most: float = math.inf) -> int:
    """Return a whole number, Python's or NumPy's, as an int.

    Parameters
    ----------
    name : str
        What the argument is called.
    value
        What was given for it.
    least, most : numbers
        The smallest and the largest number that are allowed.

    Raises
    ------
    ValueError
        If it is no whole number, see `is_whole`, or out of this range; the message has its name.
    """
    if not is_whole(value):
        raise ValueError(f"{name} is {value!r}; it must be a whole number, {least} or more")
    if (number := int(value)) < least:
        raise ValueError(f"{name} is {value}; it must be {least} or more")
    if number > most:
        raise ValueError(f"{name} is {value}; it must be {most:,} or less")
    return number
