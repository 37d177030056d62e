"""``trainer.resume``: the same bits as those of a run that was not stopped, or one clear error."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from filelock import FileLock
from going_on import KINDS, numbers
from in_this_process import Typed, refusal
from omegaconf import OmegaConf
from running import ERROR, CommandLine

from bpframe import typed_command
from bpframe.cli.jobs.place import LOCK

SMALL = (
    "tracking=none",
    "plots=none",
    "console=none",
    "trainer.epochs=4",
    "network.hidden=[5]",
    "optimizer.learning_rate=1",
)
KEPT = ("checkpoint=every",)
# It stops behind the first epoch, whatever the machine.
STOPPED = (*KEPT, "trainer.max_seconds=1e-9")
AUTO = "trainer.resume=auto"
FILE = "checkpoint.npz"
QUICKEST = "adam with cosine"


def words_for(*kind: str) -> tuple[str, ...]:
    given = {word.partition("=")[0] for word in kind}
    return (*kind, *(word for word in SMALL if word.partition("=")[0] not in given))


def each_slow(cases: Iterable[Any]) -> list[Any]:
    """Return cases of a test of which one is enough for everyday."""
    return [
        pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=pytest.mark.slow)
        for case in cases
    ]


def status(folder: str | Path) -> str:
    text: str = json.loads(Path(folder, "outcome.json").read_text())["status"]
    return text


def made(kind: str = "*") -> list[Path]:
    """Return the folders of the runs below ``outputs``, from the oldest to the newest."""
    return sorted(file.parent for file in Path("outputs").glob(f"{kind}/*/outcome.json"))


@pytest.mark.parametrize("kind", [QUICKEST, *each_slow(k for k in KINDS if k != QUICKEST)])
def test_the_same_bits_as_those_of_a_run_that_was_not_stopped(typed: Typed, kind: str) -> None:
    words = words_for(*KINDS[kind])
    assert typed(*words, "hydra.run.dir=whole").code == 0
    assert typed(*words, *STOPPED, "hydra.run.dir=left").code == 0
    assert len(numbers(Path("left"))["epochs"]) == 1
    result = typed("trainer.resume=left", "trainer.max_seconds=null")
    assert (result.code, result.err) == (0, "")
    assert numbers(Path("left")) == numbers(Path("whole"))
    assert not Path("outputs").exists()


@pytest.mark.parametrize("every", [*each_slow([1]), 3])
def test_step_by_step_with_diagnostics(typed: Typed, every: int) -> None:
    words = words_for("diagnostics=full", "diagnostics.picture=false", "metrics=[macro_f1]")
    assert typed(*words, "hydra.run.dir=whole").code == 0
    typed(*words, *STOPPED, f"checkpoint.epochs={every}", "hydra.run.dir=left")
    for trained in (2, 3, 4):
        assert typed("trainer.resume=left").code == 0
        assert numbers(Path("left"))["numbers"] == list(range(trained + 1))
    left, whole = numbers(Path("left")), numbers(Path("whole"))
    # Here its time had passed with the last epoch.
    assert left.pop("stopped")
    assert not whole.pop("stopped")
    assert left == whole


def test_the_record_is_that_of_the_whole_run(typed: Typed) -> None:
    typed(*SMALL, *STOPPED, "name=mine", "hydra.run.dir=left")
    before = OmegaConf.load("left/config.yaml")
    assert typed("trainer.resume=left/config.yaml", "trainer.max_seconds=null").code == 0
    after = OmegaConf.load("left/config.yaml")
    assert (before.trainer.max_seconds, after.trainer.max_seconds) == (1e-9, None)
    before.trainer.max_seconds = None
    assert after == before
    outcome = json.loads(Path("left/outcome.json").read_text())
    assert (outcome["name"], outcome["stopped"], outcome["status"]) == ("mine", "", "finished")
    assert "trainer.max_seconds=null" in outcome["overrides"]
    again = typed("rerun", "left", "checkpoint=none")
    assert "the same weights, bit for bit" in again.out


def test_more_epochs_of_a_finished_run(typed: Typed) -> None:
    typed(*SMALL, "hydra.run.dir=whole")
    typed(*words_for("trainer.epochs=2"), *KEPT, "hydra.run.dir=two")
    assert "trainer.epochs=4" in refusal(typed("trainer.resume=two"))
    assert "trainer.epochs=4" in refusal(typed("trainer.resume=two", "trainer.epochs=1"))
    assert typed("trainer.resume=two", "trainer.epochs=4").code == 0
    assert numbers(Path("two")) == numbers(Path("whole"))


def test_paths_are_those_of_the_folder_in_which_it_began(
    typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((60, 2))
    np.savez("points.npz", x_train=x, y_train=(x[:, 0] > 0).astype(int))
    words = ("data=arrays", "data.path=points.npz", *SMALL)
    typed(*words, "hydra.run.dir=whole")
    typed(*words, *STOPPED, "hydra.run.dir=left")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    result = typed(f"trainer.resume={tmp_path}/left", "trainer.max_seconds=null")
    assert (result.code, result.err) == (0, "")
    assert numbers(tmp_path / "left") == numbers(tmp_path / "whole")
    assert not list(elsewhere.iterdir())
    assert Path.cwd() == elsewhere
    np.savez(tmp_path / "points.npz", x_train=x + 1, y_train=(x[:, 0] > 0).astype(int))
    more = ("trainer.epochs=9",)
    assert "another than when the run began" in refusal(
        typed(f"trainer.resume={tmp_path}/left", *more)
    )


def test_auto_finds_what_the_same_command_has_left(typed: Typed) -> None:
    typed(*SMALL, "hydra.run.dir=whole")
    for trained in (1, 2, 3):
        assert typed(*SMALL, *STOPPED, AUTO).code == 0
        (folder,) = made()
        assert numbers(folder)["numbers"] == list(range(1, trained + 1))
    # Others are left as they are.
    typed(*SMALL, *STOPPED, "seed=1", AUTO)
    typed(*SMALL, *STOPPED, "activation=tanh", AUTO)
    typed(*words_for("trainer.epochs=9"), *STOPPED, AUTO)
    assert len(made()) == 4
    assert typed(*SMALL, *KEPT, AUTO).code == 0
    assert len(made()) == 4
    assert numbers(folder) == numbers(Path("whole"))
    config = OmegaConf.load(folder / "config.yaml")
    assert config.trainer.resume is None
    # What is finished is not gone on with: the same command begins anew.
    result = typed(*words_for("console=show"), *KEPT, AUTO)
    assert "it began anew" in result.out
    assert len(made()) == 5
    assert numbers(made()[-1]) == numbers(Path("whole"))


def test_auto_in_a_folder_that_is_named(typed: Typed) -> None:
    words = (*SMALL, *STOPPED, AUTO, "hydra.run.dir=mine")
    typed(*SMALL, "hydra.run.dir=whole")
    for trained in (1, 2):
        assert typed(*words).code == 0
        assert numbers(Path("mine"))["numbers"] == list(range(1, trained + 1))
    assert "seed was 0 and is 1" in refusal(typed(*words, "seed=1"))
    assert status("mine") == "finished"
    assert typed(*SMALL, *KEPT, AUTO, "hydra.run.dir=mine").code == 0
    assert numbers(Path("mine")) == numbers(Path("whole"))
    assert "trainer.epochs=8" in refusal(typed(*words))


def test_auto_begins_anew_where_a_run_died_before_its_first_checkpoint(typed: Typed) -> None:
    words = (*SMALL, *KEPT, AUTO, "hydra.run.dir=mine")
    assert typed(*SMALL, "hydra.run.dir=mine").code == 0
    before = numbers(Path("mine"))
    for name in (FILE, "weights.npz", "epochs.csv"):
        Path("mine", name).unlink(missing_ok=True)
    outcome = json.loads(Path("mine/outcome.json").read_text())
    Path("mine/outcome.json").write_text(json.dumps(outcome | {"status": "unfinished"}))
    assert typed(*words).code == 0
    assert numbers(Path("mine")) == before


def test_a_run_that_still_goes_on_is_left_alone(typed: Typed) -> None:
    typed(*SMALL, *STOPPED)
    (folder,) = made()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with FileLock(folder / LOCK):
        assert "in use" in refusal(typed(f"trainer.resume={folder}"))
        assert typed(*SMALL, *STOPPED, AUTO).code == 0
        assert len(made()) == 2
        assert "in use" in refusal(typed(*SMALL, *STOPPED, AUTO, f"hydra.run.dir={folder}"))
    after = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != LOCK}
    assert after == before


def test_auto_beside_a_damaged_checkpoint(typed: Typed) -> None:
    typed(*SMALL, *STOPPED)
    (folder,) = made()
    (folder / FILE).write_bytes((folder / FILE).read_bytes()[:-100])
    result = typed(*SMALL, *STOPPED, AUTO)
    assert result.code == 0
    assert f"{folder.absolute() / FILE} is damaged" in result.warning()
    assert len(made()) == 2


@pytest.mark.slow
def test_auto_in_an_experiment(typed: Typed) -> None:
    Path("own/experiment").mkdir(parents=True)
    text = "# @package _global_\ntrainer:\n  resume: {}\n"
    for name in ("auto", "null", "outputs"):
        Path("own/experiment", f"r_{name}.yaml").write_text(text.format(name))
    own = ("--config-dir=own", *SMALL, *STOPPED)
    assert typed(*own, "experiment=r_null").code == 0
    for _ in range(2):
        assert typed(*own, "experiment=r_auto").code == 0
    assert len(made()) == 1
    assert "on the command line" in refusal(typed(*own, "experiment=r_outputs"))


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run that has stopped behind its first epoch."""
    cli = CommandLine(tmp_path_factory.mktemp("stopped"))
    cli(*SMALL, *STOPPED, "hydra.run.dir=left").must_be_fine()
    return cli.folder / "left"


@pytest.fixture
def left(typed: Typed, stopped: Path) -> Callable[..., str]:
    """Return what goes on with a run that was stopped, and gives the message it is refused with.

    Nothing in the folder is another one then.
    """
    shutil.copytree(stopped, "left")

    def refused(*words: str) -> str:
        def content() -> dict[str, bytes]:
            return {path.name: path.read_bytes() for path in Path("left").iterdir()}

        before = content()
        message = refusal(typed("trainer.resume=left", *words))
        assert content() == before
        return message

    return refused


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("network.hidden=[6]", "network.hidden was [5] and is [6]"),
        ("dtype=float64", 'dtype was "float32" and is "float64"'),
        ("data=xor", "data"),
        ("schedule=cosine", "schedule.name"),
        ("seed=1", "seed was 0 and is 1"),
        ("trainer.epoch=9", "trainer.epoch"),
        ("experiment=xor", "experiment"),
        ("hydra.run.dir=other", "own folder"),
        ("tracking.uri=nothing://x", "tracking"),
        ("checkpoint.epochs=0", "1 or more"),
        ("--cfg=job", "--cfg"),
        ("--config-name=mine", "--config-name"),
        ("-m", "-m"),
    ],
)
def test_what_would_be_another_run_is_refused(
    left: Callable[..., str], word: str, said: str
) -> None:
    assert said in left(word)


def test_what_is_refused_after_it_began_leaves_what_was_there(left: Callable[..., str]) -> None:
    assert "tracking" in left("tracking=mlflow", "tracking.uri=nothing://x")


def damage(file: Path, how: str) -> None:
    content = file.read_bytes()
    if how == "truncated":
        file.write_bytes(content[:-200])
    elif how == "altered":
        middle = len(content) // 2
        file.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    elif how == "no archive":
        file.write_text("{}")
    elif how == "empty":
        file.write_bytes(b"")
    elif how == "missing":
        file.unlink()


@pytest.mark.parametrize("how", ["truncated", "altered", "no archive", "empty", "missing"])
def test_a_checkpoint_that_is_none(left: Callable[..., str], how: str) -> None:
    damage(Path("left", FILE), how)
    message = left()
    assert "checkpoint" in message
    assert "checkpoint=every" in message if how == "missing" else FILE in message


def test_an_older_checkpoint(left: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bpframe.core.checkpoint.FORMAT", 2)
    assert "the format 1" in left()


@pytest.mark.parametrize("what", ["nothing", "empty", "f" * 32, ".", "auto,left", '""', "7"])
def test_what_is_no_run(typed: Typed, what: str) -> None:
    Path("empty").mkdir()
    assert typed(f"trainer.resume={what}").code == 2
    refusal(typed(f"trainer.resume={what}"))


def test_a_run_without_a_checkpoint(typed: Typed) -> None:
    typed(*SMALL, "hydra.run.dir=bare")
    assert "checkpoint=every" in refusal(typed("trainer.resume=bare", "trainer.epochs=9"))


def test_null_is_no_run(typed: Typed) -> None:
    assert typed(*SMALL, "trainer.resume=null").code == 0
    assert len(made()) == 1


@pytest.mark.parametrize("words", [("-m", AUTO, "seed=0,1"), ("-m", AUTO), ("rerun", "left", AUTO)])
def test_auto_is_refused_where_it_has_no_meaning(typed: Typed, words: tuple[str, ...]) -> None:
    typed(*SMALL, *STOPPED, "hydra.run.dir=left")
    refusal(typed(*words))


@pytest.mark.slow
def test_a_plugin_is_needed_again(typed: Typed, cli: CommandLine, my_plugin: Path) -> None:
    words = words_for("activation=mine", "data=xor", "optimizer.learning_rate=0.01")
    # In a process of its own: what one has published to Hydra, it keeps.
    cli("-P", str(my_plugin), *words, *STOPPED, "hydra.run.dir=left").must_be_fine()
    left = f"trainer.resume={cli.folder / 'left'}"
    assert f"-P {my_plugin}" in refusal(typed(left))
    assert typed("-P", str(my_plugin), left).code == 0
    assert numbers(cli.folder / "left")["numbers"] == [1, 2]


SIGNAL = """\
import os
import signal
from pathlib import Path

import bpframe

@bpframe.hookimpl
def bpframe_step_observer(run):
    def note(epoch, step, batch, gradient):
        if (epoch, step) == (3, 7) and Path("armed").exists():
            Path("armed").unlink()
            os.kill(os.getpid(), signal.{})

    return note
"""


@pytest.mark.parametrize(
    ("sent", "every"), [("SIGTERM", 100), *each_slow([("SIGTERM", 1), ("SIGINT", 1)])]
)
def test_a_signal_within_an_epoch(typed: Typed, sent: str, every: int) -> None:
    # A name of its own, for a process imports a name once.
    file = Path(f"{sent.lower()}_after_{every}.py")
    file.write_text(SIGNAL.format(sent))
    plugin = ("-P", str(file))
    words = (*plugin, *words_for("console=show"), *KEPT, f"checkpoint.epochs={every}")
    typed(*words, "hydra.run.dir=whole")
    Path("armed").touch()
    result = typed(*words, AUTO)
    assert (result.code, result.err) == (130, f"{ERROR}interrupted\n")
    (folder,) = made()
    assert status(folder) == "interrupted"
    assert f"to go on: {typed_command(f'trainer.resume={folder}')}\n" in result.out
    assert typed(*words, AUTO).code == 0
    assert made() == [folder]
    assert numbers(folder) == numbers(Path("whole"))


@pytest.mark.parametrize("flags", [(), ("-m",)])
def test_why_it_stopped_is_told(typed: Typed, flags: tuple[str, ...]) -> None:
    result = typed(*flags, *words_for("console=show", "data=xor"), "trainer.max_seconds=1e-9")
    assert result.code == 0, result.err
    (line,) = [line for line in result.out.splitlines() if "stopped: " in line]
    assert line.endswith("stopped: max_seconds=1e-09 have passed")


@pytest.mark.slow
def test_a_folder_that_was_moved(typed: Typed) -> None:
    typed(*SMALL, "hydra.run.dir=whole")
    typed(*SMALL, *STOPPED, "hydra.run.dir=left")
    shutil.move("left", "a b=c")
    result = typed("trainer.resume=a b=c", "trainer.max_seconds=null")
    assert (result.code, result.err) == (0, "")
    assert numbers(Path("a b=c")) == numbers(Path("whole"))


def test_auto_in_a_new_folder_that_is_named_leaves_those_beside_it_alone(typed: Typed) -> None:
    typed(*SMALL, *STOPPED, "hydra.run.dir=all/left")
    before = numbers(Path("all/left"))
    assert typed(*SMALL, *KEPT, AUTO, "hydra.run.dir=all/mine").code == 0
    assert numbers(Path("all/left")) == before
    assert status("all/mine") == "finished"


def test_auto_without_a_checkpoint(typed: Typed) -> None:
    assert "checkpoint=every" in refusal(typed(*SMALL, AUTO))
