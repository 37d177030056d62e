"""Progress while a run goes on, and tables of the results at the end."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import bpframe
from bpframe import Epoch, Run, Settings, Sweep
from bpframe.errors import DivergedError, NotResolvedError, WrongGradientError

if TYPE_CHECKING:
    from bpframe_console.progress import Progress


@dataclass(frozen=True)
class ShowConsole(Settings):
    """A progress bar on a terminal, lines elsewhere, and a table of the results."""


@dataclass(frozen=True)
class NoConsole(Settings):
    """Nothing but errors."""


class ConsolePlugin:
    """Shows the runs of this process; it keeps the progress display between the hooks."""

    def __init__(self) -> None:
        self._progress: Progress | None = None

    @bpframe.hookimpl
    def bpframe_register_settings(self, register: Callable[[str, type[Settings]], None]) -> None:
        """Register the choices of ``console``."""
        register("console/show", ShowConsole)
        register("console/none", NoConsole)

    @bpframe.hookimpl(wrapper=True, tryfirst=True)
    def bpframe_run(self, run: Run) -> Generator[None, bool, bool]:
        """Show progress around the run, and the results once every other wrapper has closed."""
        if not isinstance(run.settings.get("console"), ShowConsole):
            return (yield)
        from bpframe_console.progress import open_progress
        from bpframe_console.tables import print_line, print_results, print_warnings

        console = bpframe.make_console()
        try:
            with open_progress(console, run) as self._progress:
                result = yield
        except KeyboardInterrupt:
            print_results(console, run)
            raise
        except (WrongGradientError, NotResolvedError):
            # What gradcheck has found says where the gradient is wrong, or not known.
            (print_line if run.sweep else print_results)(console, run)
            raise
        except DivergedError:
            print_warnings(console, run)
            raise
        finally:
            self._progress = None
        (print_line if run.sweep else print_results)(console, run)
        return result

    @bpframe.hookimpl
    def bpframe_run_end(self, run: Run) -> None:
        """Stop the display: what follows, such as recording, is no training."""
        if self._progress:
            self._progress.stop()

    @bpframe.hookimpl
    def bpframe_epoch_end(self, run: Run, epoch: Epoch) -> None:
        """Show the metrics of an epoch."""
        if self._progress:
            self._progress.epoch_end(epoch)

    @bpframe.hookimpl(trylast=True)
    def bpframe_sweep_end(self, sweep: Sweep) -> None:
        """Print one table of all runs, and what other plugins note of the sweep."""
        if sweep.outcomes and isinstance(sweep.settings.get("console"), ShowConsole):
            from bpframe_console.tables import print_sweep

            print_sweep(bpframe.make_console(), sweep)


plugin = ConsolePlugin()
