"""Puts a run where a checkpoint stands: that of its own folder, or of one that was left."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from bpframe.cli.jobs.place import Place, hold, let_go
from bpframe.core.checkpoint import Checkpoint
from bpframe.core.position import is_out_of_time
from bpframe.errors import CheckpointError, ConfigError
from bpframe.files import newest_first
from bpframe.going_on import FILE, go_on
from bpframe.interruption import INTERRUPTED
from bpframe.outcome import UNFINISHED, Outcome, load_outcome
from bpframe.run import Run

OPTION = "trainer.resume"
AUTO = "auto"
log = logging.getLogger("bpframe")


def asked_to_go_on(composed: DictConfig) -> Any:
    """Return the value of ``trainer.resume``; None where it cannot be had, which is said later."""
    try:
        return OmegaConf.select(composed, OPTION)
    except OmegaConfBaseException:
        return None


def check_resume(asked: Any, in_sweep: bool, config: dict[str, Any]) -> None:
    """Raise a ConfigError for a ``trainer.resume`` that is not on the command line of one run.

    Nor may the run leave no checkpoint: the same command would then always begin anew.
    """
    if asked is None:
        return
    if in_sweep:
        raise ConfigError(f"{OPTION} goes on with one run, and not with those of a sweep")
    if asked != AUTO:
        raise ConfigError(
            f"{OPTION} is '{asked}' in a file, and it is to be given on the command line, for it "
            f"names what is recorded already; in a file there may be {OPTION}: {AUTO}"
        )
    checkpoint = config.get("checkpoint")
    if checkpoint and checkpoint["name"] == "none":
        raise ConfigError(
            f"{OPTION}={AUTO} needs checkpoint=every: without it nothing is there to go on from"
        )


def continue_run(run: Run, folder: Path) -> None:
    """Put a run that has not begun where the checkpoint in a folder stands, and let it write there.

    Raises
    ------
    CheckpointError
        If there is none, or it is none of this run; if nothing is left to be trained.
    """
    if not (folder / FILE).exists():
        raise CheckpointError(
            f"{folder} has no checkpoint to go on from; one is written with checkpoint=every"
        )
    _continue_from(run, folder, Checkpoint.read(folder / FILE))


def continue_left(run: Run, place: Place, below: Path) -> None:
    """Put a run that has not begun where the newest one that was left stands, if there is one.

    Parameters
    ----------
    run : Run
        A run of the same options, in a new folder, or in the one that was left.
    place : Place
        Its folder.
    below : pathlib.Path
        Where the others are.

    Raises
    ------
    ConfigError
        If its own folder has a checkpoint that it cannot go on from.
    """
    if not place.is_new:
        # A folder that is named is the only one; who died before a checkpoint has lost nothing.
        began = load_outcome(place.folder).status not in (UNFINISHED, "refused")
        if began or (place.folder / FILE).exists():
            continue_run(run, place.folder)
        return
    for folder in _left(below):
        try:
            lock = hold(folder)
        except ConfigError:
            continue
        if _continues(run, folder):
            place.move(folder, lock)
            return
        let_go(lock)
    run.notes.append(f"it began anew: no run of these options was left unfinished below {below}")


def _left(below: Path) -> Iterator[Path]:
    """Yield the folders of runs that can go on, the newest first."""
    for file in newest_first(below, FILE):
        try:
            outcome = load_outcome(file.parent)
        except ConfigError:
            continue
        if _is_left(outcome):
            yield file.parent


def _is_left(outcome: Outcome) -> bool:
    cut_off = outcome.status in (UNFINISHED, INTERRUPTED, "failed")
    return not outcome.mark and (cut_off or is_out_of_time(outcome.stopped))


def _continues(run: Run, folder: Path) -> bool:
    """Return whether a run could be put where the checkpoint of another one stands."""
    try:
        checkpoint = Checkpoint.read(folder / FILE)
    except CheckpointError as error:
        log.warning("warning: it is passed over: %s", error)
        return False
    # The same command: one with more epochs names the run.
    if not _is_left(load_outcome(folder)) or checkpoint.position.epochs != run.trainer.epochs:
        return False
    try:
        _continue_from(run, folder, checkpoint)
    except CheckpointError:
        return False
    return True


def _continue_from(run: Run, folder: Path, checkpoint: Checkpoint) -> None:
    position, before = checkpoint.position, load_outcome(folder)
    is_over = before.status == "finished" and position.finished
    if position.epoch > run.trainer.epochs or (is_over and run.trainer.epochs <= position.epochs):
        reason = f", and ended because {position.ended}" if position.ended else ""
        raise CheckpointError(
            f"{folder} has trained {position.epoch} epochs{reason}; to train more, give "
            f"trainer.epochs={2 * position.epochs}"
        )
    go_on(run, checkpoint)
    run.folder = folder
    run.notes.append(f"it went on behind epoch {position.epoch}")
