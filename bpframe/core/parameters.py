"""All weights and biases of a network as one vector, with a view for each layer."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, Self

import numpy as np
import numpy.typing as npt

from bpframe.core.arrays import Array
from bpframe.core.memory import check_memory


class Parameters:
    """Weights and biases, gradients or velocities: one contiguous vector and views of it.

    A layer is kept as one block [w b] of shape (n_out, n_in + 1), its last column the biases, so
    that with a column of ones behind the activations one matrix product gives ``w a + b``, and
    one gives ∂C/∂w and ∂C/∂b together. What is copied or unpickled has a vector of its own.

    Parameters
    ----------
    sizes : sequence of int
        Neurons of each layer, the input first.
    dtype : numpy dtype
        float32 or float64.

    Raises
    ------
    ValueError
        If the type is another.
    MemoryError
        If they take more memory than the machine has.

    Attributes
    ----------
    vector : array, shape (count,)
        Everything.
    blocks : tuple of arrays, shape (n_out, n_in + 1)
        A layer's weights and, as the last column, its biases; ``blocks[0]`` feeds layer 2.
    weights : tuple of arrays, shape (n_out, n_in)
        Views: ``weights[i]`` is the book's w^(i+2).
    biases : tuple of arrays, shape (n_out,)
        Views: ``biases[i]`` is the book's b^(i+2).
    """

    def __init__(self, sizes: Sequence[int], dtype: npt.DTypeLike = np.float32) -> None:
        if np.dtype(dtype) not in (np.dtype(np.float32), np.dtype(np.float64)):
            raise ValueError(f"dtype is {np.dtype(dtype)}; it must be float32 or float64")
        self.sizes = tuple(sizes)
        count = count_parameters(self.sizes)
        check_memory(
            count * np.dtype(dtype).itemsize,
            f"the {count:,} weights and biases of a network {list(self.sizes)}",
        )
        self.vector: Array = np.zeros(count, dtype)
        self._make_views()

    def _make_views(self) -> None:
        shapes = [(n_out, n_in + 1) for n_in, n_out in pairwise(self.sizes)]
        ends = np.cumsum([0, *(rows * columns for rows, columns in shapes)])
        self.blocks: tuple[Array, ...] = tuple(
            self.vector[start:end].reshape(shape)
            for start, end, shape in zip(ends, ends[1:], shapes, strict=False)
        )
        self.weights: tuple[Array, ...] = tuple(block[:, :-1] for block in self.blocks)
        self.biases: tuple[Array, ...] = tuple(block[:, -1] for block in self.blocks)

    def __getstate__(self) -> dict[str, Any]:
        views = ("blocks", "weights", "biases")
        return {name: value for name, value in vars(self).items() if name not in views}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        # A copy, for another process may have been handed memory that cannot be written.
        self.vector = np.array(self.vector)
        self._make_views()

    def __repr__(self) -> str:
        return f"Parameters({list(self.sizes)}, {self.dtype}, {len(self.vector):,} numbers)"

    @property
    def dtype(self) -> np.dtype[np.floating]:
        """The type of every number in it."""
        return self.vector.dtype

    def copy(self, dtype: npt.DTypeLike | None = None) -> Parameters:
        """Return an equal, independent set of parameters, in another type if one is given."""
        other = Parameters(self.sizes, self.dtype if dtype is None else dtype)
        other.vector[:] = self.vector
        return other

    def to_npz(self) -> bytes:
        """Return the content of an ``.npz`` file: ``w2``, ``b2`` … of the layers they lead to."""
        arrays: dict[str, Any] = {}
        for number, (w, b) in enumerate(zip(self.weights, self.biases, strict=True), 2):
            arrays |= {f"w{number}": w, f"b{number}": b}
        buffer = io.BytesIO()
        np.savez(buffer, **arrays)
        return buffer.getvalue()

    @classmethod
    def of_file(cls, path: str | Path, dtype: npt.DTypeLike = np.float32) -> Self:
        """Return the weights and biases of an ``.npz`` file, whatever its layers are.

        Raises
        ------
        OSError, ValueError
            As by `load`.
        """
        parameters = cls(_sizes_in(Path(path)), dtype)
        parameters.load(path)
        return parameters

    def load(self, path: str | Path) -> None:
        """Take the weights and biases of an ``.npz`` file that `to_npz` made.

        Raises
        ------
        OSError
            If the file cannot be opened.
        ValueError
            If the file is damaged, or holds anything but the layers of a network of these sizes,
            in finite real numbers of this type. Nothing is taken then.
        """
        names = [f"{letter}{layer}" for layer in range(2, len(self.sizes) + 1) for letter in "wb"]
        views = [view for pair in zip(self.weights, self.biases, strict=True) for view in pair]
        # The longest floating type has 16 bytes; a member's header has some hundred.
        found = _read(Path(path), names, 16 * len(self.vector) + 1000 * len(names))
        for name, array, view in zip(names, found, views, strict=True):
            if array.shape != view.shape or array.dtype.kind != "f":
                raise ValueError(
                    f"{path} does not hold the layers of a network {list(self.sizes)}: {name} is "
                    f"{array.dtype} of shape {array.shape}, not real numbers of shape {view.shape}"
                )
        with np.errstate(over="ignore"):
            taken = [array.astype(self.dtype) for array in found]
        for name, array in zip(names, taken, strict=True):
            if not np.isfinite(array).all():
                raise ValueError(
                    f"{path}: {name} holds a number that is NaN or infinite in {self.dtype}"
                )
        for array, view in zip(taken, views, strict=True):
            view[:] = array


def count_parameters(sizes: Sequence[int]) -> int:
    """Return how many weights and biases a network with layers of these sizes has."""
    return sum(n_out * (n_in + 1) for n_in, n_out in pairwise(sizes))


def angle(u: Array, v: Array) -> float:
    """Return the angle between two gradients, or any arrays of one size, in degrees.

    To a vector of 0 it is 90, for a step along it changes nothing; between two of them it is 0. The
    arc cosine of their product would lose half of the digits of a small angle.

    Parameters
    ----------
    u, v : arrays of one size, of any shape
        Both are taken as vectors, in 64 bits: in 32 the squares of small numbers are 0.

    Source: Kahan 2006, "How futile are mindless assessments of roundoff in floating-point
    computation?", § 12.
    """
    a, b = (w.ravel().astype(np.float64) for w in (u, v))
    lengths = float(np.linalg.norm(a)), float(np.linalg.norm(b))
    if not all(lengths):
        return 90.0 if any(lengths) else 0.0
    a, b = a / lengths[0], b / lengths[1]
    return math.degrees(2 * math.atan2(np.linalg.norm(a - b), np.linalg.norm(a + b)))


def _sizes_in(path: Path) -> list[int]:
    """Return the sizes of the layers that a file holds, by the shapes of its arrays alone."""
    sizes: list[int] = []
    with path.open("rb") as file:
        if not zipfile.is_zipfile(file):
            raise ValueError(f"{path} is not a whole .npz file")
        with zipfile.ZipFile(file) as archive:
            held = archive.namelist()
            while (name := f"w{max(len(sizes), 1) + 1}.npy") in held:
                with archive.open(name) as member:
                    shape = _shape(member)
                if len(shape) != 2:
                    raise ValueError(f"{path}: {name} has the shape {shape}, not that of a matrix")
                sizes += [shape[0]] if sizes else [shape[1], shape[0]]
    if not sizes:
        raise ValueError(
            f"{path} does not hold the layers of a network: it holds {held[:10]}, expected w2, b2 …"
        )
    return sizes


def _shape(member: IO[bytes]) -> tuple[int, ...]:
    """Return the shape of an array, of which nothing but the header is read."""
    read = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    shape, _, _ = read[np.lib.format.read_magic(member)](member)
    return tuple(shape)


def _read(path: Path, names: list[str], largest: int) -> list[npt.NDArray[Any]]:
    """Return the arrays of an ``.npz`` file that must hold these names and no others.

    Parameters
    ----------
    path, names
        The file, and its arrays in the order that is asked for.
    largest : int
        Bytes of all members together; what decompresses to more is not read.
    """
    if path.exists() and not path.is_file():
        raise ValueError(f"{path} is not a file")
    with path.open("rb") as file:
        if not zipfile.is_zipfile(file):
            raise ValueError(f"{path} is not a whole .npz file")
        file.seek(0)
        # A damaged archive raises any of a dozen kinds of exceptions.
        try:
            with np.load(file, allow_pickle=False) as archive:
                held, size = archive.files, sum(m.file_size for m in archive.zip.infolist())
                wanted = sorted(held) == sorted(names) and size <= largest
                found = [np.asarray(archive[name]) for name in names] if wanted else []
        except Exception as error:
            raise ValueError(f"{path} cannot be read: {error}") from None
    if not found:
        raise ValueError(
            f"{path} does not hold the layers of a network: it holds {held[:10]} in {size:,} "
            f"bytes, expected {names[:10]} in at most {largest:,}"
        )
    return found
