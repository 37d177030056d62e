"""``bpframe report``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from bpframe import Plugins, make_console, newest_sweep, typed_command
from bpframe.errors import ConfigError

MULTIRUN = "multirun"
HERE = Path("report")
DESCRIPTION = """\
Compare what runs with several seeds gave: for each choice the mean with its spread and its
interval, and beside a baseline, over the seeds that both have, the difference, P(A > B), a verdict,
and how many more seeds would settle it. Prints tables, and writes report.md, report.csv, report.tex
and pictures.
"""


def report(arguments: list[str], plugins: Plugins) -> int:
    """Compare what runs with several seeds gave, up to a verdict."""
    parser = argparse.ArgumentParser(prog=typed_command("report"), description=DESCRIPTION)
    parser.add_argument(
        "sweeps",
        nargs="*",
        type=Path,
        metavar="SWEEP",
        help="the folder of a sweep, or any other with runs in it; several are taken together "
        f"(default: the newest sweep below {MULTIRUN})",
    )
    parser.add_argument(
        "--by",
        metavar="KEY[,KEY]",
        help="what choices differ in: kinds, options, or experiment (default: all that varies, but "
        "the seed and the data)",
    )
    parser.add_argument(
        "--pool",
        metavar="KEY[,KEY]",
        help="what may vary within a choice, and is to be no difference",
    )
    parser.add_argument(
        "--baseline",
        metavar="CHOICE",
        help="what others are compared with (default: full_matrix if it is among them, or else the "
        "first)",
    )
    parser.add_argument(
        "--metric",
        metavar="FIGURE",
        help="what is compared (default: test/accuracy if there is one, or else the cost)",
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FOLDER",
        help=f"where the files go (default: the folder SWEEP, or for several {HERE})",
    )
    chosen = parser.parse_args(arguments)
    folders = chosen.sweeps or [_newest()]
    # What follows takes a second to import, which other commands can do without.
    from bpframe_report.choices import choose
    from bpframe_report.findings import find
    from bpframe_report.observed import in_order, observe, told
    from bpframe_report.terminal import print_report
    from bpframe_report.writing import command_of, files_of, write

    runs, notes = told(in_order(observe(folders), folders))
    if not runs:
        raise ConfigError(
            f"no run in {_all(folders)} has ended, so that there is nothing to report"
        )
    by, pool = _words(chosen.by), _words(chosen.pool)
    command = command_of(folders, by, pool, chosen.baseline, chosen.metric)
    better = plugins.registry.higher_is_better
    found = find(choose(runs, by, pool), chosen.metric, chosen.baseline, better, command)
    found.notes[:0] = notes
    console = make_console()
    print_report(console, found)
    folder = chosen.output or (folders[0] if len(folders) == 1 else HERE)
    write(folder, files_of(found))
    console.print(f"files: {folder}", soft_wrap=True, highlight=False, markup=False)
    return 0


def _newest() -> Path:
    """Return the folder of the newest sweep, seen from the working folder."""
    here = Path.cwd()
    if found := newest_sweep(here):
        return found.relative_to(here)
    raise ConfigError(
        f"there is no sweep below {here / MULTIRUN}; name the folder of one, or make one: "
        f"{typed_command('-m', 'backprop=full_matrix,feedback_alignment', 'seed=range(10)')}"
    )


def _words(text: str | None) -> list[str]:
    return [word.strip() for word in (text or "").split(",") if word.strip()]


def _all(folders: Sequence[Path]) -> str:
    return ", ".join(map(str, folders))
