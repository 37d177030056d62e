"""A run's checkpoint, and a run that goes on from one."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from bpframe.core.checkpoint import Checkpoint
from bpframe.core.learning_rate import measures_learning_rate, with_learning_rate
from bpframe.errors import CheckpointError
from bpframe.files import write_whole
from bpframe.options import flat_options
from bpframe.run import ReportedFigure, Run

FILE = "checkpoint.npz"
# What may be another when a run goes on: it changes no number of the epochs that are there.
FREE = ("name", "trainer.epochs", "trainer.max_seconds", "trainer.resume")


def checkpoint_of(run: Run) -> Checkpoint | None:
    """Return where a run stands behind its last epoch.

    None before its training has begun, and while an epoch has not yet joined those of the run.
    """
    position = run.trainer.position
    if position is None or position.epoch != run.trained_epochs:
        return None
    more = {
        "options": deciding_options(run),
        "data": run.data.fingerprint,
        "plugins": run.plugins,
        "learning_rate": getattr(run.trainer.optimizer, "learning_rate", None),
        "figures": {name: dataclasses.asdict(f) for name, f in run.figures.items()},
    }
    return Checkpoint(position, list(run.epochs), more)


def save_checkpoint(run: Run, checkpoint: Checkpoint) -> None:
    """Write a checkpoint into a run's folder, where ``trainer.resume`` finds it.

    Raises
    ------
    WriteError
        If it cannot be written; an older one is whole then.
    """
    write_whole(run.folder / FILE, checkpoint.to_bytes())


def go_on(run: Run, checkpoint: Checkpoint) -> None:
    """Put a run that has not begun where a checkpoint stands.

    A line of its notes says which plugins are others than they were.

    Raises
    ------
    CheckpointError
        If the checkpoint is one of another configuration, or of other data.
    """
    try:
        before, now = dict(checkpoint.more["options"]), deciding_options(run)
        figures = {n: ReportedFigure(**f) for n, f in checkpoint.more["figures"].items()}
        data, plugins = checkpoint.more["data"], list(checkpoint.more["plugins"])
        rate = checkpoint.more["learning_rate"]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"the checkpoint is none of a run: {error}") from None
    if differing := [k for k in {**before, **now} if before.get(k) != now.get(k)]:
        told = "; ".join(
            f"{key} was {_text(before, key)} and is {_text(now, key)}" for key in differing[:3]
        )
        raise CheckpointError(
            f"a run goes on as it began, and this is another configuration: {told}. Only "
            f"{', '.join(FREE)} and what changes no result may be others"
        )
    if data != run.data.fingerprint:
        raise CheckpointError(f"data '{run.data.name}' is another than when the run began")
    if changed := sorted(set(plugins) ^ set(run.plugins)):
        run.notes.append(
            f"the run began with other plugins ({', '.join(changed)}): from here on its numbers "
            "may be others than those of a run that was not interrupted"
        )
    if measures_learning_rate(run.trainer.optimizer):
        run.trainer.optimizer = with_learning_rate(run.trainer.optimizer, rate)
    run.figures.update(figures)
    run.epochs.extend(checkpoint.epochs)
    run.trainer.position = checkpoint.position


def deciding_options(run: Run) -> dict[str, Any]:
    """Return the options of a run that decide its numbers, by their dotted names."""
    options = flat_options(run.config)
    decide = {
        key: value
        for key, value in options.items()
        if key not in FREE and key.partition(".")[0] not in run.settings
    }
    # As they come back from a file.
    plain: dict[str, Any] = json.loads(json.dumps(decide, default=str))
    return plain


def _text(options: dict[str, Any], key: str) -> str:
    return json.dumps(options[key]) if key in options else "not there"
