"""A command does not wait for MLflow's import, and nothing is lost by it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from recorded import Stores, Work, free_port, wait_until

QUICK = ("data=xor", "trainer.epochs=2")
WORDS = (*QUICK, "plots=none")
# What holds a recorder back before it imports MLflow, until a file is there.
HELD = """\
import pathlib, sys, time
if "bpframe_mlflow.recorder" in sys.orig_argv:
    while not pathlib.Path("go on").exists():
        time.sleep(0.01)
"""


@pytest.fixture
def held(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a command that waits for nothing, and whose recorder is held."""
    folder = tmp_path / "held"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(HELD)
    return {"BPFRAME_WAIT": "", "PYTHONPATH": str(folder)}


def left(work: Work) -> list[Path]:
    """Return the notes of what is open."""
    return list(work.folder.glob(".bpframe/open/*.json"))


def test_a_command_ends_before_its_run_is_in_the_store(
    work: Work, stores: Stores, held: dict[str, str]
) -> None:
    result = work.run(*QUICK, **held)
    assert (result.code, result.err) == (0, "")
    assert f"MLflow run: {work.outcome()['name']}, which is written behind" in result.out
    assert not (work.folder / "mlflow.db").exists()
    assert len(left(work)) == 1
    (work.folder / "go on").touch()
    work.wait_until_all_ended()
    run, outcome = stores.only(work.folder), work.outcome()
    assert (run["status"], outcome["status"]) == ("FINISHED", "finished")
    assert run["metrics"].keys() >= outcome["figures"].keys()
    pictures = {"learning_curve.png", "confusion_matrix.png"}
    assert {"weights.npz", *pictures} <= set(run["artifacts"])
    assert not (work.folder / ".bpframe").exists()


def test_who_waits_sees_that_another_process_has_carried_it(
    work: Work, stores: Stores, held: dict[str, str]
) -> None:
    waiting = work.bpframe(*WORDS, "tracking.wait=600", **held)
    wait_until(lambda: any(work.folder.glob("outputs/*/*/outcome.json")))
    # It may come before the end is in the journal, and then leaves that to others.
    wait_until(lambda: work.run("sync").code == 0 and not left(work))
    result = waiting.result()
    assert (result.code, result.err) == (0, "")
    assert f"({stores.only(work.folder)['id']})" in result.out
    (work.folder / "go on").touch()
    work.wait_until_all_ended()
    assert stores.only(work.folder)["status"] == "FINISHED"


@pytest.mark.slow
def test_who_asks_for_it_waits(work: Work, stores: Stores) -> None:
    for words, environment in (
        (["tracking.wait=600"], {"BPFRAME_WAIT": ""}),
        ([], {"BPFRAME_WAIT": "600"}),
    ):
        assert work.run(*WORDS, *words, **environment).code == 0
        assert {run["status"] for run in stores(work.folder)} == {"FINISHED"}
        assert not left(work)
    assert len(stores(work.folder)) == 2


@pytest.mark.slow
def test_a_wrong_number_of_seconds_is_refused(work: Work) -> None:
    result = work.run(*WORDS, BPFRAME_WAIT="soon")
    assert result.code == 2
    assert "BPFRAME_WAIT is 'soon'; it must be a number of seconds" in result.err


@pytest.mark.slow
def test_what_a_killed_recorder_had_still_to_do_the_next_one_does(
    work: Work, stores: Stores, held: dict[str, str]
) -> None:
    assert work.run(*WORDS, **held).code == 0
    os.kill(work.recorder(), signal.SIGKILL)
    work.wait_until_all_ended()
    assert len(left(work)) == 1
    assert work.run(*WORDS, "seed=1").code == 0
    work.wait_until_all_ended()
    runs = stores(work.folder)
    assert sorted(run["params"]["seed"] for run in runs) == ["0", "1"]
    assert {run["status"] for run in runs} == {"FINISHED"}
    assert not left(work)


@pytest.mark.slow
def test_what_goes_wrong_behind_the_prompt_the_next_command_says(
    work: Work, stores: Stores, held: dict[str, str]
) -> None:
    assert work.run(*WORDS, **held).code == 0
    store = work.folder / "mlflow.db"
    store.write_text("this is no database")
    (work.folder / "go on").touch()
    work.wait_until_all_ended()
    assert len(left(work)) == 1
    store.unlink()
    result = work.run(*WORDS, "seed=1")
    assert result.code == 0
    assert "not in MLflow yet, of commands that have ended: 1 run; " in result.err
    work.wait_until_all_ended()
    assert len(stores(work.folder)) == 2
    assert work.run(*WORDS, "seed=2").err == ""


@pytest.mark.slow
def test_the_page_waits_for_what_is_written_behind_the_prompt(
    work: Work, held: dict[str, str]
) -> None:
    assert work.run(*WORDS, **held).code == 0
    page = work.bpframe("ui", "--port", str(free_port()))
    assert page.process.poll() is None
    (work.folder / "go on").touch()
    page.wait_for_text("runs of bpframe: ")
    page.interrupt()
    assert page.result().code == 0


@pytest.mark.slow
def test_where_many_are_left_a_command_waits(
    work: Work, stores: Stores, held: dict[str, str]
) -> None:
    for seed in range(3):
        assert "behind the prompt" in work.run(*WORDS, f"seed={seed}", **held).out
    last = work.bpframe(*WORDS, "seed=3", **held)
    wait_until(lambda: len(left(work)) == 4)
    (work.folder / "go on").touch()
    result = last.result()
    assert result.code == 0
    assert "behind the prompt" not in result.out
    work.wait_until_all_ended()
    assert len(stores(work.folder)) == 4
