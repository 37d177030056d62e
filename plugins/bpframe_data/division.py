"""Division of samples into training samples and splits that are held out."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe import MappedRows, Split


def check_fractions(validation_fraction: float, test_fraction: float) -> None:
    """Raise ValueError unless both are 0 or more and leave something to train with."""
    fractions = {"validation_fraction": validation_fraction, "test_fraction": test_fraction}
    for name, fraction in fractions.items():
        if not 0 <= fraction < 1:
            raise ValueError(f"{name} is {fraction}; it must be 0 or more and less than 1")
    if validation_fraction + test_fraction >= 1:
        raise ValueError(
            f"test_fraction is {test_fraction}; it must be less than 1 - validation_fraction, "
            f"which is {1 - validation_fraction:g}"
        )


def divide(
    samples: Split, validation_fraction: float, test_fraction: float, rng: np.random.Generator
) -> tuple[Split, Split, Split]:
    """Return training, validation and test split, in an order that is drawn from `rng`.

    Each class has the same share of every split, as near as whole samples allow. A split gets its
    fraction of the samples, rounded down; what is left is for training. With nothing to hold
    out, the samples stay as they are.

    Parameters
    ----------
    samples : Split
        The samples to divide.
    validation_fraction, test_fraction : float
        See `check_fractions`.
    rng : numpy.random.Generator
        What the order is drawn from.
    """
    n = len(samples)
    n_validation, n_test = int(validation_fraction * n), int(test_fraction * n)
    if not n_validation + n_test:
        return samples, samples.head(0), samples.head(0)
    order = _order_by_class(samples.y, rng) if samples.y.ndim == 1 else rng.permutation(n)
    parts = np.split(order, [n_validation, n_validation + n_test])
    # What stays in a file is read in the order of the file.
    if isinstance(samples.x, MappedRows):
        parts = [np.sort(rows) for rows in parts]
    validation, test, train = map(samples.take, parts)
    return train, validation, test


def _order_by_class(
    labels: npt.NDArray[Any], rng: np.random.Generator
) -> npt.NDArray[np.signedinteger]:
    """Return a random order in which every stretch holds each class in its share."""
    order = rng.permutation(len(labels))
    place = np.empty(len(labels))
    by_class = order[np.argsort(labels[order], kind="stable")]
    firsts = np.flatnonzero(np.diff(labels[by_class])) + 1
    for of_class in np.split(by_class, firsts):
        # The k-th of n samples falls into the k-th of n equal pieces of (0, 1).
        place[of_class] = (np.arange(len(of_class)) + rng.random(len(of_class))) / len(of_class)
    return np.argsort(place)
