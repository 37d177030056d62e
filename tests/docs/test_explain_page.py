"""What docs/explain.md shows runs as it stands there, and prints what stands there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from running import CommandLine

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "explain.md").read_text()
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
LARGEST_PICTURE = 200_000


def parts() -> list[tuple[list[str], list[str]]]:
    """Return the commands of each ``sh`` block with the lines that are shown behind it."""
    found: list[tuple[list[str], list[str]]] = []
    for language, content in BLOCKS:
        if language == "sh":
            found.append((content.splitlines(), []))
        elif language == "text":
            found[-1][1].extend(content.splitlines())
    return found


def test_there_are_some() -> None:
    assert len(parts()) >= 6
    assert sum(bool(shown) for _, shown in parts()) == 3


@pytest.mark.slow
@pytest.mark.parametrize(("commands", "shown"), parts())
def test_commands(cli: CommandLine, commands: list[str], shown: list[str]) -> None:
    for command in commands:
        program, *arguments = shlex.split(command)
        assert program == "bpframe"
        result = cli(*arguments, "tracking=none", "plots=none")
        assert (result.code, result.err) == (0, "")
        if "hydra.run.dir=trained" not in arguments:
            assert (result.run_folder / "explain.html").is_file()
    printed = [line.split() for line in result.out.splitlines()]
    for line in shown:
        assert line.split() in printed, line


def test_the_python_code(capsys: pytest.CaptureFixture[str]) -> None:
    for language, content in BLOCKS:
        if language == "python":
            exec(compile(content, "docs/explain.md", "exec"), {})
            assert capsys.readouterr().out
            break
    else:
        raise AssertionError("there is none")


def test_the_pictures_are_there_and_not_heavy() -> None:
    pictures = re.findall(r"!\[.*?\]\((.*?)\)", TEXT)
    assert pictures
    for picture in pictures:
        assert (DOCS / picture).stat().st_size < LARGEST_PICTURE
