"""The training set in a new order each epoch, cut into mini-batches."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from bpframe.core.arguments import whole_number
from bpframe.core.arrays import Array, with_ones
from bpframe.core.data import CHUNK, Batch, Data, TrainingSet
from bpframe.core.one_training import OfOneTraining


class Minibatches(OfOneTraining):
    """Mini-batches of the training set.

    Samples are gathered a chunk at a time into one buffer that the processor's cache holds;
    the batches are views of it that are made once.

    Parameters
    ----------
    data : Data
        Its training samples are used.
    batch_size : int
        Samples of a mini-batch; the last one of an epoch may be smaller.
    dtype : numpy dtype
        Of inputs and targets.

    Attributes
    ----------
    n : int
        Samples of an epoch.
    steps : int
        Mini-batches of an epoch.
    """

    def __init__(self, data: Data, batch_size: int, dtype: np.dtype[np.floating]) -> None:
        self.n = len(data.train)
        self._x_one = with_ones(data.train.x, dtype)
        self._y = data.targets(data.train, dtype)
        batch_size = min(whole_number("batch_size", batch_size, 1), self.n)
        self._chunk = min(max(1, CHUNK // batch_size) * batch_size, self.n)
        self._batch_size = batch_size
        self.steps = -(-self.n // batch_size)
        self._x_buffer: Array = np.empty((self._chunk, self._x_one.shape[1]), dtype)
        self._y_buffer: Array = np.empty((self._chunk, self._y.shape[1]), dtype)
        self._batches = self._cut(self._chunk)
        self._last_batches = self._cut(self.n % self._chunk)

    def _cut(self, n: int) -> list[Batch]:
        cuts = [slice(i, min(i + self._batch_size, n)) for i in range(0, n, self._batch_size)]
        return [
            Batch(self._x_buffer[cut, :-1], self._y_buffer[cut], self._x_buffer[cut])
            for cut in cuts
        ]

    def training_set(self) -> TrainingSet:
        """Return all samples; the inputs are a view that shares the memory of the batches."""
        return TrainingSet(self._x_one[:, :-1], self._y, self._batch_size)

    def epoch(self, order: npt.NDArray[np.int64]) -> Iterator[Batch]:
        """Yield the mini-batches of the samples in `order`, one after another."""
        for start in range(0, self.n, self._chunk):
            rows = order[start : start + self._chunk]
            # mode="clip" writes straight into the buffer; "raise" goes through a copy.
            np.take(self._x_one, rows, 0, self._x_buffer[: len(rows)], "clip")
            np.take(self._y, rows, 0, self._y_buffer[: len(rows)], "clip")
            yield from self._batches if len(rows) == self._chunk else self._last_batches
