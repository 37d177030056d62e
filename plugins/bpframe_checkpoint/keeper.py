"""The checkpoint of one run: the last one in memory, and which of them become the file."""

from __future__ import annotations

import os

from bpframe import Checkpoint, Epoch, Run, checkpoint_of, save_checkpoint, typed_command


class Keeper:
    """Keeps the checkpoint of a run.

    What an interruption within an epoch leaves is nothing to go on from; so that of each epoch is
    kept in memory until a file has been written.

    Parameters
    ----------
    run : Run
        A run that trains.
    epochs : int
        After how many epochs the file is written anew.
    """

    def __init__(self, run: Run, epochs: int) -> None:
        self._run, self._epochs = run, epochs
        self._last: Checkpoint | None = None

    def epoch_end(self, epoch: Epoch) -> None:
        """Keep the checkpoint of an epoch, and write it if it is its turn, or the last one."""
        # The untrained network has none.
        if checkpoint := checkpoint_of(self._run):
            self._last = checkpoint
            training = self._run.trainer.training
            if not epoch.number % self._epochs or not (training and training.goes_on):
                self.write()

    def write(self) -> None:
        """Write the last checkpoint, unless the file has it."""
        if self._last:
            save_checkpoint(self._run, self._last)
            self._last = None

    def tell(self) -> None:
        """Note how to go on with the run."""
        if self._run.trained_epochs:
            folder = os.path.relpath(self._run.folder)
            shorter = min(folder, str(self._run.folder), key=len)
            line = typed_command(f"trainer.resume={shorter}")
            self._run.notes.append(f"to go on: {line}")
