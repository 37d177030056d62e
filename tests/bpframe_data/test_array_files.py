"""Every kind of file and folder that `data=arrays` reads, and what it says of others."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from array_files import LETTERS, X, write_emnist, write_idx
from scipy.io import savemat

from bpframe import Data
from bpframe.errors import DataError
from bpframe_data import Arrays


def load(path: Path, **fields: Any) -> Data:
    whole = {"validation_fraction": 0, "test_fraction": 0}
    return Arrays(path=str(path), **whole | fields).load(np.random.default_rng(0))


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ("X", "y"),
        ("data", "target"),
        ("images", "labels"),
        ("Xtrain", "ytrain"),
        ("X_train", "Y_train"),
        ("train_images", "train_labels"),
        ("train-x", "train-y"),
    ],
)
def test_arrays_may_have_other_names(tmp_path: Path, x: str, y: str) -> None:
    np.savez(tmp_path / "my.npz", **{x: X, y: LETTERS, "notes": np.zeros(3)})
    data = load(tmp_path / "my.npz")
    np.testing.assert_array_equal(data.train.x, X)
    assert data.train.y.tolist() == (LETTERS - 1).tolist()
    assert data.remarks == (f"target '{y}': 3 classes",)


def test_arrays_of_all_splits(tmp_path: Path) -> None:
    np.savez(tmp_path / "my.npz", X=X, y=LETTERS, x_val=X[:5], y_val=LETTERS[:5], X_test=X[:6],
             y_test=np.full((6, 1), 9))  # fmt: skip
    data = load(tmp_path / "my.npz")
    assert [len(split) for split in data.splits().values()] == [40, 5, 6]
    assert data.class_names == ("1", "2", "3", "9")
    assert data.test.y.tolist() == [3] * 6


def test_names_that_are_chosen(tmp_path: Path) -> None:
    file = tmp_path / "my.npz"
    np.savez(file, data=X, images=X.reshape(40, 2, 2), target=LETTERS, price=X[:, 0])
    with pytest.raises(DataError, match=r"'data' and 'images', each .* x_train: data.inputs=NAME"):
        load(file)
    data = load(file, inputs="images", target="price")
    assert (data.image_shape, data.values.names) == ((2, 2), ("price",))
    np.testing.assert_allclose(data.in_own_units(data.train.y), X[:, :1])
    with pytest.raises(DataError, match=r"no 'prize'; it holds .*data.target .* 'price'\?"):
        load(file, inputs="images", target="prize")


def test_npy_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.save(tmp_path / "X.npy", X)
    np.save(tmp_path / "kinds.npy", np.array(["b", "a"] * 20))
    for target in (str(tmp_path / "kinds.npy"), "kinds.npy"):
        data = load(tmp_path / "X.npy", target=target)
        assert (data.class_names, data.train.y.tolist()[:2]) == (("a", "b"), [1, 0])
    with pytest.raises(DataError, match=r"has no targets beside it: data.target=FILE.npy names"):
        load(tmp_path / "X.npy")
    with pytest.raises(DataError, match=r"data.target is y.npy; expected a .npy file, such as"):
        load(tmp_path / "X.npy", target="y.npy")
    np.save(tmp_path / "y.npy", LETTERS)
    data = load(tmp_path)
    assert (data.name, data.classes) == (tmp_path.name, 3)


def test_mat_files(tmp_path: Path) -> None:
    file = tmp_path / "ex3.mat"
    savemat(file, {"X": X, "y": LETTERS[:, np.newaxis].astype(float)})
    assert load(file).class_names == ("1", "2", "3")
    kinds = np.array([["setosa"], ["virginica"]] * 20, object)
    savemat(file, {"X": X, "y": kinds}, do_compression=True)
    assert load(file).class_names == ("setosa", "virginica")
    pictures = np.moveaxis(X.reshape(40, 2, 2, 1), 0, -1)
    savemat(file, {"X": pictures, "y": LETTERS}, format="5", oned_as="row")
    data = load(file)
    np.testing.assert_array_equal(data.train.x, X)
    assert "the samples of 'X' are taken along its last dimension" in data.remarks
    savemat(file, {"X": X, "y": LETTERS}, format="4", oned_as="column")
    assert load(file).classes == 3
    savemat(file, {"X": {"of": X}, "y": LETTERS})
    with pytest.raises(DataError, match=r"ex3.mat, X: is a struct with the fields of; save its"):
        load(file)
    file.write_bytes(file.read_bytes()[:130])
    with pytest.raises(DataError, match=r"ex3.mat cannot be read"):
        load(file)


def test_a_folder_of_idx_files(tmp_path: Path) -> None:
    data = load(write_emnist(tmp_path / "gzip"))
    assert data.class_names == ("A/a", "B/b", "C/c")
    assert [len(split) for split in data.splits().values()] == [40, 40]
    # Upright, which EMNIST's files are not.
    assert data.image_shape == (3, 2)
    assert data.train.x[0].tolist() == [0, 3, 1, 4, 2, 5]
    assert data.remarks[-1].startswith("pictures are turned upright")
    np.testing.assert_array_equal(data.inputs.prepare(np.zeros((1, 3, 2))), np.zeros((1, 6)))


def test_several_sets_in_a_folder(tmp_path: Path) -> None:
    for name in ("emnist-letters", "emnist-digits"):
        write_emnist(tmp_path, name)
    with pytest.raises(DataError, match=r"sets emnist-digits, emnist-letters: data.path=.*letters"):
        load(tmp_path)
    assert load(tmp_path / "emnist-digits").name == "emnist-digits"
    (tmp_path / "emnist-digits-mapping.txt").write_text("1 A")
    with pytest.raises(DataError, match=r"mapping.txt cannot be read: .*; expected lines of a"):
        load(tmp_path / "emnist-digits")


def test_idx_files_of_any_number_of_classes(tmp_path: Path) -> None:
    labels = np.arange(600) % 200
    write_idx(tmp_path / "train-images-idx3-ubyte", np.zeros((600, 2, 2), np.uint8))
    with pytest.raises(DataError, match=r"lacks y_train; it holds \['train-images'\]"):
        load(tmp_path)
    write_idx(tmp_path / "train-labels-idx1-ubyte", labels.astype(np.uint8))
    data = load(tmp_path)
    assert (data.classes, data.image_shape, data.train.x.dtype) == (200, (2, 2), np.float32)


def test_other_files_are_named_for_what_they_are(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w") as archive:
        archive.writestr("sheet", "")
    for name, start, said in (
        ("iris.csv", b"a,b", r"is a table: data=table data.path=.*iris.csv data.target=COLUMN"),
        ("iris.csv.gz", b"\x1f\x8b", "is a table: data=table"),
        ("book.xlsx", None, "is a table"),
        ("my.pkl", b"\x80", "is a pickle, which can run any program"),
        ("my.png", b"\x89PNG", "is a single picture"),
        ("new.mat", b"MATLAB 7.3 MAT-file", r"HDF5 file, as .*save\('new.mat', 'X', 'y', '-v7'\)"),
        ("train-images-idx3-ubyte", b"\0\0\x08\x03", "one IDX file of several: data.path="),
        ("my.bin", b"", "holds no arrays that are known; expected a .npz, .npy or .mat file, or"),
        ("my.npz", b"x_train", "is not a whole .npz file"),
    ):
        if start is not None:
            (tmp_path / name).write_bytes(start)
        with pytest.raises(DataError, match=said) as caught:
            load(tmp_path / name)
        assert str(caught.value).startswith(str(tmp_path / name))
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(DataError, match=r"folder is a folder of nothing; expected .npy files"):
        load(folder)
    (folder / "iris.csv").touch()
    with pytest.raises(DataError, match=r"folder of iris.csv; .*named as data.path=FOLDER/FILE"):
        load(folder)


def test_values_may_stay_as_they_are(tmp_path: Path) -> None:
    np.savez(tmp_path / "my.npz", X=X, y=X[:, :2])
    assert load(tmp_path / "my.npz").values.names == ("y 1", "y 2")
    raw = load(tmp_path / "my.npz", target_scale="none")
    assert raw.values is None
    np.testing.assert_array_equal(raw.train.y, X[:, :2])
    with pytest.raises(ValueError, match="target_scale is 'minmax'; it must be 'standard' or 'non"):
        Arrays(target_scale="minmax")
