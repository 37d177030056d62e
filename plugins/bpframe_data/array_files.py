"""Files of arrays: which reader a path needs, or what else it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe.errors import DataError
from bpframe_data.files import user_path
from bpframe_data.idx_folder import IdxFolder, idx_files
from bpframe_data.mat import MatFile
from bpframe_data.npy import NpyFiles
from bpframe_data.npz import NpzFile

# Whatever reads a name's array at the first need.
Held = Mapping[str, npt.NDArray[Any]]

TABLES = (".csv", ".tsv", ".txt", ".parquet", ".pq", ".xlsx", ".xls", ".ods", ".json", ".jsonl")
PICKLES = (".pkl", ".pickle", ".joblib", ".pt", ".pth")
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff")
NPZ, NPY, MAT, HDF5, IDX = b"PK", b"\x93NUMPY", b"MATLAB 5.0", (b"MATLAB 7.3", b"\x89HDF"), b"\0\0"
EXPECTED = "a .npz, .npy or .mat file, or a folder of .npy or of IDX files"


@contextmanager
def opened(path: Path, target: str | None) -> Iterator[Held]:
    """Give the arrays that a file or folder holds, by their names, while it is open.

    Parameters
    ----------
    path : Path
        A file, a folder, or what the names of IDX files in a folder begin with.
    target : str or None
        The file of targets where `path` is a .npy file.

    Raises
    ------
    DataError
        If it cannot be read, or is something else: what, and which data set reads it.
    """
    if path.is_dir():
        yield _folder(path)
        return
    if path.parent.is_dir() and not path.exists() and idx_files(path.parent, path.name):
        yield IdxFolder(path.parent, path.name)
        return
    start = _start(path)
    name = path.name.lower().removesuffix(".gz")
    if name.endswith(TABLES):
        raise DataError(
            f"{path} is a table: data=table data.path={path} data.target=COLUMN reads it"
        )
    if name.endswith(PICKLES):
        raise DataError(
            f"{path} is a pickle, which can run any program when it is read; expected {EXPECTED}: "
            "save its arrays with numpy.savez"
        )
    if name.endswith(PICTURES):
        raise DataError(f"{path} is a single picture; expected {EXPECTED}")
    if start.startswith(HDF5):
        raise DataError(
            f"{path} is an HDF5 file, as MATLAB 7.3 writes it; expected {EXPECTED}. In MATLAB, "
            f"save('{path.stem}.mat', 'X', 'y', '-v7') writes one that is read"
        )
    if start.startswith(NPY):
        yield NpyFiles(_npy_pair(path, target))
    elif start.startswith(MAT) or name.endswith(".mat"):
        yield MatFile(path)
    elif start.startswith(IDX) and "idx" in name:
        raise DataError(
            f"{path} is one IDX file of several: data.path={path.parent} reads the folder"
        )
    elif start.startswith(NPZ) or name.endswith(".npz") or "." not in name:
        with NpzFile.opened(path) as held:
            yield held
    else:
        raise DataError(f"{path} holds no arrays that are known; expected {EXPECTED}")


def _start(path: Path) -> bytes:
    """Return the first bytes of a file."""
    if path.exists() and not path.is_file():
        raise DataError(f"{path} is no file on a disk; expected {EXPECTED}")
    try:
        with path.open("rb") as file:
            return file.read(16)
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error}") from None


def _folder(path: Path) -> Held:
    try:
        if idx_files(path):
            return IdxFolder(path)
        files = {file.stem: file for file in sorted(path.glob("*.npy"))}
        held = sorted(file.name for file in path.iterdir())
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error}") from None
    if files:
        return NpyFiles(files)
    more = f" and {len(held) - 5} more" if len(held) > 5 else ""
    raise DataError(
        f"{path} is a folder of {', '.join(held[:5]) + more if held else 'nothing'}; expected .npy "
        "files such as x_train.npy and y_train.npy, or IDX files such as "
        "train-images-idx3-ubyte; a file of it is named as data.path=FOLDER/FILE"
    )


def _npy_pair(path: Path, target: str | None) -> dict[str, Path]:
    if target is None:
        raise DataError(
            f"{path} is one array, and has no targets beside it: data.target=FILE.npy names them, "
            f"or data.path={path.parent} takes x_train.npy and y_train.npy of that folder"
        )
    file = user_path(target)
    beside = path.parent / target
    if not file.exists() and beside.exists():
        file = beside
    if not file.is_file():
        raise DataError(f"data.target is {target}; expected a .npy file, such as {beside}")
    return {"x_train": path, target: file}


def read_array(file: Path, held: Held, name: str) -> npt.NDArray[Any]:
    """Return one array.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    # A damaged archive raises any of a dozen kinds of exceptions.
    try:
        return np.asanyarray(held[name])
    except DataError:
        raise
    except Exception as error:
        if "Object arrays" in str(error):
            raise DataError(
                f"{file}, {name}: holds objects, for which a pickle would have to be read, and "
                "that can run any program. Save it as numbers or texts: "
                f"{name}.astype(float) or {name}.astype(str); rows of unequal length must be made "
                "equal"
            ) from None
        raise DataError(f"{file}, {name}: cannot be read: {error}") from None
