"""The derivative of a formula, as further nodes of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from bpframe_activations.formula import Formula


def derivative(formula: Formula, place: int) -> int:
    """Return the place of the derivative of a node in z.

    Each node is differentiated once. max, min, abs and sign have no derivative at a few z; there
    it is the mean of both sides.

    Raises
    ------
    ArithmeticError
        If it has a number in it that is not finite, such as the ln 0 of 0**z.
    """
    # None stands for 0: nothing is multiplied by it or added to it.
    slopes: list[int | None] = []
    for number, node in enumerate(formula.nodes[: place + 1]):
        if node.name == "z":
            slopes.append(formula.number(1))
        elif all(slopes[argument] is None for argument in node.arguments):
            slopes.append(None)
        else:
            slopes.append(RULES[node.name](Rule(formula, number, node.arguments, slopes)))
    slope = slopes[place]
    return formula.number(0) if slope is None else slope


class Rule(NamedTuple):
    """The formula and the node that a rule of differentiation works with.

    Attributes
    ----------
    formula : Formula
        Where the nodes of the derivative are put.
    itself : int
        The node that is differentiated.
    arguments : tuple of int
        Its arguments.
    slopes : list of int or None
        The derivatives of all nodes before it, None for 0.
    """

    formula: Formula
    itself: int
    arguments: tuple[int, ...]
    slopes: list[int | None]

    def __call__(self, name: str, *arguments: int | float) -> int:
        """Apply an operation; a float is a number."""
        places = (self.formula.number(x) if isinstance(x, float) else x for x in arguments)
        return self.formula.apply(name, *places)

    def times(self, factor: int, slope: int | None) -> int | None:
        """Return factor · slope."""
        return None if slope is None else self("mul", factor, slope)

    def plus(self, u: int | None, v: int | None) -> int | None:
        """Return u + v."""
        if u is None or v is None:
            return v if u is None else u
        return self("add", u, v)

    def minus(self, u: int | None, v: int | None) -> int | None:
        """Return u - v."""
        if v is None:
            return u
        return self("neg", v) if u is None else self("sub", u, v)

    def over(self, u: int | None, v: int) -> int | None:
        """Return u / v."""
        return None if u is None else self("div", u, v)


Derivative = Callable[[Rule], int | None]


def _product(r: Rule) -> int | None:
    u, v = r.arguments
    return r.plus(r.times(v, r.slopes[u]), r.times(u, r.slopes[v]))


def _quotient(r: Rule) -> int | None:
    u, v = r.arguments
    # (u′ - (u/v) v′)/v, for it needs no square of v, which overflows where v does not.
    return r.over(r.minus(r.slopes[u], r.times(r.itself, r.slopes[v])), v)


def _power(r: Rule) -> int | None:
    u, v = r.arguments
    n, base = r.formula.value(v), r.formula.value(u)
    if n is not None:
        return r.times(r("mul", v, r("pow", u, n - 1)), r.slopes[u])
    if base is not None:
        return r.times(r("mul", r.itself, r("log", u)), r.slopes[v])
    by_exponent = r.times(r("log", u), r.slopes[v])
    return r.times(r.itself, r.plus(by_exponent, r.over(r.times(v, r.slopes[u]), u)))


def _selected(r: Rule) -> list[int]:
    """Return the derivatives of both arguments."""
    slopes = (r.slopes[argument] for argument in r.arguments)
    return [r.formula.number(0) if slope is None else slope for slope in slopes]


def _outer(slope: Callable[[Rule, int], int]) -> Derivative:
    """Return the chain rule for a function of one argument."""
    return lambda r: r.times(slope(r, r.arguments[0]), r.slopes[r.arguments[0]])


def _over_root(r: Rule, square: int) -> int:
    return r("div", 1.0, r("sqrt", square))


RULES: dict[str, Derivative] = {
    "add": lambda r: r.plus(*(r.slopes[x] for x in r.arguments)),
    "sub": lambda r: r.minus(*(r.slopes[x] for x in r.arguments)),
    "neg": lambda r: r.minus(None, r.slopes[r.arguments[0]]),
    "mul": _product,
    "div": _quotient,
    "pow": _power,
    "max": lambda r: r("choose", *r.arguments, *_selected(r)),
    "min": lambda r: r("choose", *r.arguments, *_selected(r)[::-1]),
    "abs": _outer(lambda r, u: r("sign", u)),
    "sign": lambda r: None,
    "exp": _outer(lambda r, u: r.itself),
    "log": lambda r: r.over(r.slopes[r.arguments[0]], r.arguments[0]),
    "sqrt": lambda r: r.over(r.slopes[r.arguments[0]], r("mul", 2.0, r.itself)),
    "sin": _outer(lambda r, u: r("cos", u)),
    "cos": _outer(lambda r, u: r("neg", r("sin", u))),
    "tan": _outer(lambda r, u: r("add", 1.0, r("pow", r.itself, 2.0))),
    "asin": _outer(lambda r, u: _over_root(r, r("sub", 1.0, r("pow", u, 2.0)))),
    "acos": _outer(lambda r, u: r("neg", _over_root(r, r("sub", 1.0, r("pow", u, 2.0))))),
    "atan": _outer(lambda r, u: r("div", 1.0, r("add", 1.0, r("pow", u, 2.0)))),
    "sinh": _outer(lambda r, u: r("cosh", u)),
    "cosh": _outer(lambda r, u: r("sinh", u)),
    "tanh": _outer(lambda r, u: r("sub", 1.0, r("pow", r.itself, 2.0))),
    "asinh": _outer(lambda r, u: _over_root(r, r("add", 1.0, r("pow", u, 2.0)))),
    "acosh": _outer(
        lambda r, u: r(
            "div", 1.0, r("mul", r("sqrt", r("sub", u, 1.0)), r("sqrt", r("add", u, 1.0)))
        )
    ),
    "atanh": _outer(lambda r, u: r("div", 1.0, r("sub", 1.0, r("pow", u, 2.0)))),
    "erf": _outer(
        lambda r, u: r("mul", 2 / math.sqrt(math.pi), r("exp", r("neg", r("pow", u, 2.0))))
    ),
    "sigmoid": _outer(lambda r, u: r("mul", r.itself, r("sigmoid", r("neg", u)))),
    "softplus": _outer(lambda r, u: r("sigmoid", u)),
}
