"""ONNX Runtime's training on the device: artifacts of an ONNX model, a Module and an Optimizer."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime import SessionOptions
from onnxruntime.training import artifacts, onnxblock
from onnxruntime.training.api import CheckpointState, Module, Optimizer

from bpframe import Array
from contenders.base import BETA1, BETA2, EPSILON, Outsider, processors

FUNCTIONS = {"sigmoid": "Sigmoid", "tanh": "Tanh", "relu": "Relu"}
# What this runtime reads is older than what today's onnx writes.
OPSET, IR_VERSION = 15, 8


class ONNXRuntime(Outsider):
    """A training graph and an optimizer's graph, a call of each for a step."""

    note = "on-device training, two graphs a step"

    def prepare(self, x: Array, y: Array) -> None:
        if self.work.dtype != "float32":
            raise ValueError("its training graphs take float32 alone")
        if self.work.hidden not in FUNCTIONS:
            raise ValueError(f"it has no gradient of {self.work.hidden}")
        self.x, self.y, self.targets = x, y, y
        model = self._model()
        is_softmax, is_adam = self.work.output == "softmax", self.work.optimizer == "adam"
        if is_softmax:
            self.targets = y.argmax(axis=1)
        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = processors()
        logging.disable(logging.INFO)
        with tempfile.TemporaryDirectory() as folder:
            artifacts.generate_artifacts(
                model,
                requires_grad=[p.name for p in model.graph.initializer],
                loss=artifacts.LossType.CrossEntropyLoss
                if is_softmax
                else artifacts.LossType.MSELoss,
                optimizer=onnxblock.optim.AdamW(betas=(BETA1, BETA2), eps=EPSILON)
                if is_adam
                else onnxblock.optim.SGD(),
                artifact_directory=folder,
            )
            files = {path.name: str(path) for path in Path(folder).iterdir()}
            self.state = CheckpointState.load_checkpoint(files["checkpoint"])
            self.module = Module(
                files["training_model.onnx"],
                self.state,
                files["eval_model.onnx"],
                session_options=options,
            )
            self.optimizer = Optimizer(files["optimizer_model.onnx"], self.module)
        # Its squared error is a mean over the outputs too: the rate makes up for that.
        scale = 1.0 if is_softmax or is_adam else self.work.sizes[-1] / 2
        self.optimizer.set_learning_rate(self.work.rate * scale)
        self.module.train()

    def _model(self) -> Any:
        """Return the network as a graph of ONNX."""
        nodes, parameters = [], []
        layers = self.layers()
        below = "input"
        for i, (w, b) in enumerate(layers):
            parameters += [numpy_helper.from_array(w, f"w{i}"), numpy_helper.from_array(b, f"b{i}")]
            last = i == len(layers) - 1
            function = FUNCTIONS.get(self.work.output if last else self.work.hidden)
            z = f"z{i}" if function or not last else "output"
            nodes.append(helper.make_node("Gemm", [below, f"w{i}", f"b{i}"], [z], transB=1))
            below = z
            if function:
                below = "output" if last else f"a{i}"
                nodes.append(helper.make_node(function, [z], [below]))
        ends = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["m", n])
            for name, n in (("input", self.work.sizes[0]), ("output", self.work.sizes[-1]))
        ]
        graph = helper.make_graph(nodes, "network", ends[:1], ends[1:], parameters)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = IR_VERSION
        onnx.checker.check_model(model)
        return model

    def train(self, batches: Array) -> None:
        x, y, module, optimizer = self.x, self.targets, self.module, self.optimizer
        for rows in batches:
            module(*((x, y) if self.work.whole else (x[rows], y[rows])))
            optimizer.step()
            module.lazy_reset_grad()

    def outputs(self, x: Array) -> Array:
        a, last = x, len(self.work.sizes) - 2
        functions: dict[str, Any] = {
            "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
            "tanh": np.tanh,
            "relu": lambda z: np.maximum(z, 0),
        }
        for i in range(last + 1):
            w, b = (self.state.parameters[f"{p}{i}"].data for p in "wb")
            name = self.work.output if i == last else self.work.hidden
            a = functions.get(name, lambda z: z)(a @ w.T + b)
        return a
