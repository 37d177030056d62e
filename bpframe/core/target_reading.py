"""What targets of any type are: classes with their names, or values to approximate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe.core.arguments import REAL_NUMBERS
from bpframe.core.target_labels import check_complete, distinct, label_names, readable
from bpframe.core.targets import Targets
from bpframe.errors import DataError, did_you_mean

AUTO, CLASSIFICATION, REGRESSION = "auto", "classification", "regression"
TASKS = (AUTO, CLASSIFICATION, REGRESSION)
# So many different whole numbers are few; of more, classes have some samples each.
FEW = 20
SAMPLES_A_CLASS = 10
LARGEST = 10_000

Named = Mapping[str, npt.NDArray[Any]]


def read_targets(
    given: Named, name: str, task: str = AUTO, value_names: Sequence[str] = ()
) -> Targets:
    """Return targets as classes or values, whichever they are.

    Texts and truth values are classes, and so are rows of one 1 among zeros. Whole numbers are
    classes if they are few, for which there are two rules. Those from 0 or 1 without gaps: at most
    20, or half as many as samples. Others: half as many as samples, and at most 20 or, unless they
    are floats, a tenth of the samples. Labels are numbered in their order, whatever they are.

    Parameters
    ----------
    given : mapping
        The targets of all splits, arrays of any type of the shape (n,), (n, 1) or (n, n_L), under
        what an error calls them, such as ``"mine.npz, y_train"``.
    name : str
        What the remark calls the target.
    task : str
        ``classification`` or ``regression`` says what they are; ``auto`` finds out.
    value_names : sequence of str
        What values are called, if not by `name`.

    Raises
    ------
    bpframe.errors.DataError
        If they are neither, or not what `task` says, or some are missing: how many, and where.
    """
    if task not in TASKS:
        raise DataError(
            f"data.task is '{task}'; it must be one of {', '.join(TASKS)}."
            + did_you_mean(str(task), TASKS)
        )
    arrays = {where: readable(where, y) for where, y in given.items()}
    _check_alike(arrays)
    for where, y in arrays.items():
        check_complete(where, y)
    if next(iter(arrays.values())).ndim == 2:
        return _matrix(arrays, name, task, value_names)
    every = np.concatenate(list(arrays.values()))
    if every.dtype.kind in "UT":
        return _texts(arrays, every, name, task)
    labels = distinct(every)
    if task == REGRESSION or (task == AUTO and not _are_classes(every, labels)):
        return _values(arrays, name, value_names, _why_values(every, labels, task))
    if every.dtype.kind == "f" and (labels != np.floor(labels)).any():
        fraction = labels[labels != np.floor(labels)][0]
        raise DataError(
            f"{_first(arrays)}: holds {fraction:g}; data.task=classification expects whole "
            "numbers, texts, or one-hot rows"
        )
    return _classes(arrays, labels, name, _why_classes(every, labels, task))


def _first(arrays: Named) -> str:
    return next(iter(arrays))


def _check_alike(arrays: Named) -> None:
    """Raise a DataError unless all arrays are texts or none, and have one number of columns."""
    first, y = next(iter(arrays.items()))
    for where, other in arrays.items():
        if other.shape[1:] != y.shape[1:]:
            raise DataError(
                f"{where}: targets have the shape {other.shape}; expected "
                f"({', '.join(map(str, (len(other), *y.shape[1:])))}{',' * (y.ndim == 1)}), as in "
                f"{first}"
            )
        if (other.dtype.kind in "UT") != (y.dtype.kind in "UT"):
            raise DataError(f"{where}: holds {other.dtype}; expected {y.dtype}, as in {first}")


def _are_classes(every: npt.NDArray[Any], labels: npt.NDArray[Any]) -> bool:
    n, different = len(every), len(labels)
    if every.dtype.kind == "b":
        return True
    if every.dtype.kind == "f":
        whole = bool((labels == np.floor(labels)).all())
        return whole and 1 < different <= FEW and 2 * different <= n
    if _is_numbered(labels):
        return different <= FEW or 2 * different <= n
    return 2 * different <= n and (different <= FEW or SAMPLES_A_CLASS * different <= n)


def _is_numbered(labels: npt.NDArray[Any]) -> bool:
    """Return whether sorted whole numbers go from 0 or 1 without gaps."""
    return not len(labels) or (labels[0] in (0, 1) and labels[-1] - labels[0] == len(labels) - 1)


def _why_classes(every: npt.NDArray[Any], labels: npt.NDArray[Any], task: str) -> str:
    if (
        task != AUTO
        or every.dtype.kind == "b"
        or (every.dtype.kind != "f" and _is_numbered(labels))
    ):
        return ""
    return ", for its numbers are whole and few (data.task=regression makes them values)"


def _why_values(every: npt.NDArray[Any], labels: npt.NDArray[Any], task: str) -> str:
    if task != AUTO or not len(labels) or (labels != np.floor(labels)).any():
        return ""
    return (
        f", for {len(labels)} of its whole numbers are different "
        "(data.task=classification makes them classes)"
    )


def _texts(arrays: Named, every: npt.NDArray[Any], name: str, task: str) -> Targets:
    labels = distinct(every)
    if task == REGRESSION:
        raise DataError(
            f"{_first(arrays)}: holds texts, such as {str(labels[0])!r}; data.task=regression "
            "expects numbers"
        )
    if task == AUTO and len(labels) > FEW and 2 * len(labels) > len(every):
        raise DataError(
            f"{_first(arrays)}: holds {len(labels)} different texts in {len(every)} samples, such "
            f"as {str(labels[0])!r}; expected classes that most often occur twice or more "
            "(data.task=classification takes them as they are)"
        )
    return _classes(arrays, labels, name, "")


def _classes(arrays: Named, labels: npt.NDArray[Any], name: str, why: str) -> Targets:
    n = len(labels)
    if n > LARGEST:
        raise DataError(
            f"{_first(arrays)}: holds {n:,} different labels; expected at most {LARGEST:,} "
            "classes. data.task=regression takes numbers as values"
        )
    names, order = label_names(labels)
    numbers = {where: order[np.searchsorted(labels, y)] for where, y in arrays.items()}
    remark = f"target '{name}': {n} class{'es' * (n != 1)}{why}"
    return Targets(numbers, n, names, (), remark)


def _values(arrays: Named, name: str, value_names: Sequence[str], why: str) -> Targets:
    floats = {where: y if y.dtype.kind == "f" else y.astype(float) for where, y in arrays.items()}
    columns = {where: y if y.ndim == 2 else y[:, np.newaxis] for where, y in floats.items()}
    outputs = next(iter(columns.values())).shape[1]
    names = tuple(value_names) or (
        (name,) if outputs == 1 else tuple(f"{name} {j + 1}" for j in range(outputs))
    )
    what = "values" if outputs == 1 else f"{outputs} values a sample"
    return Targets(columns, None, (), names, f"target '{name}': {what}{why}")


def _matrix(arrays: Named, name: str, task: str, value_names: Sequence[str]) -> Targets:
    if any(y.dtype.kind not in REAL_NUMBERS for y in arrays.values()):
        raise DataError(
            f"{_first(arrays)}: holds texts in {next(iter(arrays.values())).shape[1]} columns; "
            "expected one column of labels"
        )
    one_hot = all(
        ((y == 0) | (y == 1)).all() and (y.sum(axis=1) == 1).all() for y in arrays.values()
    )
    if task == REGRESSION or (task == AUTO and not one_hot):
        return _values(arrays, name, value_names, "")
    if not one_hot:
        raise DataError(
            f"{_first(arrays)}: has {next(iter(arrays.values())).shape[1]} columns; "
            "data.task=classification expects one of labels, or one-hot rows: a 1 among zeros"
        )
    n = next(iter(arrays.values())).shape[1]
    numbers = {where: y.argmax(axis=1) for where, y in arrays.items()}
    names = tuple(value_names) or tuple(map(str, range(n)))
    why = "" if task == CLASSIFICATION else " (data.task=regression makes them values)"
    return Targets(numbers, n, names, (), f"target '{name}': {n} classes, one-hot{why}")
