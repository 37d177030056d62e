"""Samples of a user's own, in an .npz file."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bpframe import Data
from bpframe.errors import DataError
from bpframe_data import Arrays

X, Y = np.random.default_rng(0).random((20, 3)), np.arange(20) % 4
FULL = {
    "x_train": X,
    "y_train": Y,
    "x_validation": X[:5] + 1,
    "y_validation": Y[:5],
    "x_test": X[:6] + 2,
    "y_test": Y[:6],
}


def load(file: Path, seed: int = 0, **fields: float) -> Data:
    return Arrays(path=str(file), **fields).load(np.random.default_rng(seed))


def save(folder: Path, **arrays: Any) -> Path:
    np.savez(folder / "mine.npz", **arrays)
    return folder / "mine.npz"


def test_parts_that_the_file_holds_are_kept_as_they_are(tmp_path: Path) -> None:
    data = load(save(tmp_path, **FULL))
    for name, split in data.splits().items():
        np.testing.assert_array_equal(split.x, FULL[f"x_{name}"])
        np.testing.assert_array_equal(split.y, FULL[f"y_{name}"])
    assert (data.name, data.classes, data.image_shape) == ("mine", 4, None)
    assert data.train.x.dtype == np.float64
    assert load(save(tmp_path, **FULL), seed=1).fingerprint == data.fingerprint


def test_compressed_files(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "mine.npz", **FULL)
    assert len(load(tmp_path / "mine.npz").test) == 6


def test_what_is_missing_is_split_off_the_training_part(tmp_path: Path) -> None:
    file = save(tmp_path, x_train=X, y_train=Y)
    data = load(file)
    assert (len(data.train), len(data.validation), len(data.test)) == (14, 2, 4)
    every = np.vstack([split.x for split in data.splits().values()])
    np.testing.assert_array_equal(every[np.lexsort(every.T)], X[np.lexsort(X.T)])
    assert load(file, seed=1).fingerprint != data.fingerprint == load(file).fingerprint


def test_weights_go_with_their_samples_when_splits_are_taken_off(tmp_path: Path) -> None:
    weights = np.arange(20)
    data = load(save(tmp_path, x_train=X, y_train=Y, weights_train=weights))
    for split in data.splits().values():
        np.testing.assert_array_equal(split.x, X[split.weights])
    whole = load(save(tmp_path, **FULL, weights_train=weights))
    np.testing.assert_array_equal(whole.train.weights, weights)
    assert whole.validation.weights is whole.test.weights is None


def test_a_part_that_the_file_holds_is_not_split_off(tmp_path: Path) -> None:
    given = {name: array for name, array in FULL.items() if "validation" not in name}
    data = load(save(tmp_path, **given))
    assert (len(data.train), len(data.validation), len(data.test)) == (18, 2, 6)
    np.testing.assert_array_equal(data.test.x, FULL["x_test"])


def test_fraction_0_leaves_a_part_empty(tmp_path: Path) -> None:
    file = save(tmp_path, x_train=X, y_train=Y)
    data = load(file, validation_fraction=0.0, test_fraction=0.0)
    assert list(data.splits()) == ["train"]
    np.testing.assert_array_equal(data.train.x, X)


def test_the_largest_label_of_all_parts_counts(tmp_path: Path) -> None:
    assert load(save(tmp_path, **FULL | {"y_test": np.arange(6) + 3})).classes == 9


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int16, np.uint64])
def test_labels_of_any_whole_type(tmp_path: Path, dtype) -> None:
    y = (np.arange(20) % 2).astype(dtype)
    data = load(save(tmp_path, x_train=X, y_train=y))
    assert data.classes == 2
    assert data.targets(data.train, np.float32).sum() == len(data.train)


@pytest.mark.parametrize("shape", [(20,), (20, 1), (20, 3)])
def test_floats_are_values(tmp_path: Path, shape: tuple[int, ...]) -> None:
    data = load(save(tmp_path, x_train=X, y_train=np.zeros(shape, np.float32)))
    assert data.classes is None
    assert data.train.y.shape == (14, shape[1] if len(shape) > 1 else 1)


def test_whole_values_beside_floats_are_values(tmp_path: Path) -> None:
    data = load(save(tmp_path, **FULL | {"y_train": np.linspace(0, 1, 20)}))
    assert data.classes is None
    assert data.test.y.shape == (6, 1)


@pytest.mark.parametrize(
    ("shape", "n_inputs", "image_shape"),
    [
        ((20,), 1, None),
        ((20, 6), 6, None),
        ((20, 2, 3), 6, (2, 3)),
        ((20, 2, 3, 1), 6, (2, 3)),
        ((20, 2, 1, 3), 6, None),
    ],
)
def test_inputs_are_flattened(tmp_path: Path, shape, n_inputs, image_shape) -> None:
    x = np.arange(np.prod(shape)).reshape(shape)
    data = load(save(tmp_path, x_train=x, y_train=Y), validation_fraction=0, test_fraction=0)
    assert (data.n_inputs, data.image_shape) == (n_inputs, image_shape)
    assert data.train.x.dtype == np.float32
    np.testing.assert_array_equal(data.train.x.ravel(), x.ravel())


def test_the_path_may_start_with_the_home_folder(tmp_path: Path, monkeypatch) -> None:
    save(tmp_path, **FULL)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert load(Path("~/mine.npz")).name == "mine"


def test_arrays_of_other_names_are_left_alone(tmp_path: Path) -> None:
    file = save(tmp_path, **FULL, notes=np.array(["text"]), extra=np.array([{}], object))
    assert load(file).classes == 4


def test_without_a_path() -> None:
    with pytest.raises(DataError, match=r"needs a file: data.path=FILE.npz .* x_train and y_train"):
        Arrays().load(np.random.default_rng(0))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"y_train": None}, r"lacks y_train; it holds \['x_train', 'x_val"),
        ({"x_test": None}, "lacks x_test"),
        (
            {"x_tset": X},
            r"holds 'x_tset'; expected some of x_train, .* Did you mean 'x_test'\?",
        ),
        ({"Y_train": Y}, "holds 'y_train' and 'Y_train', each of which could be y_train"),
        (
            {"x_train": np.array([{}] * 20)},
            r"mine.npz, x_train: holds objects, .*x_train.astype\(float\)",
        ),
        ({"x_train": np.array(["a"] * 20)}, "x_train: holds <U1 of shape .* real numbers"),
        ({"x_train": X + 1j}, "x_train: holds complex128"),
        ({"y_test": np.array(3)}, r"y_test: holds int64 of shape \(\); expected an array"),
        ({"y_train": Y[:-1]}, "y_train: 19 targets; expected 20, as in x_train"),
        ({"y_test": Y}, "y_test: 20 targets; expected 6, as in x_test"),
        ({"x_test": X[:6, :2]}, r"x_test: a sample has the shape \(2,\); expected \(3,\)"),
        ({"x_test": X[:6].reshape(6, 3, 1)}, r"x_test: a sample has the shape \(3, 1\)"),
        (
            {"x_test": np.where(np.eye(6, 3, -1) == 1, np.nan, X[:6])},
            "x_test: 3 of 18 numbers are NaN or infinite, in column 0 and 2 more, counted from 0",
        ),
        ({"y_train": np.full(20, np.nan)}, "y_train: 20 of 20 targets are NaN or infinite"),
        ({"y_test": np.array(["a"] * 6)}, "y_test: holds <U1; expected int64, as in .*y_train"),
        ({"y_test": np.eye(6)}, r"y_test: targets have the shape \(6, 6\); expected \(6,\)"),
        ({"x_train": X[:0], "y_train": Y[:0]}, "the training set is empty"),
        ({"weights_train": np.ones(19)}, r"weights_train: has the shape \(19,\); expected \(20,\)"),
        ({"weights_train": np.ones((20, 1))}, r"weights_train: has the shape \(20, 1\)"),
        ({"weights_train": np.array(["1"] * 20)}, "weights_train: holds <U1 of shape"),
        ({"weights_train": np.arange(20) - 1}, "train: a weight is -1; it must be a finite number"),
        ({"weights_train": np.zeros(20)}, "train: all weights are 0"),
        (
            {"weights_test": np.ones(6)},
            r"holds 'weights_test'; expected some of x_train, .* Did you mean 'weights_train'\?",
        ),
        ({"weights_trian": np.ones(20)}, r"'weights_trian'; .* Did you mean 'weights_train'\?"),
    ],
)
def test_what_cannot_be_used_is_one_error(tmp_path: Path, changes, message) -> None:
    arrays = {name: array for name, array in (FULL | changes).items() if array is not None}
    with pytest.raises(DataError, match=message) as caught:
        load(save(tmp_path, **arrays))
    assert "mine" in str(caught.value)


def test_neither_training_array(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"lacks y_train; it holds \['data'\]. data.inputs=NAME"):
        load(save(tmp_path, data=X))


def test_files_that_are_no_npz(tmp_path: Path) -> None:
    whole = save(tmp_path, **FULL).read_bytes()
    contents = {
        "truncated": whole[:-100],
        "empty": b"",
        "text": b"x_train,y_train\n1,2\n",
    }
    for name, content in contents.items():
        file = tmp_path / name
        file.write_bytes(content)
        with pytest.raises(DataError, match=rf"{name} is not a whole .npz file"):
            load(file)


def test_damage_inside_names_the_array(tmp_path: Path) -> None:
    file = save(tmp_path, **FULL)
    content = bytearray(file.read_bytes())
    content[200] ^= 0xFF
    file.write_bytes(content)
    with pytest.raises(DataError, match=r"mine.npz, x_train: cannot be read: .*CRC"):
        load(file)


def test_a_member_that_is_no_array(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "mine.npz", "w") as archive:
        archive.writestr("x_train", b"numpy gives such bytes back as they are")
        archive.writestr("y_train.npy", b"")
    with pytest.raises(DataError, match=r"x_train: holds \|S39 of shape"):
        load(tmp_path / "mine.npz")


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"cannot be read: .*directory"):
        load(tmp_path / "none.npz")


def test_wrong_fractions() -> None:
    with pytest.raises(ValueError, match=r"test_fraction is 2; it must be 0 or more and less than"):
        Arrays(test_fraction=2)


@pytest.mark.parametrize("split", ["train", "validation"])
@pytest.mark.parametrize("value", [2**24 + 1, -(2**24) - 1, 2**53, np.iinfo(np.int64).min])
def test_whole_inputs_that_float32_cannot_hold_are_float64(
    tmp_path: Path, value: int, split: str
) -> None:
    x = np.arange(len(FULL[f"x_{split}"]))[:, np.newaxis] * np.ones((1, 3), np.int64)
    x[0, 0] = value
    ints = {"x_train": np.zeros((20, 3), int), "x_test": np.zeros((6, 3), np.float16)}
    data = load(save(tmp_path, **FULL | ints | {f"x_{split}": x.astype(np.int64)}))
    np.testing.assert_array_equal(data.splits()[split].x, x)
    assert {p.x.dtype for p in data.splits().values()} == {np.dtype(np.float64)}


def test_two_whole_inputs_stay_two_in_a_network_of_float64(tmp_path: Path) -> None:
    x = np.array([[2**24], [2**24 + 1]])
    data = load(
        save(tmp_path, x_train=x, y_train=np.array([0, 1])),
        validation_fraction=0,
        test_fraction=0,
    )
    assert data.train.x.tolist() == [[2.0**24], [2.0**24 + 1]]


@pytest.mark.parametrize("largest", [2**24, -(2**24), 255])
def test_whole_inputs_that_float32_holds_are_float32(tmp_path: Path, largest: int) -> None:
    x = np.full((20, 3), largest)
    data = load(save(tmp_path, x_train=x, y_train=Y))
    assert data.train.x.dtype == np.float32
    assert (data.train.x == largest).all()


def test_one_stray_label_makes_no_network_of_thousands_of_outputs(tmp_path: Path) -> None:
    data = load(save(tmp_path, x_train=X, y_train=np.where(np.arange(20) == 3, 255, Y)))
    assert data.class_names == ("0", "1", "2", "3", "255")


def test_names_in_a_file_reach_no_terminal_as_they_are(tmp_path: Path) -> None:
    for name, said in (("x_\x1b[31m", "'x_\\x1b[31m'"), ("\x1b[31m", "'\\x1b[31m'")):
        with zipfile.ZipFile(tmp_path / "mine.npz", "w") as archive:
            archive.writestr(f"{name}.npy", b"")
        with pytest.raises(DataError) as caught:
            load(tmp_path / "mine.npz")
        assert said in str(caught.value)
        assert "\x1b" not in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no such files")
def test_what_is_no_file_on_a_disk_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(DataError, match="is no file on a disk"):
            load(path)
