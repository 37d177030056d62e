"""Files that are made behind the prompt are those that the command would have made."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from builders import class_data, make_network
from running import CommandLine

from bpframe import Run, Trainer, asked_to_wait, make_noted, may_be_left
from bpframe.behind import WAIT, notes
from bpframe.errors import ConfigError
from bpframe_activations import Sigmoid
from bpframe_backprop import FullMatrix
from bpframe_costs import Quadratic
from bpframe_optimizers import SGD


def text(values: Mapping[str, Any]) -> bytes:
    """Return a content, as a plugin's function does."""
    return repr(sorted(values.items())).encode()


def fail(values: Mapping[str, Any]) -> bytes:
    raise ValueError(values["why"])


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return a run that may leave work."""
    network = make_network((3, 2), Sigmoid())
    trainer = Trainer(network, Quadratic(), FullMatrix(), SGD(0.1))
    return Run(trainer, class_data(), folder=tmp_path, leaves_work=True)


def test_a_file_is_made_from_what_is_noted(run: Run) -> None:
    values = {"numbers": [1, 0.1, float("inf")], "name": "é"}
    run.save_later("a.txt", f"{__name__}:text", values)
    assert run.artifacts == [run.folder / "a.txt"]
    assert not (run.folder / "a.txt").exists()
    make_noted(run.folder)
    assert {path.name for path in run.folder.iterdir()} == {"a.txt"}
    assert (run.folder / "a.txt").read_bytes() == text(values)
    run.leaves_work = False
    run.save_later("a.txt", f"{__name__}:text", values)
    assert notes(run.folder) == []
    assert run.artifacts == [run.folder / "a.txt"]


def test_what_cannot_be_made_says_why_and_keeps_nothing_else_from_it(run: Run) -> None:
    run.save_later("a.txt", f"{__name__}:fail", {"why": "out of ink"})
    run.save_later("b.txt", f"{__name__}:text", {})
    make_noted(run.folder)
    assert {path.name for path in run.folder.iterdir()} == {"a.txt.error.txt", "b.txt"}
    assert "ValueError: out of ink" in (run.folder / "a.txt.error.txt").read_text()


def test_who_asks_a_command_to_wait_finds_nothing_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(WAIT, "0")
    assert (asked_to_wait(), may_be_left()) == (0, False)
    monkeypatch.setenv(WAIT, "")
    assert (asked_to_wait(), may_be_left()) == (None, True)
    # As the first process of a container, or a child of it.
    monkeypatch.setattr("os.getppid", lambda: 1)
    assert not may_be_left()
    for wrong in ("soon", "-1", "inf", "nan"):
        monkeypatch.setenv(WAIT, wrong)
        with pytest.raises(ConfigError, match=f"BPFRAME_WAIT is '{wrong}'"):
            asked_to_wait()


@pytest.mark.parametrize("data", ["xor", pytest.param("one_sample", marks=pytest.mark.slow)])
def test_pictures_behind_the_prompt_are_those_that_the_command_draws(
    cli: CommandLine, data: str
) -> None:
    results = [
        cli.quick(f"data={data}", "plots=png", BPFRAME_WAIT=wait, PYTHONWARNINGS="error")
        for wait in ("", "600")
    ]
    assert [result.err for result in results] == ["", ""]
    folders = [result.run_folder for result in results]
    names = {path.name for path in folders[1].glob("*.png")}
    assert "learning_curve.png" in names
    end = time.monotonic() + 600
    while notes(folders[0]) and time.monotonic() < end:
        time.sleep(0.05)
    for name in names:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes()
    assert not list(folders[0].glob("*.error.txt"))
