"""The hooks, which bpframe calls by their names."""

from __future__ import annotations

from collections.abc import Callable

import bpframe
from bpframe_sample import CsvJournal, LogCosh, NoJournal, Sign, Swish


@bpframe.hookimpl
def bpframe_register_activations(register: Callable[[str, type[bpframe.Activation]], None]) -> None:
    """Make ``activation=swish`` known, and with it ``activation.beta=…``."""
    register("swish", Swish)


@bpframe.hookimpl
def bpframe_register_costs(register: Callable[[str, type[bpframe.Cost]], None]) -> None:
    """Make ``cost=log_cosh`` known."""
    register("log_cosh", LogCosh)


@bpframe.hookimpl
def bpframe_register_backprops(register: Callable[[str, type[bpframe.Backprop]], None]) -> None:
    """Make ``backprop=sign`` known."""
    register("sign", Sign)


@bpframe.hookimpl
def bpframe_register_settings(register: Callable[[str, type[bpframe.Settings]], None]) -> None:
    """Make the section ``journal`` known; what is registered first is its default."""
    register("journal/none", NoJournal)
    register("journal/csv", CsvJournal)


@bpframe.hookimpl
def bpframe_should_stop(run: bpframe.Run, epoch: bpframe.Epoch) -> str | None:
    """End the training when the journal is full."""
    journal = run.settings.get("journal")
    return journal.reason(epoch) if isinstance(journal, CsvJournal) else None


@bpframe.hookimpl
def bpframe_epoch_end(run: bpframe.Run, epoch: bpframe.Epoch) -> None:
    """Write the journal, if the run asks for one."""
    journal = run.settings.get("journal")
    if isinstance(journal, CsvJournal):
        journal.write(run, epoch)
