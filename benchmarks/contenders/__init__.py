"""Who trains beside bpframe: a module for each, to be read beside that library's documentation."""

from __future__ import annotations

from importlib import import_module

from bpframe.plugins.loading import load_plugins
from contenders.base import Contender

# Module and class; and the distribution whose version the results name.
OTHERS = {
    "NumPy matrix code": ("numpy_matrix", "NumPyMatrix", "numpy"),
    "scikit-learn": ("scikit_learn", "ScikitLearn", "scikit-learn"),
    "PyTorch": ("pytorch", "PyTorch", "torch"),
    "PyTorch, compiled": ("pytorch_compiled", "PyTorchCompiled", "torch"),
    "JAX": ("jax", "JAX", "jax"),
    "TensorFlow": ("tensorflow", "TensorFlow", "tensorflow-cpu"),
    "MLX": ("mlx", "MLX", "mlx"),
    "PaddlePaddle": ("paddle", "Paddle", "paddlepaddle"),
    "ONNX Runtime": ("onnxruntime", "ONNXRuntime", "onnxruntime-training-cpu"),
    "tinygrad": ("tinygrad", "Tinygrad", "tinygrad"),
    "FANN": ("fann", "FANN", "cynn"),
}


def rules() -> list[str]:
    """Return the names of the registered exact backward passes, full_matrix first."""
    exact = [n for n, r in load_plugins().registry.defaults("backprop").items() if r.exact]
    return sorted(exact, key=lambda name: name != "full_matrix")


def contender(name: str) -> type[Contender]:
    """Return a contender by its name, or raise what the import of its library raises."""
    if name in OTHERS:
        module, own, _ = OTHERS[name]
        found: type[Contender] = getattr(import_module(f"contenders.{module}"), own)
        return found
    from contenders.rule import Rule

    return type(name, (Rule,), {"name": name})
