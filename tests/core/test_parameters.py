"""One vector, and a view of it for each layer."""

from __future__ import annotations

import os
import pickle
import zipfile
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


def test_a_pickle_holds_each_number_once() -> None:
    parameters = Parameters((100, 100, 100))
    assert len(pickle.dumps(parameters)) < parameters.vector.nbytes + 1000


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


def layers(**changes: Any) -> dict[str, Any]:
    """Return the arrays of a file for a network 3-4-2, all ones, with some replaced or left out."""
    arrays = {"w2": np.ones((4, 3)), "b2": np.ones(4), "w3": np.ones((2, 4)), "b3": np.ones(2)}
    return {name: a for name, a in (arrays | changes).items() if a is not None}


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_any_real_floating_type_is_taken_in_any_order(tmp_path: Path, dtype: Any) -> None:
    arrays = {name: array.astype(dtype) for name, array in reversed(layers().items())}
    np.savez(tmp_path / "own.npz", **arrays)
    parameters = Parameters([3, 4, 2])
    parameters.load(tmp_path / "own.npz")
    np.testing.assert_array_equal(parameters.vector, 1)
    assert parameters.dtype == np.float32


def test_the_longest_type_is_taken_by_a_network_of_any_size(tmp_path: Path) -> None:
    parameters = Parameters([100, 100])
    w, b = np.ones((100, 100), np.longdouble), np.ones(100, np.longdouble)
    np.savez(tmp_path / "own.npz", w2=w, b2=b)
    parameters.load(tmp_path / "own.npz")
    np.testing.assert_array_equal(parameters.vector, 1)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"w3": np.ones((2, 4), complex)}, "w3 is complex128 of shape"),
        ({"b3": np.ones(2, "M8[s]")}, r"b3 is datetime64\[s\]"),
        ({"b3": np.ones(2, int)}, "b3 is int64 of shape"),
        ({"b3": np.array(["1", "1"])}, "b3 is <U1 of shape"),
        ({"b3": np.array([1, None])}, "cannot be read: Object arrays cannot be loaded"),
        ({"b3": np.array([1, np.nan])}, "b3 holds a number that is NaN or infinite in float32"),
        ({"w3": np.full((2, 4), np.inf)}, "w3 holds a number that is NaN or infinite"),
        ({"b3": np.array([1, 1e300])}, "b3 holds a number that is NaN or infinite in float32"),
        ({"b3": np.ones(1)}, r"b3 is float64 of shape \(1,\), not real numbers of shape \(2,\)"),
        ({"b3": np.ones((2, 1))}, r"b3 is float64 of shape \(2, 1\)"),
        ({"b2": np.array(1.0)}, r"b2 is float64 of shape \(\)"),
        ({"w3": np.ones((2, 1))}, r"w3 is float64 of shape \(2, 1\)"),
        ({"w2": np.ones((1, 3))}, r"w2 is float64 of shape \(1, 3\)"),
        ({"b3": None}, "does not hold the layers of a network: it holds"),
        ({"w4": np.ones((2, 2)), "b4": np.ones(2)}, "does not hold the layers of a network"),
        ({"b3": np.zeros(10**6)}, "does not hold the layers of a network: it holds .* bytes"),
    ],
)
def test_a_file_that_fails_leaves_the_parameters_as_they_were(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    file = tmp_path / "own.npz"
    np.savez_compressed(file, **layers(**changes))
    parameters = Parameters([3, 4, 2])
    parameters.vector[:] = range(len(parameters.vector))
    with pytest.raises(ValueError, match=message) as error:
        parameters.load(file)
    assert str(error.value).startswith(str(file))
    np.testing.assert_array_equal(parameters.vector, range(len(parameters.vector)))


def test_names_in_a_file_reach_no_terminal_as_they_are(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "own.npz", "w") as archive:
        archive.writestr("\x1b[31mred.npy", b"")
    with pytest.raises(ValueError, match=r"it holds \['\\x1b\[31mred'\]"):
        Parameters([3, 4, 2]).load(tmp_path / "own.npz")


def test_what_is_no_npz_file(tmp_path: Path) -> None:
    parameters = Parameters([3, 4, 2])
    np.save(tmp_path / "one.npy", parameters.vector)
    (tmp_path / "text").write_text("w2 = 1")
    (tmp_path / "cut").write_bytes(parameters.to_npz()[:-50])
    for name in ("one.npy", "text", "cut"):
        with pytest.raises(ValueError, match=f"{name} is not a whole .npz file"):
            parameters.load(tmp_path / name)
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(ValueError, match="is not a file"):
            parameters.load(path)
    with pytest.raises(FileNotFoundError):
        parameters.load(tmp_path / "absent")


@pytest.mark.parametrize("dtype", [np.float16, np.longdouble, int, bool, complex])
def test_other_types_are_refused(dtype: Any) -> None:
    with pytest.raises(ValueError, match=r"it must be float32 or float64"):
        Parameters([3, 2], dtype)


def test_it_is_shown_with_sizes_and_type_and_no_numbers() -> None:
    assert repr(Parameters([64, 30, 10])) == "Parameters([64, 30, 10], float32, 2,260 numbers)"
