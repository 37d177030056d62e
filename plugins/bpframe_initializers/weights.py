"""Weights that an earlier training has given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bpframe import Activation, Array, Initializer, Parameters
from bpframe_initializers.normal import DeepNormal

ALL, FITTING = "all", "fitting"
FILE = "weights.npz"


@dataclass(frozen=True)
class Weights(Initializer):
    """The weights and biases of an earlier run: its training goes on from there.

    Only they are taken over. The new run has its own options, data and scaling, and an optimizer
    that remembers nothing; ``trainer.resume`` goes on with the run itself.

    Parameters
    ----------
    path : str
        The run's folder, its ID or its name, or a file such as ``weights.npz``. It must be given.
    layers : str
        ``all`` takes a file whose layers have the sizes of the network, and refuses others;
        ``fitting`` takes each layer that does, and draws the others as ``deep_normal``.

    Raises
    ------
    ValueError
        If no path is given, or layers is another word.
    """

    path: str = ""
    layers: str = ALL

    def __post_init__(self) -> None:
        if not self.path:
            raise ValueError(
                "a path must be given: initializer.path=RUN or initializer.path=FILE.npz, where "
                "RUN is the folder, the ID or the name of an earlier run"
            )
        if self.layers not in (ALL, FITTING):
            raise ValueError(f"layers is '{self.layers}'; it must be {ALL} or {FITTING}")

    def weights(self, rng: np.random.Generator, n_in: int, n_out: int) -> Array:
        raise ValueError("the weights of a file are those of a whole network: call initialize")

    def initialize(
        self,
        parameters: Parameters,
        activations: Sequence[Activation],
        rng: np.random.Generator,
    ) -> None:
        """Take the layers of the file.

        Raises
        ------
        ValueError
            If it cannot be read, or does not fit the network.
        """
        file = self._file()
        try:
            earlier = Parameters.of_file(file, parameters.dtype)
        except OSError as error:
            raise ValueError(f"{file} cannot be read: {error.strerror or error}") from None
        pairs = [*zip(earlier.blocks, parameters.blocks, strict=False)]
        fits = [old.shape == new.shape for old, new in pairs]
        same_depth = len(earlier.sizes) == len(parameters.sizes)
        if not (all(fits) and same_depth) and (self.layers == ALL or not any(fits)):
            raise ValueError(self._difference(file, earlier, parameters, fits))
        if not all(fits) or len(pairs) < len(parameters.blocks):
            DeepNormal().initialize(parameters, activations, rng)
        for (old, new), fit in zip(pairs, fits, strict=True):
            if fit:
                new[:] = old

    def _file(self) -> Path:
        path = Path(self.path).expanduser()
        if path.suffix == ".npz":
            return path
        # A notebook that names a file needs none of what finds runs.
        from bpframe import trained_folder

        return trained_folder(path) / FILE

    def _difference(
        self, file: Path, earlier: Parameters, parameters: Parameters, fits: Sequence[bool]
    ) -> str:
        """Return what says which layers fit, and what takes those."""
        shapes = zip(earlier.weights, parameters.weights, strict=False)
        layers = [
            f"layer {number} " + ("fits" if fit else f"is {_by(old)} there and {_by(new)} here")
            for number, (fit, (old, new)) in enumerate(zip(fits, shapes, strict=True), 2)
        ]
        mend = (
            f"initializer.layers={FITTING} takes what fits and draws the rest"
            if any(fits)
            else "no layer has the sizes of this network"
        )
        return (
            f"initializer.path: {file} holds a network {list(earlier.sizes)}, and this one is "
            f"{list(parameters.sizes)}: {', '.join(layers)}; {mend}"
        )


def _by(weights: Array) -> str:
    return " × ".join(map(str, weights.shape))
