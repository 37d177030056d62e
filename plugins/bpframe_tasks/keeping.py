"""Keeps what a training has given so far in files, so that little is lost if its process dies."""

from __future__ import annotations

import time

from bpframe import Epoch, Model, Run, csv_of
from bpframe.errors import WriteError

# A training that takes less has nothing to lose.
SECONDS = 10.0


class Keeper:
    """Writes ``weights.npz``, ``epochs.csv`` and ``model.json`` now and then, and at the end.

    Parameters
    ----------
    run : Run
        A run that trains.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._next = time.monotonic() + SECONDS

    def epoch_end(self) -> None:
        """Write what there is, if it is time; what cannot be written now is written later."""
        if time.monotonic() < self._next:
            return
        try:
            self.save()
        except WriteError as error:
            warning = f"{error}; it is tried again"
            if warning not in self._run.warnings:
                self._run.warnings.append(warning)
        self._next = time.monotonic() + SECONDS

    def save(self) -> None:
        """Write what there is.

        Raises
        ------
        WriteError
            If something cannot be written; the other file is written all the same.
        """
        run = self._run
        trained = run.trained_epochs or not run.trainer.epochs
        # The weights first: where there is room for one alone, they are what cannot be had again.
        contents = {"weights.npz": run.network.parameters.to_npz} if trained else {}
        if run.epochs or trained:
            contents["epochs.csv"] = lambda: table(run.epochs)
        if trained and (model := self._model()):
            contents["model.json"] = lambda: model
        failed = None
        for name, content in contents.items():
            try:
                run.save(name, content())
            except WriteError as error:
                failed = failed or error
        if failed:
            raise failed

    def _model(self) -> bytes:
        """Return what `bpframe.load` makes a network of; nothing where that cannot be written."""
        try:
            return Model.of(self._run.network, self._run.data).to_json()
        except ValueError as error:
            note = f"no model.json is written, and bpframe predict cannot use the run: {error}"
            if note not in self._run.notes:
                self._run.notes.append(note)
            return b""


def table(epochs: list[Epoch]) -> bytes:
    """Return the metrics of all epochs as CSV, a line an epoch; what one lacks is left empty."""
    # The last epoch has them in the usual order.
    names = list(dict.fromkeys(name for epoch in reversed(epochs) for name in epoch.metrics))
    rows = (
        [epoch.number, *(epoch.metrics.get(name, "") for name in names), epoch.seconds]
        for epoch in epochs
    )
    return csv_of([["epoch", *names, "seconds"], *rows])
