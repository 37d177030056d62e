"""Pictures from a folder that the user names."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_pictures import Small, idx, packed, pictures, write

from bpframe import Data
from bpframe.errors import DataError
from bpframe_data import MNIST, FashionMNIST
from bpframe_data.images import FILES

TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS = FILES


def load(folder: Path, **fields) -> Data:
    return Small(path=str(folder), mirrors=[], **fields).load(np.random.default_rng(0))


def test_parts_scale_and_shapes(tmp_path: Path) -> None:
    contents = pictures()
    data = load(write(tmp_path, contents))
    pixels = np.frombuffer(contents[TRAIN_IMAGES], np.uint8, offset=16).reshape(60, 12)
    labels = np.frombuffer(contents[TRAIN_LABELS], np.uint8, offset=8)
    assert (len(data.train), len(data.validation), len(data.test)) == (50, 10, 20)
    assert (data.name, data.classes, data.image_shape) == ("small", 10, (3, 4))
    assert data.train.x.dtype == np.float32
    assert data.train.y.dtype.kind == "i"
    np.testing.assert_array_equal(data.train.x, (pixels[:50] / 255).astype(np.float32))
    np.testing.assert_array_equal(data.validation.x, (pixels[50:] / 255).astype(np.float32))
    np.testing.assert_array_equal(data.train.y, labels[:50])
    np.testing.assert_array_equal(data.validation.y, labels[50:])


def test_at_most_10_000_samples_are_for_validation(tmp_path: Path) -> None:
    contents = pictures() | {
        TRAIN_IMAGES: idx(np.zeros((60_012, 3, 4))),
        TRAIN_LABELS: idx(np.zeros(60_012)),
    }
    data = load(write(tmp_path, contents))
    assert (len(data.train), len(data.validation)) == (50_012, 10_000)


def test_plain_gzip_and_the_other_spelling_give_the_same(tmp_path: Path) -> None:
    contents = pictures()
    plain = load(write(tmp_path / "plain", contents))
    packed_folder = write(tmp_path / "packed", packed(contents))
    dotted = {name.replace("-idx", ".idx"): content for name, content in contents.items()}
    dotted_folder = write(tmp_path / "dotted", dotted)
    misnamed = {f"{name}.gz": content for name, content in contents.items()}
    misnamed_folder = write(tmp_path / "misnamed", misnamed)
    for folder in (packed_folder, dotted_folder, misnamed_folder):
        other = load(folder)
        np.testing.assert_array_equal(other.train.x, plain.train.x)
        np.testing.assert_array_equal(other.test.y, plain.test.y)
        assert other.fingerprint == plain.fingerprint


def test_train_samples_keeps_the_first_ones(tmp_path: Path) -> None:
    folder = write(tmp_path, pictures())
    whole, few = load(folder), load(folder, train_samples=7)
    np.testing.assert_array_equal(few.train.x, whole.train.x[:7])
    np.testing.assert_array_equal(few.validation.x, whole.validation.x)
    assert few.fingerprint != whole.fingerprint
    assert load(folder, train_samples=50).fingerprint == whole.fingerprint
    assert replace(whole, train=whole.train.head(3)).fingerprint != whole.fingerprint
    with pytest.raises(DataError, match=r"train_samples is 51; .* has 50 for training"):
        load(folder, train_samples=51)


def test_the_path_may_start_with_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "mine", pictures())
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert len(load(Path("~/mine")).train) == 50


@pytest.mark.skipif(os.name == "nt", reason="Windows guesses other users' folders")
def test_no_such_user() -> None:
    with pytest.raises(DataError, match=r"data.path is ~nobody-here/x; there is no such user"):
        load(Path("~nobody-here/x"))


@pytest.mark.parametrize(
    ("changes", "culprit", "message"),
    [
        ({TRAIN_LABELS: idx(np.zeros(59))}, TRAIN_LABELS, "holds 59 labels; expected 60, one for"),
        ({TEST_IMAGES: idx(np.zeros((19, 3, 4)))}, TEST_LABELS, "20 labels; expected 19"),
        ({TEST_LABELS: idx(np.full(20, 10))}, TEST_LABELS, "the label 10; expected 0 to 9"),
        ({TRAIN_IMAGES: pictures()[TRAIN_IMAGES][:-5]}, TRAIN_IMAGES, "expected 60 × 3 × 4"),
        ({TRAIN_IMAGES: pictures()[TRAIN_LABELS]}, TRAIN_IMAGES, "expected '00 00 08 03'"),
        ({TEST_LABELS: gzip.compress(pictures()[TEST_LABELS])[:-9]}, TEST_LABELS, "cannot be read"),
    ],
)
def test_a_wrong_file_is_one_error_that_names_it(tmp_path, changes, culprit, message) -> None:
    folder = write(tmp_path, pictures() | changes)
    with pytest.raises(DataError, match=message) as caught:
        load(folder)
    assert str(caught.value).startswith(str(folder / culprit))


def test_pictures_of_another_size_in_the_test_file(tmp_path: Path) -> None:
    folder = write(tmp_path, pictures() | {TEST_IMAGES: idx(np.zeros((20, 3, 5)))})
    message = rf"{TEST_IMAGES} holds pictures of 3 × 5; expected 3 × 4, as in .*{TRAIN_IMAGES}"
    with pytest.raises(DataError, match=message):
        load(folder)


def test_pictures_of_another_form_with_as_many_pixels_in_the_test_file(tmp_path: Path) -> None:
    folder = write(tmp_path, pictures() | {TEST_IMAGES: idx(np.zeros((20, 2, 6)))})
    with pytest.raises(DataError, match="holds pictures of 2 × 6; expected 3 × 4"):
        load(folder)


def test_too_few_samples_for_the_split(tmp_path: Path) -> None:
    assert len(load(write(tmp_path / "six", pictures(train=6))).validation) == 1
    with pytest.raises(DataError, match="holds 5 samples; expected at least 6"):
        load(write(tmp_path / "five", pictures(train=5)))


def test_a_missing_file_is_named_with_what_is_looked_for(tmp_path: Path) -> None:
    contents = pictures()
    del contents[TRAIN_LABELS]
    folder = write(tmp_path, contents)
    with pytest.raises(DataError, match="lacks train-labels-idx1-ubyte; expected a folder with"):
        load(folder)


def test_no_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none", write(tmp_path, {"file": b""}) / "file"):
        with pytest.raises(DataError, match="is not a folder; expected a folder with train-images"):
            load(path)


def test_a_folder_that_cannot_be_read() -> None:
    with pytest.raises(DataError, match="cannot be read"):
        load(Path("x" * 5000))


@pytest.mark.parametrize("n", [0, -3])
def test_train_samples_must_be_positive(n: int) -> None:
    with pytest.raises(ValueError, match=f"train_samples is {n}; it must be 1 or more"):
        MNIST(train_samples=n)


@pytest.mark.parametrize("mirrors", [["example.org/mnist"], [1], [[1], [2]], [None]])
def test_mirrors_must_be_addresses(mirrors: list[Any]) -> None:
    message = rf"mirrors is {re.escape(str(mirrors))}; it must be a list of http://"
    with pytest.raises(ValueError, match=message):
        MNIST(mirrors=mirrors)


def test_mnist_is_the_books(mnist: Path) -> None:
    data = MNIST(path=str(mnist)).load(np.random.default_rng(0))
    assert (len(data.train), len(data.validation), len(data.test)) == (50_000, 10_000, 10_000)
    assert (data.n_inputs, data.n_outputs, data.image_shape) == (784, 10, (28, 28))
    assert data.train.y[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert data.test.y[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert data.fingerprint == "cb2a50347b28f668"


DEBIAN_FASHION = Path("/usr/share/datasets/fashion-mnist")


@pytest.mark.parametrize("dataset", [MNIST, FashionMNIST])
def test_digests_are_those_of_the_files(dataset, request: pytest.FixtureRequest) -> None:
    folder = DEBIAN_FASHION
    if dataset is MNIST:
        folder = request.getfixturevalue("mnist")
    elif not folder.is_dir():
        pytest.skip("Debian's package dataset-fashion-mnist is not installed")
    contents = [gzip.decompress((folder / f"{name}.gz").read_bytes()) for name in FILES]
    assert dataset.digests == tuple(hashlib.sha256(c).hexdigest() for c in contents)
