"""FANN through cynn, which trains a sample at a time and has no mini-batches."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import numpy as np
from cynn.fann import FannNetwork

from bpframe import Array
from contenders.base import Outsider

# The numbers of its activation functions, and their steepness: it multiplies z by twice that for
# a sigmoid, and by the steepness itself for the others.
FUNCTIONS = {"sigmoid": (3, 0.5), "tanh": (5, 1.0), "linear": (0, 1.0)}


class FANN(Outsider):
    """A step for each sample, with the rate over the size of a mini-batch."""

    note = "a step a sample"
    same_training = False

    def prepare(self, x: Array, y: Array) -> None:
        work = self.work
        if work.optimizer != "sgd" or work.dtype != "float32":
            raise ValueError("it takes plain steps in float32")
        if work.hidden not in FUNCTIONS or work.output not in FUNCTIONS:
            raise ValueError("it has neither ReLU, softplus nor softmax")
        self.x, self.y = x, y
        with tempfile.TemporaryDirectory() as folder:
            file = str(Path(folder) / "network.net")
            FannNetwork(list(work.sizes)).save(file)
            Path(file).write_text(self._with_own_values(Path(file).read_text()))
            self.network = FannNetwork.load(file)
        self.network.learning_rate = work.rate / work.batch_size

    def _with_own_values(self, text: str) -> str:
        """Return FANN's file with the weights and functions of the work and its plain error."""
        layers = self.layers()
        neurons = ["(0, 0, 0)"] * (self.work.sizes[0] + 1)
        connections = []
        below = 0
        for i, (w, b) in enumerate(layers):
            last = i == len(layers) - 1
            function, steepness = FUNCTIONS[self.work.output if last else self.work.hidden]
            n_out, n_in = w.shape
            neurons += [f"({n_in + 1}, {function}, {steepness})"] * n_out + ["(0, 0, 0)"]
            # A neuron's bias is the weight from the last one of the layer below.
            for row in np.column_stack([w, b]):
                connections += [f"({below + j}, {value:.9e})" for j, value in enumerate(row)]
            below += n_in + 1
        text = text.replace("train_error_function=1", "train_error_function=0")
        text = re.sub(r"(neurons \(.*?\)=).*", rf"\g<1>{' '.join(neurons)} ", text)
        return re.sub(r"(connections \(.*?\)=).*", rf"\g<1>{' '.join(connections)} ", text)

    def train(self, batches: Array) -> None:
        x, y, train = self.x, self.y, self.network.train
        for row in batches.flat:
            train(x[row], y[row])

    def outputs(self, x: Array) -> Array:
        return np.array([self.network.predict(row) for row in x], np.float32)
