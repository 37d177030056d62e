"""A network that tells classes apart."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import column_or_1d, validate_data

import bpframe
from bpframe_sklearn.estimator import BackpropEstimator, Splits
from bpframe_sklearn.fitted import Array
from bpframe_sklearn.refused import as_value_errors


class BackpropClassifier(ClassifierMixin, BackpropEstimator):
    """A fully connected network for classes, trained by any backward pass of bpframe.

    `activation`, `cost`, `backprop`, `optimizer` and the like take a name that a plugin has
    registered, a mapping ``{"name": …, option: value}``, a component, or a class of one's own.
    Inputs are taken as they are: put a StandardScaler before it.

    Parameters
    ----------
    hidden : tuple of int
        Neurons of each hidden layer; () for none.
    activation, output_activation : activation
        f of the hidden layers, and of the last one.
    cost : cost
        With neither a cost nor an output activation, it is the log-likelihood, of softmax; where
        one of them is given, the other is what belongs to it.
    backprop, initializer, regularizer, schedule, clipping, stopping : component
        The backward pass, the distribution of first weights, and what else takes part, or None.
    optimizer : optimizer
        What takes the steps.
    learning_rate : float, "auto" or None
        η of an optimizer that is named or a class; "auto" measures one. An instance has its own.
    dropout : float or sequence of float
        The probability that a hidden neuron is left out in a mini-batch.
    epochs : int
        Passes over the samples of a `fit`.
    batch_size : int or "full"
        Samples of a mini-batch; all, if there are fewer.
    validation_fraction : float
        The part of the samples that trains nothing, and is measured after each epoch.
    warm_start : bool
        Whether another `fit` goes on, for `epochs` epochs more.
    dtype : numpy dtype
        "float64" or "float32".
    random_state : int, RandomState or None
        The seed of all random streams, or what one is drawn from.
    verbose : bool
        Print a line an epoch.

    Attributes
    ----------
    classes_ : array
        The classes, in the order of the outputs.
    network_ : Network
        The trained network; `coefs_` and `intercepts_` are views of its weights and biases.
    model_ : Model
        The network with the names of its classes.
    loss_curve_ : list of float
        The cost of the training samples after each epoch.
    validation_curve_ : list of float
        The accuracy on those kept for validation.
    n_iter_, n_features_in_, seed_ : int
        Epochs trained, numbers of an input, and the seed.

    Examples
    --------
    >>> from bpframe.sklearn import BackpropClassifier
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], ["same", "other", "other", "same"]
    >>> BackpropClassifier(epochs=200, random_state=0).fit(X, y).predict([[1, 0]])
    array(['other'], dtype='<U5')
    """

    _stratified = True
    _validated_by = "validation/accuracy"

    def partial_fit(
        self,
        X: Any,
        y: Any,
        classes: Any = None,
        sample_weight: Any = None,
    ) -> Self:
        """Train for one epoch, which goes on where the last one ended.

        Parameters
        ----------
        X, y, sample_weight
            As in `fit`. None is kept for validation; no schedule and no stopping take part.
        classes : array-like
            All classes that there will be; needed in the first call.
        """
        first = not hasattr(self, "network_")
        if classes is not None:
            known = np.unique(np.asarray(classes))
            if not first and not np.array_equal(known, self.classes_):
                raise ValueError(
                    f"classes are {known}; in the first call they were {self.classes_}"
                )
        elif first:
            raise ValueError("classes must be given in the first call of partial_fit")
        x, codes = self._checked(X, y, first=first, classes=known if first else None)
        return self._train_once(x, codes, sample_weight, goes_on=not first)

    def predict(self, X: Any) -> Array:
        """Return the class of each sample, shape (n,): that of its largest output."""
        x = self._samples(X)
        predicted: Array = self.classes_[self.model_.outputs(x).argmax(axis=1)]
        return predicted

    def predict_proba(self, X: Any) -> Array:
        """Return the probability of each class, shape (n, classes), in the order of `classes_`.

        Outputs of softmax are probabilities. Others from 0 to 1, such as sigmoid's, are divided by
        their sum.

        Raises
        ------
        ValueError
            If outputs may be less than 0 or more than 1.
        """
        x = self._samples(X)
        with as_value_errors():
            shares: Array = self.model_.predict_proba(x)
        return shares

    def _checked(
        self,
        X: Any,
        y: Any,
        *,
        first: bool,
        classes: Any = None,
    ) -> tuple[Array, Array]:
        x, y = validate_data(self, X, y, reset=first, dtype=float)
        check_classification_targets(y)
        y = column_or_1d(y, warn=True)
        if first:
            self.classes_ = np.unique(y) if classes is None else classes
        if unknown := sorted(set(y.tolist()) - set(self.classes_.tolist())):
            raise ValueError(f"y has the class {unknown[0]!r}; known classes are {self.classes_}")
        return x, np.searchsorted(self.classes_, y)

    def _data(self, splits: Splits, first: bool) -> bpframe.Data:
        return bpframe.Data("y", *splits, len(self.classes_))
