"""The commands with which docs/runs.md stops runs and goes on with them do so."""

from __future__ import annotations

import shlex
from pathlib import Path

from documents import blocks
from going_on import numbers
from running import CommandLine

TEXT = (Path(__file__).parents[2] / "docs" / "runs.md").read_text()
BEGIN, AUTOMATIC = blocks(TEXT.partition("## Stop and go on")[2], "sh")
FOLDER = "outputs/2026-01-31/12-00-00-000000"
SMALL = ("tracking=none", "plots=none", "trainer.epochs=3")
NO_TIME = "trainer.max_seconds=1e-9"


def words_of(line: str) -> list[str]:
    program, *words = shlex.split(line)
    assert program == "bpframe"
    return words


def test_a_run_goes_on_from_its_folder_and_has_more_epochs(cli: CommandLine) -> None:
    begin, go_on, more = map(words_of, BEGIN.splitlines())
    result = cli(*begin, *SMALL, NO_TIME)
    result.must_be_fine()
    folder = str(result.run_folder)
    assert "to go on: " in result.out
    assert FOLDER in go_on[0]
    go_on, more = ([word.replace(FOLDER, folder) for word in words] for words in (go_on, more))
    assert cli(*go_on, "trainer.max_seconds=null").code == 0
    assert numbers(Path(folder))["numbers"] == [1, 2, 3]
    assert cli(*more).code == 0
    assert numbers(Path(folder))["numbers"] == list(range(1, 61))


def test_the_same_command_again_goes_on(cli: CommandLine) -> None:
    words = [NO_TIME if "max_seconds" in word else word for word in words_of(AUTOMATIC)]
    result = cli(*words, *SMALL)
    result.must_be_fine()
    for trained in (2, 3):
        assert cli(*words, *SMALL).code == 0
        assert numbers(result.run_folder)["numbers"] == list(range(1, trained + 1))
    assert "it began anew" in result.out
