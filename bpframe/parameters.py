"""All weights and biases of a network as one vector, with a view for each layer."""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe.components import Array


class Parameters:
    """Weights and biases, gradients or velocities: one contiguous vector and views of it.

    A layer is kept as one block [w b] of shape (n_out, n_in + 1), its last column the biases, so
    that with a column of ones behind the activations one matrix product gives ``w a + b``, and
    one gives ∂C/∂w and ∂C/∂b together.

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
        shapes = [(n_out, n_in + 1) for n_in, n_out in pairwise(sizes)]
        ends = np.cumsum([0, *(rows * columns for rows, columns in shapes)])
        self.vector: Array = np.zeros(ends[-1], dtype)
        self.blocks: tuple[Array, ...] = tuple(
            self.vector[start:end].reshape(shape)
            for start, end, shape in zip(ends, ends[1:], shapes, strict=False)
        )
        self.weights: tuple[Array, ...] = tuple(block[:, :-1] for block in self.blocks)
        self.biases: tuple[Array, ...] = tuple(block[:, -1] for block in self.blocks)

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

    def load(self, path: str | Path) -> None:
        """Take the weights and biases of an ``.npz`` file that `to_npz` made.

        Raises
        ------
        ValueError
            If the file holds layers of other sizes.
        """
        with np.load(path, allow_pickle=False) as arrays:
            found = {name: arrays[name] for name in arrays.files}
        for number, (w, b) in enumerate(zip(self.weights, self.biases, strict=True), 2):
            shapes = [getattr(found.get(f"{k}{number}"), "shape", None) for k in "wb"]
            if shapes != [w.shape, b.shape] or len(found) != 2 * len(self.weights):
                raise ValueError(f"{path} does not hold the layers of a network {list(self.sizes)}")
        for number, (w, b) in enumerate(zip(self.weights, self.biases, strict=True), 2):
            w[:] = found[f"w{number}"]
            b[:] = found[f"b{number}"]
