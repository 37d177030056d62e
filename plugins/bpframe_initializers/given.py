"""Weights and biases that are written down, as those of a worked example are."""

from __future__ import annotations

import reprlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from bpframe import Array, Initializer, Parameters


@dataclass(frozen=True)
class Given(Initializer):
    """The weights and biases that you give, layer by layer.

    Parameters
    ----------
    weights_ : list of matrices
        A matrix for each layer after the input, with a row for each of its neurons: w_jk is
        number k of row j (the option is ``initializer.weights``). They must be given.
    biases_ : list of lists, optional
        A list for each layer after the input (the option is ``initializer.biases``); zeros if
        left out.

    Raises
    ------
    ValueError
        If no weights are given, or they are no finite numbers.
    """

    # OmegaConf refuses a whole number in nested lists of floats, so what they hold is left open.
    weights_: list[Any] = field(default_factory=list)
    biases_: list[Any] | None = None

    def __post_init__(self) -> None:
        if not self.weights_:
            raise ValueError(
                "weights must be given: initializer.weights=[[[w11,w12,...],[w21,...]],...], a "
                "matrix for each layer after the input, a row for each neuron"
            )
        _ = _arrays("weights", self.weights_, 2), _arrays("biases", self.biases_ or [], 1)

    def weights(self, rng: np.random.Generator, n_in: int, n_out: int) -> Array:
        raise ValueError("given weights are those of a whole network: call fill")

    def fill(self, parameters: Parameters, rng: np.random.Generator) -> None:
        """Take over the given numbers.

        Raises
        ------
        ValueError
            If they are not those of a network of these sizes.
        """
        zeros: list[Any] = [[0.0] * len(b) for b in parameters.biases]
        for option, given, views in (
            ("weights", _arrays("weights", self.weights_, 2), parameters.weights),
            ("biases", _arrays("biases", self.biases_ or zeros, 1), parameters.biases),
        ):
            shapes, expected = [array.shape for array in given], [view.shape for view in views]
            if shapes != expected:
                raise ValueError(
                    f"initializer.{option} holds arrays of the shapes {shapes}; a network "
                    f"{list(parameters.sizes)} needs {expected}"
                )
            for array, view in zip(given, views, strict=True):
                view[:] = array


def _arrays(option: str, layers: list[Any], dimensions: int) -> list[Array]:
    """Return the numbers of each layer, or raise a ValueError that says which are none."""
    arrays = []
    for number, numbers in enumerate(layers):
        try:
            array: Array = np.array(numbers, float)
        except (ValueError, TypeError, OverflowError):
            array = np.array(np.nan)
        if array.ndim != dimensions or not np.isfinite(array).all():
            what = "finite numbers"
            if dimensions == 2:
                what = "rows of finite numbers, all of one length"
            raise ValueError(
                f"initializer.{option}[{number}] is {reprlib.repr(numbers)}; it must hold {what}"
            )
        arrays.append(array)
    return arrays
