"""Samples in tables and in files of arrays, with their targets if those are there."""

from __future__ import annotations

import reprlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe import Columns, Model, TextForm, find_runs, read_table
from bpframe.errors import DataError, did_you_mean

ARRAYS = (".npz", ".npy")
# Of several arrays in one file the first that is there, whatever its case.
INPUTS = ("x_test", "x", "x_validation", "x_train")


@dataclass(frozen=True)
class Names:
    """What somebody says of the names in a file.

    Attributes
    ----------
    inputs, target : str, optional
        The array that is x, and the array or column that is y.
    """

    inputs: str | None = None
    target: str | None = None


@dataclass(frozen=True)
class Samples:
    """Samples that a model is asked about.

    Attributes
    ----------
    names : sequence of str or int
        What each is called in the answer.
    x : array or table
        What `Model.outputs` takes.
    targets : array of objects, shape (n,) or (n, n_L), optional
        As they stand in the file.
    """

    names: list[Any]
    x: Any
    targets: npt.NDArray[Any] | None


def read_samples(file: Path, model: Model, names: Names, folder: Path) -> Samples:
    """Return the samples of a table or of a file of arrays.

    Parameters
    ----------
    file : pathlib.Path
        A table, .npz or .npy.
    model : Model
        Which is asked.
    names : Names
        What somebody says of them.
    folder : pathlib.Path
        Of the run, whose options say how tables are written, and what their target is called.

    Raises
    ------
    DataError
        If the file cannot be read, or holds no such array or column.
    """
    if file.suffix.lower() in ARRAYS:
        x, targets = _arrays(file, names)
        x = _in_rows(x, model)
        return Samples([*range(len(x))], _fitting(x, model), targets)
    options = next((run.options for run in find_runs(folder)), {})
    # As the table of the training was written, if somebody has said so.
    form = TextForm(*(options.get(f"data.{field}") for field in TextForm._fields))
    frame = read_table(file, form).frame
    target = _targets_of_table(file, frame, model, names.target, options.get("data.target"))
    targets = frame[target].to_numpy(object) if target else None
    x = frame if isinstance(model.inputs, Columns) else frame.drop(columns=target)
    return Samples([*range(len(frame))], _fitting(x, model), targets)


def _targets_of_table(
    file: Path, frame: Any, model: Model, given: str | None, trained: Any
) -> list[str]:
    """Return the columns of the targets, as far as the table has them."""
    held = [str(name) for name in frame.columns]
    if given is not None:
        if given not in held:
            raise DataError(f"{file} has no column '{given}'." + did_you_mean(given, held))
        return [given]
    wanted = trained if isinstance(trained, list) else [trained]
    if model.values is not None:
        wanted = list(model.values.names)
    found = [name for name in wanted if name in held]
    return found if len(found) == len(wanted) else []


def _arrays(file: Path, names: Names) -> tuple[npt.NDArray[Any], npt.NDArray[Any] | None]:
    try:
        found = np.load(file, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise DataError(f"{file} cannot be read: {error}") from None
    if isinstance(found, np.ndarray):
        return np.atleast_1d(found), None
    with found:
        called = {name.lower(): name for name in found.files}
        usual = [called[name] for name in INPUTS if name in called]
        alone = found.files if len(found.files) == 1 else []
        inputs = names.inputs or next(iter(usual + alone), None)
        for name in (inputs, names.target):
            if name is not None and name not in found.files:
                raise DataError(f"{file} has no array '{name}'." + did_you_mean(name, found.files))
        if inputs is None:
            raise DataError(
                f"{file} holds {reprlib.repr(found.files)}, none of which is called x or x_test: "
                "--inputs NAME says which it is"
            )
        target = names.target or called.get(f"y{inputs.lower()[1:]}")
        try:
            return np.atleast_1d(found[inputs]), None if target is None else found[target]
        except (OSError, ValueError) as error:
            raise DataError(f"{file} cannot be read: {error}") from None


def _in_rows(x: npt.NDArray[Any], model: Model) -> npt.NDArray[Any]:
    """Return an array with a row a sample: also of one sample, or of samples of one number."""
    if x.ndim > 1:
        return x
    width = len(model.inputs.columns) if isinstance(model.inputs, Columns) else model.inputs.n_1
    return x[:, np.newaxis] if width == 1 else x[np.newaxis]


def _fitting(x: Any, model: Model) -> Any:
    """Return samples in the form that the model was trained with: a table, or an array."""
    is_table = hasattr(x, "columns")
    if isinstance(model.inputs, Columns):
        names = [column.name for column in model.inputs.columns]
        if is_table or x.ndim != 2 or x.shape[1] != len(names):
            return x
        return dict(zip(names, x.T, strict=True))
    if not is_table:
        return x
    names = list(model.inputs.names)
    if names and set(names) <= set(x.columns):
        x = x[names]
    try:
        return x.to_numpy(np.float64)
    except (TypeError, ValueError):
        raise DataError("the table has a column of texts; the run was trained on numbers") from None
