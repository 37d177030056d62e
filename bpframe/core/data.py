"""Samples: a data set in three splits, and the mini-batches that are cut from it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from bpframe.core.arguments import REAL_NUMBERS, is_whole
from bpframe.core.arrays import Array, chunks, with_ones
from bpframe.core.finite import check_finite
from bpframe.core.inputs import Inputs, Numbers
from bpframe.core.mapped_rows import MappedRows
from bpframe.core.target_values import TargetValues
from bpframe.errors import DataError

SPLITS = ("train", "validation", "test")


class Batch(NamedTuple):
    """A mini-batch of m samples; the arrays are views that change with the next one.

    Attributes
    ----------
    x : array, shape (m, n_1)
        The inputs.
    y : array, shape (m, n_L)
        The targets, one-hot for classes. Where samples have weights, these stand in a last column,
        which the cost and the error of the `Objective` know of.
    x_one : array, shape (m, n_1 + 1)
        The inputs and a last column of ones, to be multiplied with ``Parameters.blocks[0].T``.
    """

    x: Array
    y: Array
    x_one: Array

    def take(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.integer[Any]] | slice) -> Batch:
        """Return a mini-batch of some of the samples, chosen as rows of an array are."""
        return make_batch(self.x[rows], self.y[rows])


def make_batch(x: Array, y: Array, dtype: npt.DTypeLike | None = None) -> Batch:
    """Return samples as a mini-batch, in arrays of its own.

    Parameters
    ----------
    x : array, shape (m, n_1)
        The inputs.
    y : array, shape (m, n_L)
        The targets, such as `Data.targets` gives them.
    dtype : numpy dtype, optional
        What the inputs and targets become; the inputs' own type if left out.
    """
    x_one = with_ones(x, x.dtype if dtype is None else dtype)
    return Batch(x_one[:, :-1], np.array(y, x_one.dtype), x_one)


class TrainingSet(NamedTuple):
    """All samples of a training, for a rule that cuts its mini-batches itself.

    Attributes
    ----------
    x : array, shape (n, n_1)
        The inputs.
    y : array, shape (n, n_L)
        The targets, one-hot for classes; with a last column as in `Batch`.
    batch_size : int
        Samples of a mini-batch; the last one of an epoch may be smaller.
    """

    x: Array
    y: Array
    batch_size: int


@dataclass(frozen=True, repr=False)
class Split:
    """The training, the validation or the test samples of a data set.

    Attributes
    ----------
    x : array of float, shape (n, n_1)
        Inputs, a row a sample; `MappedRows` where they stay in a file.
    y : array of int, shape (n,), or of float, shape (n, n_L)
        Class numbers from 0, or target values.
    weights : array of real numbers, shape (n,), optional
        How much each training sample counts in the cost; all alike if None. Only their ratios
        matter.
    """

    x: Array
    y: npt.NDArray[Any]
    weights: npt.NDArray[Any] | None = None

    def __len__(self) -> int:
        return len(self.x)

    def __repr__(self) -> str:
        weights = "" if self.weights is None else f", weights of shape {self.weights.shape}"
        return f"Split(x of shape {self.x.shape}, y of shape {self.y.shape}{weights})"

    def take(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.integer[Any]] | slice) -> Split:
        """Return some of the samples, chosen as rows of an array are."""
        weights = None if self.weights is None else self.weights[rows]
        x = self.x.take(rows) if isinstance(self.x, MappedRows) else self.x[rows]
        return Split(x, self.y[rows], weights)

    def head(self, n: int) -> Split:
        """Return the first n samples."""
        return self if n >= len(self) else self.take(slice(n))

    def draw(self, n: int, rng: np.random.Generator) -> Split:
        """Return n samples that are drawn from `rng`, or all if there are no more."""
        if n >= len(self):
            return self
        return self.take(np.sort(rng.permutation(len(self))[:n]))


@dataclass(frozen=True, repr=False)
class Data:
    """Training, validation and test samples; a split may be empty.

    Parameters
    ----------
    name : str
        The name of the data set.
    train, validation, test : Split
        The splits.
    classes : int or None
        How many classes there are; None if the targets are values.
    image_shape : tuple of int, optional
        (height, width) if an input is a picture.
    class_names : sequence of str, optional
        What tables and pictures call the classes, in their order; their numbers if left out, and
        () if the targets are values.
    inputs : Inputs, optional
        How samples as they are found became the inputs, for new ones; they are what was found if
        left out.
    values : TargetValues, optional
        What the targets stand for if they are standardised values: figures are in their own units
        then.
    remarks : sequence of str
        What was made of the samples, for people: a line each, such as ``target 'species': 3
        classes``.

    Raises
    ------
    DataError
        If shapes differ between splits, a label is out of range, a number is not real and finite,
        weights are negative or leave nothing to train with, or class names are not one a class.
    """

    name: str
    train: Split
    validation: Split
    test: Split
    classes: int | None
    image_shape: tuple[int, int] | None = field(default=None, kw_only=True)
    class_names: Sequence[str] = field(default=(), kw_only=True)
    inputs: Inputs | None = field(default=None, kw_only=True)
    values: TargetValues | None = field(default=None, kw_only=True)
    remarks: Sequence[str] = field(default=(), kw_only=True)

    def __post_init__(self) -> None:
        for name, given in zip(SPLITS, (self.train, self.validation, self.test), strict=True):
            if not isinstance(given, Split):
                raise DataError(
                    f"data '{self.name}', {name} is of the type {type(given).__name__}; expected a "
                    "Split, which may be empty"
                )
        if self.classes is not None and not is_whole(self.classes):
            raise DataError(
                f"data '{self.name}': classes is {self.classes!r}; expected a whole number, or "
                "None for values"
            )
        numbers = map(str, range(self.classes or 0))
        object.__setattr__(self, "class_names", tuple(self.class_names or numbers))
        self._check_names(self.class_names)
        if not len(self.train):
            raise DataError(f"data '{self.name}': the training set is empty")
        for name, split in self.splits().items():
            self._check(name, split)
        self._check_records()

    def splits(self) -> dict[str, Split]:
        """Return those that are not empty by name: train, validation, test."""
        named = zip(SPLITS, (self.train, self.validation, self.test), strict=True)
        return {name: split for name, split in named if len(split)}

    @cached_property
    def fingerprint(self) -> str:
        """A digest of the content, computed when it is first asked for; see `fingerprint`."""
        splits = [self.train, self.validation, self.test]
        # Empty ones behind the last samples are left out, empty ones before them are not.
        while not len(splits[-1]):
            splits.pop()
        arrays = (array for split in splits for array in (split.x, split.y, split.weights))
        return fingerprint(*(array for array in arrays if array is not None))

    def __repr__(self) -> str:
        targets = f"{self.n_outputs} " + ("values" if self.classes is None else "classes")
        splits = ", ".join(f"{len(split)} {name}" for name, split in self.splits().items())
        return f"Data('{self.name}', {self.n_inputs} inputs, {targets}: {splits})"

    @property
    def n_inputs(self) -> int:
        """Numbers of an input."""
        return int(self.train.x.shape[1])

    @property
    def n_outputs(self) -> int:
        """Outputs that a network for this data has."""
        return self.classes if self.classes is not None else int(self.train.y.shape[1])

    @property
    def prepares(self) -> Inputs:
        """How new samples become inputs: `inputs`, or as they are."""
        return self.inputs or Numbers(self.image_shape or (self.n_inputs,))

    def in_own_units(self, a: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return outputs or targets, shape (n, n_L), as the values that they stand for."""
        return a if self.values is None else self.values.in_own_units(a)

    def targets(self, split: Split, dtype: npt.DTypeLike) -> Array:
        """Return the targets that a cost compares with, shape (n, n_L), one-hot for classes."""
        if self.classes is None:
            return split.y.astype(dtype)
        one_hot: Array = np.zeros((len(split), self.classes), dtype)
        one_hot[np.arange(len(split)), split.y] = 1
        return one_hot

    def _check_names(self, names: Sequence[str]) -> None:
        if not all(isinstance(name, str) for name in names):
            raise DataError(f"data '{self.name}': class names are {names!r}; expected texts")
        if names and (len(names) != self.classes or len(set(names)) < len(names)):
            raise DataError(
                f"data '{self.name}': class names are {', '.join(names)}; expected "
                + (
                    "none, for the targets are values"
                    if self.classes is None
                    else f"{self.classes} different ones"
                )
            )

    def _check_records(self) -> None:
        if self.inputs is not None and self.inputs.n_1 != self.n_inputs:
            raise DataError(
                f"data '{self.name}': its record of inputs makes {self.inputs.n_1} numbers of a "
                f"sample, and its inputs have {self.n_inputs}"
            )
        if self.values is not None and (
            self.classes is not None or len(self.values.mean) != self.n_outputs
        ):
            raise DataError(
                f"data '{self.name}': its record of target values is for {len(self.values.mean)} "
                "values, and its targets are "
                + (f"{self.n_outputs} values" if self.classes is None else "classes")
            )

    def _check(self, name: str, split: Split) -> None:
        where = f"data '{self.name}', {name}"
        for what, array in (("inputs", split.x), ("target values", split.y)):
            if not isinstance(array, np.ndarray | MappedRows):
                raise DataError(
                    f"{where}: {what} are of the type {type(array).__name__}; expected an array"
                )
            if array.dtype.kind not in REAL_NUMBERS:
                raise DataError(f"{where}: {what} are {array.dtype}; expected real numbers")
            if array.ndim != 2 and (what == "inputs" or self.classes is None):
                raise DataError(
                    f"{where}: {what} have the shape {array.shape}; expected two dimensions"
                )
        if split.x.shape[1] != self.train.x.shape[1] or not split.x.shape[1]:
            raise DataError(
                f"{where}: inputs have the shape {split.x.shape}; "
                f"expected (samples, {self.train.x.shape[1] or 'at least 1'})"
            )
        if len(split.y) != len(split.x):
            raise DataError(f"{where}: {len(split.x)} inputs but {len(split.y)} targets")
        # To read a file takes its time: whoever maps one looks at its numbers.
        if not isinstance(split.x, MappedRows):
            check_finite(where, "inputs", split.x)
        check_finite(where, "targets", split.y)
        if self.classes is None:
            if split.y.shape[1] != self.train.y.shape[1] or not split.y.shape[1]:
                raise DataError(
                    f"{where}: target values have the shape {split.y.shape}; "
                    f"expected (samples, {self.train.y.shape[1] or 'at least 1'})"
                )
        elif split.y.ndim != 1 or split.y.dtype.kind not in "iu":
            raise DataError(f"{where}: class labels must be whole numbers, one a sample")
        elif split.y.min() < 0 or split.y.max() >= self.classes:
            raise DataError(
                f"{where}: labels from {split.y.min()} to {split.y.max()}; "
                f"allowed are 0 to {self.classes - 1}"
            )
        if split.weights is not None:
            _check_weights(where, split.weights, len(split))
            if name == "train" and not split.weights.any():
                raise DataError(f"{where}: all weights are 0; at least one must be greater")


def check_size(data: Data, dtype: np.dtype[np.floating]) -> None:
    """Raise ValueError if a number is beyond those of the type that a network has."""
    largest = float(np.finfo(dtype).max)
    for name, split in data.splits().items():
        for what, array in (("inputs", split.x), ("targets", split.y)):
            if array.dtype.kind == "f" and array.dtype.itemsize > dtype.itemsize:
                reached = max(float(np.abs(chunk).max()) for chunk in chunks(array))
                if reached > largest:
                    raise ValueError(
                        f"data '{data.name}', {name}: {what} reach {reached:g}, and {dtype} ends "
                        f"at {largest:.2g}: take dtype=float64, or scale them"
                    )


def _check_weights(where: str, weights: npt.NDArray[Any], n: int) -> None:
    if not isinstance(weights, np.ndarray) or weights.dtype.kind not in REAL_NUMBERS:
        found = getattr(weights, "dtype", type(weights).__name__)
        raise DataError(f"{where}: weights are {found}; expected an array of real numbers")
    if weights.shape != (n,):
        raise DataError(f"{where}: weights have the shape {weights.shape}; expected ({n},)")
    wrong = weights[~(np.isfinite(weights) & (weights >= 0))]
    if len(wrong):
        raise DataError(f"{where}: a weight is {wrong[0]:g}; it must be a finite number, 0 or more")


def fingerprint(*arrays: npt.NDArray[Any]) -> str:
    """Return a SHA-256 digest, 16 hexadecimal digits, of the arrays' types, shapes and bytes."""
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.dtype.str}{array.shape}".encode())
        for chunk in chunks(array if array.ndim else np.atleast_1d(array)):
            digest.update(np.ascontiguousarray(chunk).data)
    return digest.hexdigest()[:16]
