"""Finds the folder of a recorded run by what a person calls it."""

from __future__ import annotations

from pathlib import Path

from bpframe.errors import ConfigError
from bpframe.plugins.blame import named
from bpframe.plugins.loaded import Plugins
from bpframe.recorded import PLACES, RecordedRun, runs_called

MOST_SHOWN = 10


def folder_called(run: str, plugins: Plugins) -> Path | None:
    """Return the folder of a run, or a file in it; None if nothing here has that name.

    Parameters
    ----------
    run : str
        Its folder or ``config.yaml``, its ID or the beginning of it, its name, or an ID that a
        plugin has recorded it under.
    plugins : Plugins
        Which are asked last.

    Raises
    ------
    ConfigError
        If several runs may be meant; it lists them.
    """
    if here := folder_here(run):
        return here
    with named(plugins):
        recorded: Path | None = plugins.hook.bpframe_find_run(run_id=run, cwd=Path.cwd())
    return recorded


def folder_here(run: str) -> Path | None:
    """Return what `folder_called` does without a plugin, for those take a second to load.

    Raises
    ------
    ConfigError
        If several runs may be meant; it lists them.
    """
    if Path(run).exists():
        return Path(run)
    cwd = Path.cwd()
    found = runs_called(run, cwd)
    if len(found) > 1:
        raise ConfigError(_candidates(run, found, cwd))
    return found[0].folder if found else None


def not_found(run: str, what: str) -> ConfigError:
    """Return the error for a run that `folder_called` does not find.

    Parameters
    ----------
    run : str
        What was typed.
    what : str
        Where it was typed, such as ``RUN``.
    """
    return ConfigError(
        f"there is no {run}; {what} is the folder of a run, the ID or the name of one below "
        f"{' or '.join(PLACES)} here, or the ID that it is recorded under elsewhere"
    )


def _candidates(run: str, found: list[RecordedRun], cwd: Path) -> str:
    shown = [f"{r.id} ({r.folder.relative_to(cwd)})" for r in found[:MOST_SHOWN]]
    more = f" and {len(found) - MOST_SHOWN} older ones" if len(found) > MOST_SHOWN else ""
    return f"{len(found)} runs are called '{run}'; say which: {', '.join(shown)}{more}"
