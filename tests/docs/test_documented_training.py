"""The commands and the Python that docs/training.md shows run as they stand there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from documents import blocks
from running import CommandLine

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "training.md").read_text()
COMMANDS = [line for block in blocks(TEXT, "sh") for line in block.splitlines()]
WATCH, PYTHON, TOGETHER = blocks(TEXT, "python")
# Fewer epochs than the page's, and nothing that is recorded elsewhere.
QUICK = {"tracking": "none", "plots": "none", "optimizer.learning_rate": "1"}
NEEDS_EPOCHS = {"schedule=step": "12"}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_runs(cli: CommandLine, command: str) -> None:
    (cli.folder / "watch.py").write_text(WATCH)
    program, *words = shlex.split(command)
    assert program == "bpframe"
    given = {word.partition("=")[0] for word in words} - {"trainer.epochs"}
    epochs = next((e for word, e in NEEDS_EPOCHS.items() if word in words), "3")
    quick = QUICK | {"trainer.epochs": epochs}
    words = [word for word in words if not word.startswith("trainer.epochs=")]
    result = cli(*words, *(f"{key}={v}" for key, v in quick.items() if key not in given))
    assert result.code == 0, result.err
    (outcome,) = result.outcomes
    assert outcome["status"] == "finished"
    if "watch.py" in command:
        assert "epoch 1, step 1: the longest gradient so far" in result.out


def test_the_python_goes_on_where_it_was_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    exec(compile(PYTHON, "training.md", "exec"), {"__name__": "example"})
    lines = capsys.readouterr().out.splitlines()
    assert [int(line.split()[0]) for line in lines[:-1]] == list(range(4, 4 + len(lines) - 1))
    assert re.fullmatch(r"(all epochs|.+) \d+", lines[-1])


def test_the_python_trains_many_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    # It goes on with the imports of the first block.
    imports = "".join(f"{line}\n" for line in PYTHON.splitlines() if line.startswith("from "))
    exec(compile(imports + TOGETHER, "training.md", "exec"), {"__name__": "example"})
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [(seed, said) for seed, _, said in lines] == [(str(n), "fine") for n in range(4)]
    assert all(float(accuracy) > 0.3 for _, accuracy, _ in lines)
