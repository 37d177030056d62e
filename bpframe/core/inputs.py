"""How a sample as it is found, such as a row of a table, becomes the inputs x of a network."""

from __future__ import annotations

import dataclasses
import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from bpframe.core.arguments import REAL_NUMBERS
from bpframe.core.arrays import Array, chunks, room_for_ones
from bpframe.errors import DataError

# The next whole number has no float32 of its own.
LARGEST_EXACT = 2**24


@dataclass(frozen=True)
class Scaling:
    """(x - subtract) / divide: one number of each for all inputs, or one for each of them."""

    subtract: tuple[float, ...] = (0.0,)
    divide: tuple[float, ...] = (1.0,)

    def __call__(self, x: Array) -> Array:
        """Return scaled inputs, shape (n, n_1), of the same type; computed in 64 bits."""
        scaled: Array = room_for_ones(x.shape, x.dtype)
        subtract, divide = np.array(self.subtract), np.array(self.divide)
        for rows, out in zip(chunks(x), chunks(scaled), strict=True):
            out[:] = (rows - subtract) / divide
        return scaled


@dataclass(frozen=True, kw_only=True)
class Inputs(ABC):
    """How samples become inputs. Its fields are plain values, for it goes into a file.

    Parameters
    ----------
    scalings : tuple of Scaling
        What is done to the encoded numbers, one after another.
    """

    scalings: tuple[Scaling, ...] = ()

    @property
    @abstractmethod
    def n_1(self) -> int:
        """Numbers of an input."""

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """The name of each number, shape (n_1,); none if they have no names."""

    @abstractmethod
    def encode(self, samples: Any) -> Array:
        """Return samples as numbers, before they are scaled, shape (n, n_1).

        Raises
        ------
        bpframe.errors.DataError
            If they are not such samples.
        """

    def prepare(self, samples: Any) -> Array:
        """Return the inputs x of samples, float32 or float64, shape (n, n_1).

        Raises
        ------
        bpframe.errors.DataError
            If they are not such samples.
        """
        x = self.encode(samples)
        for scaling in self.scalings:
            x = scaling(x)
        return x

    def then(self, scaling: Scaling) -> Self:
        """Return the same with a scaling more."""
        return dataclasses.replace(self, scalings=(*self.scalings, scaling))


@dataclass(frozen=True)
class Numbers(Inputs):
    """Arrays of real numbers.

    Parameters
    ----------
    shape : tuple of int
        Of a sample, such as (28, 28); it is flattened.
    names : tuple of str
        The name of each number, or none.
    """

    shape: tuple[int, ...]
    names: tuple[str, ...] = ()

    @property
    def n_1(self) -> int:
        """Numbers of an input."""
        return math.prod(self.shape)

    def encode(self, samples: Any) -> Array:
        """Return samples of the shape (n, …) or (n, n_1) as numbers, shape (n, n_1)."""
        array = np.asarray(samples)
        if array.dtype.kind not in REAL_NUMBERS:
            raise DataError(f"samples are {array.dtype}; expected real numbers")
        if array.shape[1:] not in (self.shape, (self.n_1,)):
            shapes = {("n", *self.shape), ("n", self.n_1)}
            expected = " or ".join(sorted(f"({', '.join(map(str, s))})" for s in shapes))
            raise DataError(f"samples have the shape {array.shape}; expected {expected}")
        flat = array.reshape(len(array), self.n_1)
        if not np.isfinite(flat).all():
            raise DataError(
                f"samples hold {count_values(~np.isfinite(flat))} that are NaN or infinite"
            )
        return as_floats(flat)


def as_floats(x: npt.NDArray[Any]) -> Array:
    """Return real numbers as float32 if that can write them as they are, else as float64."""
    return x.astype(np.float32 if is_exact_in_float32(x) else np.float64, copy=False)


def is_exact_in_float32(x: npt.NDArray[Any]) -> bool:
    """Return whether float32 can write the numbers of such an array as they are."""
    if x.dtype.kind == "f":
        return x.dtype.itemsize <= 4
    return not x.size or max(int(x.max()), -int(x.min())) <= LARGEST_EXACT


def count_values(found: npt.NDArray[np.bool_]) -> str:
    """Return how many of some values are meant, in words."""
    n = int(found.sum())
    return f"{n} value{'s' * (n != 1)}"
