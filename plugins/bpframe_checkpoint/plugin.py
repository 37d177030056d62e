"""Writes the checkpoints of a run."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import bpframe
from bpframe import Epoch, Run, Settings

if TYPE_CHECKING:
    from bpframe_checkpoint.keeper import Keeper


@dataclass(frozen=True)
class NoCheckpoint(Settings):
    """Write none: a run that is stopped cannot go on."""


@dataclass(frozen=True)
class EveryEpochs(Settings):
    """Write what a training can go on from, ``checkpoint.npz``, every few epochs and at its end.

    SIGTERM, Ctrl-C and ``trainer.max_seconds`` lose no epoch, however many lie between two files.
    ``trainer.resume`` goes on.

    Parameters
    ----------
    epochs : int
        After how many epochs the file is written anew, 1 or more. A process that is killed at once,
        as by a loss of power, loses the epochs since.
    """

    epochs: int = 1

    def __post_init__(self) -> None:
        if self.epochs < 1:
            raise ValueError(f"epochs is {self.epochs}; it must be 1 or more")


class CheckpointPlugin:
    """Writes the checkpoints of this process's run; it keeps the last one between the hooks."""

    def __init__(self) -> None:
        self._keeper: Keeper | None = None

    @bpframe.hookimpl
    def bpframe_register_settings(self, register: Callable[[str, type[Settings]], None]) -> None:
        """Register the choices of ``checkpoint``."""
        register("checkpoint/none", NoCheckpoint)
        register("checkpoint/every", EveryEpochs)

    @bpframe.hookimpl(wrapper=True)
    def bpframe_run(self, run: Run) -> Generator[None, bool, bool]:
        """Keep the checkpoints of a run that trains, and note how to go on where it was cut off."""
        settings = run.settings.get("checkpoint")
        if not (isinstance(settings, EveryEpochs) and run.task.trains):
            return (yield)
        from bpframe_checkpoint.keeper import Keeper

        keeper = self._keeper = Keeper(run, settings.epochs)
        try:
            result = yield
        except KeyboardInterrupt:
            keeper.tell()
            raise
        finally:
            self._keeper = None
        if run.is_out_of_time:
            keeper.tell()
        return result

    @bpframe.hookimpl(trylast=True)
    def bpframe_epoch_end(self, run: Run, epoch: Epoch) -> None:
        """Keep where the training stands when every other plugin has seen the epoch."""
        if self._keeper:
            self._keeper.epoch_end(epoch)

    @bpframe.hookimpl(tryfirst=True)
    def bpframe_run_end(self, run: Run) -> None:
        """Write the last checkpoint, before anything that takes its time."""
        if self._keeper:
            self._keeper.write()


plugin = CheckpointPlugin()
