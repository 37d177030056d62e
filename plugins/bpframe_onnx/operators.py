"""Graphs of ONNX operators, built by applying one after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import NodeProto, TensorProto, helper, numpy_helper

# Operations of `bpframe.OPERATIONS` that are one operator.
OPERATORS = {
    "add": "Add",
    "sub": "Sub",
    "mul": "Mul",
    "div": "Div",
    "neg": "Neg",
    "pow": "Pow",
    "abs": "Abs",
    "acos": "Acos",
    "acosh": "Acosh",
    "asin": "Asin",
    "asinh": "Asinh",
    "atan": "Atan",
    "atanh": "Atanh",
    "cos": "Cos",
    "cosh": "Cosh",
    "erf": "Erf",
    "exp": "Exp",
    "log": "Log",
    "max": "Max",
    "min": "Min",
    "sigmoid": "Sigmoid",
    "sign": "Sign",
    "sin": "Sin",
    "sinh": "Sinh",
    "sqrt": "Sqrt",
    "tan": "Tan",
    "tanh": "Tanh",
    "softmax": "Softmax",
}
# ONNX Runtime computes them in float32 alone.
SINGLE = {"Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Cosh", "Erf", "Sinh", "Tan"}


class Graph:
    """Operators and constants so far; a value is the name of an operator's output.

    Parameters
    ----------
    dtype : numpy dtype
        Of the network: float32 or float64.

    Attributes
    ----------
    in_single : set of str
        The operators that compute in float32 though the network is float64.
    """

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self.dtype = dtype
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []
        self.in_single: set[str] = set()

    def constant(self, values: npt.ArrayLike, dtype: npt.DTypeLike | None = None) -> str:
        """Return the name of an array of numbers or texts, in the network's type if none is said.

        Parameters
        ----------
        values : array-like
            The numbers or texts.
        dtype : numpy dtype, optional
            ``object`` for texts.
        """
        array = np.asarray(values, self.dtype if dtype is None else dtype)
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def add(self, operator: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        """Add an operator, and return the name of its output."""
        name = output or f"value_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], **attributes))
        return name

    def cast(self, value: str, dtype: npt.DTypeLike) -> str:
        """Return a value in another type."""
        return self.add("Cast", value, to=helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))

    def apply(self, name: str, *arguments: str | float) -> str:
        """Apply an operation of `bpframe.OPERATIONS`: what `Activation.symbolic` calls."""
        values = [self.constant(a) if isinstance(a, float | int) else a for a in arguments]
        if name == "softplus":
            return self._softplus(*values)
        if name == "choose":
            return self._choose(*values)
        operator = OPERATORS[name]
        if self.dtype == np.float64 and operator in SINGLE:
            self.in_single.add(operator)
            single = [self.cast(value, np.float32) for value in values]
            return self.cast(self.add(operator, *single), np.float64)
        return self.add(operator, *values)

    def _softplus(self, z: str) -> str:
        # max(z, 0) + ln(1 + exp(-|z|)): the operator Softplus is for float32 alone.
        small = self.add("Exp", self.add("Neg", self.add("Abs", z)))
        logarithm = self.add("Log", self.add("Add", small, self.constant(1.0)))
        return self.add("Add", self.add("Max", z, self.constant(0.0)), logarithm)

    def _choose(self, u: str, v: str, above: str, below: str) -> str:
        mean = self.add("Div", self.add("Add", above, below), self.constant(2.0))
        lower = self.add("Where", self.add("Less", u, v), below, mean)
        return self.add("Where", self.add("Greater", u, v), above, lower)

    def columns(self, value: str, columns: Sequence[int]) -> str:
        """Return some columns of a value, shape (n, columns)."""
        return self.add("Gather", value, self.constant(columns, np.int64), axis=1)
