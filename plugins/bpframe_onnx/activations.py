"""Activations as nodes of ONNX, from their symbolic forms."""

from __future__ import annotations

from itertools import chain

import numpy as np

from bpframe import Activation, MixedActivation, Term
from bpframe.errors import ConfigError
from bpframe_onnx.graph import Graph

# onnxruntime has no kernels of 64 bits for these.
OF_32_BITS = (
    *("acos", "acosh", "asin", "asinh", "atan", "atanh"),
    *("cosh", "erf", "sinh", "tan"),
)


def activate(graph: Graph, f: Activation, z: str, dtype: np.dtype[np.floating]) -> str:
    """Add a = f(z), and return its name.

    Parameters
    ----------
    graph : Graph
        Which is written.
    f : Activation
        Of a layer.
    z : str
        The name of the weighted inputs, shape (n, n_l).
    dtype : numpy dtype
        Their type.

    Raises
    ------
    ConfigError
        If f has no symbolic form.
    """
    if not isinstance(f, MixedActivation):
        term = f.symbolic(Term("z"))
        if term is None:
            raise ConfigError(
                f"{type(f).__name__} cannot be written as ONNX: it has no symbolic form, which "
                "the method symbolic(z) of an activation gives"
            )
        return _write(graph, term, z, dtype)
    pieces = []
    for columns, g in f.pieces:
        own = graph.apply("Gather", z, graph.constant(columns, np.int64), axis=1)
        pieces.append(activate(graph, g, own, dtype))
    together = graph.apply("Concat", *pieces, axis=1)
    order = np.argsort([*chain.from_iterable(columns for columns, _ in f.pieces)])
    return graph.apply("Gather", together, graph.constant(order, np.int64), axis=1)


def _write(graph: Graph, term: Term, z: str, dtype: np.dtype[np.floating]) -> str:
    known: dict[int, str] = {}

    def name_of(operand: Term | float) -> str:
        if not isinstance(operand, Term):
            return graph.constant(operand, dtype)
        if operand.name == "z":
            return z
        if id(operand) not in known:
            arguments = [name_of(argument) for argument in operand.arguments]
            known[id(operand)] = _apply(graph, operand.name, arguments, dtype)
        return known[id(operand)]

    return name_of(term)


def _apply(graph: Graph, name: str, values: list[str], dtype: np.dtype[np.floating]) -> str:
    if name == "layer_sum":
        return graph.apply("ReduceSum", *values, graph.constant([-1], np.int64), keepdims=1)
    if name == "layer_max":
        return graph.apply("ReduceMax", *values, axes=[-1], keepdims=1)
    if name == "softplus":
        return _softplus(graph, values[0], dtype)
    # ONNX calls them as we do, with a capital letter.
    operator = name.capitalize()
    if name in OF_32_BITS and dtype == np.float64:
        narrow = [graph.cast(value, np.float32) for value in values]
        return graph.cast(graph.apply(operator, *narrow), np.float64)
    return graph.apply(operator, *values)


def _softplus(graph: Graph, z: str, dtype: np.dtype[np.floating]) -> str:
    """Add max(z, 0) + ln(1 + exp(-|z|)): the operator Softplus has 32 bits alone."""
    small = graph.apply("Exp", graph.apply("Neg", graph.apply("Abs", z)))
    logarithm = graph.apply("Log", graph.apply("Add", small, graph.constant(1, dtype)))
    return graph.apply("Add", graph.apply("Max", z, graph.constant(0, dtype)), logarithm)
