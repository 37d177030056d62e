"""Data that several runs of one process have in common."""

from __future__ import annotations

import weakref
from typing import Any, NamedTuple

import numpy as np

from bpframe.core.data import Data
from bpframe.core.dataset import Dataset
from bpframe.core.streams import stream


class _Loaded(NamedTuple):
    """Where data is from, as long as a run has it; the seed is None where nothing was drawn."""

    dataset: Dataset
    seed: int | None
    data: weakref.ref[Data]


class SharedData:
    """Loads data sets, and gives those that a run has already to others with the same options.

    The splits of many a data set depend on the seed, and those of MNIST do not: where `load` has
    not touched the random stream, all seeds have the same data.
    """

    def __init__(self) -> None:
        self._loaded: list[_Loaded] = []

    def load(self, dataset: Dataset, seed: int) -> Data:
        """Return the data of a run.

        Raises
        ------
        bpframe.errors.DataError
            As from `Dataset.prepared`.
        """
        self._loaded = [loaded for loaded in self._loaded if loaded.data() is not None]
        for loaded in self._loaded:
            is_same = type(loaded.dataset) is type(dataset) and loaded.dataset == dataset
            if is_same and loaded.seed in (None, seed) and (data := loaded.data()) is not None:
                return data
        bits = stream(seed, "split").bit_generator
        before, rng = str(bits.state), _Watched(bits)
        data = dataset.prepared(rng)
        touched = object.__getattribute__(rng, "touched") or str(bits.state) != before
        # What a data set of somebody's gives may be anything; who asks finds out.
        if isinstance(data, Data):
            self._loaded.append(_Loaded(dataset, seed if touched else None, weakref.ref(data)))
        return data


class _Watched(np.random.Generator):
    """A random stream that notes whether anybody has had anything of it."""

    touched = False

    def __getattribute__(self, name: str) -> Any:
        object.__setattr__(self, "touched", True)
        return super().__getattribute__(name)
