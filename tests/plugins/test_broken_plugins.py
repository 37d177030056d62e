"""Broken plugins: named and left out whole where they are installed, refused where asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from running import CommandLine

Install = Callable[..., str]

GOOD = '''\
import abc, enum, sys, typing
from dataclasses import dataclass, field
from typing import Callable, ClassVar, Literal

import numpy as np

import bpframe


@dataclass(frozen=True)
class Mine(bpframe.Activation):
    """f(z) = z."""

    beta: float = 1.0

    def __call__(self, z, out=None):
        return np.positive(z, out=out)

    def derivative(self, z, a):
        return np.ones_like(z)


@dataclass(frozen=True)
class Notes(bpframe.Settings):
    """Notes."""


@bpframe.hookimpl
def bpframe_register_activations(register):
    register("strange", Mine)
    register("strange_too", Mine)


@bpframe.hookimpl
def bpframe_run_end(run):
    print("strange")


@bpframe.hookimpl
def bpframe_register_commands(register):
    register("strange", print)


@bpframe.hookimpl
def bpframe_register_settings(register):
    register("notes/on", Notes)
'''
BETA = "    beta: float = 1.0\n"
TAKEN = 'register("strange_too", Mine)', 'register("tanh", Mine)'
EPOCH_END = "\n\n@bpframe.hookimpl\ndef bpframe_epoch_end({}):\n    pass\n"
UNHOLDABLE = ("np.ndarray", "Literal[1, 2]", "Callable[[float], float]", "set[int]", "object")

# What makes the good plugin a broken one, and what must be said about it.
BROKEN: dict[str, tuple[str, tuple[str, ...]]] = {
    "import": (GOOD.replace("import abc", "import nowhere, abc"), ("No module named 'nowhere'",)),
    "syntax": (GOOD + "def f(:\n", ("SyntaxError", "invalid syntax")),
    "exit": (GOOD + "sys.exit('enough')\n", ("SystemExit", "enough")),
    "raise": (GOOD + "1 / 0\n", ("ZeroDivisionError", "division by zero")),
    "hook": (
        GOOD + EPOCH_END.format("run").replace("epoch_end", "epoch_ends"),
        ("'bpframe_epoch_ends'", "Did you mean 'bpframe_epoch_end'?"),
    ),
    "argument": (
        GOOD + EPOCH_END.format("run, epok"),
        ("bpframe_epoch_end", "'epok'", "run, epoch"),
    ),
    "taken": (GOOD.replace(*TAKEN), ("activation 'tanh' is taken", "'activations'", "bpframe")),
    "command": (
        GOOD.replace('"strange", print', '"plugins", print'),
        ("command 'plugins' is taken", "bpframe"),
    ),
    **{
        f"type {number}": (
            GOOD.replace(BETA, f"    beta: {kind} = None\n"),
            ("field 'beta'", "Mine", kind.partition("[")[0].rpartition(".")[2], "float, str"),
        )
        for number, kind in enumerate(UNHOLDABLE)
    },
    "unknown type": (GOOD.replace("float = 1.0", "'Nothing' = 1"), ("beta", "Mine", "Nothing")),
    "default": (GOOD.replace("float = 1.0", "float"), ("'beta'", "Mine", "needs a default")),
    "wrong default": (GOOD.replace("float = 1.0", "float = 'soft'"), ("'beta'", "Mine", "soft")),
    "name": (GOOD.replace(BETA, "    name: str = ''\n"), ("'name'", "Mine", "own name")),
    "repeats its kind": (
        GOOD.replace(BETA, "    elementwise: bool = False\n"),
        ("'elementwise'", "Mine", "write elementwise = False, or elementwise: ClassVar[bool]"),
    ),
    "no dataclass": (
        GOOD.replace("@dataclass(frozen=True)\nclass Mine", "class Mine"),
        ("Mine", "@dataclass(frozen=True)"),
    ),
    "abstract": (
        GOOD.replace("def derivative", "def derivativ"),
        ("Mine", "not define derivative"),
    ),
    "no class": (
        GOOD.replace('"strange_too", Mine', '"strange_too", Mine()'),
        ("'strange_too'", "class"),
    ),
    "other kind": (
        GOOD.replace("register_activations", "register_costs"),
        ("'strange'", "derived from Cost"),
    ),
    "no identifier": (
        GOOD.replace("strange_too", "strange-too"),
        ("'strange-too'", "letters, digits"),
    ),
    "no section": (GOOD.replace("notes/on", "notes"), ("'notes'", "section/choice")),
    "section taken": (GOOD.replace("notes/on", "cost/on"), ("'cost'", "section/choice")),
    "arguments": (GOOD.replace('register("strange", Mine)', "register(Mine)"), ("component",)),
    "no wrapper": (
        GOOD + EPOCH_END.format("run").replace("epoch_end", "run"),
        ("bpframe_run must be a wrapper", "wrapper=True"),
    ),
    "unmarked": (
        GOOD.replace("@bpframe.hookimpl\n", ""),
        ("bpframe_register_activations", "@bpframe.hookimpl"),
    ),
}


def assert_says(message: str, what: str, words: tuple[str, ...]) -> None:
    missing = [word for word in (what, *words) if word not in message]
    assert not missing, message
    assert "\n" not in message


@pytest.mark.parametrize("what", BROKEN)
def test_installed(cli: CommandLine, install: Install, what: str) -> None:
    source, words = BROKEN[what]
    result = cli("plugins", PYTHONPATH=install("odd", source))
    assert_says(result.warning(), "plugin 'odd' (odd-dist 1.0) cannot be used", words)
    broken = [line for line in result.out.splitlines() if line.startswith("broken: ")]
    assert [line.removeprefix("broken: ") for line in broken] == [result.warning()]
    # Nothing half-registered is left.
    assert not re.search("strange|notes", result.out.partition("broken: ")[0])


@pytest.mark.parametrize("what", ["import", "exit", "hook", "argument", "taken", "type 0"])
def test_asked_for(cli: CommandLine, what: str) -> None:
    source, words = BROKEN[what]
    (cli.folder / "odd.py").write_text(source)
    message = cli.quick("-P", "odd.py", "data=xor").error()
    assert_says(message, f"plugin '{cli.folder / 'odd.py'}'", words)


def test_the_plugin_is_good_before_it_is_broken(cli: CommandLine) -> None:
    (cli.folder / "even.py").write_text(GOOD)
    result = cli.quick("-P", "even.py", "data=xor", "activation=strange", "notes=on")
    result.must_be_fine()
    assert "strange\n" in result.out


@pytest.mark.parametrize("path", ["./odd.py", "../{folder.name}/odd.py", "{folder}/odd.py", "odd"])
def test_asked_for_by_any_path(cli: CommandLine, path: str) -> None:
    (cli.folder / "odd.py").write_text(BROKEN["import"][0])
    message = cli.quick("-P", path.format(folder=cli.folder), "data=xor").error()
    assert "No module named 'nowhere'" in message


@pytest.mark.slow
def test_everything_else_works(cli: CommandLine, install: Install) -> None:
    sources = [source for what, (source, _) in BROKEN.items() if what != "unmarked"]
    for number, source in enumerate(sources):
        install(f"odd{number}", source)
    site = install("even", GOOD.replace("strange", "even").replace("notes", "even_notes"))
    commands = (
        ("activation=even", "data=xor", "trainer.epochs=1", "tracking=none", "plots=none"),
        ("-m", "data=xor", "seed=0,1", "trainer.epochs=1", "tracking=none", "plots=none"),
        ("--help",),
        ("--cfg", "job"),
    )
    for arguments in commands:
        result = cli(*arguments, PYTHONPATH=site)
        assert result.code == 0, result.err
        warnings = [line for line in result.err.splitlines() if "cannot be used" in line]
        assert len(warnings) == len(sources)
        assert "strange" not in result.out
        assert "\nnotes" not in result.out
    assert cli("--version", PYTHONPATH=site).err == ""
    asked = {"COMP_LINE": "bpframe activation=ev", "COMP_POINT": "21"}
    completed = cli("-sc", "query=bash", PYTHONPATH=site, **asked)
    assert (completed.out.split(), completed.err) == (
        ["activation=even", "activation=even_too"],
        "",
    )


def test_a_name_that_two_distributions_want(cli: CommandLine, install: Install) -> None:
    install("one", GOOD)
    site = install("two", GOOD)
    result = cli("plugins", PYTHONPATH=site)
    assert_says(
        result.warning(), "plugin 'two' (two-dist 1.0)", ("'strange'", "'one' (one-dist 1.0)")
    )
    (row,) = re.findall(r"^ +activation=strange .*$", result.out, re.MULTILINE)
    assert row.split()[-2:] == ["one-dist", "1.0"]


def test_two_distributions_may_call_their_plugins_alike(cli: CommandLine, install: Install) -> None:
    site = install("other", GOOD, entry_point="activations")
    result = cli.quick("activation=strange", "data=xor", PYTHONPATH=site)
    result.must_be_fine()


def test_an_entry_point_to_nothing(cli: CommandLine, install: Install) -> None:
    site = install("odd", GOOD)
    Path(site, "mod_odd.py").unlink()
    warning = cli("plugins", PYTHONPATH=site).warning()
    assert_says(warning, "plugin 'odd' (odd-dist 1.0)", ("No module named 'mod_odd'",))


def test_a_check_of_it_fails(cli: CommandLine, install: Install) -> None:
    site = install("odd", BROKEN["import"][0])
    result = cli("check", "odd", PYTHONPATH=site)
    assert result.code == 1
    assert "broken: plugin 'odd' (odd-dist 1.0) cannot be used: " in result.out
    assert cli("check", "sgd", PYTHONPATH=site).code == 0
