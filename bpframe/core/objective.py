"""The objective of a training: a cost of a network's outputs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bpframe.core.arrays import Array
from bpframe.core.closed_form import PartialOutputError
from bpframe.core.cost import Cost, OutputError
from bpframe.core.data import Data, Split
from bpframe.core.network import Network
from bpframe.core.returned import wrong_shape


class Objective:
    """A network, a cost, and the error δ^L of their last layer.

    Parameters
    ----------
    network : Network
        Its last activation's range must lie in the cost's domain.
    cost : Cost
        C_x of the outputs.
    output_error : callable, optional
        ``(z, a, y) → δ^L``, the closed form of this pair of output activation and cost;
        without it δ^L is (BP1), ∇_a C carried through the activation.

    Raises
    ------
    ValueError
        If the outputs can leave the cost's domain.

    Attributes
    ----------
    output_error : callable
        ``(z, a, y) → δ^L`` for arrays.
    closed_form : callable or None
        The closed form that was given.
    """

    def __init__(
        self, network: Network, cost: Cost, output_error: OutputError | None = None
    ) -> None:
        self.network = network
        self.cost = cost
        self.output_activation = network.activations[-1]
        self.closed_form = output_error
        self.output_error: OutputError = output_error or self._bp1
        if not cost.domain.holds(self.output_activation.range):
            raise ValueError(
                f"{type(cost).__name__} accepts outputs in {cost.domain}, "
                f"{type(self.output_activation).__name__} gives {self.output_activation.range}"
            )

    def _bp1(self, z: Array, a: Array, y: Array) -> Array:
        grad_a = self.cost.gradient(a, y)
        # One number a sample, or one for all of them, would be repeated without a word.
        if getattr(grad_a, "shape", ()) != a.shape:
            raise wrong_shape(self.cost, "a gradient", grad_a, a.shape)
        return self.output_activation.pullback(grad_a, z, a)

    def with_network(self, network: Network) -> Objective:
        """Return the objective of another network, such as a copy, with this cost and closed form.

        Parameters
        ----------
        network : Network
            Its last activation is that of this objective's network.
        """
        return Objective(network, self.cost, self.closed_form)

    def check(self, data: Data, splits: Mapping[str, Split] | None = None) -> None:
        """Raise ValueError unless the data fits the network, and its targets the cost's domain.

        Parameters
        ----------
        data : Data
            What the inputs and outputs of the network are for.
        splits : mapping of str to Split, optional
            The samples whose targets count, by name; all splits of the data if left out.
        """
        ends = (self.network.sizes[0], self.network.sizes[-1])
        if ends != (data.n_inputs, data.n_outputs):
            raise ValueError(
                f"the network has {ends[0]} inputs and {ends[1]} outputs; data '{data.name}' "
                f"needs {data.n_inputs} and {data.n_outputs}"
            )
        for name, split in (data.splits() if splits is None else splits).items():
            # The targets of all classes hold the same numbers.
            y = split.y if data.classes is None else np.eye(1, data.classes)
            standardised = " as they are standardised" * (data.values is not None)
            what = f"the targets{standardised}"
            self.check_targets(y, f"data '{data.name}', {name}: {what}")

    def check_targets(self, y: Array, name: str) -> None:
        """Raise ValueError if targets, shape (m, n_L), are outside of the cost's domain."""
        if missed := self.cost.domain.misses(y):
            raise ValueError(
                f"{name} do not fit {type(self.cost).__name__}, which accepts {self.cost.domain}: "
                f"{missed}. Choose another cost, or other targets: data.target_scale=none leaves "
                "values as they are, and data.task=classification makes classes of them."
            )

    @property
    def in_closed_form(self) -> list[bool]:
        """For each output neuron, whether its δ is a closed form and not (BP1)."""
        n, form = self.network.sizes[-1], self.closed_form
        neurons = form.neurons() if isinstance(form, PartialOutputError) else None
        if neurons is None:
            return [form is not None] * n
        return [j in neurons for j in range(n)]

    def value(self, x: Array, y: Array) -> float:
        """Return C, the mean of C_x, for inputs (m, n_1) and targets (m, n_L)."""
        return float(self.values(self.network.forward(x), y).mean())

    def values(self, a: Array, y: Array) -> Array:
        """Return C_x for each sample, shape (m,), from outputs and targets, shape (m, n_L).

        Raises
        ------
        PluginFailedError
            If the cost gives something else.
        """
        values = self.cost.value(a, y)
        if np.shape(values) != a.shape[:1]:
            raise wrong_shape(self.cost, "values", values, a.shape[:1])
        return values
