"""Writes an ONNX graph, node by node."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe import __version__
from bpframe.errors import ConfigError

OPERATORS, FOR_TABLES = ("", 17), ("ai.onnx.ml", 3)
# What runtimes of 2022 and later read.
IR_VERSION = 8
OUTPUTS = ("label", "outputs", "probabilities", "values")
# Before the names of values within, which must not be those of columns.
WITHIN = "bpframe/"


class Graph:
    """The nodes of a graph so far; values are called by their names."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.inputs: list[Any] = []
        self.outputs: list[Any] = []

    def input(self, name: str, dtype: npt.DTypeLike, shape: tuple[int, ...]) -> str:
        """Add an input of n samples, each of a shape, and return its name.

        Raises
        ------
        ConfigError
            If an input must not have that name.
        """
        if not name or name in OUTPUTS or name.startswith(WITHIN):
            raise ConfigError(
                f"column '{name}' cannot be an input of an ONNX file: {', '.join(OUTPUTS)} are its "
                f"outputs, and no name is empty or begins with {WITHIN}; give the column another "
                "name in the table, and train again"
            )
        self.inputs.append(_described(name, dtype, shape))
        return name

    def output(self, name: str, value: str, dtype: npt.DTypeLike, shape: tuple[int, ...]) -> None:
        """Make a value an output of a name."""
        self._add("Identity", [value], name)
        self.outputs.append(_described(name, dtype, shape))

    def constant(self, values: npt.ArrayLike, dtype: npt.DTypeLike) -> str:
        """Add numbers or texts, and return their name."""
        from onnx import numpy_helper

        name = f"{WITHIN}constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values, dtype), name))
        return name

    def apply(self, operator: str, *values: str, domain: str = "", **attributes: Any) -> str:
        """Add a node, and return the name of its value."""
        name = f"{WITHIN}{operator.lower()}_{len(self.nodes)}"
        self._add(operator, list(values), name, domain, **attributes)
        return name

    def cast(self, value: str, dtype: npt.DTypeLike) -> str:
        """Return a value as another type."""
        return self.apply("Cast", value, to=_type(dtype))

    def model(self, name: str, description: str, properties: dict[str, str]) -> Any:
        """Return the whole as an ONNX model, with properties that runtimes show.

        Raises
        ------
        onnx.checker.ValidationError
            If it is none.
        """
        import onnx
        from onnx import helper

        graph = helper.make_graph(self.nodes, name, self.inputs, self.outputs, self.constants)
        sets = [helper.make_opsetid(*version) for version in (OPERATORS, FOR_TABLES)]
        model = helper.make_model(
            graph,
            opset_imports=sets,
            producer_name="bpframe",
            producer_version=__version__,
            ir_version=IR_VERSION,
            doc_string=description,
        )
        helper.set_model_props(model, properties)
        onnx.checker.check_model(model, full_check=True)
        return model

    def _add(
        self, operator: str, values: list[str], name: str, domain: str = "", **attributes: Any
    ) -> None:
        from onnx import helper

        node = helper.make_node(operator, values, [name], name, domain=domain, **attributes)
        self.nodes.append(node)


def _type(dtype: npt.DTypeLike) -> int:
    from onnx import helper

    kind = np.dtype(dtype)
    return int(helper.np_dtype_to_tensor_dtype(np.dtype(object) if kind.kind == "U" else kind))


def _described(name: str, dtype: npt.DTypeLike, shape: tuple[int, ...]) -> Any:
    from onnx import helper

    return helper.make_tensor_value_info(name, _type(dtype), ["n", *shape])
