"""A run of a sweep that its folder has already: it has finished, was cut off, or is another one."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from bpframe.cli.jobs.continuation import continue_run
from bpframe.cli.jobs.environment import differences, environment
from bpframe.cli.jobs.record import load_environment
from bpframe.errors import CheckpointError, ConfigError
from bpframe.going_on import FILE as CHECKPOINT
from bpframe.options import flat_options
from bpframe.outcome import FILE, Outcome, load_outcome
from bpframe.plugins.loaded import Plugins
from bpframe.recorded import BEFORE, SET_ASIDE, RecordedRun
from bpframe.run import Run


def folder_of(folder: Path, mark: str, number: int) -> Path | None:
    """Return the folder of the run with a number in the sweep with a mark; None if it has none.

    It is the given one, or inside it where `claim_apart` has gone on.
    """
    while folder.is_dir():
        with suppress(ConfigError):
            outcome = load_outcome(folder)
            if (outcome.mark, outcome.job) == (mark, number):
                return folder
        folder /= str(number)
    return None


def take_up(run: Run, folder: Path, plugins: Plugins) -> Outcome | None:
    """Return what became of a run that has finished; put another one where it was cut off.

    What finished with other options, data or plugins is kept aside, and so is what was cut off and
    cannot go on; then the run begins anew.

    Parameters
    ----------
    run : Run
        A run that has not begun.
    folder : pathlib.Path
        Its folder, which has been a run's with the same overrides.
    plugins : Plugins
        Where components and hooks come from.
    """
    before = RecordedRun(folder, load_outcome(folder))
    finished = before.outcome.status == "finished"
    if finished and _is_same(run, before, plugins):
        return before.outcome
    if not finished and (folder / CHECKPOINT).exists():
        with suppress(CheckpointError):
            continue_run(run, folder)
            return None
    if finished or (folder / CHECKPOINT).exists():
        _set_aside(folder)
    return None


def _is_same(run: Run, before: RecordedRun, plugins: Plugins) -> bool:
    """Return whether a run has been carried out with the same options, data and versions."""
    try:
        options, was = before.options, load_environment(before.folder)
    except ConfigError:
        return False
    silent = {*plugins.registry.sections, "name"}
    ours, theirs = (
        {key: value for key, value in o.items() if key.partition(".")[0] not in silent}
        for o in (flat_options(run.config), options)
    )
    return ours == theirs and not differences(was, environment(run, plugins))


def _set_aside(folder: Path) -> None:
    aside = next(p for n in range(1, 10_000) if not (p := folder / f"{BEFORE}{n}").exists())
    aside.mkdir()
    # Runs that have one folder with it stay where they are.
    left = {p for p in folder.iterdir() if SET_ASIDE.match(p.name) or (p / FILE).exists()}
    found = [p for p in folder.iterdir() if p.name[:1] != "." and p not in left]
    # The outcome last: until then the folder is known as that of the run.
    for path in sorted(found, key=lambda path: path.name == FILE):
        path.rename(aside / path.name)
