"""Expressions in z, read through a whitelist so that no text can run code."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from types import CodeType
from typing import Any

import numpy as np
from scipy import special

from bpframe import Array, ScalarActivation

ArrayFunction = Callable[[Array], Array]

NAMES: Mapping[str, Any] = {
    "abs": np.abs,
    "acos": np.arccos,
    "acosh": np.arccosh,
    "asin": np.arcsin,
    "asinh": np.arcsinh,
    "atan": np.arctan,
    "atanh": np.arctanh,
    "cos": np.cos,
    "cosh": np.cosh,
    "e": np.e,
    "erf": special.erf,
    "exp": np.exp,
    "log": np.log,
    "max": np.maximum,
    "min": np.minimum,
    "pi": np.pi,
    "sigmoid": special.expit,
    "sign": np.sign,
    "sin": np.sin,
    "sinh": np.sinh,
    "softplus": lambda z: np.logaddexp(z, 0),
    "sqrt": np.sqrt,
    "tan": np.tan,
    "tanh": np.tanh,
}
CONSTANTS = ("e", "pi")
ARGUMENTS = {"max": 2, "min": 2}
SIGNS = (ast.UAdd, ast.USub)
OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow)
LONGEST = 1000


# Where an expression is tried before it is used.
PROBE = np.linspace(-2.1, 2.3, 9)


def compile_expression(text: str) -> CodeType:
    """Return code that computes the expression from ``z`` and the names of `NAMES`.

    Raises
    ------
    ValueError
        If the text is no expression, or holds anything but z, numbers, ``+ - * / **``,
        brackets and the names of `NAMES`; the message names what is not allowed.
    """
    if len(text) > LONGEST:
        raise ValueError(f"the expression has {len(text)} characters; at most {LONGEST} are read")
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, MemoryError) as error:
        raise ValueError(f"'{text}' is not an expression in z: {error}") from None
    except RecursionError:
        raise ValueError(f"'{text}' is nested too deeply") from None
    try:
        tree.body = _allowed(tree.body, text)
        return compile(ast.fix_missing_locations(tree), "<expression>", "eval")
    except RecursionError:
        raise ValueError(f"'{text}' is nested too deeply") from None


def numpy_function(text: str) -> ArrayFunction:
    """Return the expression as a function of arrays that keeps shape and dtype.

    Raises
    ------
    ValueError
        If the expression is not allowed, or a number in it is not real.
    """
    code = compile_expression(text)
    return _shaped(lambda z: _evaluate(code, NAMES, z), text)


def derivative_function(text: str) -> ArrayFunction:
    """Return the derivative of the expression, found by SymPy, as a function of arrays.

    Raises
    ------
    ValueError
        If the expression is not allowed, or SymPy finds no derivative that can be computed.
    """
    # SymPy takes half a second to import, and only a derived f′ needs it.
    import sympy

    try:
        z, names = sympy.Symbol("z", real=True), _sympy_names(sympy)
        derivative = _derivative(sympy, _symbolic(sympy, text, names, z), z, text)
        modules = [dict(NAMES), "scipy", "numpy"]
        return _shaped(sympy.lambdify(z, derivative, modules=modules, cse=True), text)
    except RecursionError:
        raise ValueError(f"'{text}' is nested too deeply for SymPy; give the derivative") from None


def scalar_functions(text: str, derivative: str | None) -> ScalarActivation:
    """Return f(z) and f′(z, a) as functions of numbers, of the functions of `math` alone.

    Parameters
    ----------
    text : str
        The expression of f.
    derivative : str or None
        That of f′; derived by SymPy if None.

    Raises
    ------
    ValueError
        As `numpy_function` and `derivative_function`.
    """
    import sympy

    (z, a), names = sympy.symbols("z a", real=True), _sympy_names(sympy)

    def function(arguments: Any, expression: Any) -> Any:
        plain = expression.replace(
            names["softplus"], lambda x: sympy.Max(x, 0) + sympy.log(1 + sympy.exp(-sympy.Abs(x)))
        )
        plain = plain.replace(names["sigmoid"], lambda x: 1 / (1 + sympy.exp(-x)))
        return sympy.lambdify(arguments, plain.rewrite(sympy.Piecewise), modules="math", cse=True)

    try:
        f = _symbolic(sympy, text, names, z)
        if derivative is None:
            slope = _derivative(sympy, f, z, text)
        else:
            slope = _symbolic(sympy, derivative, names, z)
        return function(z, f), function((z, a), slope)
    except RecursionError:
        raise ValueError(f"'{text}' is nested too deeply for SymPy") from None


def _symbolic(sympy: Any, text: str, names: Mapping[str, Any], z: Any) -> Any:
    return sympy.sympify(_evaluate(compile_expression(text), names, z))


def _derivative(sympy: Any, expression: Any, z: Any, text: str) -> Any:
    # sign and heaviside have a derivative of 0 wherever they have one.
    derivative = expression.diff(z).replace(sympy.DiracDelta, lambda *_: sympy.Integer(0))
    unusable = (sympy.Derivative, sympy.Subs, sympy.I, sympy.zoo, sympy.nan)
    if derivative.has(*unusable):
        raise ValueError(f"SymPy finds no real derivative of '{text}'; give one")
    return derivative


def _allowed(node: ast.expr, text: str) -> ast.expr:
    """Return the node with whole numbers as floats, so that no power can grow without bound."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return ast.Constant(_as_float(value, text))
        case ast.Name(id=name) if name == "z" or name in CONSTANTS:
            return node
        case ast.UnaryOp(op=sign, operand=operand) if isinstance(sign, SIGNS):
            return ast.UnaryOp(sign, _allowed(operand, text))
        case ast.BinOp(left=left, op=op, right=right) if isinstance(op, OPERATORS):
            return ast.BinOp(_allowed(left, text), op, _exponent(op, right, text))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if (
            name in NAMES and name not in CONSTANTS
        ):
            expected = ARGUMENTS.get(name, 1)
            if len(arguments) != expected:
                raise ValueError(f"'{text}': {name} takes {expected} argument(s)")
            function = ast.Name(name, ast.Load())
            return ast.Call(function, [_allowed(argument, text) for argument in arguments], [])
    raise ValueError(
        f"'{text}': '{ast.unparse(node)}' is not allowed. Allowed are z, numbers, + - * / ** and "
        + ", ".join(NAMES)
    )


def _exponent(op: ast.operator, node: ast.expr, text: str) -> ast.expr:
    allowed = _allowed(node, text)
    # A whole exponent stays whole: z**2 is a product, z**2.0 a logarithm. What it is the exponent
    # of is a float, so that no power of whole numbers can grow without bound.
    return node if isinstance(op, ast.Pow) and isinstance(node, ast.Constant) else allowed


def _as_float(value: float, text: str) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"'{text}': a number is too large")
    return number


def _evaluate(code: CodeType, names: Mapping[str, Any], z: Any) -> Any:
    # The code was made from a tree in which only whitelisted nodes and names are left.
    try:
        return eval(code, {"__builtins__": {}, **names, "z": z})
    except (ArithmeticError, TypeError) as error:
        raise ValueError(f"the expression cannot be computed: {error}") from None


def _shaped(function: Callable[[Array], Any], text: str) -> ArrayFunction:
    """Make a function keep z's shape and dtype, whatever number or type it returns.

    It is tried once, so that what is not a real number is an error now and not in a training.
    """

    def shaped(z: Array) -> Array:
        with np.errstate(all="ignore"):
            value = np.asarray(function(z))
        if value.dtype.kind == "c":
            raise ValueError(f"'{text}' or its derivative is not a real number")
        value = value.astype(z.dtype, copy=False)
        return value if value.shape == z.shape else np.full_like(z, value)

    shaped(PROBE)
    return shaped


def _sympy_names(sympy: Any) -> dict[str, Any]:
    class sigmoid(sympy.Function):  # type: ignore[misc]  # noqa: N801
        is_extended_real = True

        def fdiff(self, argindex: int = 1) -> Any:
            return self * (1 - self)

    class softplus(sympy.Function):  # type: ignore[misc]  # noqa: N801
        is_extended_real = True

        def fdiff(self, argindex: int = 1) -> Any:
            return sigmoid(self.args[0])

    special_names = {
        "abs": sympy.Abs,
        "e": sympy.E,
        "max": sympy.Max,
        "min": sympy.Min,
        "sigmoid": sigmoid,
        "softplus": softplus,
    }
    return {name: special_names.get(name) or getattr(sympy, name) for name in NAMES}
