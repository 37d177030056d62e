"""A network that gives values."""

from __future__ import annotations

import warnings
from typing import Any, Self

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.exceptions import DataConversionWarning
from sklearn.utils.validation import validate_data

import bpframe
from bpframe_sklearn.estimator import BackpropEstimator, Splits
from bpframe_sklearn.fitted import Array


class BackpropRegressor(RegressorMixin, BackpropEstimator):
    """A fully connected network for values, one or several a sample.

    The targets are standardised within, by those that it is trained on, and predictions are in
    their own units. Inputs are taken as they are: put a StandardScaler before it. Without a cost
    and an output activation, outputs are linear and the cost is the quadratic one. The parameters
    are those of `BackpropClassifier`.

    Attributes
    ----------
    values_ : TargetValues
        Mean and deviation of the targets; those of the first call for `partial_fit`.
    network_ : Network
        The trained network; `coefs_` and `intercepts_` are views of its weights and biases.
    model_ : Model
        The network with what its outputs stand for.
    loss_curve_ : list of float
        The cost of the training samples after each epoch, of standardised targets.
    validation_curve_ : list of float
        R² of the samples kept for validation.
    n_iter_, n_features_in_, seed_ : int
        Epochs trained, numbers of an input, and the seed.

    Examples
    --------
    >>> from bpframe.sklearn import BackpropRegressor
    >>> X, y = [[-1.0], [-0.5], [0.0], [0.5], [1.0]], [1000, 1500, 2000, 2500, 3000]
    >>> regressor = BackpropRegressor(epochs=300, random_state=0).fit(X, y)
    >>> bool(abs(regressor.predict([[0.25]]) - 2250) < 50)
    True
    """

    _validated_by = "validation/r2"

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train for one epoch, which goes on where the last one ended.

        Parameters
        ----------
        X, y, sample_weight
            As in `fit`. None is kept for validation; no schedule and no stopping take part.
        """
        first = not hasattr(self, "network_")
        x, targets = self._checked(X, y, first=first)
        return self._train_once(x, targets, sample_weight, goes_on=not first)

    def predict(self, X: Any) -> Array:
        """Return the values of each sample in their own units, shaped as y was."""
        x = self._samples(X)
        predicted: Array = self.model_.outputs(x)
        return predicted[:, 0] if self._single else predicted

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def _checked(self, X: Any, y: Any, *, first: bool) -> tuple[Array, Array]:
        x, y = validate_data(
            self, X, y, reset=first, dtype=float, multi_output=True, y_numeric=True
        )
        if y.ndim == 2 and y.shape[1] == 1:
            warnings.warn(
                "y is a column and was expected to have one dimension; y.ravel() gives it",
                DataConversionWarning,
                stacklevel=3,
            )
        self._single = y.ndim == 1 or y.shape[1] == 1
        return x, np.asarray(y, float).reshape(len(y), -1)

    def _data(self, splits: Splits, first: bool) -> bpframe.Data:
        if first:
            train = splits[0]
            names = [f"y{j}" for j in range(train.y.shape[1])]
            self.values_ = bpframe.TargetValues.of(names, train.y, train.weights)
        values = self.values_
        if len(values.names) != splits[0].y.shape[1]:
            raise ValueError(
                f"y has {splits[0].y.shape[1]} values a sample; training goes on with "
                f"{len(values.names)}"
            )
        train, validation, test = (
            bpframe.Split(s.x, values.standardised(s.y), s.weights) for s in splits
        )
        return bpframe.Data("y", train, validation, test, None, values=values)
