"""The files of a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bpframe import make_folder, typed_command, write_whole
from bpframe_report.findings import Findings
from bpframe_report.latex import latex
from bpframe_report.markdown import markdown
from bpframe_report.pictures import pictures
from bpframe_report.values import values


def files_of(findings: Findings) -> dict[str, bytes]:
    """Return the contents of the files of a report by their names."""
    drawn = pictures(findings)
    return {
        "report.md": markdown(
            findings, {name: picture.shows for name, picture in drawn.items()}
        ).encode(),
        "report.csv": values(findings),
        "report.tex": latex(findings).encode(),
        **{name: picture.content for name, picture in drawn.items()},
    }


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files, each whole or not at all, over those of an earlier report.

    Raises
    ------
    WriteError
        If that cannot be done.
    """
    make_folder(folder)
    for name, content in files.items():
        write_whole(folder / name, content)


def command_of(
    folders: Sequence[Path],
    by: Sequence[str],
    pool: Sequence[str],
    baseline: str | None,
    metric: str | None,
    here: Path | None = None,
) -> str:
    """Return the command that makes a report, to be typed in the folder `here`."""
    options = {
        "--by": ",".join(by),
        "--pool": ",".join(pool),
        "--baseline": baseline,
        "--metric": metric,
    }
    words = [word for flag, value in options.items() if value for word in (flag, value)]
    return typed_command("report", *map(str, folders), *words, folder=here)
