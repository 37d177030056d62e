"""Sweeps: every run has its outcome, and one table at the end has a line for each."""

from __future__ import annotations

import csv
import re

import pytest
from running import CommandLine, Result

import bpframe_activations.plugin as activations

RULES = "activation=sigmoid,linear,tanh backprop=per_sample,full_matrix trainer.epochs=3"
EVERY_ACTIVATION: dict[str, object] = {}
activations.bpframe_register_activations(EVERY_ACTIVATION.__setitem__)


def table(result: Result) -> list[list[str]]:
    """Return the cells of the one table at the end, below its heading."""
    heads = re.findall(r"^ +run  .*$", result.out, re.MULTILINE)
    assert len(heads) == 1, result.out
    _, _, below = result.out.partition(heads[0])
    rows = (line.split() for line in below.splitlines())
    return [row for row in rows if row and row[0].isdigit()]


def table_heading(result: Result) -> list[list[str]]:
    """Return the words of both lines of the heading."""
    (both,) = re.findall(r"^.*\n +run  .*$", result.out, re.MULTILINE)
    return [line.split() for line in both.splitlines()]


def pairs(result: Result, figure: str) -> list[tuple[float, float]]:
    """Return what both rules gave, for each activation."""
    values = [o["figures"][figure]["value"] for o in result.outcomes]
    return list(zip(values[::2], values[1::2], strict=True))


def test_every_combination(cli: CommandLine) -> None:
    result = cli("-m", *RULES.split(), "tracking=none", "plots=none")
    assert result.code == 0, result.err
    assert [outcome["status"] for outcome in result.outcomes] == ["finished"] * 6
    rows = table(result)
    assert [row[0] for row in rows] == list("012345")
    names = ("sigmoid", "linear", "tanh")
    expected = [[name, rule] for name in names for rule in ("per_sample", "full_matrix")]
    assert [row[1:3] for row in rows] == expected
    assert "status" not in result.out
    accuracies = [f"{o['figures']['test/accuracy']['value']:.4g}" for o in result.outcomes]
    assert [row[-1] for row in rows] == accuracies
    with (result.folders[0].parent / "runs.csv").open() as lines:
        kept = list(csv.DictReader(lines))
    assert [row["backprop"] for row in kept] == ["per_sample", "full_matrix"] * 3
    assert [f"{float(row['test/accuracy']):.4g}" for row in kept] == accuracies
    # The rules round differently, and after 378 steps that shows.
    for one, other in pairs(result, "train/cost"):
        assert one == pytest.approx(other, rel=0.03)
    for one, other in pairs(result, "test/accuracy"):
        assert one == pytest.approx(other, abs=0.02)


@pytest.mark.slow
def test_both_rules_agree_where_nothing_is_rounded_away(cli: CommandLine) -> None:
    result = cli.quick("-m", *RULES.replace("epochs=3", "epochs=1").split(), "dtype=float64")
    for one, other in pairs(result, "train/cost"):
        assert one == pytest.approx(other, rel=1e-6)


@pytest.mark.slow
def test_every_activation(cli: CommandLine) -> None:
    result = cli.quick("-m", "activation=glob(*)", "cost=quadratic", "data=xor")
    assert result.code == 0, result.err
    assert len(EVERY_ACTIVATION) >= 10
    assert {row[1] for row in table(result)} == set(EVERY_ACTIVATION)
    assert len(result.outcomes) == len(EVERY_ACTIVATION)
    assert "Warning" not in result.err


def test_a_run_that_diverges_does_not_stop_the_others(cli: CommandLine) -> None:
    result = cli.quick("-m", "activation=square,sigmoid", "optimizer.learning_rate=1,2")
    assert result.code == 1
    statuses = ["failed", "failed", "finished", "finished"]
    assert [outcome["status"] for outcome in result.outcomes] == statuses
    assert [row[-1] for row in table(result)] == statuses
    assert result.err.count("bpframe: error: the cost is not finite any more") == 2
    assert "Traceback" not in result.err


def test_a_run_that_is_refused_does_not_stop_the_others(cli: CommandLine) -> None:
    result = cli.quick("-m", "activation@output_activation=linear,sigmoid", "cost=cross_entropy")
    assert result.code == 2
    assert [outcome["status"] for outcome in result.outcomes] == ["refused", "finished"]
    assert [row[-1] for row in table(result)] == ["refused", "finished"]


TABLE = """\
from dataclasses import dataclass, field

import bpframe
from bpframe_activations import Linear


@dataclass(frozen=True)
class Table(Linear):
    table: dict[str, float] = field(default_factory=lambda: {"a": 0.0, "b": 0.0})


@bpframe.hookimpl
def bpframe_register_activations(register):
    register("table", Table)
"""


def test_no_run_has_a_value_of_another_one_in_a_dictionary(cli: CommandLine) -> None:
    (cli.folder / "table.py").write_text(TABLE)
    words = ("-m", "activation=table", "activation.table={a:1},{b:2}", "hydra.sweep.dir=s")
    assert cli.quick("-P", "table.py", *words, "data=xor").code == 0
    configs = [(cli.folder / "s" / n / "config.yaml").read_text() for n in ("0", "1")]
    assert ["a: 1.0" in configs[0], "b: 2.0" in configs[0]] == [True, False]
    assert ["a: 1.0" in configs[1], "b: 2.0" in configs[1]] == [False, True]


STRATEGY = """\
from dataclasses import dataclass

import bpframe


@dataclass(frozen=True)
class Mine(bpframe.Strategy):
    def rounds(self, sweep, varying):
        yield [{"seed": "0"}]
        {}["nothing"]


@bpframe.hookimpl
def bpframe_register_settings(register):
    register("sweep/mine", Mine)
"""


def test_a_strategy_that_raises_is_named_and_its_runs_have_their_table(cli: CommandLine) -> None:
    (cli.folder / "mine.py").write_text(STRATEGY)
    result = cli.quick("-P", "mine.py", "-m", "data=xor", "seed=0,1", "sweep=mine")
    assert result.code == 1
    assert "sweep 'mine' of" in result.err
    assert "Traceback" not in result.err
    assert "1 run" in result.out


def test_options_that_go_together_make_no_more_runs_than_values(cli: CommandLine) -> None:
    words = ("-m", "data=xor", "seed=range(101)", "trainer.max_seconds=range(1,102)")
    result = cli.quick(*words, "sweep.together=[seed,trainer.max_seconds]", "trainer.epochs=0.5")
    assert "runs" not in result.error()
    assert "10,201 runs" in cli.quick(*words).error()


def test_a_run_whose_folder_cannot_be_made_does_not_stop_the_others(cli: CommandLine) -> None:
    (cli.folder / "s").mkdir()
    (cli.folder / "s/1").touch()
    result = cli.quick("-m", "data=xor", "seed=range(3)", "hydra.sweep.dir=s")
    assert result.code == 1
    assert "cannot make the folder" in result.err
    assert [f.parent.name for f in sorted(cli.folder.glob("s/*/weights.npz"))] == ["0", "2"]


def test_an_unknown_option_that_is_added_is_refused_by_its_name(cli: CommandLine) -> None:
    assert "there is no 'mine'" in cli.quick("-m", "data=xor", "seed=0,1", "+mine=1").err


def test_the_table_shows_only_what_differs(cli: CommandLine) -> None:
    result = cli.quick("-m", "data=xor", "seed=range(2)")
    _, heading = table_heading(result)
    quantities = ["cost", "accuracy"] * 3
    assert heading == ["run", "seed", "learning_rate", *quantities]


def test_the_flag_may_stand_between_the_options(cli: CommandLine) -> None:
    result = cli.quick("data=xor", "-m", "seed=0,1")
    assert result.code == 0, result.err
    assert len(result.outcomes) == 2


def test_nothing_is_printed_where_the_console_is_none(cli: CommandLine) -> None:
    result = cli.quick("-m", "data=xor", "seed=0,1", "console=none")
    assert (result.code, result.out) == (0, "")


@pytest.mark.parametrize("wrong", ["activation=sigmoid,nothing", "seed=0,zero"])
def test_a_wrong_value_is_found_before_anything_runs(cli: CommandLine, wrong: str) -> None:
    result = cli.quick("-m", wrong, "data=xor")
    assert wrong.partition("=")[0] in result.error()
    assert not result.outcomes


LAUNCHER = """\
from hydra.core.config_store import ConfigStore
from hydra._internal.core_plugins.basic_launcher import BasicLauncher


class FailingLauncher(BasicLauncher):
    def launch(self, job_overrides, initial_job_idx):
        super().launch(job_overrides[:1], initial_job_idx)
        raise RuntimeError("the cluster is gone")


target = {"_target_": "hydra_plugins.failing.FailingLauncher"}
ConfigStore.instance().store(group="hydra/launcher", name="failing", node=target)
"""


def test_a_launcher_that_fails_leaves_the_table_of_what_was_run(cli: CommandLine) -> None:
    (cli.folder / "hydra_plugins").mkdir()
    (cli.folder / "hydra_plugins" / "failing.py").write_text(LAUNCHER)
    words = ("-m", "data=xor", "seed=0,1", "hydra/launcher=failing")
    result = cli.quick(*words, PYTHONPATH=str(cli.folder))
    assert result.code != 0
    assert "the cluster is gone" in result.err
    assert "1 runs" in result.out
    assert [outcome["status"] for outcome in result.outcomes] == ["finished"]


def test_a_sweep_of_one_training_sample_has_its_table(cli: CommandLine) -> None:
    result = cli.quick("-m", "experiment=saturation", "cost=quadratic,cross_entropy")
    assert [row[1] for row in table(result)] == ["quadratic", "cross_entropy"]
    assert [row[-1] for row in table(result)] == [
        f"{outcome['figures']['train/cost']['value']:.4g}" for outcome in result.outcomes
    ]
