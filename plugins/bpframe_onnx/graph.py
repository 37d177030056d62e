"""A trained network as an ONNX model."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import ValueInfoProto, helper

from bpframe import UNIT, Activation, MixedActivation, Model, class_labels
from bpframe.errors import DataError
from bpframe_onnx.inputs import N, inputs_of
from bpframe_onnx.operators import Graph

# What ONNX Runtime has read since 2024.
OPSET, IR_VERSION = 20, 10


def onnx_of(model: Model) -> tuple[bytes, list[str]]:
    """Return the content of an ONNX file, and lines for people.

    Its outputs are ``label``, shape (n,), and ``probabilities`` of classes, shape (n, n_L), or
    ``outputs`` where they are none; ``values`` in their own units, shape (n, n_L).

    Raises
    ------
    DataError
        If an activation has no form in operations, see `Activation.symbolic`.
    """
    network = model.network
    graph = Graph(np.dtype(network.parameters.dtype))
    a, given = inputs_of(graph, model.inputs)
    layers = zip(
        network.activations, network.parameters.weights, network.parameters.biases, strict=True
    )
    for number, (f, weights, biases) in enumerate(layers, 2):
        z = graph.add("Gemm", a, graph.constant(weights), graph.constant(biases), transB=1)
        a = _activated(graph, f, z, number)
    outputs = _classes(graph, model, a) if model.class_names else _values(graph, model, a)
    proto = helper.make_model(
        helper.make_graph(graph.nodes, "bpframe", given, outputs, graph.constants),
        producer_name="bpframe",
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        doc_string=f"a network {list(network.sizes)}, trained on {model.name}",
    )
    onnx.checker.check_model(proto, full_check=True)
    return proto.SerializeToString(), _remarks(graph, given, outputs)


def _activated(graph: Graph, f: Activation, z: str, layer: int) -> str:
    if isinstance(f, MixedActivation):
        parts = [
            _activated(graph, own, graph.columns(z, columns), layer) for columns, own in f.pieces
        ]
        order = np.argsort([column for columns, _ in f.pieces for column in columns])
        return graph.columns(graph.add("Concat", *parts, axis=1), order.tolist())
    a = f.symbolic(z, graph.apply)
    if a is None:
        raise DataError(
            f"layer {layer}: {f!r} cannot be written as ONNX, for it has no form in operations "
            "(Activation.symbolic gives one)"
        )
    if not isinstance(a, str):
        # An expression without z.
        return graph.add("Add", graph.add("Mul", z, graph.constant(0.0)), graph.constant(float(a)))
    return graph.add("Identity", a)


def _classes(graph: Graph, model: Model, a: str) -> list[ValueInfoProto]:
    labels = class_labels(model.class_names)
    is_text = labels.dtype.kind == "U"
    names = graph.constant(labels, object if is_text else np.int64)
    largest = graph.add("ArgMax", a, axis=1, keepdims=0)
    graph.add("Gather", names, largest, output="label")
    kind = onnx.TensorProto.STRING if is_text else onnx.TensorProto.INT64
    last = model.network.activations[-1].range
    if not UNIT.holds(last):
        return [helper.make_tensor_value_info("label", kind, [N]), _output(graph, a, "outputs")]
    if not last.sums_to_one:
        # Where all outputs are 0, each class has the same probability.
        total = graph.add("ReduceSum", a, graph.constant([1], np.int64), keepdims=1)
        is_there = graph.add("Greater", total, graph.constant(0.0))
        same = graph.constant(1 / len(labels))
        share = graph.add("Div", a, graph.add("Where", is_there, total, graph.constant(1.0)))
        a = graph.add("Where", is_there, share, same)
    return [helper.make_tensor_value_info("label", kind, [N]), _output(graph, a, "probabilities")]


def _values(graph: Graph, model: Model, a: str) -> list[ValueInfoProto]:
    if model.values is not None:
        a = graph.cast(a, np.float64)
        a = graph.add("Mul", a, graph.constant(model.values.deviation, np.float64))
        a = graph.add("Add", a, graph.constant(model.values.mean, np.float64))
        a = graph.cast(a, graph.dtype)
    return [_output(graph, a, "values")]


def _output(graph: Graph, value: str, name: str) -> ValueInfoProto:
    graph.add("Identity", value, output=name)
    kind = helper.np_dtype_to_tensor_dtype(graph.dtype)
    return helper.make_tensor_value_info(name, kind, [N, None])


def _remarks(graph: Graph, given: list[ValueInfoProto], outputs: list[ValueInfoProto]) -> list[str]:
    lines = [
        f"inputs: {', '.join(value.name for value in given)}; "
        f"outputs: {', '.join(value.name for value in outputs)}"
    ]
    if graph.in_single:
        operators = ", ".join(sorted(graph.in_single))
        lines.append(f"computed in float32, for ONNX Runtime has no other: {operators}")
    return lines
