"""Cost and accuracy of a network on one split of a data set."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from bpframe.core.arrays import CHUNK, Array
from bpframe.core.blas import blas_threads
from bpframe.core.data import Data, Split
from bpframe.core.metric import Metric, measured
from bpframe.core.network import ForwardPass
from bpframe.core.objective import Objective

# Activations of a chunk: wide networks get fewer samples at a time.
LARGEST = 2**25


class Evaluator:
    """Forward passes over a split of the data, in chunks, so that memory stays bounded.

    Parameters
    ----------
    objective : Objective
        The network and the cost.
    data : Data
        What the split belongs to.
    split : Split
        The samples.
    metrics : mapping of str to Metric, optional
        What is measured beside the cost and, for classes, the accuracy, by name.

    Raises
    ------
    ValueError
        If there are no samples, or the data does not fit the network or the cost.
    """

    def __init__(
        self,
        objective: Objective,
        data: Data,
        split: Split,
        metrics: Mapping[str, Metric] | None = None,
    ) -> None:
        if not len(split):
            raise ValueError("there are no samples to evaluate")
        objective.check(data, {"samples": split})
        self._objective = objective
        self._split = split
        self._metrics = metrics or {}
        self._classes = data.classes
        self._in_own_units = data.in_own_units
        self._y = data.targets(split, objective.network.parameters.dtype)
        m = min(CHUNK, len(split), max(1, LARGEST // sum(objective.network.sizes)))
        self._pass = ForwardPass(objective.network, m)
        self._x_one: Array = np.ones((m, data.n_inputs + 1), objective.network.parameters.dtype)

    def outputs(self) -> Array:
        """Return a^L of every sample, shape (n, n_L)."""
        outputs = np.empty_like(self._y)
        m, parameters = len(self._x_one), self._objective.network.parameters
        with blas_threads(len(parameters.vector), m):
            for start in range(0, len(outputs), m):
                # The last chunk ends with the last sample and may overlap the one before it.
                start = min(start, len(outputs) - m)
                self._x_one[:, :-1] = self._split.x[start : start + m]
                outputs[start : start + m] = self._pass(self._x_one)
        return outputs

    def predictions(self) -> npt.NDArray[np.intp]:
        """Return the class of each sample: its largest output, shape (n,)."""
        classes: npt.NDArray[np.intp] = self.outputs().argmax(axis=1)
        return classes

    def __call__(self) -> dict[str, float]:
        """Return ``cost``, the mean of C_x, for classes ``accuracy``, from 0 to 1, and the metrics.

        The cost is that which is trained; metrics are in the targets' own units. A chosen metric of
        outputs that are not finite is NaN.
        """
        # Of a network that diverges; its caller looks at the cost.
        with np.errstate(over="ignore", invalid="ignore"):
            outputs = self.outputs()
            values = self._objective.values(outputs, self._y)
        metrics = {"cost": float(values.mean(dtype=float))}
        if self._classes is not None:
            metrics["accuracy"] = float((outputs.argmax(axis=1) == self._split.y).mean())
        a, y = self._in_own_units(outputs), self._in_own_units(self._split.y)
        return metrics | {n: measured(m, a, y) for n, m in self._metrics.items()}
