"""One vector, and a view of it for each layer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bpframe import Parameters


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("sizes", [(3, 2), (4, 3, 2), (1, 1, 1, 1)], ids=str)
def test_shapes_and_count(sizes: tuple[int, ...], dtype: Any) -> None:
    parameters = Parameters(sizes, dtype)
    n_in, n_out = sizes[:-1], sizes[1:]
    assert parameters.sizes == sizes
    assert parameters.dtype == parameters.vector.dtype == dtype
    assert [w.shape for w in parameters.weights] == list(zip(n_out, n_in, strict=True))
    assert [b.shape for b in parameters.biases] == [(n,) for n in n_out]
    count = sum((i + 1) * o for i, o in zip(n_in, n_out, strict=True))
    assert parameters.vector.shape == (count,)
    assert parameters.vector.flags.c_contiguous
    assert not parameters.vector.any()


def test_views_share_memory_with_the_vector_and_cover_it_once() -> None:
    parameters = Parameters((4, 3, 2))
    views = [*parameters.weights, *parameters.biases]
    for view in views:
        assert np.shares_memory(view, parameters.vector)
        view += 1
    np.testing.assert_array_equal(parameters.vector, 1)
    parameters.vector[:] = 5
    assert all((view == 5).all() for view in views)


def test_a_block_holds_the_weights_and_as_last_column_the_biases() -> None:
    parameters = Parameters((4, 3, 2), np.float64)
    parameters.vector[:] = range(3 * 5 + 2 * 4)
    for block, w, b in zip(parameters.blocks, parameters.weights, parameters.biases, strict=True):
        np.testing.assert_array_equal(block, np.column_stack([w, b]))


def test_each_layer_is_one_piece_of_the_vector_from_the_input_on() -> None:
    parameters = Parameters((4, 3, 2), np.float64)
    parameters.vector[:] = range(3 * 5 + 2 * 4)
    pieces = [range(15), range(15, 23)]
    for piece, block, w, b in zip(
        pieces, parameters.blocks, parameters.weights, parameters.biases, strict=True
    ):
        assert sorted(block.ravel().tolist()) == list(piece)
        assert sorted([*w.ravel().tolist(), *b.tolist()]) == list(piece)
        assert np.shares_memory(block, parameters.vector)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_copy_is_equal_and_independent(dtype: Any) -> None:
    parameters = Parameters((2, 3, 1), dtype)
    parameters.vector[:] = range(13)
    copy = parameters.copy()
    assert (copy.sizes, copy.dtype) == (parameters.sizes, dtype)
    copy.weights[0][:] = -1
    np.testing.assert_array_equal(parameters.vector, range(13))
    assert (copy.vector == -1).sum() == 6


def test_a_copy_may_be_of_another_type() -> None:
    parameters = Parameters((2, 3, 1), np.float32)
    parameters.vector[:] = 0.1
    copy = parameters.copy(np.float64)
    assert copy.vector.dtype == copy.weights[0].dtype == np.float64
    np.testing.assert_array_equal(copy.vector, parameters.vector)


def test_a_file_of_weights_gives_them_back(tmp_path: Path) -> None:
    parameters, other = Parameters([3, 4, 2]), Parameters([3, 4, 2])
    parameters.vector[:] = np.arange(len(parameters.vector))
    file = tmp_path / "weights.npz"
    file.write_bytes(parameters.to_npz())
    other.load(file)
    assert other.vector.tobytes() == parameters.vector.tobytes()


@pytest.mark.parametrize("sizes", [[3, 4], [3, 5, 2], [3, 4, 2, 2]], ids=str)
def test_weights_of_another_network_are_refused_and_nothing_changes(
    tmp_path: Path, sizes: list[int]
) -> None:
    file = tmp_path / "weights.npz"
    file.write_bytes(Parameters([3, 4, 2]).to_npz())
    other = Parameters(sizes)
    with pytest.raises(ValueError, match="does not hold the layers of a network"):
        other.load(file)
    assert not other.vector.any()
