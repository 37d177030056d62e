"""``bpframe runs``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bpframe import (
    Plugins,
    RecordedRun,
    find_runs,
    newest_sweep,
    positive_int,
    runs_here,
    typed_command,
    write_whole,
)
from bpframe.errors import ConfigError, did_you_mean

DESCRIPTION = """\
List the runs in outputs and multirun of this folder, or in the folders that are named, the newest
first. A run is called by its id, or the beginning of it, wherever RUN is asked for.
"""
EPILOG = """\
A KEY is a column (id, name, status, ended, folder, sweep, job, error, stopped), an option such as
seed or trainer.epochs, a kind or section such as backprop, experiment, a figure such as
test/accuracy, or how that was selected: test/accuracy.selected. With = and != a text may have the
wildcards * and ?. What a run lacks matches nothing.
"""
STATUSES = ("finished", "failed", "refused", "does not fit", "interrupted", "unfinished")
# More would push the newest out of sight.
LINES = 50
STANDARD_OUTPUT = "-"
NEWEST = "newest"


def runs(arguments: list[str], plugins: Plugins) -> int:
    """List, filter and export runs."""
    given = _parser().parse_args(arguments)
    # Other commands do without.
    from bpframe_runs.condition import Condition
    from bpframe_runs.listing import Listing

    conditions = [Condition.of(text) for text in given.where]
    if given.status is not None:
        if given.status not in STATUSES:
            raise ConfigError(
                f"there is no status '{given.status}'; known are {', '.join(STATUSES)}."
                + did_you_mean(given.status, STATUSES)
            )
        conditions.append(Condition("status", "=", given.status))
    found = _found(given.folders, given.sweep)
    listing = Listing(found, plugins.registry.higher_is_better)
    listing.keep(conditions)
    listing.sort(given.sort, given.reverse)
    columns = given.columns.split(",") if given.columns else None
    limit = given.limit if given.limit is not None else None if given.csv else LINES
    if given.csv is None:
        listing.show(columns, limit)
        return 0
    content = listing.csv(columns, limit)
    if given.csv == STANDARD_OUTPUT:
        sys.stdout.write(content.decode())
    else:
        write_whole(Path(given.csv), content)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=typed_command("runs"),
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "folders", nargs="*", type=Path, metavar="FOLDER", help="where to look, and below"
    )
    parser.add_argument(
        "--where",
        nargs="+",
        default=[],
        action="extend",
        metavar="CONDITION",
        help="only runs of which all of these are true: KEY=VALUE, or with != > >= < <=",
    )
    parser.add_argument(
        "--sweep", metavar="FOLDER", help=f"only the runs of a sweep; its folder, or {NEWEST}"
    )
    parser.add_argument("--status", help=f"only those that are {', '.join(STATUSES)}")
    parser.add_argument("--sort", metavar="KEY", help="the best figure, or the least value, first")
    parser.add_argument("--reverse", action="store_true", help="the other way round")
    parser.add_argument("--columns", metavar="KEY,…", help="what to show")
    parser.add_argument(
        "--limit",
        type=positive_int,
        metavar="N",
        help=f"at most so many (default: {LINES} on the terminal, all as CSV)",
    )
    parser.add_argument(
        "--csv", metavar="FILE", help="write them as CSV, with all columns; - is the output"
    )
    return parser


def _found(folders: list[Path], sweep: str | None) -> list[RecordedRun]:
    if sweep is None:
        found = [r for f in folders for r in find_runs(f)] if folders else runs_here(Path.cwd())
        # One folder may be inside another.
        return list({run.folder.resolve(): run for run in found}.values())
    if folders:
        raise ConfigError(f"--sweep {sweep} names where to look already; leave {folders[0]} out")
    where = newest_sweep(Path.cwd()) if sweep == NEWEST else Path(sweep)
    found = [run for run in find_runs(where) if run.outcome.mark] if where else []
    if not found:
        reason = f"{where} is no folder of a sweep" if where else "there is no sweep here"
        raise ConfigError(f"{reason}; no run in it belongs to one")
    return found
