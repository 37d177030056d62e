"""A run that is killed and goes on is one run of MLflow, with the metrics of one that was not."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path
from typing import Any

import pytest
from going_on import KINDS, numbers
from recorded import Run, Work

# On a machine that is busy MLflow takes longer than is waited for otherwise.
PATIENT = "tracking.wait=600"
LONG = ("network.hidden=[60]", "trainer.epochs=100", "plots=none", "console=none", PATIENT)
AUTO = ("checkpoint=every", "trainer.resume=auto")
MOMENTS = 4
# Another one each time; it is printed with what fails.
SEED = random.SystemRandom().randrange(2**32)


def words_for(*kind: str) -> tuple[str, ...]:
    given = {word.partition("=")[0] for word in kind}
    return (*kind, *(word for word in LONG if word.partition("=")[0] not in given))


def metrics_of(run: Run) -> dict[str, list[list[float]]]:
    """Return the metrics without times; of how long an epoch took, the epochs alone."""
    return {
        name: [[step] if name == "time/epoch_seconds" else [step, value] for step, value, _ in all_]
        for name, all_ in run["metrics"].items()
    }


def folders(work: Work) -> list[Path]:
    return sorted(file.parent for file in work.folder.glob("outputs/*/*/outcome.json"))


def status(folder: Path) -> str:
    text: str = json.loads((folder / "outcome.json").read_text())["status"]
    return text


def recorded(folder: Path, runs: list[Run]) -> Run:
    run_id = json.loads((folder / "mlflow.json").read_text())["run_id"]
    (run,) = (run for run in runs if run["id"] == run_id)
    return run


def kill_after(work: Work, seconds: float, *words: str) -> None:
    started = work.bpframe(*words)
    time.sleep(seconds)
    started.process.kill()
    started.process.wait()


def must_be_as_if_never_stopped(work: Work, whole: dict[str, Any], runs: list[Run]) -> None:
    """Check what has finished: one run, or two if the first had come to its end already."""
    finished = [folder for folder in folders(work) if status(folder) == "finished"]
    assert finished
    for folder in finished:
        assert numbers(folder) == whole["numbers"]
        run = recorded(folder, runs)
        assert run["status"] == "FINISHED"
        assert metrics_of(run) == metrics_of(whole["run"])
        assert run["params"] == whole["run"]["params"]
        assert run["name"] == whole["run"]["name"]
        assert "error" not in run["tags"]
        assert run["artifacts"].keys() == whole["run"]["artifacts"].keys()


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind",
    ["fused", *(pytest.param(k, marks=pytest.mark.exhaustive) for k in KINDS if k != "fused")],
)
def test_killed_at_any_moment(work: Work, stores, kind: str, tmp_path: Path):
    print(f"seed of the moments: {SEED}")
    moments = random.Random(f"{SEED} {kind}")
    words = (*words_for(*KINDS[kind]), *AUTO)
    began = time.monotonic()
    assert work.run(*words).code == 0
    length = time.monotonic() - began
    (folder,) = folders(work)
    whole = {"numbers": numbers(folder), "run": stores.only(work.folder)}
    for number in range(MOMENTS):
        again = Work(tmp_path / f"again{number}" / "work", mark=work.mark)
        again.folder.mkdir(parents=True)
        seconds = moments.uniform(0, length)
        print(f"killed after {seconds:.3f} of {length:.3f} s")
        kill_after(again, seconds, *words)
        result = again.run(*words)
        assert (result.code, result.err) == (0, "")
        again.wait_until_all_ended()
        must_be_as_if_never_stopped(again, whole, stores(again.folder))
        # What it has begun is left as running nowhere.
        assert "RUNNING" not in [run["status"] for run in stores(again.folder)]


STOPS = """\
import os, pathlib, signal
import bpframe

@bpframe.hookimpl(tryfirst=True)
def bpframe_epoch_end(run, epoch):
    if epoch.number in (2, 5) and pathlib.Path(f"armed{epoch.number}").exists():
        pathlib.Path(f"armed{epoch.number}").unlink()
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
def test_killed_while_mlflow_is_imported_and_gone_on_with_at_once(work: Work, stores):
    words = ("-P", work.plugin(STOPS), "trainer.epochs=7", "plots=none", "console=none", *AUTO)
    work.run(*words, "hydra.run.dir=whole")
    whole = {"numbers": numbers(work.folder / "whole"), "run": stores.only(work.folder)}
    again = Work(work.folder.parent / "again" / "work", mark=work.mark)
    again.folder.mkdir(parents=True)
    for epoch in (2, 5):
        (again.folder / f"armed{epoch}").touch()
    # The recorders of the first two are importing when the third one begins.
    assert [again.run(*words).code for _ in range(3)] == [-9, -9, 0]
    assert len(folders(again)) == 1
    again.wait_until_all_ended()
    must_be_as_if_never_stopped(again, whole, [stores.only(again.folder)])


def test_a_run_goes_on_by_its_id_and_its_end_is_told_anew(work: Work, stores):
    words = ("trainer.epochs=3", "plots=none", "checkpoint=every", "data=xor")
    assert work.run(*words, "trainer.max_seconds=1e-9").code == 0
    before = stores.only(work.folder)
    assert before["tags"]["stopped"] == "max_seconds=1e-09 have passed"
    result = work.run(f"trainer.resume={before['id']}", "trainer.max_seconds=null")
    assert (result.code, result.err) == (0, "")
    assert "stopped" not in result.out
    after = stores.only(work.folder)
    assert after["id"] == before["id"]
    assert after["status"] == "FINISHED"
    assert [step for step, *_ in after["metrics"]["train/cost"]] == [1, 2, 3]
    assert "stopped" not in after["tags"]
    # A parameter is what it was at first.
    assert after["params"] == before["params"]
    assert after["tags"]["changed.trainer.max_seconds"] == "null"
    assert after["start"] == before["start"]
    assert after["end"] > before["end"]


@pytest.mark.slow
def test_in_another_store_it_is_another_run_with_all_epochs(work: Work, stores):
    words = ("trainer.epochs=3", "plots=none", "checkpoint=every", "data=xor", "console=none")
    assert work.run(*words, "trainer.max_seconds=1e-9", "hydra.run.dir=left").code == 0
    more = ("trainer.max_seconds=null", "tracking.uri=sqlite:///other.db")
    assert work.run("trainer.resume=left", *more).code == 0
    assert stores.only(work.folder)["metrics"]["train/cost"][-1][0] == 1
    other = stores.only(f"sqlite:///{work.folder}/other.db")
    assert [step for step, *_ in other["metrics"]["train/cost"]] == [1, 2, 3]
    assert work.run("trainer.resume=left", "trainer.epochs=4").code == 0
