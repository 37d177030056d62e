"""A plugin that would end the program is named, and ends neither a run nor a sweep as if done."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from running import CommandLine, Result, clean_environment

ENDINGS = {
    "exit": ("sys.exit(0)", "SystemExit: 0"),
    "interrupt": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "mute": ("raise Mute", "Mute: its message cannot be shown, for __str__ raised SystemExit"),
    "error": ('raise ValueError("no way")', "ValueError: no way"),
}
HEAD = """\
import sys, time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import bpframe


class Mute(Exception):
    def __str__(self):
        sys.exit(0)


def end():
    {ending}


"""
PART = '''\
@dataclass(frozen=True)
class Mine(bpframe.{base}):
    """Ends."""

{body}

@bpframe.hookimpl
def bpframe_register_{hook}(register):
    register("mine", Mine)
'''
ACTIVATION = """\
    def __call__(self, z, out=None):
        end()

    def derivative(self, z, a):
        return np.ones_like(z)
"""
OPTIMIZER = """\
    learning_rate: float = 1.0

    def bind(self, parameters):
        return lambda gradient: end()
"""
TASK = """\
    def __post_init__(self):
        end()

    def run(self, run):
        pass
"""
HOOK = "@bpframe.hookimpl({options})\ndef {name}:\n    {body}\n"
RUN = {"name": "bpframe_run()", "options": "wrapper=True"}
# Where it ends: the plugin, how it is named, and what is chosen.
PLACES = {
    "before the run": (HOOK.format(**RUN, body="end()\n    yield"), "{plugin} in bpframe_run", ()),
    "after the run": (HOOK.format(**RUN, body="yield\n    end()"), "{plugin} in bpframe_run", ()),
    "a closed form": (
        HOOK.format(name="bpframe_output_error()", options="", body="end()"),
        "{plugin} in bpframe_output_error",
        (),
    ),
    "an activation": (
        PART.format(base="Activation", body=ACTIVATION, hook="activations"),
        "activation 'mine' of {plugin}",
        ("activation=mine", "optimizer.learning_rate=1"),
    ),
    "a step": (
        PART.format(base="Optimizer", body=OPTIMIZER, hook="optimizers"),
        "optimizer 'mine' of {plugin}",
        ("optimizer=mine",),
    ),
    "what is built": (
        PART.format(base="Task", body=TASK, hook="tasks"),
        "task 'mine' of {plugin}",
        ("task=mine",),
    ),
}


def write(cli: CommandLine, ending: str, place: str) -> str:
    """Write the plugin, and return how the one at fault is named."""
    file = cli.folder / "odd.py"
    file.write_text(HEAD.format(ending=ENDINGS[ending][0]) + PLACES[place][0])
    return PLACES[place][1].format(plugin=f"plugin '{file}' (local)")


def must_name(result: Result, who: str, ending: str, file: Path) -> None:
    line = next(n for n, text in enumerate(file.read_text().splitlines(), 1) if "def end" in text)
    said = f"{who} raised {ENDINGS[ending][1]} ({file}:{line + 1})"
    assert result.err.count(said) >= 1, result.err
    assert "Traceback" not in result.err


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("ending", ["exit", "interrupt"])
def test_a_sweep_goes_on_and_does_not_pass(cli: CommandLine, ending: str, place: str) -> None:
    who = write(cli, ending, place)
    result = cli.quick("-P", "odd.py", "-m", "data=xor", "seed=0,1", *PLACES[place][2])
    assert result.code == 1
    assert {outcome["status"] for outcome in result.outcomes} == {"failed"}
    assert [o["exit_code"] for o in result.outcomes] == [1, 1]
    must_name(result, who, ending, cli.folder / "odd.py")


@pytest.mark.parametrize("place", ["before the run", "a closed form", "an activation"])
@pytest.mark.parametrize("ending", ["mute", "error"])
def test_a_run_fails_with_one_message(cli: CommandLine, ending: str, place: str) -> None:
    who = write(cli, ending, place)
    result = cli.quick("-P", "odd.py", "data=xor", *PLACES[place][2])
    result.error(code=1)
    must_name(result, who, ending, cli.folder / "odd.py")


@pytest.mark.parametrize("body", ["if False:\n        yield", "yield\n    yield"])
def test_a_wrapper_that_does_not_yield_once(cli: CommandLine, body: str) -> None:
    (cli.folder / "odd.py").write_text(f"import bpframe\n\n{HOOK.format(**RUN, body=body)}")
    message = cli.quick("-P", "odd.py", "data=xor").error(code=1)
    named = f"plugin '{cli.folder / 'odd.py'}' (local) in bpframe_run raised RuntimeError"
    assert message.startswith(named)
    assert "yield" in message


@pytest.mark.parametrize(
    ("a", "derivative", "said"),
    [
        # NumPy raises it in a method that the base class has.
        ("z.copy()", "np.ones(1 + z.shape[1])", "activation 'mine' of plugin '{file}' (local)"),
        ("z[..., :1]", "np.ones_like(z)", "Mine gave activations of shape (10, 1); it must be"),
    ],
)
def test_wrong_shapes(cli: CommandLine, a: str, derivative: str, said: str) -> None:
    write(cli, "error", "an activation")
    file = cli.folder / "odd.py"
    source = file.read_text().replace("        end()", f"        return {a}")
    file.write_text(source.replace("np.ones_like(z)", derivative))
    message = cli.quick("-P", "odd.py", "data=xor", *PLACES["an activation"][2]).error(code=1)
    assert said.format(file=file) in message


def test_the_traceback_is_there_for_who_asks(cli: CommandLine) -> None:
    write(cli, "error", "an activation")
    result = cli.quick("-P", "odd.py", "data=xor", "activation=mine", HYDRA_FULL_ERROR="1")
    assert result.code == 1
    assert "Traceback" in result.err
    assert "in end" in result.err


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_registering_hook(cli: CommandLine, ending: str) -> None:
    body = HOOK.format(name="bpframe_register_costs(register)", options="", body="end()")
    file = cli.folder / "odd.py"
    file.write_text(HEAD.format(ending=ENDINGS[ending][0]) + body)
    message = cli.quick("-P", "odd.py", "data=xor").error()
    assert f"plugin '{file}' (local) cannot be used: {ENDINGS[ending][1]}" in message


@pytest.mark.parametrize("ending", ["interrupt", "mute", "error"])
def test_a_command(cli: CommandLine, ending: str) -> None:
    body = 'register("greet", lambda arguments, plugins: end())'
    hook = HOOK.format(name="bpframe_register_commands(register)", options="", body=body)
    file = cli.folder / "odd.py"
    file.write_text(HEAD.format(ending=ENDINGS[ending][0]) + hook)
    result = cli("-P", "odd.py", "greet")
    result.error(code=1)
    must_name(result, f"command 'greet' of plugin '{file}' (local)", ending, file)


def test_a_check(cli: CommandLine) -> None:
    write(cli, "exit", "an activation")
    result = cli("-P", "odd.py", "check", "mine")
    assert result.code == 1
    # Where the table breaks its lines depends on the path of the plugin.
    assert "SystemExit: 0 (" in " ".join(result.out.split())


SLEEPING = """\
@bpframe.hookimpl
def bpframe_epoch_end():
    Path("there").touch()
    while not Path("enough").exists():
        time.sleep(0.02)
"""
QUIET = ("data=xor", "trainer.epochs=1", "tracking=none", "plots=none", "console=none")


def start(cli: CommandLine, patience: str) -> subprocess.Popen[str]:
    (cli.folder / "odd.py").write_text(HEAD.format(ending="pass") + SLEEPING)
    return subprocess.Popen(
        [*cli.command, "-P", "odd.py", *QUIET],
        cwd=cli.folder,
        env=clean_environment() | {"BPFRAME_PATIENCE": patience},
        stderr=subprocess.PIPE,
        text=True,
    )


def test_who_sleeps_is_named(cli: CommandLine) -> None:
    with start(cli, "0.2") as process:
        assert process.stderr
        # Slow imports are named too, where the machine is busy.
        line = next(text for text in process.stderr if "in bpframe_epoch_end" in text)
        (cli.folder / "enough").touch()
        assert process.wait() == 0
    file = cli.folder / "odd.py"
    assert line == (
        f"bpframe: waiting for plugin '{file}' (local) in bpframe_epoch_end, for more than 0.2 s\n"
    )


def test_a_person_interrupts_who_sleeps(cli: CommandLine) -> None:
    with start(cli, "600") as process:
        while not (cli.folder / "there").exists():
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    assert (process.returncode, err) == (130, "bpframe: error: interrupted\n")


@pytest.mark.parametrize("value", ["soon", "0", "-1", "inf", "nan"])
def test_a_patience_that_is_none(cli: CommandLine, value: str) -> None:
    message = cli("plugins", BPFRAME_PATIENCE=value).error()
    assert message == f"BPFRAME_PATIENCE is '{value}'; it must be a number of seconds above 0"


def test_the_python_that_only_trains_has_no_such_thread() -> None:
    code = "import bpframe, threading; bpframe.Network; print(threading.active_count())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"
