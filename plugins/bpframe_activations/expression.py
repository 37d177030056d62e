"""Expressions in z, read through a whitelist so that no text can run code."""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping

from bpframe import FUNCTIONS
from bpframe_activations.formula import Formula, Z

CONSTANTS = {"e": math.e, "pi": math.pi}
OPERATORS: Mapping[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Pow: "pow",
}
ALLOWED = "z, numbers, + - * / ** and " + ", ".join(sorted({*FUNCTIONS, *CONSTANTS}))
LONGEST = 1000


def read(text: str) -> tuple[Formula, int]:
    """Return an expression as a formula, and the node of it that is its value.

    Raises
    ------
    ValueError
        If the text is no expression, holds anything but z, numbers, ``+ - * / **``, brackets
        and the names of `FUNCTIONS` and `CONSTANTS`, or a number in it is no finite real number;
        the message names it.
    """
    if len(text) > LONGEST:
        raise ValueError(f"the expression has {len(text)} characters; at most {LONGEST} are read")
    try:
        body = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError) as error:
        raise ValueError(f"'{text}' is not an expression in z: {error}") from None
    except RecursionError:
        raise ValueError(f"'{text}' is nested too deeply") from None
    formula = Formula()
    try:
        return formula, _read(body, formula, text)
    except RecursionError:
        raise ValueError(f"'{text}' is nested too deeply") from None


def _read(node: ast.expr, formula: Formula, text: str) -> int:
    """Return the node that a subexpression is."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return formula.number(_as_float(value, text))
        case ast.Name(id="z"):
            return Z
        case ast.Name(id=name) if name in CONSTANTS:
            return formula.number(CONSTANTS[name])
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _read(operand, formula, text)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            name, operands = "neg", [operand]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            name, operands = OPERATORS[type(op)], [left, right]
        case ast.Call(func=ast.Name(id=name), args=operands, keywords=[]) if name in FUNCTIONS:
            expected, _ = FUNCTIONS[name]
            if len(operands) != expected:
                raise ValueError(f"'{text}': {name} takes {expected} argument(s)")
        case _:
            raise ValueError(
                f"'{text}': '{ast.unparse(node)}' is not allowed. Allowed are {ALLOWED}"
            )
    try:
        return formula.apply(name, *[_read(operand, formula, text) for operand in operands])
    except ArithmeticError:
        raise ValueError(f"'{text}': '{ast.unparse(node)}' is no finite real number") from None


def _as_float(value: float, text: str) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"'{text}': a number is too large")
    return number
