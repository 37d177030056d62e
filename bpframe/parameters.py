"""All weights and biases of a network as one vector, with a view for each layer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

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

    def copy(self) -> Parameters:
        """Return an equal, independent set of parameters."""
        other = Parameters(self.sizes, self.dtype)
        other.vector[:] = self.vector
        return other
