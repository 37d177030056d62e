"""How much each training sample counts in the cost."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real

import numpy as np

from bpframe.core.arguments import is_whole
from bpframe.core.arrays import Array
from bpframe.core.data import Data

ClassWeight = str | Mapping[int, float] | None


def sample_weights(data: Data, class_weight: ClassWeight) -> Array | None:
    """Return the weight of each training sample: that of the data times that of its class.

    Parameters
    ----------
    data : Data
        Its training samples, which may have weights, see `Split`.
    class_weight : None, "balanced" or mapping of int to float
        The weight of a class by its number, 1 where it is not named. "balanced" is n / (K n_c) for
        a class with n_c of n samples, where K classes occur, so that all classes count alike.

    Returns
    -------
    array of float64, shape (n,), or None
        Their mean is 1. None if neither the samples nor the classes have weights.

    Raises
    ------
    ValueError
        If the targets are values, or there is no such class, or a weight is no finite number, 0 or
        more, or no sample has a weight.

    Source: scikit-learn, `sklearn.utils.class_weight.compute_sample_weight`.
    """
    factors = []
    if data.train.weights is not None:
        factors.append(data.train.weights.astype(np.float64))
    if class_weight is not None:
        factors.append(_class_weights(data, class_weight)[data.train.y])
    if not factors:
        return None
    weights: Array = np.ones(len(data.train))
    for factor in factors:
        # Neither a product nor the sum of very large ones may become infinite.
        weights *= factor / (factor.max() or 1)
    if not weights.any():
        raise ValueError(
            f"class_weight is {class_weight!r}; it must leave a sample with a weight above 0"
        )
    weights /= weights.mean()
    return weights


def _class_weights(data: Data, class_weight: str | Mapping[int, float]) -> Array:
    """Return a weight for each class, shape (classes,)."""
    if data.classes is None:
        raise ValueError(
            f"class_weight is {class_weight!r}; it must be left out, for the targets of "
            f"data '{data.name}' are values, not classes"
        )
    if class_weight == "balanced":
        counts = np.bincount(data.train.y, minlength=data.classes)
        return len(data.train) / (np.count_nonzero(counts) * np.maximum(counts, 1))
    if not isinstance(class_weight, Mapping):
        raise ValueError(
            f"class_weight is {class_weight!r}; it must be 'balanced' or a weight for each class, "
            "such as {0: 1, 1: 2.5}"
        )
    weights = np.ones(data.classes)
    for number, weight in class_weight.items():
        if not is_whole(number) or not 0 <= number < data.classes:
            raise ValueError(
                f"class_weight has the class {number!r}; it must be one of 0 to {data.classes - 1}"
            )
        if isinstance(weight, bool) or not isinstance(weight, Real) or not 0 <= weight < math.inf:
            raise ValueError(
                f"class_weight of class {number} is {weight!r}; it must be a finite number, "
                "0 or more"
            )
        weights[number] = weight
    return weights
