"""What makes inputs of samples, as nodes of ONNX."""

from __future__ import annotations

import numpy as np

from bpframe import Array, Column, Columns, Inputs, Numbers
from bpframe.errors import ConfigError
from bpframe_onnx.graph import Graph


def prepare(graph: Graph, inputs: Inputs) -> str:
    """Add the inputs of a graph and what prepares them; return the name of x, float64.

    Arrays are one input ``x``, float64 of shape (n, …); a table is one input of shape (n, 1) for
    each column, float64 for numbers and texts for texts.

    Raises
    ------
    ConfigError
        If they are of another kind, which somebody else has made.
    """
    if isinstance(inputs, Columns):
        encoded = [_encode(graph, column) for column in inputs.columns]
        x = graph.apply("Concat", *encoded, axis=1)
    elif isinstance(inputs, Numbers):
        x = graph.input("x", np.float64, inputs.shape)
        if len(inputs.shape) != 1:
            x = graph.apply("Reshape", x, graph.constant([-1, inputs.n_1], np.int64))
    else:
        raise ConfigError(
            f"inputs of the type {type(inputs).__name__} cannot be written as ONNX; arrays "
            "(Numbers) and tables (Columns) can"
        )
    for scaling in inputs.scalings:
        if any(scaling.subtract):
            x = graph.apply("Sub", x, graph.constant(scaling.subtract, np.float64))
        if any(divisor != 1 for divisor in scaling.divide):
            x = graph.apply("Div", x, graph.constant(scaling.divide, np.float64))
    return x


def _encode(graph: Graph, column: Column) -> str:
    if column.categories is not None:
        return _one_hot(graph, graph.input(column.name, str, (1,)), column)
    number = graph.input(column.name, np.float64, (1,))
    if column.fill is None:
        return number
    fill = graph.constant([[float(column.fill)]], np.float64)
    return graph.apply("Where", graph.apply("IsNaN", number), fill, number)


def _one_hot(graph: Graph, text: str, column: Column) -> str:
    """Return a number for each category; the empty text is a missing one."""
    categories = column.categories or ()
    known = graph.apply(
        "OneHotEncoder", text, domain="ai.onnx.ml", cats_strings=[*categories, ""], zeros=1
    )
    flat = graph.apply("Reshape", known, graph.constant([-1, len(categories) + 1], np.int64))
    places: Array = np.eye(len(categories) + 1, len(categories))
    if column.fill in categories:
        places[-1, categories.index(str(column.fill))] = 1
    wide = graph.cast(flat, np.float64)
    return graph.apply("MatMul", wide, graph.constant(places, np.float64))
