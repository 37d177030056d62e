"""What onnxruntime makes of a file, beside what the network does."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe import Array, Columns, Model
from bpframe.errors import WriteError

SAMPLES = 100
# In units of the last place of a number of 32 bits; sums are rounded in another order.
ALLOWED = 1e-4


def compared(content: bytes, model: Model) -> str:
    """Return what a comparison of both gave, on samples that are drawn.

    Raises
    ------
    WriteError
        If they differ by more than rounding does.
    """
    if find_spec("onnxruntime") is None:
        return "it was not run, for onnxruntime is not installed"
    samples = drawn(model)
    ours, theirs = model.outputs(samples), run(content, model, samples)
    found = theirs["outputs" if model.class_names else "values"]
    scale = np.maximum(np.abs(ours), 1.0)
    if model.values is not None:
        scale = np.maximum(scale, np.array(model.values.deviation))
    largest = float((np.abs(ours - found) / scale).max())
    if not largest <= ALLOWED:
        raise WriteError(
            f"onnxruntime gives other outputs than the network, by up to {largest:.3g}; the file "
            "is not written"
        )
    return f"onnxruntime gives its outputs within {largest:.1e}"


def run(content: bytes, model: Model, samples: Any) -> dict[str, npt.NDArray[Any]]:
    """Return the outputs of an ONNX file, by their names, for samples of a model."""
    import onnxruntime

    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    if isinstance(model.inputs, Columns):
        feed = {
            c.name: np.array(samples[c.name], float if c.categories is None else object)[:, None]
            for c in model.inputs.columns
        }
    else:
        feed = {"x": np.asarray(samples, float)}
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, feed), strict=True))


def drawn(model: Model) -> Any:
    """Return samples whose inputs are about 1 when they are scaled, always the same ones."""
    rng = np.random.default_rng(0)
    x: Array = rng.standard_normal((SAMPLES, model.inputs.n_1))
    for scaling in reversed(model.inputs.scalings):
        x = x * np.array(scaling.divide) + np.array(scaling.subtract)
    if not isinstance(model.inputs, Columns):
        return x.reshape(SAMPLES, *getattr(model.inputs, "shape", (-1,)))
    numbers = dict(zip(model.inputs.names, x.T, strict=True))
    return {
        c.name: numbers[c.name] if c.categories is None else rng.choice(c.categories, SAMPLES)
        for c in model.inputs.columns
    }
