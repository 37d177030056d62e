"""Named arrays from an .npz file, which anybody may have written."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe.errors import DataError, did_you_mean

PARTS = ("train", "validation", "test")
NAMES = tuple(f"{axis}_{part}" for part in PARTS for axis in "xy")
REAL_NUMBERS = "biuf"

NamedArrays = dict[str, npt.NDArray[Any]]


def read_npz(file: Path) -> NamedArrays:
    """Return those of `NAMES` that the file holds: x_train, y_train and any further pairs.

    Raises
    ------
    DataError
        If the file cannot be read or lacks an array, or if an array holds no real numbers or
        does not have the shape of its fellows.
    """
    arrays = _load(file)
    needed = {"x_train", "y_train"} | {f"{axis}{name[1:]}" for name in arrays for axis in "xy"}
    if missing := sorted(needed - arrays.keys()):
        held = ", ".join(arrays) or "none that is read"
        raise DataError(f"{file} lacks {', '.join(missing)}; of the arrays it holds {held}")
    for name, array in arrays.items():
        if array.dtype.kind not in REAL_NUMBERS or not array.ndim:
            raise DataError(
                f"{file}, {name}: holds {array.dtype} of shape {array.shape}; "
                "expected an array of real numbers"
            )
    shape = arrays["x_train"].shape[1:]
    for part in PARTS:
        if (x := arrays.get(f"x_{part}")) is None:
            continue
        if x.shape[1:] != shape:
            raise DataError(
                f"{file}, x_{part}: a sample has the shape {x.shape[1:]}; expected {shape}, as in "
                "x_train"
            )
        if len(x) != (n := len(arrays[f"y_{part}"])):
            raise DataError(f"{file}, y_{part}: {n} targets; expected {len(x)}, as in x_{part}")
    return arrays


def _load(file: Path) -> NamedArrays:
    arrays, where = {}, str(file)
    try:
        with file.open("rb") as opened:
            if not zipfile.is_zipfile(opened):
                raise DataError(f"{file} is not a whole .npz file, as numpy.savez writes it")
            opened.seek(0)
            with np.load(opened, allow_pickle=False) as archive:
                for name in archive.files:
                    # A slip such as x_val must not pass as an array that is not meant for us.
                    if name not in NAMES and name.lower().startswith(("x_", "y_")):
                        raise DataError(
                            f"{file} holds {name}; expected some of {', '.join(NAMES)}."
                            + did_you_mean(name, NAMES)
                        )
                for name in (name for name in NAMES if name in archive.files):
                    where = f"{file}, {name}:"
                    arrays[name] = np.asarray(archive[name])
    except DataError:
        raise
    # A damaged archive raises any of a dozen kinds.
    except Exception as error:
        raise DataError(f"{where} cannot be read: {error}") from None
    return arrays
