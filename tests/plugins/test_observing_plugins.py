"""Plugins that watch runs: one that raises is reported and costs nobody anything."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from running import CommandLine

WATCHER = """\
import bpframe

@bpframe.hookimpl({options})
def {hook}({argument}):
    print("{name} saw {hook}")
    {then}
"""
WATCHED = {
    "bpframe_epoch_metrics": "epoch",
    "bpframe_epoch_end": "epoch",
    "bpframe_run_end": "run",
    "bpframe_sweep_begin": "sweep",
    "bpframe_sweep_end": "sweep",
}
# Of two epochs; what measures is asked for the untrained network, too.
TIMES = {"bpframe_epoch_metrics": 3, "bpframe_epoch_end": 2}


def write(folder: Path, name: str, hook: str, then: str = "", options: str = "") -> str:
    """Write a plugin file, and return its absolute path."""
    file = folder / f"{name}.py"
    argument = WATCHED.get(hook, "run")
    file.write_text(
        WATCHER.format(name=name, hook=hook, argument=argument, then=then, options=options)
    )
    return str(file)


@pytest.mark.parametrize("hook", WATCHED)
def test_it_raises(cli: CommandLine, hook: str) -> None:
    odd = write(cli.folder, "odd", hook, "1 / 0")
    # Hooks that are registered later are called first, so these are called on both sides of it.
    before, behind = (write(cli.folder, name, hook) for name in ("before", "behind"))
    flags = [word for file in (behind, odd, before) for word in ("-P", file)]
    sweep = ("-m",) if hook.startswith("bpframe_sweep") else ()
    result = cli.quick(*flags, *sweep, "data=xor", "trainer.epochs=2")
    assert result.code == 0, result.err
    assert [outcome["status"] for outcome in result.outcomes] == ["finished"]
    assert "test/accuracy" in result.outcomes[0]["figures"]
    seen = re.findall(rf"(\w+) saw {hook}", result.out)
    assert seen == ["before", "odd", "behind"] * TIMES.get(hook, 1)
    warnings = [line for line in result.err.splitlines() if "failed in" in line]
    assert warnings
    for word in (odd, hook, "ZeroDivisionError", "division by zero"):
        assert all(word in warning for warning in warnings), warnings
    assert "Traceback" not in result.err


def test_a_metric_that_is_there_already_costs_no_result(cli: CommandLine) -> None:
    then = 'return {"train/cost": 0.0, "mine": 1.0}'
    odd, other = (
        write(cli.folder, name, "bpframe_epoch_metrics", then) for name in ("odd", "other")
    )
    result = cli.quick("-P", odd, "-P", other, "data=xor", "trainer.epochs=2")
    assert (result.code, result.outcome["status"]) == (0, "finished")
    assert result.outcome["figures"]["train/cost"]["value"] > 0
    warnings = [line for line in result.err.splitlines() if "bpframe_epoch_metrics" in line]
    assert len(warnings) == 5, result.err
    for line in warnings:
        assert "' is there already; choose another name" in line
        assert odd in line or other in line


def test_epochs_are_seen_with_their_figures(cli: CommandLine) -> None:
    then = "print(epoch.number, sorted(epoch.metrics), epoch.seconds > 0)"
    watcher = write(cli.folder, "watcher", "bpframe_epoch_end", then)
    out = cli.quick("-P", watcher, "data=xor", "trainer.epochs=2", "console=none").out
    splits = ("train", "validation")
    names = sorted(f"{split}/{what}" for split in splits for what in ("cost", "accuracy"))
    names = ["learning_rate", *names]
    seen = "watcher saw bpframe_epoch_end"
    assert out.splitlines() == [seen, f"1 {names} True", seen, f"2 {names} True"]


def test_the_end_of_a_run_is_seen_after_an_error(cli: CommandLine) -> None:
    then = "print(len(run.epochs), sorted(run.figures))"
    watcher = write(cli.folder, "watcher", "bpframe_run_end", then)
    diverging = ("activation=square", "optimizer.learning_rate=50", "console=none")
    result = cli.quick("-P", watcher, *diverging)
    assert result.code == 1
    assert result.out.startswith("watcher saw bpframe_run_end\n0 [")


def test_the_end_of_a_sweep_is_seen_with_its_outcomes(cli: CommandLine) -> None:
    then = "print([(o.status, o.exit_code, o.overrides[0]) for o in sweep.outcomes])"
    watcher = write(cli.folder, "watcher", "bpframe_sweep_end", then)
    result = cli.quick("-P", watcher, "-m", "seed=1,-1", "data=xor", "console=none")
    assert "[('finished', 0, 'seed=1'), ('refused', 2, 'seed=-1')]" in result.out


def test_a_wrapper_sees_why_a_run_ended(cli: CommandLine) -> None:
    then = (
        "try:\n        return (yield)\n"
        "    except Exception as error:\n        print(type(error).__name__)\n        raise"
    )
    watcher = write(cli.folder, "watcher", "bpframe_run", then, "wrapper=True")
    result = cli.quick("-P", watcher, "activation=square", "optimizer.learning_rate=50")
    assert result.out.splitlines()[:2] == ["watcher saw bpframe_run", "DivergedError"]
    result.error(code=1)


def test_a_wrapper_that_raises_fails_the_run_and_is_named(cli: CommandLine) -> None:
    odd = write(cli.folder, "odd", "bpframe_run", "1 / 0\n    yield", "wrapper=True")
    result = cli.quick("-P", odd, "data=xor")
    assert result.code == 1
    assert result.outcome["status"] == "failed"
    assert "ZeroDivisionError" in result.outcome["error"]
    assert odd in result.err


def test_files_that_are_saved_at_the_end_are_kept(cli: CommandLine) -> None:
    watcher = write(cli.folder, "watcher", "bpframe_run_end", "run.save('note.txt', b'seen')")
    result = cli.quick("-P", watcher, "data=xor")
    assert (result.run_folder / "note.txt").read_bytes() == b"seen"
