"""The training set in a new order each epoch, cut into mini-batches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
import numpy.typing as npt

from bpframe.core.arguments import whole_number
from bpframe.core.arrays import CHUNK, Array, joined_with_ones
from bpframe.core.data import Batch, Data, TrainingSet
from bpframe.core.mapped_rows import MappedRows
from bpframe.core.one_training import OfOneTraining

FULL = "full"
# Numbers of inputs that are gathered at once: half a megabyte in float32, a part of what the second
# level of a cache holds.
LARGEST = 2**17

Order = npt.NDArray[np.int64]


class Minibatches(OfOneTraining):
    """Mini-batches of the training set.

    Parameters
    ----------
    data : Data
        Its training samples are used.
    batch_size : int or "full"
        Samples of a mini-batch, or all of them; the last one of an epoch may be smaller.
    dtype : numpy dtype
        Of inputs and targets.
    weights : array, shape (n,), optional
        How much each training sample counts: they stand in a last column behind the targets, see
        `WeightedCost`.
    drop_last : bool
        Leave out the last mini-batch of an epoch where it is smaller.

    Attributes
    ----------
    n : int
        Samples of the training set.
    weighted : bool
        Whether samples have weights.
    batch_size : int
        Samples of a mini-batch.
    steps : int
        Mini-batches of an epoch.
    in_memory : bool
        Whether the inputs are; those of `MappedRows` are read a chunk at a time.
    """

    def __init__(
        self,
        data: Data,
        batch_size: int | str,
        dtype: np.dtype[np.floating],
        weights: Array | None = None,
        drop_last: bool = False,
    ) -> None:
        self.n = len(data.train)
        self.weighted = weights is not None
        x = data.train.x
        self.in_memory = not isinstance(x, MappedRows)
        if self.in_memory:
            x = joined_with_ones(x, dtype)[:, :-1]
        y = data.targets(data.train, dtype)
        if weights is not None:
            y = np.column_stack([y, weights]).astype(dtype)
        self.batch_size = min(checked_batch_size(batch_size), self.n)
        self.steps = steps_of(self.n, batch_size, drop_last)
        self._used = min(self.n, self.steps * self.batch_size)
        self._training = TrainingSet(x, y, self.batch_size)
        self._batches = gathered(self._training)

    def training_set(self) -> TrainingSet:
        """Return all samples; the inputs are a view that shares the memory of the batches."""
        return self._training

    def epoch(self, order: Order) -> Iterator[Batch]:
        """Yield the mini-batches of the samples in `order`, one after another."""
        return self._batches(order[: self._used])


def gathered(training: TrainingSet) -> Callable[[Order], Iterator[Batch]]:
    """Return a function that yields the mini-batches of the samples in an order.

    Samples are gathered a chunk at a time into one buffer that the processor's cache holds;
    the batches are views of it that are made once.

    Parameters
    ----------
    training : TrainingSet
        All samples, and how many a mini-batch has; the last one of an order may be smaller.
    """
    m, y = training.batch_size, training.y
    gather = _gathering(training.x)
    width = training.x.shape[1] + 1
    most = min(CHUNK, LARGEST // width)
    chunk = min(max(1, most // m) * m, len(y))
    x_buffer: Array = np.ones((chunk, width), y.dtype)
    y_buffer: Array = np.empty((chunk, y.shape[1]), y.dtype)

    # The targets of whole mini-batches, a row an output as the activations have one a neuron: what
    # is computed from both takes half of the time where both lie in one order.
    y_by_output: Array = np.empty((chunk // m, y.shape[1], m), y.dtype)
    y_by_batch = y_buffer[: chunk // m * m].reshape(-1, m, y.shape[1]).transpose(0, 2, 1)

    @cache
    def cut(n: int) -> list[Batch]:
        cuts = [slice(i, min(i + m, n)) for i in range(0, n, m)]
        targets = [
            y_by_output[i].T if cut.stop - cut.start == m else y_buffer[cut]
            for i, cut in enumerate(cuts)
        ]
        return [
            Batch(x_buffer[cut, :-1], own, x_buffer[cut])
            for cut, own in zip(cuts, targets, strict=True)
        ]

    def batches(order: Order) -> Iterator[Batch]:
        for start in range(0, len(order), chunk):
            rows = order[start : start + chunk]
            gather(rows, x_buffer[: len(rows)])
            # mode="clip" writes straight into the buffer; "raise" goes through a copy.
            np.take(y, rows, 0, y_buffer[: len(rows)], "clip")
            np.copyto(y_by_output, y_by_batch)
            yield from cut(len(rows))

    return batches


def _gathering(x: Array) -> Callable[[Order, Array], object]:
    """Return a function that writes rows of x into a buffer, whose last column are ones."""
    if isinstance(x, MappedRows):

        def read(rows: Order, out: Array) -> None:
            out[:, :-1] = x[rows]

        return read
    x_one = joined_with_ones(x, x.dtype)
    return lambda rows, out: np.take(x_one, rows, 0, out, "clip")


def steps_of(n: int, batch_size: int | str, drop_last: bool = False) -> int:
    """Return how many mini-batches an epoch of n samples has, see `Minibatches`."""
    batch_size = min(checked_batch_size(batch_size), n)
    return n // batch_size if drop_last else -(-n // batch_size)


def checked_batch_size(batch_size: int | str) -> int:
    """Return the samples of a mini-batch, as many as there may be for ``"full"``.

    Raises
    ------
    ValueError
        If it is another word, or not a whole number of 1 or more.
    """
    if batch_size == FULL:
        return sys.maxsize
    if isinstance(batch_size, str):
        raise ValueError(
            f"batch_size is {batch_size!r}; it must be a whole number, 1 or more, or '{FULL}'"
        )
    return whole_number("batch_size", batch_size, 1)
