"""The display of a run that goes on: a bar on a terminal, a line an epoch elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from bpframe import Epoch, Run
from bpframe_console.telling import chosen_quantities, main_quantity

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bar

# Between them so many decimals are enough.
LEAST, MOST = 1e-3, 1e4


class Progress(Protocol):
    """Shows epochs as they end."""

    def epoch_end(self, epoch: Epoch) -> None:
        """Show the metrics of an epoch."""

    def stop(self) -> None:
        """End the display."""


class BarProgress:
    """A progress bar with the metrics of the last epoch."""

    def __init__(self, bar: Bar, run: Run) -> None:
        self._bar = bar
        # One that goes on has some of them behind it.
        trained, epochs = run.trained_epochs, run.trainer.epochs
        self._task = bar.add_task("training", total=epochs, completed=trained, metrics="")

    def epoch_end(self, epoch: Epoch) -> None:
        """Move the bar and show the metrics."""
        self._bar.update(
            self._task, completed=epoch.number, metrics=metrics_text(epoch, bar_metrics(epoch))
        )

    def stop(self) -> None:
        """Leave the bar as it stands."""
        self._bar.stop()


class LineProgress:
    """A line for each epoch."""

    def __init__(self, console: Console, epochs: int) -> None:
        self._console = console
        self._epochs = epochs

    def epoch_end(self, epoch: Epoch) -> None:
        """Print a line with the metrics."""
        width = len(str(self._epochs))
        number = f"epoch {epoch.number:>{width}}/{self._epochs}"
        self._console.print(
            f"{number}  {metrics_text(epoch, epoch.split_metrics)}",
            soft_wrap=True,
            highlight=False,
            markup=False,
        )

    def stop(self) -> None:
        """Do nothing: every line stands by itself."""


@contextmanager
def open_progress(console: Console, run: Run) -> Iterator[Progress | None]:
    """Open the display that fits the console."""
    if not run.task.trains:
        yield None
        return
    if not console.is_terminal:
        # A sweep prints one line a run, whatever its length.
        if run.sweep:
            yield None
            return
        yield LineProgress(console, run.trainer.epochs)
        return
    # Elsewhere nobody needs the bars, which take their time to import.
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        BarColumn(bar_width=12),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[metrics]}"),
    )
    with Bar(*columns, console=console, transient=run.sweep is not None) as bar:
        yield BarProgress(bar, run)


def bar_metrics(epoch: Epoch) -> list[str]:
    """Return the two metrics that a bar has room for: those of validation, if it is there.

    They are the cost of the training samples and the accuracy, or for values both costs; where
    further metrics were chosen, the accuracy or the cost and the first of these.
    """
    names = epoch.split_metrics
    main, chosen = main_quantity(names), chosen_quantities(names)
    if not chosen:
        return ["train/cost", f"validation/{main}"]
    split = "validation" if f"validation/{chosen[0]}" in names else "train"
    return [f"{split}/{main}", f"{split}/{chosen[0]}"]


def metrics_text(epoch: Epoch, names: Iterable[str]) -> str:
    """Return some metrics of an epoch in one line."""
    return "  ".join(f"{n} {number_text(epoch.metrics[n])}" for n in names if n in epoch.metrics)


def number_text(value: float) -> str:
    """Return a number with four decimals, or with four digits where these would tell nothing."""
    usual = value == 0 or LEAST <= abs(value) < MOST
    return f"{value:.4f}" if usual else f"{value:.4g}"
