"""What an estimator has when it is trained."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

import bpframe

Array = npt.NDArray[Any]


class FittedNetwork(BaseEstimator):
    """An estimator with a network: its weights, and what its outputs stand for."""

    network_: bpframe.Network
    loss_curve_: list[float]
    validation_curve_: list[float]

    @property
    def n_iter_(self) -> int:
        """How many epochs have been trained, in all."""
        return len(self.loss_curve_)

    @property
    def coefs_(self) -> list[Array]:
        """The weights of each layer, shape (n_(l-1), n_l): views of those of `network_`."""
        return [w.T for w in self.network_.parameters.weights]

    @property
    def intercepts_(self) -> list[Array]:
        """The biases of each layer, shape (n_l,): views of those of `network_`."""
        return list(self.network_.parameters.biases)

    @property
    def model_(self) -> bpframe.Model:
        """The network with what its outputs stand for, see `bpframe.Model`."""
        inputs = bpframe.Numbers((self.n_features_in_,))
        names = tuple(map(str, getattr(self, "classes_", ())))
        values = getattr(self, "values_", None)
        return bpframe.Model(type(self).__name__, self.network_, inputs, names, values)

    def _samples(self, X: Any) -> Array:
        """Return the inputs of new samples, shape (n, n_1)."""
        check_is_fitted(self, "network_")
        x: Array = validate_data(self, X, reset=False, dtype=self.network_.parameters.dtype)
        return x
