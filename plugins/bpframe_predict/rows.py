"""The answers of a model as CSV, and how many are right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe import Array, Model, csv_of, is_missing, r_squared


def rows_of(model: Model, names: Sequence[Any], a: Array) -> bytes:
    """Return a line for each sample: its class and the output of each class, or its values.

    Parameters
    ----------
    model : Model
        Which has answered.
    names : sequence
        What the samples are called.
    a : array, shape (n, n_L)
        Its outputs.
    """
    if not model.class_names:
        heads = model.values.names if model.values else _numbered(a.shape[1])
        return csv_of(
            [["sample", *heads], *([n, *row] for n, row in zip(names, _plain(a), strict=True))]
        )
    classes = [model.class_names[k] for k in a.argmax(axis=1)]
    rows = ([n, k, *row] for n, k, row in zip(names, classes, _plain(a), strict=True))
    return csv_of([["sample", "class", *model.class_names], *rows])


def score_of(model: Model, a: Array, targets: npt.NDArray[Any]) -> str:
    """Return a line that says how good the answers are.

    Parameters
    ----------
    model, a
        See `rows_of`.
    targets : array, shape (n,), (n, 1) or (n, n_L)
        As they stand in the file: names of classes, one-hot rows, or values.
    """
    targets = targets.reshape(len(targets), -1)
    return _right(model, a, targets) if model.class_names else _errors(a, targets)


def _right(model: Model, a: Array, targets: npt.NDArray[Any]) -> str:
    if targets.shape[1] == 1:
        given = [None if is_missing(t) else _text(t) for t in targets[:, 0]]
    elif targets.shape[1] == len(model.class_names):
        given = [model.class_names[k] for k in targets.astype(float).argmax(axis=1)]
    else:
        return f"the targets have the shape {targets.shape}, and are not compared"
    known = [t for t in given if t is not None]
    if not known:
        return "all targets are missing"
    if not set(known) & set(model.class_names):
        return (
            f"no target, such as '{known[0]}', is a class of the model "
            f"({', '.join(model.class_names[:10])}): how many are right is not known"
        )
    classes = [model.class_names[k] for k in a.argmax(axis=1)]
    right = sum(k == t for k, t in zip(classes, given, strict=True))
    return f"right: {right} of {len(known)} ({right / len(known):.2%})"


def _errors(a: Array, targets: npt.NDArray[Any]) -> str:
    try:
        y = targets.astype(float)
    except (TypeError, ValueError):
        return "the targets are no numbers, and are not compared"
    if y.shape != a.shape:
        return f"the targets have the shape {targets.shape}, and are not compared"
    known = np.isfinite(y).all(axis=1)
    if not known.any():
        return "all targets are missing"
    error = float(np.sqrt(np.square(a[known] - y[known]).mean()))
    line = f"root mean square error: {error:.6g} of {known.sum()} samples"
    if known.sum() > 1:
        line += f", R²: {float(np.mean(r_squared(a[known], y[known]))):.4f}"
    return line


def _text(target: Any) -> str:
    """Return what a class is called; a whole number is called so whatever its type."""
    if isinstance(target, float | np.floating) and float(target).is_integer():
        return str(int(target))
    return str(target)


def _plain(a: Array) -> list[list[float]]:
    """Return numbers as Python's; those of 32 bits in the digits that they have."""
    if a.dtype == np.float32:
        return [[float(str(number)) for number in row] for row in a]
    rows: list[list[float]] = a.tolist()
    return rows


def _numbered(n: int) -> list[str]:
    return ["value"] if n == 1 else [f"value {k}" for k in range(1, n + 1)]
