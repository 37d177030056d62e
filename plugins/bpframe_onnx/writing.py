"""A model as an ONNX graph: samples in, classes and outputs or values out."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from bpframe import Interval, Model
from bpframe_onnx.activations import activate
from bpframe_onnx.graph import Graph
from bpframe_onnx.inputs import prepare

UNIT = Interval(0.0, 1.0)


def to_onnx(model: Model, run: str = "") -> Any:
    """Return a model of bpframe as one of ONNX.

    Its outputs are ``label``, shape (n,), and ``outputs``, shape (n, n_L), and ``probabilities``
    where the outputs are such; of values ``values``, float64 of shape (n, n_L) in their own units.

    Parameters
    ----------
    model : Model
        Which is written.
    run : str
        What its metadata name as the run that trained it.

    Raises
    ------
    ConfigError
        If ONNX has no words for a part of it.
    """
    graph, network = Graph(), model.network
    dtype = network.parameters.dtype
    a = graph.cast(prepare(graph, model.inputs), dtype)
    pairs = zip(network.parameters.weights, network.parameters.biases, strict=True)
    for f, (w, b) in zip(network.activations, pairs, strict=True):
        layer = (graph.constant(w, dtype), graph.constant(b, dtype))
        z = graph.apply("Gemm", a, *layer, transB=1)
        a = activate(graph, f, z, dtype)
    n = network.sizes[-1]
    if model.class_names:
        _classes(graph, model, a)
        graph.output("outputs", a, dtype, (n,))
    else:
        values = graph.cast(a, np.float64)
        if model.values is not None:
            deviation = graph.constant(model.values.deviation, np.float64)
            mean = graph.constant(model.values.mean, np.float64)
            values = graph.apply("Add", graph.apply("Mul", values, deviation), mean)
        graph.output("values", values, np.float64, (n,))
    names = model.class_names or (model.values.names if model.values else ())
    properties = {"run": run, "data": model.name, "names": json.dumps(names, ensure_ascii=False)}
    description = f"A network {list(network.sizes)}, trained on {model.name}."
    return graph.model("bpframe", description, properties)


def _classes(graph: Graph, model: Model, a: str) -> None:
    largest = graph.apply("ArgMax", a, axis=1, keepdims=0)
    names = model.labels
    kind = np.dtype(np.int64) if names.dtype.kind == "i" else np.dtype(str)
    held = graph.constant(names, np.int64 if names.dtype.kind == "i" else object)
    graph.output("label", graph.apply("Gather", held, largest, axis=0), kind, ())
    outputs = model.network.activations[-1].range
    if not (outputs.sums_to_one or UNIT.holds(outputs)):
        return
    p, n = graph.cast(a, np.float64), model.network.sizes[-1]
    if not outputs.sums_to_one:
        total = graph.apply("ReduceSum", p, graph.constant([1], np.int64), keepdims=1)
        zero = graph.constant(0.0, np.float64)
        is_zero = graph.apply("Equal", total, zero)
        # Where all outputs are 0, each class has the same.
        p = graph.apply("Add", p, graph.cast(is_zero, np.float64))
        sums = graph.apply("ReduceSum", p, graph.constant([1], np.int64), keepdims=1)
        p = graph.apply("Div", p, sums)
    graph.output("probabilities", p, np.float64, (n,))
