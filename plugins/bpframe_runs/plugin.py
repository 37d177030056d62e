"""Registers ``bpframe runs``, and keeps a table of the runs of each sweep."""

from collections.abc import Callable

import bpframe
from bpframe import Sweep
from bpframe_runs.command import runs

FILE = "runs.csv"


@bpframe.hookimpl
def bpframe_register_commands(register: Callable[..., None]) -> None:
    register("runs", runs)


@bpframe.hookimpl
def bpframe_sweep_end(sweep: Sweep) -> None:
    """Write what ``bpframe runs --csv`` gives of the sweep's runs into its folder."""
    found = [run for run in bpframe.find_runs(sweep.folder) if run.outcome.mark == sweep.mark]
    if not found:
        return
    from bpframe_runs.listing import Listing

    listing = Listing(found, sweep.higher_is_better)
    listing.sort("job", False)
    sweep.save(FILE, listing.csv(None, None))
