"""Facts about a loaded data set, without its samples: they may be many, and checks need few."""

from __future__ import annotations

import inspect
import io
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from functools import cached_property
from typing import NoReturn

import numpy as np

from bpframe.core.data import Data, Split, fingerprint
from bpframe.core.dataset import Dataset
from bpframe.core.streams import stream
from bpframe.errors import DataError


@dataclass(frozen=True)
class SplitContent:
    """Facts about one split.

    Attributes
    ----------
    inputs_dtype : numpy.dtype
        Type of the inputs.
    labels : frozenset of int
        The classes that occur; empty for values.
    digest : str
        Of inputs and targets.
    samples : Counter
        How often each sample occurs, by a hash of its bytes.
    """

    inputs_dtype: np.dtype[np.generic]
    labels: frozenset[int]
    digest: str
    samples: Counter[int]


@dataclass(frozen=True)
class Content:
    """Facts about a whole data set; the attributes are those of `Data`."""

    n_inputs: int
    n_outputs: int
    classes: int | None
    image_shape: tuple[int, int] | None
    splits: dict[str, SplitContent]

    @property
    def digests(self) -> dict[str, str]:
        """The digest of each split."""
        return {name: split.digest for name, split in self.splits.items()}


class Loads:
    """Loads a data set at the first need, and keeps the facts for all its checks."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._missing: DataError | None = None

    @cached_property
    def first(self) -> Content:
        """The content for seed 0."""
        return self.load(0)

    @cached_property
    def other_seed(self) -> Content:
        """The content for seed 1."""
        return self.load(1)

    def load(self, seed: int) -> Content:
        """Load the data anew.

        Raises
        ------
        DataError
            If files are missing, or would have to be downloaded: a check opens no connection.
        AssertionError
            If `Data` refuses what was loaded, or it is none.
        """
        if self._missing:
            raise self._missing
        try:
            with _offline():
                data = self._dataset.load(stream(seed, "split"))
        except DataError as error:
            if _refused_by_data(error):
                raise AssertionError(str(error)) from error
            self._missing = error
            raise
        if not isinstance(data, Data):
            raise AssertionError(f"load gave {type(data).__name__}; it must give a bpframe.Data")
        return _content(data)


def _content(data: Data) -> Content:
    return Content(
        data.n_inputs,
        data.n_outputs,
        data.classes,
        data.image_shape,
        {name: _facts(split, data.classes is not None) for name, split in data.splits().items()},
    )


def _facts(split: Split, labels: bool) -> SplitContent:
    y = np.ascontiguousarray(split.y).reshape(len(split), -1)
    rows = zip(np.ascontiguousarray(split.x), y, strict=True)
    return SplitContent(
        split.x.dtype,
        frozenset(np.unique(split.y).tolist()) if labels else frozenset(),
        fingerprint(split.x, split.y),
        Counter(hash((inputs.tobytes(), target.tobytes())) for inputs, target in rows),
    )


def _refused_by_data(error: DataError) -> bool:
    frames = traceback.extract_tb(error.__traceback__)
    return any(frame.filename == inspect.getfile(Data) for frame in frames)


@contextmanager
def _offline() -> Iterator[None]:
    # Only data sets need it, and it takes a twentieth of a second to import.
    from unittest.mock import patch

    def refuse(*_: object, **__: object) -> NoReturn:
        raise DataError("a check opens no connection; load the data once before")

    with (
        patch("socket.getaddrinfo", refuse),
        patch("socket.socket.connect", refuse),
        # That a download begins is told, and is not true here.
        redirect_stderr(io.StringIO()),
    ):
        yield
