"""Arrays that must go with each other, and in which order their samples stand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe import REAL_NUMBERS, check_finite
from bpframe.errors import DataError
from bpframe_data.array_names import WEIGHTS

NamedArrays = Mapping[str, npt.NDArray[Any]]


def check_arrays(
    file: Path, names: Mapping[str, str], arrays: NamedArrays
) -> tuple[NamedArrays, tuple[str, ...]]:
    """Return arrays by role with samples in rows, and remarks on those that were turned.

    Parameters
    ----------
    file : Path
        What holds them, for errors.
    names : mapping
        The name of each role in the file.
    arrays : mapping
        The array of each role.

    Raises
    ------
    DataError
        If inputs are no finite real numbers, or arrays do not have the shape of their fellows.
    """
    for role, array in arrays.items():
        if (array.dtype.kind not in REAL_NUMBERS and role[0] != "y") or not array.ndim:
            raise DataError(
                f"{file}, {names[role]}: holds {array.dtype} of shape {array.shape}; expected an "
                "array of real numbers"
            )
    turned = {role: _turned(role, arrays) for role in arrays}
    remarks = tuple(
        f"the samples of '{names[role]}' are taken along its last dimension"
        for role, array in turned.items()
        if role[0] == "x" and array.shape != arrays[role].shape
    )
    _check_shapes(file, names, turned)
    for role, array in turned.items():
        if role[0] == "x":
            check_finite(f"{file}, {names[role]}", "numbers", rows_of(array))
    return turned, remarks


def rows_of(x: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return samples of any shape with a row each, shape (n, n_1)."""
    return x.reshape(len(x), math.prod(x.shape[1:]))


def _turned(role: str, arrays: NamedArrays) -> npt.NDArray[Any]:
    """Return an array with a row a sample where it has, as MATLAB's may, a column a sample."""
    array, other = arrays[role], arrays.get(("y" if role[0] == "x" else "x") + role[1:])
    if other is None or len(array) == len(other):
        return array
    if role[0] == "y" and array.shape[:1] == (1,) and array.size in (len(other), other.shape[-1]):
        return array.reshape(-1)
    if role[0] == "x" and array.ndim > 2 and array.shape[-1] == other.size:
        samples_first: npt.NDArray[Any] = np.moveaxis(array, -1, 0)
        return samples_first
    return array


def _check_shapes(file: Path, names: Mapping[str, str], arrays: NamedArrays) -> None:
    shape = arrays["x_train"].shape[1:]
    for role, x in arrays.items():
        if not role.startswith("x"):
            continue
        if x.shape[1:] != shape:
            raise DataError(
                f"{file}, {names[role]}: a sample has the shape {x.shape[1:]}; expected {shape}, "
                f"as in {names['x_train']}"
            )
        targets = f"y{role[1:]}"
        if len(arrays[targets]) != len(x):
            raise DataError(
                f"{file}, {names[targets]}: {len(arrays[targets])} targets; expected {len(x)}, as "
                f"in {names[role]}"
            )
    weights = arrays.get(WEIGHTS)
    # Before samples are taken off: weights that are too many would go with others' samples.
    if weights is not None and weights.shape != (len(arrays["x_train"]),):
        raise DataError(
            f"{file}, {names[WEIGHTS]}: has the shape {weights.shape}; "
            f"expected ({len(arrays['x_train'])},), as many as {names['x_train']}"
        )
