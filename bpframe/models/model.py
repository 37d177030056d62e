"""A trained network that takes samples as they are found."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from bpframe.core.arrays import Array, chunks
from bpframe.core.data import Data
from bpframe.core.inputs import Inputs
from bpframe.core.network import Network
from bpframe.core.portable import as_plain, from_plain
from bpframe.core.probabilities import probabilities
from bpframe.core.target_values import TargetValues
from bpframe.errors import BpframeError, DataError

# Raised where a file of before could not be read any more.
FORMAT = 1
MODEL, WEIGHTS = "model.json", "weights.npz"


@dataclass(frozen=True, eq=False)
class Model:
    """A network, what makes inputs of samples, and what its outputs stand for.

    Parameters
    ----------
    name : str
        Of the data that it was trained on.
    network : Network
        The trained network.
    inputs : Inputs
        What makes inputs of samples.
    class_names : tuple of str
        The classes, one an output; () if the outputs are values.
    values : TargetValues, optional
        What outputs that are standardised values stand for.
    image_shape : tuple of int, optional
        (height, width) if a sample is a picture.

    Examples
    --------
    >>> import bpframe
    >>> model = bpframe.load("outputs/2026-11-30/10-15-00")  # doctest: +SKIP
    >>> model.predict([[5.1, 3.5, 1.4, 0.2]])  # doctest: +SKIP
    array(['setosa'], dtype='<U10')
    """

    name: str
    network: Network
    inputs: Inputs
    class_names: tuple[str, ...] = ()
    values: TargetValues | None = None
    image_shape: tuple[int, int] | None = None

    @classmethod
    def of(cls, network: Network, data: Data) -> Self:
        """Return the model of a network that was trained on the data."""
        names = tuple(data.class_names)
        return cls(data.name, network, data.prepares, names, data.values, data.image_shape)

    @property
    def labels(self) -> npt.NDArray[Any]:
        """What `predict` calls the classes: whole numbers if all their names are, else texts."""
        return _labels(self.class_names)

    def outputs(self, samples: Any) -> Array:
        """Return a^L for samples, shape (n, n_L); float64 in the targets' own units for values.

        Parameters
        ----------
        samples : array or table
            What `inputs` takes: an array of n samples, or a table with the columns of the training.

        Raises
        ------
        DataError
            If they are not such samples.
        """
        x = self.inputs.prepare(samples).astype(self.network.parameters.dtype, copy=False)
        rows = [self.network.forward(chunk) for chunk in chunks(x)]
        a: Array = np.concatenate(rows) if rows else np.empty((0, self.network.sizes[-1]))
        return a if self.values is None else self.values.in_own_units(a)

    def predict(self, samples: Any) -> npt.NDArray[Any]:
        """Return the class of each sample, that of its largest output, or its values.

        Returns
        -------
        array
            The names of the classes, shape (n,), as whole numbers if all names are; values of shape
            (n,), or (n, n_L) if there are several outputs.
        """
        a = self.outputs(samples)
        if not self.class_names:
            return a[:, 0] if a.shape[1] == 1 else a
        predicted: npt.NDArray[Any] = self.labels[a.argmax(axis=1)]
        return predicted

    def predict_proba(self, samples: Any) -> Array:
        """Return the probability of each class, float64, shape (n, n_L); see `probabilities`.

        Raises
        ------
        DataError
            If the outputs are values, or may be less than 0 or more than 1.
        """
        if not self.class_names:
            raise DataError("the outputs of this model are values, and have no probabilities")
        try:
            return probabilities(self.outputs(samples), self.network.activations[-1].range)
        except ValueError as error:
            raise DataError(str(error)) from None

    def to_json(self) -> bytes:
        """Return all but the weights, as the content of ``model.json``.

        Raises
        ------
        ValueError
            If an activation cannot stand in a file: it is no frozen dataclass of a module.
        """
        network = {
            "sizes": list(self.network.sizes),
            "activations": [as_plain(f) for f in self.network.activations],
            "dtype": str(self.network.parameters.dtype),
        }
        content = {
            "format": FORMAT,
            "name": self.name,
            "network": network,
            "inputs": as_plain(self.inputs),
            "class_names": list(self.class_names),
            "values": as_plain(self.values),
            "image_shape": self.image_shape and list(self.image_shape),
        }
        return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _labels(class_names: tuple[str, ...]) -> npt.NDArray[Any]:
    """Return the names of classes as an array: of whole numbers, if all names are."""
    try:
        numbers = [int(name) for name in class_names]
        if all(str(n) == name for n, name in zip(numbers, class_names, strict=True)):
            return np.array(numbers, np.int64)
    except (ValueError, OverflowError):
        pass
    return np.array(class_names)


def read_model(folder: Path) -> Model:
    """Return the model that a run has left in its folder.

    Raises
    ------
    DataError
        If there is none, or a file is damaged or from another version of bpframe.
    """
    path = folder / MODEL
    if not path.is_file():
        raise DataError(f"{folder} holds no {MODEL}; expected the folder of a run that trained")
    try:
        content = json.loads(path.read_bytes())
        if content["format"] != FORMAT:
            raise ValueError(f"its format is {content['format']}; expected {FORMAT}")
        shape = content["network"]
        activations = [from_plain(plain) for plain in shape["activations"]]
        no_dropout = [0.0] * (len(activations) - 1)
        network = Network.of(shape["sizes"], activations, no_dropout, shape["dtype"])
        model = Model(
            content["name"],
            network,
            from_plain(content["inputs"]),
            tuple(content["class_names"]),
            from_plain(content["values"]),
            content["image_shape"] and tuple(content["image_shape"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, BpframeError) as error:
        needs_file = "; its plugin is needed again: bpframe -P FILE, or BPFRAME_PLUGINS=FILE"
        hint = needs_file if "bpframe.local." in str(error) else ""
        raise DataError(f"{path} cannot be read: {error}{hint}") from None
    try:
        network.parameters.load(folder / WEIGHTS)
    except (OSError, ValueError) as error:
        raise DataError(f"the weights of {folder} cannot be read: {error}") from None
    return model
