"""Sweeps that Optuna chooses the runs of, as they are typed."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import optuna
import pytest
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from running import BPFRAME, CommandLine, clean_environment

RATES = "optimizer.learning_rate=tag(log,interval(0.01,10))"
# A training with the identity's square diverges at most rates.
SEARCH = ("-m", "sweep=optuna", "data=xor", RATES, "trainer.epochs=3")


def trials_of(folder: Path) -> list[optuna.trial.FrozenTrial]:
    """Return the trials of the only sweep."""
    (file,) = folder.glob("multirun/*/*/optuna.journal")
    storage = JournalStorage(JournalFileBackend(str(file)))
    return optuna.load_study(study_name=None, storage=storage).trials


def test_failures_are_told_and_the_best_is_named(cli: CommandLine) -> None:
    words = ("activation=sigmoid,square", "sweep.trials=8", "sweep.metric=train/cost")
    result = cli.quick(*SEARCH, *words)
    trials = trials_of(cli.folder)
    assert len(result.outcomes) == len(trials) == 8
    ended = {"finished": "COMPLETE", "failed": "FAIL"}
    assert [t.state.name for t in trials] == [ended[o["status"]] for o in result.outcomes]
    costs = {
        o["job"]: o["figures"]["train/cost"]["value"]
        for o in result.outcomes
        if o["status"] == "finished"
    }
    best = min(costs, key=costs.__getitem__)
    assert f"is run {best}, train/cost {costs[best]:.4g}: optimizer.learning_rate=" in result.out


def test_a_run_that_lags_behind_is_stopped_and_says_so(cli: CommandLine) -> None:
    # Whatever the accuracy, it is below 2.
    pruner = "sweep.pruner={name:threshold,lower:2,n_warmup_steps:2}"
    result = cli.quick(*SEARCH, pruner, "sweep.trials=2", "sweep.metric=train/accuracy")
    assert [t.state.name for t in trials_of(cli.folder)] == ["PRUNED", "PRUNED"]
    for outcome in result.outcomes:
        assert outcome["status"] == "finished"
        assert outcome["stopped"].startswith("pruned by threshold: train/accuracy is ")
        assert outcome["stopped"].endswith(" after epoch 2")
    assert "none of 2 trials (2 pruned) has a value" in result.out
    assert [sorted(t.intermediate_values) for t in trials_of(cli.folder)] == [[1, 2]] * 2


def test_what_does_not_go_is_one_line(cli: CommandLine) -> None:
    wrong = cli.quick(*SEARCH, "sweep.metric=test/accuracy", "sweep.pruner=median")
    assert "choose a metric of validation or train" in wrong.error()
    wrong = cli.quick("-m", "data=xor", RATES)
    assert "sweep=optuna takes intervals" in wrong.error()


@pytest.mark.slow
def test_pruning_in_several_processes(cli: CommandLine) -> None:
    words = ("hydra/launcher=joblib", "hydra.launcher.n_jobs=2", "sweep.at_once=2")
    pruner = "sweep.pruner={name:threshold,lower:2}"
    metric = "sweep.metric=train/accuracy"
    result = cli.quick(*SEARCH, *words, pruner, metric, "sweep.trials=4")
    assert [t.state.name for t in trials_of(cli.folder)] == ["PRUNED"] * 4
    assert all(o["stopped"].endswith(" after epoch 1") for o in result.outcomes)


KILLER = """\
import os
import signal

import bpframe


@bpframe.hookimpl
def bpframe_epoch_end(run, epoch):
    if (run.folder.name, epoch.number) == (os.environ.get("DIES_IN"), 2):
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
def test_a_search_that_was_killed_is_resumed_bit_for_bit(cli: CommandLine) -> None:
    (cli.folder / "killer.py").write_text(KILLER)
    words = ("-P", str(cli.folder / "killer.py"), *SEARCH, "sweep.trials=8", "tracking=none")
    whole, killed = cli.folder / "whole", cli.folder / "killed"
    for folder in (whole, killed):
        folder.mkdir()
    cli(*words, "plots=none", cwd=whole).must_be_fine()
    environment = clean_environment() | {"DIES_IN": "4"}
    died = subprocess.run([*BPFRAME, *words, "plots=none"], cwd=killed, env=environment)
    assert died.returncode == -signal.SIGKILL
    assert cli(*words, "plots=none", "sweep.resume=true", cwd=killed).code == 0
    assert [t.params for t in trials_of(killed)] == [t.params for t in trials_of(whole)]
    assert [t.value for t in trials_of(killed)] == [t.value for t in trials_of(whole)]
    assert weights(killed) == weights(whole)


def weights(folder: Path) -> list[str]:
    """Return the digest of the weights of each run, in their order."""
    files = folder.glob("multirun/*/*/*/outcome.json")
    outcomes = [json.loads(file.read_text()) for file in files]
    return [o["weights"] for o in sorted(outcomes, key=lambda outcome: outcome["job"])]
