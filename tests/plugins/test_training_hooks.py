"""A plugin's own schedule, clipping, stopping, metric and observers take part in a training."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from running import CommandLine, Result

PLUGIN = '''\
from dataclasses import dataclass

import numpy as np

import bpframe
from bpframe import Clipping, Metric, Schedule, Stopping, Watch


@dataclass(frozen=True)
class Halving(Schedule):
    """Half of the rate in each epoch."""

    def factor(self, t, epochs):
        return 0.5 ** np.floor(t)


@dataclass(frozen=True)
class Signs(Clipping):
    """The signs of all derivatives, a hundredth each."""

    def bind(self, parameters):
        def clip(gradient):
            gradient.vector[:] = np.sign(gradient.vector) / 100

        return clip


@dataclass(frozen=True)
class At(Stopping):
    """Stop behind an epoch.

    Parameters
    ----------
    epoch : int
        Its number.
    """

    epoch: int = 2

    def bind(self, parameters):
        return AtWatch(self.epoch)


class AtWatch(Watch):
    def __init__(self, epoch):
        self.epoch = epoch

    def look(self, epoch):
        return f"epoch {epoch.number} is enough" if epoch.number >= self.epoch else None


@dataclass(frozen=True)
class Largest(Metric):
    """The largest output."""

    def __call__(self, a, y):
        return float(a.max())


@bpframe.hookimpl
def bpframe_register_schedules(register):
    register("halving", Halving)


@bpframe.hookimpl
def bpframe_register_clippings(register):
    register("signs", Signs)


@bpframe.hookimpl
def bpframe_register_stoppings(register):
    register("at", At)


@bpframe.hookimpl
def bpframe_register_metrics(register):
    register("largest", Largest)
'''
WATCHER = """\
import bpframe

@bpframe.hookimpl
def bpframe_should_stop(run, epoch):
    {stop}

@bpframe.hookimpl
def bpframe_step_observer(run):
    {observe}
"""
QUICK = ("data=xor", "network.hidden=[3]", "optimizer.learning_rate=1")


@pytest.fixture
def own(cli: CommandLine) -> CommandLine:
    (cli.folder / "own.py").write_text(PLUGIN)
    return CommandLine(cli.folder, [*cli.command, "-P", "own.py"])


def rates(folder: Path) -> list[float]:
    """Return the column ``learning_rate`` of a run's epochs."""
    head, *lines = (folder / "epochs.csv").read_text().splitlines()
    place = head.split(",").index("learning_rate")
    return [float(line.split(",")[place]) for line in lines]


def test_all_of_them_together(own: CommandLine) -> None:
    result = own(
        *(
            "tracking=none",
            "plots=none",
            *QUICK,
            "trainer.epochs=4",
            "schedule=halving",
            "clipping=signs",
        ),
        *("stopping=at", "stopping.epoch=3", "metrics=[largest]", "trainer.batch_size=full"),
    )
    result.must_be_fine()
    (outcome,) = result.outcomes
    assert outcome["stopped"] == "epoch 3 is enough"
    assert rates(result.run_folder) == [1, 0.5, 0.25]
    assert {"train/largest", "validation/largest"} <= outcome["figures"].keys()


def watched(cli: CommandLine, stop: str = "pass", observe: str = "pass", *more: str) -> Result:
    """Run with a plugin whose hooks have these bodies."""
    (cli.folder / "watcher.py").write_text(WATCHER.format(stop=stop, observe=observe))
    epochs = [] if any("epochs" in word for word in more) else ["trainer.epochs=4"]
    return cli("-P", "watcher.py", "tracking=none", "plots=none", *QUICK, *epochs, *more)


def test_a_plugin_ends_a_training_with_its_reason(cli: CommandLine) -> None:
    result = watched(cli, 'return "enough" if epoch.number == 2 else None')
    (outcome,) = result.outcomes
    assert (outcome["status"], outcome["stopped"]) == ("finished", "enough")
    assert len(rates(result.run_folder)) == 2


@pytest.mark.parametrize(
    ("body", "said"), [("1 / 0", "ZeroDivisionError"), ("return 7", "it gave 7")]
)
def test_one_that_raises_or_gives_no_reason_is_reported(
    cli: CommandLine, body: str, said: str
) -> None:
    result = watched(cli, body)
    assert re.search(rf"failed in bpframe_should_stop, the run goes on: .*{said}", result.err)
    (outcome,) = result.outcomes
    assert (outcome["status"], outcome["stopped"]) == ("finished", "")


def test_each_step_is_seen_in_order(cli: CommandLine) -> None:
    look = "return lambda epoch, step, batch, g: print('seen', epoch, step, len(batch.x))"
    result = watched(cli, "pass", look, "trainer.batch_size=100", "trainer.epochs=2")
    seen = [tuple(map(int, m)) for m in re.findall(r"seen (\d+) (\d+) (\d+)", result.out)]
    steps = [step for epoch, step, _ in seen if epoch == 1]
    assert len(steps) > 1
    assert steps == list(range(1, len(steps) + 1))
    assert [epoch for epoch, *_ in seen] == [1] * len(steps) + [2] * len(steps)


def test_an_observer_of_steps_that_raises_is_called_no_more(cli: CommandLine) -> None:
    result = watched(cli, "pass", "return lambda *a: 1 / 0")
    assert result.err.count("failed in bpframe_step_observer") == 1
    assert [outcome["status"] for outcome in result.outcomes] == ["finished"]


def test_what_observes_steps_keeps_a_rule_from_whole_epochs(cli: CommandLine) -> None:
    look = "return lambda epoch, step, batch, g: print('seen', step)"
    result = watched(cli, "pass", look, "trainer.epochs=1", "backprop=fused")
    assert "seen 1" in result.out
