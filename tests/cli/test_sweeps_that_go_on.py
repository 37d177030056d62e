"""Sweeps that were stopped: what has finished stays, and the end is that of an undisturbed one."""

from __future__ import annotations

import csv
import json
import signal
from pathlib import Path
from typing import Any

import pytest
from running import CommandLine

from bpframe.cli.jobs.place import hold, let_go

# Kills its own process, once, in the middle of a training or just before its last file.
KILLER = """\
import os, signal
from pathlib import Path

import bpframe


def kill():
    if not Path("killed").exists():
        Path("killed").touch()
        os.kill(os.getpid(), signal.SIGKILL)


@bpframe.hookimpl
def bpframe_epoch_end(run, epoch):
    if run.seed == 1 and epoch.number == 2:
        kill()
"""
WORDS = ("-m", "data=xor", "seed=range(3)", "trainer.epochs=4")


def runs(folder: Path) -> dict[int, Any]:
    """Return all that is the same whenever a run of the sweep in a folder is carried out."""
    found = {}
    for file in folder.glob("*/outcome.json"):
        outcome = json.loads(file.read_text())
        with (file.parent / "epochs.csv").open() as lines:
            epochs = list(csv.DictReader(lines))
        for epoch in epochs:
            del epoch["seconds"]
        same = {key: outcome[key] for key in ("status", "name", "overrides", "figures", "weights")}
        found[outcome["job"]] = (same, epochs)
    return found


def times(folder: Path) -> dict[str, int]:
    """Return when each file of the runs was written."""
    return {str(p): p.stat().st_mtime_ns for p in folder.glob("*/*") if p.is_file()}


@pytest.fixture
def killer(cli: CommandLine) -> str:
    file = cli.folder / "killer.py"
    file.write_text(KILLER)
    return str(file)


@pytest.mark.parametrize("checkpoint", ["none", "every"])
def test_a_killed_sweep_goes_on_to_the_same_bits(
    cli: CommandLine, killer: str, checkpoint: str
) -> None:
    words = (*WORDS, f"checkpoint={checkpoint}")
    assert cli.quick(*words, "hydra.sweep.dir=undisturbed").code == 0
    killed = cli.quick("-P", killer, *words, "hydra.sweep.dir=s")
    assert killed.code == -signal.SIGKILL, killed
    assert (cli.folder / "killed").exists()
    before = times(cli.folder / "s" / "0")
    resumed = cli.quick("-P", killer, *words, "sweep.resume=s")
    assert resumed.code == 0, resumed.err
    assert times(cli.folder / "s" / "0") == before
    assert "3 runs" in resumed.out
    assert runs(cli.folder / "s") == runs(cli.folder / "undisturbed")


def test_what_has_finished_is_not_carried_out_again(cli: CommandLine) -> None:
    first = cli.quick(*WORDS)
    assert first.code == 0, first.err
    (sweep,) = cli.folder.glob("multirun/*/*")
    before = times(sweep)
    again = cli.quick(*WORDS, "sweep.resume=true")
    assert (again.code, again.err) == (0, "")
    assert times(sweep) == before
    assert list(cli.folder.glob("multirun/*/*")) == [sweep]
    table = first.out[first.out.index("3 runs") :]
    assert again.out == table


def test_another_command_has_nothing_to_go_on_with(cli: CommandLine) -> None:
    cli.quick(*WORDS)
    assert cli.quick("-m", "data=xor", "seed=range(2)", "sweep.resume=true").code == 0
    assert len(list(cli.folder.glob("multirun/*/*/sweep.json"))) == 2


def test_further_values_get_further_numbers(cli: CommandLine) -> None:
    words = ("-m", "data=xor", "seed=0,1")
    assert cli.quick(*words, "activation=tanh", "hydra.sweep.dir=s").code == 0
    before = times(cli.folder / "s")
    assert cli.quick(*words, "activation=tanh,sigmoid", "sweep.resume=s").code == 0
    asked = {
        json.loads(file.read_text())["job"]: json.loads(file.read_text())["overrides"]
        for file in (cli.folder / "s").glob("*/outcome.json")
    }
    assert sorted(asked) == [0, 1, 2, 3]
    assert all({f"seed={n}", "activation=tanh"} <= set(asked[n]) for n in (0, 1))
    assert times(cli.folder / "s").items() >= before.items()


def test_runs_that_share_a_folder_go_on_in_their_own(cli: CommandLine) -> None:
    words = ("-m", "data=xor", "seed=0,1", "hydra.sweep.subdir=same", "trainer.epochs=1")
    assert cli.quick(*words, "hydra.sweep.dir=s").code == 0
    before = {file: file.read_text() for file in cli.folder.rglob("outcome.json")}
    assert len(before) == 2
    assert cli.quick(*words, "sweep.resume=s").code == 0
    assert {file: file.read_text() for file in cli.folder.rglob("outcome.json")} == before
    run = cli.folder / "s/same"
    (run / "environment.json").write_text("{}")
    assert cli.quick(*words, "sweep.resume=s").code == 0
    assert (run / "before-1/environment.json").read_text() == "{}"
    assert (run / "1/outcome.json").read_text() == before[run / "1/outcome.json"]


def test_nothing_is_printed_of_runs_that_are_passed_over_without_a_console(
    cli: CommandLine,
) -> None:
    words = ("-m", "data=xor", "seed=0,1", "console=none")
    for where in ("hydra.sweep.dir=s", "sweep.resume=s"):
        result = cli.quick(*words, where)
        assert (result.code, result.out) == (0, "")


def test_a_password_makes_no_other_run(cli: CommandLine) -> None:
    words = (*WORDS, "tracking=mlflow", "tracking.wait=0", "tracking.uri=http://a:b@127.0.0.1:1")
    assert cli.quick(*words, "hydra.sweep.dir=s").code == 0
    before = {file: file.read_bytes() for file in cli.folder.glob("s/*/config.yaml")}
    assert cli.quick(*words, "sweep.resume=s").code == 0
    assert before.keys() == set(cli.folder.glob("s/*/config.yaml"))


def test_what_has_changed_is_carried_out_again_and_the_old_is_kept(cli: CommandLine) -> None:
    words = ("-m", "data=xor", "seed=0,1", "activation=mine")
    plugin = cli.folder / "mine.py"
    plugin.write_text(PLUGIN.format(slope=1))
    assert cli.quick("-P", str(plugin), *words, "hydra.sweep.dir=s").code == 0
    plugin.write_text(PLUGIN.format(slope=2))
    before = json.loads((cli.folder / "s/0/outcome.json").read_text())
    assert cli.quick("-P", str(plugin), *words, "sweep.resume=s").code == 0
    after = json.loads((cli.folder / "s/0/outcome.json").read_text())
    kept = json.loads((cli.folder / "s/0/before-1/outcome.json").read_text())
    assert kept == before
    assert after["weights"] != before["weights"]


PLUGIN = """\
from dataclasses import dataclass

import numpy as np

import bpframe


@dataclass(frozen=True)
class Mine(bpframe.Activation):
    def __call__(self, z, out=None):
        return np.multiply(z, {slope}, out=out)

    def derivative(self, z, a):
        return np.full_like(z, {slope})


@bpframe.hookimpl
def bpframe_register_activations(register):
    register("mine", Mine)
"""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("sweep.resume=nowhere",), "no sweep.json"),
        (("sweep.threads=0",), "threads is 0"),
        (("sweep.threads=1,2",), "give it one value"),
        (("sweep=grid,optuna",), "give it one value"),
        (("sweep.together=[seed,cost]",), "'cost' does not vary"),
        (("hydra/launcher=joblib", "hydra.launcher.n_jobs=0"), "n_jobs is 0"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_begins(
    cli: CommandLine, words: tuple[str, ...], said: str
) -> None:
    assert said in cli.quick(*WORDS, *words).error()
    assert not list(cli.folder.glob("multirun/*/*"))


def test_a_second_sweep_in_one_folder_is_refused(cli: CommandLine) -> None:
    assert cli.quick(*WORDS, "hydra.sweep.dir=s").code == 0
    before = times(cli.folder / "s")
    assert "has a sweep already" in cli.quick(*WORDS, "hydra.sweep.dir=s").error()
    assert times(cli.folder / "s") == before


def test_a_sweep_that_is_refused_leaves_the_folders_that_were_there(cli: CommandLine) -> None:
    here = cli.folder / "here"
    (here / "mine").mkdir(parents=True)
    wrong = (*WORDS, "sweep.together=[cost]")
    cli.quick(*wrong, "hydra.sweep.dir=mine", cwd=here).error()
    assert list(here.iterdir()) == [here / "mine"]
    (here / "mine").rmdir()
    cli.quick(*wrong, "hydra.sweep.dir=new/one", cwd=here).error()
    assert list(here.iterdir()) == []


def test_a_folder_that_another_sweep_is_about_to_take_is_left_to_it(cli: CommandLine) -> None:
    (cli.folder / "s").mkdir()
    lock = hold(cli.folder / "s")
    try:
        assert "is in use" in cli.quick(*WORDS, "hydra.sweep.dir=s").error()
        assert Path(lock.lock_file).exists()
    finally:
        let_go(lock)
