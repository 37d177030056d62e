"""Numbers that neither overflow nor underflow: a sign, and the logarithm of the size.

exp(1000) is infinite in float64, and exp(1000)/(1 + exp(1000)) is not a number. Kept as 1000, it
is: a product is a sum of logarithms, and a sum is the larger one and a bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bpframe import FUNCTIONS, Array


class LogNumber:
    """Real numbers as signs and logarithms.

    Parameters
    ----------
    sign : array
        -1, 0 or 1.
    log : array of the same shape
        ln |x|, -∞ for 0.
    """

    # So that an array on the left leaves an operation to this class.
    __array_ufunc__ = None

    def __init__(self, sign: Any, log: Any) -> None:
        self.sign = np.where(np.isnan(log), np.nan, sign)
        self.log = np.where(np.isnan(self.sign), np.nan, log)

    @classmethod
    def of(cls, x: Any) -> LogNumber:
        """Return numbers in this form; such numbers stay as they are."""
        return x if isinstance(x, cls) else cls(np.sign(x), np.log(np.abs(x)))

    @property
    def value(self) -> Array:
        """The numbers themselves, as far as float64 reaches."""
        value: Array = self.sign * np.exp(self.log)
        return value

    def __neg__(self) -> LogNumber:
        return LogNumber(-self.sign, self.log)

    def __mul__(self, other: Any) -> LogNumber:
        other = LogNumber.of(other)
        return LogNumber(self.sign * other.sign, self.log + other.log)

    def __truediv__(self, other: Any) -> LogNumber:
        other = LogNumber.of(other)
        return LogNumber(self.sign * other.sign, self.log - other.log)

    def __add__(self, other: Any) -> LogNumber:
        other = LogNumber.of(other)
        swap = other.log > self.log
        sign, log = (np.where(swap, *pair) for pair in _pairs(other, self))
        other_sign, other_log = (np.where(swap, *pair) for pair in _pairs(self, other))
        below = np.where(log == -np.inf, -np.inf, other_log - log)
        log = log + np.where(
            sign * other_sign < 0, np.log(-np.expm1(below)), np.log1p(np.exp(below))
        )
        return LogNumber(np.where(log == -np.inf, 0, sign), log)

    def __sub__(self, other: Any) -> LogNumber:
        return self + -LogNumber.of(other)

    def __pow__(self, exponent: Any) -> LogNumber:
        if isinstance(exponent, LogNumber):
            return LogNumber(_positive(self.sign), exponent.value * self.log)
        if exponent != int(exponent):
            return LogNumber(_positive(self.sign), exponent * self.log)
        odd = int(exponent) % 2 == 1
        return LogNumber(self.sign if odd else np.abs(self.sign), exponent * self.log)

    def __radd__(self, other: float) -> LogNumber:
        return LogNumber.of(other) + self

    def __rsub__(self, other: float) -> LogNumber:
        return LogNumber.of(other) - self

    def __rmul__(self, other: float) -> LogNumber:
        return LogNumber.of(other) * self

    def __rtruediv__(self, other: float) -> LogNumber:
        return LogNumber.of(other) / self

    def __rpow__(self, other: float) -> LogNumber:
        return LogNumber.of(other) ** self


def _pairs(u: LogNumber, v: LogNumber) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    return (u.sign, v.sign), (u.log, v.log)


def _positive(sign: Any) -> Any:
    """Return the sign of a root: there is none of a negative number."""
    return np.where(sign < 0, np.nan, sign)


def _choose(u: Any, v: Any, above: Any, below: Any) -> LogNumber:
    which = (LogNumber.of(u) - v).sign
    above, below = LogNumber.of(above), LogNumber.of(below)
    mean = (above + below) / 2
    sign, log = (
        np.select([which > 0, which < 0, which == 0], [a, b, c], np.nan)
        for a, b, c in zip(
            (above.sign, above.log), (below.sign, below.log), (mean.sign, mean.log), strict=True
        )
    )
    return LogNumber(sign, log)


def _sinh(x: Array) -> LogNumber:
    size = np.abs(x)
    return LogNumber(np.sign(x), size + np.log(-np.expm1(-2 * size)) - np.log(2))


def _softplus(x: Array) -> LogNumber:
    # Far below 0 it is exp(x), which is 0 in float64.
    return LogNumber(1, np.where(x < -30, x, np.log(np.logaddexp(x, 0))))


def _of_value(function: Callable[[Any], Any]) -> Callable[[Any], LogNumber]:
    return lambda u: LogNumber.of(function(LogNumber.of(u).value))


FUNCTIONS_OF_LOGARITHMS: Mapping[str, Callable[..., LogNumber]] = {
    **{name: _of_value(function) for name, (count, function) in FUNCTIONS.items() if count == 1},
    "abs": lambda u: LogNumber(np.abs(u.sign), u.log),
    "choose": _choose,
    "cosh": lambda u: LogNumber(1, np.logaddexp(u.value, -u.value) - np.log(2)),
    "exp": lambda u: LogNumber(1, u.value),
    "log": lambda u: LogNumber.of(np.where(u.sign < 0, np.nan, u.log)),
    "max": lambda u, v: _choose(u, v, u, v),
    "min": lambda u, v: _choose(u, v, v, u),
    "sigmoid": lambda u: LogNumber(1, -np.logaddexp(-u.value, 0)),
    "sign": lambda u: LogNumber.of(u.sign),
    "sinh": lambda u: _sinh(u.value),
    "softplus": lambda u: _softplus(u.value),
    "sqrt": lambda u: LogNumber(_positive(u.sign), u.log / 2),
}
