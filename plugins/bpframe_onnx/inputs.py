"""What makes inputs of samples, in a graph: a tensor of numbers, or one a column of a table."""

from __future__ import annotations

import numpy as np
from onnx import TensorProto, ValueInfoProto, helper

from bpframe import Column, Columns, Inputs, Numbers
from bpframe.errors import DataError
from bpframe_onnx.operators import Graph

N = "n"


def inputs_of(graph: Graph, inputs: Inputs) -> tuple[str, list[ValueInfoProto]]:
    """Add what `Inputs.prepare` does, and return x and the inputs of the graph.

    Numbers are in the network's type; what is done to them is done in float64.

    Raises
    ------
    DataError
        If they are of a kind that is not known here.
    """
    real = helper.np_dtype_to_tensor_dtype(graph.dtype)
    if isinstance(inputs, Numbers):
        given = [helper.make_tensor_value_info("x", real, [N, *inputs.shape])]
        # What is flat already needs no operator.
        x = "x"
        if len(inputs.shape) != 1:
            x = graph.add("Reshape", "x", graph.constant([-1, inputs.n_1], np.int64))
        x = graph.cast(x, np.float64)
    elif isinstance(inputs, Columns):
        given = [
            helper.make_tensor_value_info(
                column.name, real if column.categories is None else TensorProto.STRING, [N, 1]
            )
            for column in inputs.columns
        ]
        x = graph.add("Concat", *(_column(graph, column) for column in inputs.columns), axis=1)
    else:
        raise DataError(
            f"inputs made by {type(inputs).__name__} cannot be written as ONNX; Numbers and "
            "Columns can"
        )
    for scaling in inputs.scalings:
        x = graph.add("Sub", x, graph.constant(scaling.subtract, np.float64))
        x = graph.add("Div", x, graph.constant(scaling.divide, np.float64))
    return graph.cast(x, graph.dtype), given


def _column(graph: Graph, column: Column) -> str:
    """Add the encoding of a column, and return its numbers in float64, shape (n, numbers)."""
    if column.categories is None:
        value = graph.cast(column.name, np.float64)
        if column.fill is not None:
            missing = graph.add("IsNaN", column.name)
            fill = graph.constant([[column.fill]], np.float64)
            value = graph.add("Where", missing, fill, value)
        return value
    value = column.name
    if column.fill is not None:
        missing = graph.add("Equal", value, graph.constant([[""]], object))
        fill = graph.constant([[column.fill]], object)
        value = graph.add("Where", missing, fill, value)
    known = graph.constant([list(column.categories)], object)
    return graph.cast(graph.add("Equal", value, known), np.float64)
