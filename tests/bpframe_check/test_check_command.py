"""``bpframe check``: what a person sees, and the exit code that a script sees."""

from __future__ import annotations

import re

import pytest
from running import CommandLine, Result

from bpframe.plugins.loading import load_plugins

REGISTRY = load_plugins().registry
PLUGIN = '''\
from dataclasses import dataclass

import numpy as np

import bpframe


@dataclass(frozen=True)
class Bent(bpframe.Activation):
    """f(z) = (sqrt(z² + 1) - 1)/2 + bend · z.

    Parameters
    ----------
    bend : float
        The slope at z = 0.
    """

    bend: float = 1.0

    def __call__(self, z, out=None):
        return (np.sqrt(z * z + 1) - 1) / 2 + self.bend * z

    def derivative(self, z, a):
        return z / (2 * np.sqrt(z * z + 1)) + self.bend


@bpframe.hookimpl
def bpframe_register_activations(register):
    register("bent", Bent)
'''
WRONG = PLUGIN.replace("+ self.bend\n", "+ 1.1 * self.bend\n")
HIDES_NUMBA = """\
import sys

import bpframe

sys.modules["numba"] = None


@bpframe.hookimpl
def bpframe_run_end(run):
    pass
"""
BEND = "    bend: float = 1.0\n"
# The activations, and of those that are tried with an activation the quick ones.
BESIDE = ("activation", "cost", "full_matrix", "per_sample")


@pytest.fixture
def bent(cli: CommandLine) -> CommandLine:
    """Return the command line in a folder with a right and a wrong plugin."""
    (cli.folder / "right.py").write_text(PLUGIN)
    (cli.folder / "wrong.py").write_text(WRONG)
    return cli


ROW = re.compile(r"^(\S+) +(\w+) +(\w+) +(\d+) +(\d+)\n((?: {4}.*\n)*)", re.MULTILINE)


def rows(result: Result) -> dict[str, list[str]]:
    """Return the row of each component: kind/name → plugin, kind, name, passed, failed, remarks."""
    found = ROW.findall(result.out)
    return {f"{row[1]}/{row[2]}": [*row[:5], " ".join(row[5].split())] for row in found}


# Each of these checks is a test of the kit's own.
@pytest.mark.exhaustive
def test_everything_that_is_installed_passes(cli: CommandLine) -> None:
    result = cli("check")
    assert (result.code, result.err) == (0, ""), result.out
    table = rows(result)
    assert list(table) == [f"{g}/{name}" for g, names in REGISTRY.entries.items() for name in names]
    assert "weights must be given" in table["initializer/given"][5]
    assert "a path must be given" in table["initializer/weights"][5]
    alone = ("initializer/given", "initializer/weights")
    others = [row for place, row in table.items() if place not in alone]
    assert all(int(row[3]) >= 5 and row[4] == "0" for row in others)
    passed = sum(int(row[3]) for row in table.values())
    assert re.search(
        rf"^{len(table)} components; checks: {passed} passed, 0 failed", result.out, re.M
    )
    assert "networks, relative error at most" in table["backprop/full_matrix"][5]
    assert "not available: data 'arrays' needs a file" in table["data/arrays"][5]


def test_a_wrong_plugin_is_named_with_its_check_and_the_reason(bent: CommandLine) -> None:
    result = bent("check", *BESIDE, "-P", "wrong.py")
    assert (result.code, result.err) == (1, "")
    table = rows(result)
    assert table["activation/bent"][:3] == ["wrong.py", "activation", "bent"]
    assert table["activation/bent"][4] == "3"
    remarks = table["activation/bent"][5]
    assert remarks.startswith("derivative_agrees_with_differences: derivative at [0], z = ")
    assert "is right; they may differ by " in remarks
    assert [name for name, row in table.items() if row[4] != "0"] == ["activation/bent"]
    assert ", 3 failed," in result.out


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("bent", ["activation/bent"]),
        ("activation/bent", ["activation/bent"]),
        ("right", ["activation/bent"]),
        ("local", ["activation/bent"]),
        ("sgd bent", ["activation/bent", "optimizer/sgd"]),
        (
            "none",
            [
                f"{group}/none"
                for group in (
                    *("regularizer", "clipping", "stopping"),
                    *("checkpoint", "console", "tracking", "plots", "report"),
                )
            ],
        ),
        ("tracking", ["tracking/mlflow", "tracking/none"]),
        ("costs", [f"cost/{name}" for name in REGISTRY.entries["cost"]]),
    ],
)
def test_names(bent: CommandLine, names: str, expected: list[str]) -> None:
    result = bent("check", *names.split(), "-P", "right.py")
    assert (result.code, result.err, list(rows(result))) == (0, "", expected)


@pytest.mark.slow
def test_a_distribution(bent: CommandLine) -> None:
    result = bent("check", "bpframe", "-P", "wrong.py", BPFRAME_DISABLE_PLUGINS="data,backprop")
    assert (result.code, result.err) == (0, "")
    assert "activation/sigmoid" in rows(result)
    assert "activation/bent" not in rows(result)


@pytest.mark.parametrize(
    ("name", "meant"),
    [("sigmod", "sigmoid"), ("activation/sigmod", "activation/sigmoid"), ("bpfram", "bpframe")],
)
def test_an_unknown_name(cli: CommandLine, name: str, meant: str) -> None:
    message = cli("check", name).error()
    assert f"there is no '{name}' to be checked" in message
    assert f"Did you mean '{meant}'?" in message


def test_a_component_that_refuses_its_defaults_is_not_available(cli: CommandLine) -> None:
    refusing = f"{BEND}\n    def __post_init__(self):\n        raise {{}}('give a bend')\n"
    (cli.folder / "bent.py").write_text(PLUGIN.replace(BEND, refusing.format("ValueError")))
    result = cli("check", "bent", "-P", "bent.py")
    assert (result.code, result.err) == (0, "")
    remarks = rows(result)["activation/bent"][5]
    assert remarks == "not available: its defaults are refused: give a bend"
    (cli.folder / "bent.py").write_text(PLUGIN.replace(BEND, refusing.format("RuntimeError")))
    result = cli("check", "bent", "-P", "bent.py")
    assert result.code == 1
    assert rows(result)["activation/bent"][5] == "can_be_built: RuntimeError: give a bend"


def test_a_component_that_cannot_say_what_it_is_fails_alone(cli: CommandLine) -> None:
    broken = "\n    @property\n    def range(self):\n        return self.nothing\n"
    (cli.folder / "bent.py").write_text(PLUGIN.replace(BEND, BEND + broken))
    result = cli("check", *BESIDE, "-P", "bent.py")
    assert (result.code, result.err) == (1, "")
    table = rows(result)
    assert [name for name, row in table.items() if row[4] != "0"] == ["activation/bent"]
    assert "has no attribute 'nothing'" in table["activation/bent"][5]


def test_a_rule_without_its_optional_package_is_not_available(cli: CommandLine) -> None:
    (cli.folder / "without.py").write_text(HIDES_NUMBA)
    result = cli("check", "fused", "-P", "without.py")
    assert (result.code, result.err) == (0, "")
    remarks = rows(result)["backprop/fused"][5]
    assert remarks.startswith("not available: it needs Numba: pip install")


def test_a_narrow_terminal_breaks_no_name_of_a_check(bent: CommandLine) -> None:
    code, text = bent.terminal("check", "bent", "-P", "wrong.py", columns=60)
    assert code == 1
    assert "derivative_agrees_with_differences: derivative at" in text
    assert max(map(len, text.splitlines())) <= 60


def test_progress_on_a_terminal(cli: CommandLine) -> None:
    code, text = cli.terminal("check", "cost", "optimizer")
    assert code == 0
    assert re.search(r"\d/9 \w+/\w+", text)
    assert "9 components; checks: " in text


def test_help(cli: CommandLine) -> None:
    result = cli("check", "--help")
    assert (result.code, result.err) == (0, "")
    for word in ("bpframe.testing", "-P FILE", "nothing is downloaded", "NAME", "Exit code"):
        assert word in result.out
