"""Tab completion: what Hydra's shell function asks for, and a real bash that asks."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from in_this_process import Typed
from mangled_lines import mangled_words
from running import CommandLine, clean_environment, read_all

ANSWERS = {
    "activation=sig": {"activation=sigmoid"},
    "activation=leaky_relu activation.": {"activation.name=", "activation.slope="},
    "trainer.ep": {"trainer.epochs="},
    "cost=": {"cost=cross_entropy", "cost=log_likelihood", "cost=quadratic"},
    "-m backprop=per_": {"backprop=per_sample"},
    "activation=nothing cost=quad": {"cost=quadratic"},
}
MORE_ANSWERS = {
    "pl": {"plugins", "plots=", "plots."},
    "metrics=[top": {"metrics=[top_k"},
    "metrics=ma": {"metrics=[macro_f1", "metrics=[mae"},
    "metrics=[mae,r": {"metrics=[mae,rmse", "metrics=[mae,r2"},
    "check sig": {"sigmoid", "sign_symmetry"},
    "check tan": {"tanh"},
    "ui ": set(),
    "activation=sigmoid,ta": {"activation=sigmoid,tanh"},
    "-m cost=quadratic,": {"cost=quadratic,cross_entropy", "cost=quadratic,log_likelihood"},
    "activation@": {"activation@output_activation="},
    "activation@output_activation=so": {
        "activation@output_activation=softmax",
        "activation@output_activation=softplus",
    },
    "activation@output_activation=leaky_relu output_activation.": {
        "output_activation.name=",
        "output_activation.slope=",
    },
    "task.test_each_epoch=": {"task.test_each_epoch=true", "task.test_each_epoch=false"},
    "dtype=": {"dtype=float32", "dtype=float64"},
    "network.hidden=": set(),
    "experiment=xo": {"experiment=xor"},
    "--mul": {"--multirun"},
    # What is wrong elsewhere in the line does not matter.
    "foo=1 ((( =3 cost=qu": {"cost=quadratic"},
    "-m seed=0,1 cost=qu": {"cost=quadratic"},
    "--bogus -q cost=qu": {"cost=quadratic"},
    "-P nothing.py cost=qu": {"cost=quadratic"},
    "name=~/é cost=qu": {"cost=quadratic"},
}
FILES = {
    "-P ": {"plugin.py", "folder/"},
    "-P pl": {"plugin.py"},
    "-Ppl": {"-Pplugin.py"},
    "--plugin=pl": {"--plugin=plugin.py"},
    "--plugin folder/": {"folder/inside.py"},
    "-P nowhere/": set(),
    "data.path=./fo": {"data.path=./folder"},
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


@pytest.fixture
def tab(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], set[str]]:
    """Return what answers in this process what a line may become."""

    def answers(line: str) -> set[str]:
        monkeypatch.setenv("COMP_LINE", f"bpframe {line}")
        result = typed("-sc", "query=bash")
        assert (result.code, result.err) == (0, ""), line
        return set(result.out.split())

    return answers


@pytest.mark.parametrize("line", MORE_ANSWERS)
def test_more_answers(tab: Callable[[str], set[str]], line: str) -> None:
    assert tab(line) == MORE_ANSWERS[line]


@pytest.mark.parametrize("line", FILES)
def test_files(tab: Callable[[str], set[str]], line: str) -> None:
    Path("folder").mkdir()
    for file in ("plugin.py", "picture.png", "a.b.py", "folder/inside.py", "$(touch ran).py"):
        Path(file).touch()
    assert tab(line) == FILES[line]


def test_nothing_that_a_shell_would_carry_out(tab: Callable[[str], set[str]]) -> None:
    for file in ("$(touch ran)", "`touch ran`", "a b", "it's", 'say "so"', "a;b", "a&b"):
        Path(file).touch()
    assert tab("data.path=./") == set()
    assert tab("hydra.sweep.subdir=") == set()


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells(typed: Typed, monkeypatch: pytest.MonkeyPatch, shell: str) -> None:
    monkeypatch.setenv("COMP_LINE", "bpframe activation=si")
    result = typed("-sc", f"query={shell}")
    assert result.out.split() == ["activation=sigmoid", "activation=sin"]
    assert result.out.count("\n") == (2 if shell == "fish" else 1)


NOISY = """\
import os, sys, warnings

print("on the screen")
print("on the screen", file=sys.stderr)
warnings.warn("on the screen")
{end}
"""


@pytest.mark.parametrize("end", ["1 / 0", "sys.exit(3)", "raise Exception()"])
def test_a_plugin_that_prints_and_breaks(cli: CommandLine, end: str) -> None:
    (cli.folder / "noisy.py").write_text(NOISY.format(end=end))
    assert complete(cli, "-P noisy.py activation=sig") == {"activation=sigmoid"}


def test_mangled_lines(tab: Callable[[str], set[str]]) -> None:
    for words in mangled_words(seed=0, count=6):
        tab(" ".join(words))


@pytest.mark.exhaustive
@pytest.mark.parametrize("seed", range(1, 11))
def test_more_mangled_lines(tab: Callable[[str], set[str]], seed: int) -> None:
    for words in mangled_words(seed, count=20):
        tab(" ".join(words))


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
