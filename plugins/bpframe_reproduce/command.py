"""``bpframe reproduce``."""

from __future__ import annotations

import argparse
from pathlib import Path

from bpframe import Plugins, positive_int, typed_command
from bpframe.errors import ConfigError, did_you_mean

DESCRIPTION = """\
Run the published results of Nielsen, "Neural Networks and Deep Learning", anew, each with several
seeds, and write a page that says which of them are reproduced. The same command again goes on: what
has finished is not run again.
"""
PAGE = "reproduction.md"


def reproduce(arguments: list[str], plugins: Plugins) -> int:
    """Run the book's published results anew, and write a page on what came of them."""
    from bpframe_reproduce.rows import ROWS

    given = _parser(", ".join(row.name for row in ROWS)).parse_args(arguments)
    rows = [row for row in ROWS if row.name in _chosen(given.rows, [row.name for row in ROWS])]
    if given.data is not None and not given.data.is_dir():
        raise ConfigError(f"there is no folder {given.data}; --data is the one with MNIST")
    # Other commands do without what draws and counts.
    from bpframe_reproduce.carrying_out import Place, carry_out
    from bpframe_reproduce.page import write_page

    place = Place(
        given.output, given.data, given.seeds, given.jobs, tuple(plugins.registry.sections)
    )
    complete = True
    if not given.page_only:
        complete = carry_out(rows, place, lambda line: print(line, flush=True))
    page = given.page or given.output / PAGE
    write_page(page, rows, place)
    print(f"page: {page}")
    return int(not complete)


def row_names(plugins: Plugins) -> set[str]:
    """Return the rows that may be named."""
    from bpframe_reproduce.rows import ROWS

    return {row.name for row in ROWS}


def _parser(names: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=typed_command("reproduce"),
        description=DESCRIPTION,
        epilog=f"Rows: {names}. Each is an experiment, book/ROW. Exit code 0: all runs have "
        "finished, whatever the verdicts; 1: some have not.",
    )
    parser.add_argument("rows", nargs="*", metavar="ROW", help="only these rows")
    parser.add_argument("--seeds", type=positive_int, default=10, metavar="N", help="(%(default)s)")
    parser.add_argument(
        "--data", type=Path, metavar="FOLDER", help="where MNIST is; else it is downloaded"
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("reproduction"),
        metavar="FOLDER",
        help="where the runs are (%(default)s)",
    )
    parser.add_argument(
        "--page", type=Path, metavar="FILE", help=f"what is written (OUTPUT/{PAGE})"
    )
    parser.add_argument(
        "--jobs", type=positive_int, default=2, metavar="N", help="runs at a time (%(default)s)"
    )
    parser.add_argument(
        "--page-only", action="store_true", help="run nothing; write of what there is"
    )
    return parser


def _chosen(names: list[str], known: list[str]) -> list[str]:
    for name in names:
        if name not in known:
            raise ConfigError(
                f"there is no row '{name}'; known are {', '.join(known)}."
                + did_you_mean(name, known)
            )
    return names or known
