"""Finds the model that a run has trained, by what a person calls the run."""

from __future__ import annotations

import os
from pathlib import Path

from bpframe.errors import ConfigError
from bpframe.models.model import MODEL, Model, read_model
from bpframe.plugins.loading import loaded_plugins
from bpframe.plugins.lookup import folder_called, folder_here, not_found
from bpframe.recorded import PLACES, runs_here


def load(run: str | os.PathLike[str]) -> Model:
    """Return the model of a run: its network, with what makes inputs of samples.

    Plugins are loaded only if the run is found by an ID that one of them has recorded it under.

    Parameters
    ----------
    run : str or path
        The run's folder; or its ID or the beginning of it, its name, or its ID in MLflow, if its
        folder is below ``outputs`` or ``multirun`` here.

    Raises
    ------
    bpframe.errors.ConfigError
        If there is no such run, or several.
    bpframe.errors.DataError
        If the run has no model, or its files cannot be read.

    Examples
    --------
    >>> import bpframe
    >>> model = bpframe.load("outputs/2026-11-30/10-15-00")  # doctest: +SKIP
    >>> model.predict([[5.1, 3.5, 1.4, 0.2]])  # doctest: +SKIP
    array(['setosa'], dtype='<U10')
    """
    return read_model(trained_folder(run))


def trained_folder(run: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder of a run, for a command that uses its model.

    Parameters
    ----------
    run : str or path, optional
        As for `load`; the newest run with a model below ``outputs`` or ``multirun`` here, if left
        out.

    Raises
    ------
    bpframe.errors.ConfigError
        If there is no such run, or several.
    """
    if run is None:
        models = (r for r in runs_here(Path.cwd()) if (r.folder / MODEL).is_file())
        newest = max(models, key=lambda each: each.ended, default=None)
        if newest is None:
            raise ConfigError(f"no run below {' or '.join(PLACES)} here has a {MODEL}; name one")
        return newest.folder
    called = str(Path(run).expanduser())
    found = folder_here(called) or folder_called(called, loaded_plugins())
    if found is None:
        raise not_found(called, "a run")
    return found if found.is_dir() else found.parent
