"""Formulas as functions: of arrays, of logarithms where arrays overflow, and of numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bpframe import OPERATIONS, Apply, Array, ScalarActivation
from bpframe_activations.derivative import derivative as derivative_of
from bpframe_activations.expression import read
from bpframe_activations.formula import Formula, Node, Z
from bpframe_activations.logarithms import FUNCTIONS_OF_LOGARITHMS, LogNumber

# Where an expression is tried before it is used.
TRIED = np.concatenate([-np.geomspace(1e-2, 1e3, 26), [0.0], np.geomspace(1e-2, 1e3, 26)])
INFIX = {
    "add": "{} + {}",
    "sub": "{} - {}",
    "mul": "{} * {}",
    "div": "{} / {}",
    "neg": "-{}",
    "pow": "{} ** {}",
}
# For compilers of functions of numbers, which know the functions of `math` and conditions.
OF_NUMBERS = INFIX | {
    "choose": "{2} if {0} > {1} else {3} if {0} < {1} else ({2} + {3}) / 2",
    "max": "{0} if {0} > {1} else {1}",
    "min": "{0} if {0} < {1} else {1}",
    "pow": "pow({}, {})",
    "sigmoid": "1.0 / (1.0 + exp(-{}))",
    "sign": "1.0 if {0} > 0.0 else -1.0 if {0} < 0.0 else {0}",
    "softplus": "({0} if {0} > 0.0 else 0.0) + log1p(exp(-abs({0})))",
}
# Whole powers are products. A compiler of functions of numbers raises an error for 0 ** -1, and
# for no quotient.
WHOLE_POWER, RECIPROCAL, LARGEST_WHOLE = "{} ** {}", "1.0 / {} ** {}", 2**31


class Compiled:
    """f and f′ of expressions, as functions of arrays that keep shape and dtype.

    Where the arithmetic of arrays gives no finite number, because a subexpression overflows,
    the value is computed again by logarithms. What is infinite or not a number then,
    is so.

    Parameters
    ----------
    f : str
        The expression of f.
    derivative : str or None
        That of f′; derived if None.

    Raises
    ------
    ValueError
        If an expression is not allowed, or f or f′ is a finite real number nowhere.
    """

    def __init__(self, f: str, derivative: str | None) -> None:
        formula, self._value = read(f)
        self._formula = formula
        if derivative is None:
            self._slope_formula, self._a = formula, self._value
            try:
                self._slope = derivative_of(formula, self._value)
            except ArithmeticError as error:
                raise ValueError(f"'{f}' has a derivative that is no number: {error}") from None
        else:
            self._slope_formula, self._slope = read(derivative)
            self._a = Z
        names = {"__builtins__": {}, **OPERATIONS}
        log_names = {"__builtins__": {}, **FUNCTIONS_OF_LOGARITHMS}
        value, slope = source(formula, self._value), source(*self._slope_nodes)
        self._value_of, self._log_value_of = run(value, names), run(value, log_names)
        self._slope_of, self._log_slope_of = run(slope, names), run(slope, log_names)
        values = self.value(TRIED)
        require_numbers(f"'{f}'", values)
        require_numbers(
            f"the derivative of '{f}'" if derivative is None else f"'{derivative}'",
            self.slope(TRIED, values),
        )

    @property
    def _slope_nodes(self) -> tuple[Formula, int, int]:
        return self._slope_formula, self._slope, self._a

    def value(self, z: Array) -> Array:
        """Return f(z)."""
        with np.errstate(all="ignore"):
            value = shaped(self._value_of(z), z)
            return self._repaired(value, z, self._log_value_of)

    def slope(self, z: Array, a: Array) -> Array:
        """Return f′(z) for a = f(z)."""

        def by_logarithms(log_z: LogNumber) -> Any:
            return self._log_slope_of(log_z, self._log_value_of(log_z))

        with np.errstate(all="ignore"):
            return self._repaired(shaped(self._slope_of(z, a), z), z, by_logarithms)

    def scalar(self) -> ScalarActivation:
        """Return f(z) and f′(z, a) as functions of numbers, of the functions of `math` alone.

        They compute in float64, whatever z is: it overflows later.
        """
        names = {"__builtins__": {}, "abs": abs, **vars(math)}
        value = run(source(self._formula, self._value, notation=OF_NUMBERS), names)
        slope = run(source(*self._slope_nodes, notation=OF_NUMBERS), names)
        return value, slope

    def symbolic(self, z: Any, apply: Apply) -> Any:
        """Return f of z in operations, see `Activation.symbolic`."""
        found: dict[int, Any] = {Z: z}
        for number in self._formula.needed(self._value):
            node = self._formula.nodes[number]
            if node.name == "number":
                found[number] = node.value
            elif number != Z:
                found[number] = apply(node.name, *(found[place] for place in node.arguments))
        return found[self._value]

    def _repaired(self, value: Array, z: Array, by_logarithms: Callable[..., Any]) -> Array:
        finite = np.isfinite(value)
        if finite.all():
            return value
        wrong = ~finite & np.isfinite(z)
        log_z = LogNumber.of(z[wrong].astype(np.float64))
        better = LogNumber.of(by_logarithms(log_z)).value
        value = value.copy()
        value[wrong] = np.where(np.isnan(better), value[wrong], better)
        return value


def source(formula: Formula, place: int, a: int = Z, *, notation: Mapping[str, str] = INFIX) -> str:
    """Return Python code of a function of z and a, in which `a` stands for one of the nodes."""
    names: dict[int, str] = {}
    lines = ["def function(z, a=0.0):"]
    for number in formula.needed(place, a):
        node = formula.nodes[number]
        if node.name == "number":
            names[number] = literal(node.value)
            continue
        names[number] = f"v{number}"
        if number in (a, Z):
            # A compiler makes a float64 of the product.
            written = ("1.0 * " if notation is OF_NUMBERS else "") + ("z" if number == Z else "a")
        else:
            operands = [names[argument] for argument in node.arguments]
            exponent = whole_exponent(formula, node)
            if exponent is not None and exponent < 0 and notation is OF_NUMBERS:
                written = RECIPROCAL.format(operands[0], -exponent)
            elif exponent is not None:
                written = WHOLE_POWER.format(operands[0], exponent)
            elif node.name in notation:
                written = notation[node.name].format(*operands)
            else:
                written = f"{node.name}({', '.join(operands)})"
        lines.append(f"    v{number} = {written}")
    return "\n".join([*lines, f"    return {names[place]}"])


def whole_exponent(formula: Formula, node: Node) -> int | None:
    """Return the exponent of a power if it is a whole number of moderate size."""
    exponent = formula.value(node.arguments[1]) if node.name == "pow" else None
    if exponent is None or not exponent.is_integer() or abs(exponent) >= LARGEST_WHOLE:
        return None
    return int(exponent)


def literal(value: float) -> str:
    """Return a number as Python code."""
    return repr(value) if value >= 0 else f"({value!r})"


def run(code: str, names: Mapping[str, Any]) -> Callable[..., Any]:
    """Return the function that the code of `source` defines."""
    # The code was made from the nodes of a formula, whose names are those of a table.
    space = dict(names)
    exec(code, space)
    function: Callable[..., Any] = space["function"]
    return function


def shaped(value: Any, z: Array) -> Array:
    """Return a value with z's shape and dtype, whatever number or type it is."""
    array = np.asarray(value).astype(z.dtype, copy=False)
    return array if array.shape == z.shape else np.full_like(z, array)


def require_numbers(what: str, values: Array) -> None:
    """Raise an error if no value is a finite number."""
    if not np.isfinite(values).any():
        raise ValueError(f"{what} is a finite real number at no z from -1000 to 1000")
