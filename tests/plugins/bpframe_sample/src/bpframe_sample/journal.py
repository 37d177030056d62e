"""Settings of a plugin that watches: a section of the configuration with two options."""

from __future__ import annotations

from dataclasses import dataclass

from bpframe import Epoch, Run, Settings


@dataclass(frozen=True)
class NoJournal(Settings):
    """Write nothing."""


@dataclass(frozen=True)
class CsvJournal(Settings):
    """Write the figures of the epochs into a CSV file while the run goes on.

    Parameters
    ----------
    file : str
        Its name, in the folder of the run.
    every : int
        Write each so many epochs, 1 or more.
    most : int
        End the training when the file has so many lines of epochs; 0 for any number.
    """

    file: str = "journal.csv"
    every: int = 1
    most: int = 0

    def __post_init__(self) -> None:
        if self.every < 1:
            raise ValueError(f"every is {self.every}; it must be 1 or more")

    def reason(self, epoch: Epoch) -> str | None:
        """Return why the training should end with an epoch, or None."""
        full = self.most and epoch.number >= self.every * self.most
        return f"the journal has {self.most} lines" if full else None

    def write(self, run: Run, epoch: Epoch) -> None:
        """Append a line, below a heading; the run keeps the file among its artifacts."""
        if epoch.number % self.every:
            return
        path = run.folder / self.file
        if path not in run.artifacts:
            path.write_text(",".join(("epoch", *epoch.metrics)) + "\n")
            run.artifacts.append(path)
        with path.open("a") as file:
            file.write(",".join(map(str, (epoch.number, *epoch.metrics.values()))) + "\n")
