"""Tab completion: what Hydra's shell function asks for, and a real bash that asks."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from running import CommandLine, clean_environment, read_all

ANSWERS = {
    "activation=sig": {"activation=sigmoid"},
    "activation=leaky_relu activation.": {"activation.name=", "activation.slope="},
    "trainer.ep": {"trainer.epochs="},
    "cost=": {"cost=cross_entropy", "cost=log_likelihood", "cost=quadratic"},
    "-m backprop=per_": {"backprop=per_sample"},
    "activation=nothing cost=quad": {"cost=quadratic"},
}
BASH = shutil.which("bash")


def complete(cli: CommandLine, line: str, **environment: str) -> set[str]:
    """Ask as the generated shell function does."""
    line = f"bpframe {line}"
    asked = {"COMP_LINE": line, "COMP_POINT": str(len(line))}
    result = cli("-sc", "query=bash", **asked, **environment)
    assert (result.code, result.err) == (0, "")
    return set(result.out.split())


@pytest.mark.parametrize("line", ANSWERS)
def test_answer(cli: CommandLine, line: str) -> None:
    assert complete(cli, line) == ANSWERS[line]


def test_nothing_typed_yet(cli: CommandLine) -> None:
    answer = complete(cli, "")
    assert {"activation=", "cost=", "trainer.", "seed=", "tracking="} <= answer


def test_a_plugin_of_the_environment(cli: CommandLine, my_plugin: Path) -> None:
    assert complete(cli, "activation=mi", BPFRAME_PLUGINS=str(my_plugin)) == {"activation=mine"}


@pytest.mark.parametrize("flag", ["-P ", "-P", "--plugin="])
def test_a_plugin_of_the_line(cli: CommandLine, my_plugin: Path, flag: str) -> None:
    line = f"{flag}{my_plugin} activation=mine activation."
    assert complete(cli, line) == {"activation.name=", "activation.beta="}


def test_a_broken_plugin_does_not_get_in_the_way(cli: CommandLine) -> None:
    assert complete(cli, "activation=sig", BPFRAME_PLUGINS="nothing") == {"activation=sigmoid"}


@pytest.fixture
def terminal_environment(script: CommandLine) -> dict[str, str]:
    """Return an environment in which bash finds the console script."""
    (path,) = script.command
    search = f"{Path(path).parent}{os.pathsep}{os.environ['PATH']}"
    return clean_environment() | {"PATH": search, "PS1": "$ ", "TERM": "xterm"}


@pytest.mark.skipif(BASH is None, reason="there is no bash")
def test_bash(cli: CommandLine, terminal_environment: dict[str, str]) -> None:
    assert BASH
    asked = ("activation=sig", "activation=leaky_relu activation.", "cost=")
    done = subprocess.run(
        [BASH, "--norc", "-c", ASK, "bash", *asked],
        cwd=cli.folder,
        env=terminal_environment,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    answers = [set(line.split()) for line in done.stdout.splitlines()]
    assert answers == [ANSWERS[line] for line in asked]


# What bash does when Tab is pressed behind each argument.
ASK = """
eval "$(bpframe -sc install=bash)"
for typed; do
    COMP_LINE="bpframe $typed"
    COMP_POINT=${#COMP_LINE}
    COMP_WORDS=($COMP_LINE)
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    hydra_bash_completion
    echo "${COMPREPLY[@]}"
done
"""


@pytest.mark.skipif(BASH is None, reason="there is no bash")
def test_the_tab_key(cli: CommandLine, terminal_environment: dict[str, str]) -> None:
    assert BASH
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [BASH, "--norc", "--noprofile", "-i"],
        cwd=cli.folder,
        env=terminal_environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as bash:
        os.close(theirs)
        os.write(ours, b'eval "$(bpframe -sc install=bash)"\n')
        os.write(ours, b"bpframe activation=sig\t --cfg job | grep '^  name: sig'\nexit\n")
        text = read_all(ours)
        bash.wait(30)
    os.close(ours)
    assert "activation=sigmoid --cfg" in text
    assert "\n  name: sigmoid\n" in text
