"""Named arrays from an .npz file, which anybody may have written."""

from __future__ import annotations

import reprlib
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe import REAL_NUMBERS, SPLITS
from bpframe.errors import DataError, did_you_mean

PAIRS = tuple(f"{axis}_{split}" for split in SPLITS for axis in "xy")
WEIGHTS = "weights_train"
NAMES = (*PAIRS, WEIGHTS)

NamedArrays = dict[str, npt.NDArray[Any]]


def read_npz(file: Path) -> NamedArrays:
    """Return those of `NAMES` that the file holds: x_train, y_train and what else there is.

    Raises
    ------
    DataError
        If the file cannot be read or lacks an array, or if an array holds no real numbers or
        does not have the shape of its fellows.
    """
    # A damaged archive raises any of a dozen kinds of exceptions.
    where = str(file)
    if file.exists() and not file.is_file() and not file.is_dir():
        raise DataError(f"{file} is no file on a disk; expected a .npz file")
    try:
        with file.open("rb") as opened:
            if not zipfile.is_zipfile(opened):
                raise DataError(f"{file} is not a whole .npz file, as numpy.savez writes it")
            opened.seek(0)
            with np.load(opened, allow_pickle=False) as archive:
                arrays: NamedArrays = {}
                for name in _check_names(file, archive.files):
                    where = f"{file}, {name}:"
                    arrays[name] = np.asarray(archive[name])
    except DataError:
        raise
    except Exception as error:
        raise DataError(f"{where} cannot be read: {error}") from None
    _check_arrays(file, arrays)
    return arrays


def _check_names(file: Path, held: list[str]) -> list[str]:
    """Return those of `NAMES` among the names that the file holds."""
    for name in held:
        # A slip such as x_val must not pass for an array that is meant for something else.
        if name not in NAMES and name.lower().startswith(("x_", "y_", "weights")):
            raise DataError(
                f"{file} holds {name!r}; expected some of {', '.join(NAMES)}."
                + did_you_mean(name, NAMES)
            )
    names = [name for name in NAMES if name in held]
    pairs = {name[1:] for name in names if name in PAIRS} | {"_train"}
    needed = {axis + split for split in pairs for axis in "xy"}
    if missing := sorted(needed.difference(names)):
        raise DataError(f"{file} lacks {', '.join(missing)}; it holds {reprlib.repr(held)}")
    return names


def _check_arrays(file: Path, arrays: NamedArrays) -> None:
    for name, array in arrays.items():
        if array.dtype.kind not in REAL_NUMBERS or not array.ndim:
            raise DataError(
                f"{file}, {name}: holds {array.dtype} of shape {array.shape}; "
                "expected an array of real numbers"
            )
    shape = arrays["x_train"].shape[1:]
    for name, x in arrays.items():
        if not name.startswith("x"):
            continue
        if x.shape[1:] != shape:
            raise DataError(
                f"{file}, {name}: a sample has the shape {x.shape[1:]}; expected {shape}, as in "
                "x_train"
            )
        targets = f"y{name[1:]}"
        if len(arrays[targets]) != len(x):
            raise DataError(
                f"{file}, {targets}: {len(arrays[targets])} targets; expected {len(x)}, as in "
                f"{name}"
            )
    weights = arrays.get(WEIGHTS)
    # Before samples are taken off: weights that are too many would go with others' samples.
    if weights is not None and weights.shape != (len(arrays["x_train"]),):
        raise DataError(
            f"{file}, {WEIGHTS}: has the shape {weights.shape}; "
            f"expected ({len(arrays['x_train'])},), as many as x_train"
        )
