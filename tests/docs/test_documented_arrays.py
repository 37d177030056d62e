"""docs/data.md: each command for arrays, pictures and data sets that come along, on small files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from array_files import LETTERS, X, write_emnist, write_idx
from documents import commands_below, quick_words
from in_this_process import Typed
from scipy.io import savemat

PAGE = (Path(__file__).parents[2] / "docs" / "data.md").read_text()
COMMANDS = commands_below(PAGE, "Arrays", "Pictures", "Data sets that come along")
# What is said of the targets, where that is the point.
SAID = {
    "data.path=keras.npz": "target 'y_train': 10 classes\ninputs are divided by 255",
    "data.path=X.npy data.target=y.npy": "target 'y.npy': 3 classes",
    "data.path=ex3.mat": "target 'y': 10 classes",
    "data.path=houses.npz": "target 'y': values\ninputs are standardised",
    "data.path=texts.npz": "target 'y': 2 classes",
    "data.path=column.npz": "target 'y': 3 classes",
    "data.path=one_hot.npz": "target 'y': 4 classes, one-hot",
    "data.path=floats.npz": "3 classes, for its numbers are whole and few (data.task=regression",
    "data.path=floats.npz data.task=regression": "target 'y': values",
    "data.path=pictures": "target 'train-labels': 10 classes\ninputs are divided by 255",
    "data.path=emnist/emnist-letters": "labels': 3 classes\npictures are turned upright",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with every file that the page names."""
    folder = tmp_path_factory.mktemp("arrays")
    pixels = np.random.default_rng(0).integers(0, 256, (60, 4, 4), np.uint8)
    digits = np.arange(60) % 10
    np.savez(folder / "keras.npz", x_train=pixels, y_train=digits, x_test=pixels, y_test=digits)
    np.savez(folder / "my.npz", X=X, y=LETTERS)
    np.savez(folder / "bunch.npz", data=X, images=X.reshape(40, 2, 2), target=LETTERS)
    for name, array in {
        "X": X,
        "y": LETTERS,
        "folder/x_train": X,
        "folder/y_train": LETTERS,
    }.items():
        (folder / "folder").mkdir(exist_ok=True)
        np.save(folder / name, array)
    savemat(folder / "ex3.mat", {"X": pixels.reshape(60, 16) / 255, "y": digits[:, None] + 1.0})
    targets = {
        "houses": X[:, 0] * 1e5,
        "texts": np.array(["yes", "no"] * 20),
        "column": LETTERS[:, np.newaxis],
        "one_hot": np.eye(4)[np.arange(40) % 4],
        "floats": LETTERS.astype(float),
        "shares": X[:, :2],
    }
    for name, y in targets.items():
        np.savez(folder / f"{name}.npz", X=X * [1, 1, 1, 1000], y=y)
    write_emnist(folder / "emnist")
    write_emnist(folder / "emnist", "emnist-digits")
    (folder / "pictures").mkdir()
    for split in ("train", "t10k"):
        write_idx(folder / "pictures" / f"{split}-images-idx3-ubyte", pixels)
        write_idx(folder / "pictures" / f"{split}-labels-idx1-ubyte.gz", digits.astype(np.uint8))
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_command(typed: Typed, files: Path, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(files)
    result = typed(*quick_words(command))
    assert result.code == 0, result.err
    assert SAID.get(command.removeprefix("bpframe data=arrays "), "") in result.out
