"""hydra/launcher=together: trained in threads, and nobody can tell by anything but the time."""

from __future__ import annotations

import json
import re
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from running import SECONDS, CommandLine, Result
from test_sweeps_that_go_on import runs, times

TOGETHER = ("hydra/launcher=together", "hydra.launcher.n_jobs=2")
RULE = ("-P", "plugin.py", "-m", "data=xor", "backprop=side_by_side")
WORDS = (*RULE, "data.samples=60", "trainer.epochs=3")
# One that can be carried out, one that diverges, and one that is refused.
VARYING = ("optimizer.learning_rate=auto,1e30,-1", "seed=0,1", "activation=relu")
# A rule that goes into threads, and what keeps something of a run between two hooks.
PLUGIN = """\
import threading
from dataclasses import dataclass
from pathlib import Path

import bpframe
from bpframe_backprop import FullMatrix

seen = []


@dataclass(frozen=True)
class SideBySide(FullMatrix):
    side_by_side = True

    def bind_epoch(self, objective, rng, training, plan):
        if threading.current_thread() is not threading.main_thread():
            Path("in_a_thread").touch()
        return super().bind_epoch(objective, rng, training, plan)


@bpframe.hookimpl
def bpframe_register_backprops(register):
    register("side_by_side", SideBySide)


@bpframe.hookimpl(wrapper=True)
def bpframe_run(run):
    assert not seen
    seen.append((run.overrides, str(run.trainer.optimizer)))
    try:
        return (yield)
    finally:
        with Path("seen").open("a") as file:
            file.write(f"{seen}\\n")
        seen.clear()


@bpframe.hookimpl
def bpframe_epoch_end(run, epoch):
    seen.append((epoch.metrics, run.network.parameters.vector.tobytes()))
"""


def both(cli: CommandLine, *words: str) -> tuple[Result, Result]:
    """Carry out a sweep one run after another, and together, each in a folder of its own."""
    here, there = cli.folder / "here", cli.folder / "there"
    for folder in (here, there):
        folder.mkdir()
        (folder / "plugin.py").write_text(PLUGIN)
    return cli.quick(*words, cwd=here), cli.quick(*words, *TOGETHER, cwd=there)


@pytest.fixture(autouse=True)
def plugin(cli: CommandLine) -> None:
    (cli.folder / "plugin.py").write_text(PLUGIN)


def kept(sweep: Path) -> tuple[list[dict[str, Any]], list[bytes]]:
    """Return the outcomes of the runs of a sweep, without its mark, and their weights."""
    outcomes = [json.loads((folder / "outcome.json").read_text()) for folder in folders(sweep)]
    for outcome in outcomes:
        del outcome["mark"]
    weights = [folder / "weights.npz" for folder in folders(sweep)]
    return outcomes, [file.read_bytes() for file in weights if file.exists()]


def folders(sweep: Path) -> list[Path]:
    return sorted(file.parent for file in sweep.glob("*/outcome.json"))


def test_everything_is_the_same_as_one_after_another(cli: CommandLine) -> None:
    here, there = both(cli, *WORDS, *VARYING, "network.dropout=0.2", "hydra.sweep.dir=s")
    assert here.code == there.code == 2
    assert there.out == here.out.replace("/here/", "/there/")
    assert there.err == here.err
    first, second = (cli.folder / name for name in ("here", "there"))
    assert (second / "in_a_thread").exists() > (first / "in_a_thread").exists()
    assert (first / "seen").read_text() == (second / "seen").read_text()
    assert kept(first / "s") == kept(second / "s")
    statuses = [outcome["status"] for outcome in kept(first / "s")[0]]
    assert statuses == ["finished", "finished", "failed", "failed", "refused", "refused"]


def test_an_interruption_ends_the_run_that_has_its_turn(cli: CommandLine) -> None:
    words = (*RULE, "seed=range(4)", "trainer.epochs=1000000", "hydra.sweep.dir=s")
    with cli.started(*words, *TOGETHER, "tracking=none", "plots=none") as process:
        first = cli.folder / "s" / "0"
        while not (first / "environment.json").exists():
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 130, err
    assert err.endswith("bpframe: error: interrupted\n")
    assert "Traceback" not in err
    assert json.loads((first / "outcome.json").read_text())["status"] == "interrupted"
    assert re.findall(r"^run (\d) (\w+): interrupted", out, re.MULTILINE) == [("0", "interrupted")]


def test_what_has_finished_stays_when_the_sweep_goes_on(cli: CommandLine) -> None:
    cli.quick(*WORDS, "seed=0,1", "hydra.sweep.dir=s", *TOGETHER).must_be_fine()
    before = times(cli.folder / "s")
    result = cli.quick(*WORDS, "seed=0,1,2", "sweep.resume=s", *TOGETHER)
    assert result.code == 0, result.err
    after = times(cli.folder / "s")
    assert before.items() <= after.items()
    assert set(runs(cli.folder / "s")) == {0, 1, 2}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("hydra.launcher.n_jobs=0",), "n_jobs is 0"),
        (("hydra.output_subdir=x",), "hydra/launcher=together does not do what"),
    ],
)
def test_what_cannot_be_is_refused(cli: CommandLine, words: tuple[str, ...], said: str) -> None:
    folder = "hydra.sweep.dir=s"
    result = cli.quick(*WORDS, "seed=0,1", folder, "hydra/launcher=together", *words)
    assert said in result.error()
    assert not Path(cli.folder, "s").exists()
