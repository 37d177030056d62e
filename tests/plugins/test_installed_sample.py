"""bpframe and a third party's plugin, both from their wheels, away from the source tree."""

from __future__ import annotations

import csv
import re
import tomllib
import zipfile
from pathlib import Path

import pytest
from running import CommandLine

from bpframe.plugins.loading import load_plugins
from bpframe.plugins.registry import typed_choice

# Building the wheels and an environment takes as long as most of the tests here together.
pytestmark = pytest.mark.slow

SAMPLE = Path(__file__).parent / "bpframe_sample"
OPTIONS = {
    "activation=swish": ["activation.beta=1.0"],
    "cost=log_cosh": [],
    "backprop=sign": [],
    "journal=none": [],
    "journal=csv": ["journal.file=journal.csv", "journal.every=1", "journal.most=0"],
}


def test_both_come_from_their_wheels(installed: CommandLine, venv: Path) -> None:
    code = "import bpframe, bpframe.conf, bpframe_costs, bpframe_sample as s; print(*map("
    code += "lambda m: m.__file__, (bpframe, bpframe.conf, bpframe_costs, s)), sep='\\n')"
    result = CommandLine(installed.folder, (venv / "bin" / "python", "-c", code))()
    files = [Path(line) for line in result.out.splitlines()]
    assert len(files) == 4, result
    assert all(file.is_relative_to(venv) for file in files)


def test_the_wheel_holds_every_module_and_file(venv: Path, repository: Path) -> None:
    (wheel,) = venv.parent.glob("bpframe-*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    sources = {
        *(f.relative_to(repository) for f in (repository / "bpframe").rglob("*.py*")),
        *(f.relative_to(repository / "plugins") for f in (repository / "plugins").rglob("*.py")),
        *("bpframe" / f.relative_to(repository) for f in (repository / "conf").rglob("*.yaml")),
    }
    expected = {str(source) for source in sources if source.suffix != ".pyc"}
    assert expected - held == set()


def test_it_is_the_same_as_in_the_source_tree(installed: CommandLine, cli: CommandLine) -> None:
    results = [run.quick("data=xor", "experiment=xor") for run in (installed, cli)]
    assert results[0].outcome == results[1].outcome


def test_the_built_in_parts_are_there(installed: CommandLine) -> None:
    listed = set(re.findall(r"^ +(\w+=\S+) ", installed("plugins").out, re.MULTILINE))
    entries = load_plugins().registry.entries.items()
    assert {typed_choice(group, name) for group, names in entries for name in names} <= listed


def test_plugins_lists_the_sample(installed: CommandLine) -> None:
    result = installed("plugins")
    assert (result.code, result.err) == (0, "")
    version = tomllib.loads((SAMPLE / "pyproject.toml").read_text())["project"]["version"]
    for option, fields in OPTIONS.items():
        (row,) = re.findall(rf"^ +{option} .*$", result.out, re.MULTILINE)
        names = [re.sub(r".*\.(\w+)=.*", r"\1", field) for field in fields]
        assert row.replace(",", "").split() == [option, *names, "sample", "bpframe-sample", version]


def test_help_lists_the_sample(installed: CommandLine) -> None:
    text = installed("--help").out
    assert "\njournal=NAME   default: none\n" in text
    assert "  swish            f(z) = z · σ(βz).  [beta]\n" in text
    told = installed("--help", "activation", "journal").out
    assert all(field in told for fields in OPTIONS.values() for field in fields)


def test_a_run_with_everything(installed: CommandLine) -> None:
    result = installed.quick(
        *("activation=swish", "activation.beta=2", "activation@output_activation=swish"),
        *("output_activation.beta=0.5", "cost=log_cosh", "backprop=sign"),
        *("journal=csv", "journal.file=figures.csv", "journal.every=2", "journal.most=2"),
        "trainer.epochs=9",
    )
    assert result.figure("test/accuracy") > 0.5
    given = "activation.beta=2 output_activation.beta=0.5 epochs=9"
    assert result.outcome["name"] == f"digits swish+swish log_cosh sign {given} s0"
    with (result.run_folder / "figures.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["2", "4"]
    assert result.outcome["stopped"] == "the journal has 2 lines"
    last = result.outcome["figures"]["train/cost"]["value"]
    assert float(rows[-1]["train/cost"]) == last


@pytest.mark.parametrize("option", OPTIONS)
def test_each_part_alone(installed: CommandLine, option: str) -> None:
    installed.quick(option, "data=xor").must_be_fine()


def test_the_parameter_is_used(installed: CommandLine) -> None:
    costs = {
        installed.quick("activation=swish", beta, "data=xor", "optimizer.learning_rate=0.1").figure(
            "train/cost"
        )
        for beta in ("activation.beta=1", "activation.beta=1.5")
    }
    assert len(costs) == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("activation=swish activation.beta=soft", ("activation.beta", "'soft'", "Float")),
        ("activation=swish activation.beta=0", ("swish", "beta is 0.0", "greater than 0")),
        ("activation=swish activation.bet=1", ("activation.bet", "Did you mean 'beta'?")),
        ("activation=swich", ("swish", "Did you mean 'swish'?")),
        ("journal=csv journal.every=0", ("csv", "every is 0", "1 or more")),
        ("journal=xml", ("journal", "csv", "none")),
        ("journal.every=2", ("journal.every",)),
        (
            "activation@output_activation=swish cost=cross_entropy",
            ("[0, 1]", "swish", "log_cosh"),
        ),
    ],
)
def test_wrong_values(installed: CommandLine, arguments: str, words: tuple[str, ...]) -> None:
    message = installed.quick(*arguments.split()).error()
    missing = [word for word in words if word not in message]
    assert not missing, message


def test_a_sweep(installed: CommandLine) -> None:
    result = installed.quick(
        "-m", "activation=swish", "activation.beta=0.5,1,2", "cost=quadratic,log_cosh"
    )
    assert result.code == 0, result.err
    statuses = [outcome["status"] for outcome in result.outcomes]
    assert statuses == ["finished"] * 6
    assert len(re.findall(r"^ +\d +[\d.]+ +(?:quadratic|log_cosh) ", result.out, re.M)) == 6


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("activation=sw", {"activation=swish"}),
        ("activation=swish activation.", {"activation.beta=", "activation.name="}),
        ("jou", {"journal.", "journal="}),
    ],
)
def test_completion(installed: CommandLine, line: str, answer: set[str]) -> None:
    typed = f"bpframe {line}"
    asked = {"COMP_LINE": typed, "COMP_POINT": str(len(typed))}
    assert set(installed("-sc", "query=bash", **asked).out.split()) == answer


def test_python_m_is_the_same(installed: CommandLine, venv: Path) -> None:
    module = CommandLine(installed.folder, (venv / "bin" / "python", "-m", "bpframe"))
    assert module("--help").out == installed("--help").out


def test_it_can_be_left_out(installed: CommandLine) -> None:
    result = installed.quick("activation=swish", BPFRAME_DISABLE_PLUGINS="sample")
    assert "there is no activation 'swish'" in result.error()
    assert "journal" not in installed("--help", BPFRAME_DISABLE_PLUGINS="sample").out
