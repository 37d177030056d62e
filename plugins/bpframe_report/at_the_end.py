"""The report at the end of a sweep."""

from __future__ import annotations

from collections.abc import Sequence

from bpframe import Sweep, find_runs
from bpframe.errors import ConfigError
from bpframe_report.choices import choose
from bpframe_report.findings import find, main_metric
from bpframe_report.observed import in_order, told
from bpframe_report.terminal import short
from bpframe_report.writing import command_of, files_of

SEEDS = 2


def report_sweep(
    sweep: Sweep,
    by: Sequence[str],
    pool: Sequence[str],
    baseline: str | None,
    metric: str | None,
) -> None:
    """Report on a sweep with several seeds: files in its folder, and the verdicts as notes.

    What cannot be reported, because of a wrong setting, is a note too: the runs have ended well.
    """
    try:
        here = [run for run in find_runs(sweep.folder) if run.outcome.mark == sweep.mark]
        runs, notes = told(in_order(here, [sweep.folder]))
        if len({one.seed for one in runs}) < SEEDS or not (metric or main_metric(runs)):
            return
        folder = sweep.folder
        if folder.is_relative_to(sweep.cwd):
            folder = folder.relative_to(sweep.cwd)
        command = command_of([folder], by, pool, baseline, metric, sweep.cwd)
        found = find(choose(runs, by, pool), metric, baseline, sweep.higher_is_better, command)
        found.notes[:0] = notes
        for name, content in files_of(found).items():
            sweep.save(name, content)
        sweep.notes += [*short(found), *found.notes, f"report: {folder / 'report.md'}"]
    except ConfigError as error:
        sweep.notes.append(f"no report: {error}")
