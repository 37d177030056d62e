"""Goes on with the run that a command line names: with its record, and in its own folder."""

from __future__ import annotations

import contextlib
from argparse import Namespace
from pathlib import Path
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser

from bpframe.cli.jobs.continuation import AUTO, OPTION
from bpframe.cli.jobs.job import Job, carry_out
from bpframe.cli.jobs.recomposition import recompose
from bpframe.cli.jobs.record import read_record
from bpframe.errors import ConfigError
from bpframe.options import key_of
from bpframe.outcome import Outcome
from bpframe.plugins.loaded import Plugins
from bpframe.plugins.lookup import folder_called, not_found

# What would compose another configuration, or show one.
FLAGS = ("cfg", "package", "resolve", "info", "hydra_help", "config_path", "config_name")


def named_run(overrides: list[str], flags: Namespace) -> str | None:
    """Return the run that a command line names to go on with.

    It is None where it names none; then Hydra composes what is to be done, ``auto`` included.

    Raises
    ------
    ConfigError
        If it is named beside something that does not go with it.
    """
    given = [word for word in overrides if key_of(word) == OPTION and word[:1] != "~"]
    if not given:
        return None
    (override,) = OverridesParser.create().parse_overrides(given[:1])
    run: Any = override.value()
    if run is None:
        return None
    if flags.multirun or override.is_sweep_override():
        raise ConfigError(f"{given[0]}: {OPTION} goes on with one run, and not with a sweep (-m)")
    if run == AUTO:
        return None
    if not isinstance(run, str) or not run:
        raise ConfigError(
            f"{given[0]}: {OPTION} is the folder of a run, the ID that it is recorded under, or "
            f"{AUTO}"
        )
    flag = next((name for name in (*FLAGS, "config_dir") if getattr(flags, name)), None)
    if flag:
        raise ConfigError(
            f"--{flag.replace('_', '-')} does not go with {given[0]}: a run goes on with the "
            "configuration that is recorded"
        )
    return run


def resume(run: str, overrides: list[str], plugins: Plugins) -> Outcome:
    """Go on with a run in its folder, and return what became of it.

    Parameters
    ----------
    run : str
        See `folder_called`.
    overrides : list of str
        What is to be another, as `checked_overrides` returns it.
    plugins : Plugins
        Where components and hooks come from.

    Raises
    ------
    ConfigError
        If there is no such run, or an override cannot be used.
    """
    overrides = [word for word in overrides if key_of(word) != OPTION]
    if named_folder := next((w for w in overrides if key_of(w).startswith("hydra.run")), None):
        raise ConfigError(f"{named_folder}: a run goes on in its own folder; leave it out")
    if (folder := folder_called(run, plugins)) is None:
        raise not_found(run, f"{OPTION}, unless it is {AUTO},")
    record = read_record(str(folder))
    composed, _, asked_for = recompose(record, overrides, plugins)
    # Relative paths in it are relative to the folder that it was started in.
    began = Path(record.environment["cwd"])
    cwd = began if began.is_dir() else Path.cwd()
    job = Job(
        asked_for,
        record.folder,
        cwd,
        mark=record.outcome.mark,
        number=record.outcome.job,
        goes_on=True,
    )
    with contextlib.chdir(cwd):
        return carry_out(composed, plugins, job)
