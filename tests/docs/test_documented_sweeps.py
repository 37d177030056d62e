"""The commands of docs/sweeps.md do what the page says."""

from __future__ import annotations

import shlex
from pathlib import Path

from documents import blocks
from running import CommandLine, Result

TEXT = (Path(__file__).parents[2] / "docs" / "sweeps.md").read_text()
EVERY, TOGETHER, JOBLIB, AGAIN = blocks(TEXT, "sh")


def words_of(line: str) -> list[str]:
    program, *words = shlex.split(line)
    assert program == "bpframe"
    return words


def varied(result: Result) -> list[list[str]]:
    """Return what was asked for in each run, but for what is the same in all of them."""
    asked = [{w for w in o["overrides"] if "=none" not in w} for o in result.outcomes]
    same = set.intersection(*asked)
    return [sorted(words - same) for words in asked]


def test_every_combination(cli: CommandLine) -> None:
    result = cli.quick(*words_of(EVERY))
    result.must_be_fine()
    assert len(varied(result)) == 6


def test_options_side_by_side(cli: CommandLine) -> None:
    result = cli.quick(*words_of(TOGETHER))
    result.must_be_fine()
    pairs = [("full_matrix", "2"), ("feedback_alignment", "0.5")]
    assert varied(result) == [
        [f"backprop={rule}", f"optimizer.learning_rate={rate}", f"seed={seed}"]
        for rule, rate in pairs
        for seed in (0, 1)
    ]


def test_several_processes(cli: CommandLine) -> None:
    result = cli.quick(*words_of(JOBLIB))
    result.must_be_fine()
    assert varied(result) == [[f"seed={seed}"] for seed in range(4)]


def test_a_sweep_goes_on_in_its_folder(cli: CommandLine) -> None:
    begin, go_on = map(words_of, AGAIN.splitlines())
    cli.quick(*begin).must_be_fine()
    files = [cli.folder / "mine" / str(number) / "outcome.json" for number in range(3)]
    before = [file.stat().st_mtime_ns for file in files[:2]]
    cli.quick(*go_on).must_be_fine()
    assert [file.stat().st_mtime_ns for file in files[:2]] == before
    assert files[2].exists()
