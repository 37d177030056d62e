"""Help, version, configuration and list of plugins: complete, and without heavy imports."""

from __future__ import annotations

import re
import sys
from importlib.metadata import version

import pytest
from omegaconf import OmegaConf
from running import CommandLine

from bpframe.plugins import load_plugins

REGISTRY = load_plugins().registry
COMPONENTS = [(group, name) for group, entries in REGISTRY.entries.items() for name in entries]
HEAVY = {"mlflow", "sklearn", "matplotlib", "sympy", "scipy", "pandas", "requests"}


@pytest.fixture(scope="module")
def help_text(tmp_path_factory: pytest.TempPathFactory) -> str:
    result = CommandLine(tmp_path_factory.mktemp("help"))("--help")
    assert (result.code, result.err) == (0, "")
    return result.out


def sections(text: str) -> dict[str, str]:
    """Return the part of the help about each group."""
    parts = re.split(r"^(\w+)=NAME$", text.partition("\nThe configuration;")[0], flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_help_has_every_group(help_text: str) -> None:
    assert set(sections(help_text)) == set(REGISTRY.entries)


@pytest.mark.parametrize(("group", "name"), COMPONENTS)
def test_help_has_every_option(help_text: str, group: str, name: str) -> None:
    entry = REGISTRY.entries[group][name]
    section = sections(help_text)[group]
    found = re.search(rf"^  {name} +(\S.*)\n((?: {{6,}}.*\n)*)", section, re.MULTILINE)
    assert found, section
    assert found[1] == entry.component.summary()
    options = re.findall(rf"^ +{group}\.(\w+)=", found[2], re.MULTILINE)
    assert options == list(entry.options())


@pytest.mark.parametrize("command", REGISTRY.commands)
def test_help_has_every_command(help_text: str, command: str) -> None:
    assert re.search(rf"^  {command} +\w.*\.$", help_text, re.MULTILINE)


@pytest.mark.parametrize("command", REGISTRY.commands)
def test_every_command_has_help(cli: CommandLine, command: str) -> None:
    result = cli(command, "--help")
    assert (result.code, result.err) == (0, "")
    assert f"usage: bpframe {command}" in result.out


@pytest.mark.parametrize("flag", ["-P", "-m", "--cfg", "--version", "-sc"])
def test_help_has_the_flags(help_text: str, flag: str) -> None:
    assert re.search(rf"(?<![\w-]){flag}\b", help_text)


def test_help_shows_what_was_composed(cli: CommandLine) -> None:
    out = cli("activation=leaky_relu", "activation.slope=0.25", "--help").out
    configuration = OmegaConf.create(out.partition("KEY=VALUE:\n")[2])
    assert configuration.activation == {"name": "leaky_relu", "slope": 0.25}


def test_help_of_a_wrong_option_is_an_error(cli: CommandLine) -> None:
    assert "'sigmod'" in cli("activation=sigmod", "--help").error()


@pytest.mark.parametrize("arguments", ["--version", "seed=1 --version"])
def test_version(cli: CommandLine, arguments: str) -> None:
    result = cli(*arguments.split())
    assert (result.code, result.out) == (0, f"bpframe {version('bpframe')}\n")


def test_configuration(cli: CommandLine) -> None:
    result = cli("activation=leaky_relu", "trainer.epochs=7", "--cfg", "job")
    assert (result.code, result.err) == (0, "")
    configuration = OmegaConf.create(result.out)
    assert configuration.activation == {"name": "leaky_relu", "slope": 0.01}
    assert configuration.trainer.epochs == 7
    assert not result.outcomes


def test_plugins(cli: CommandLine) -> None:
    result = cli("plugins")
    assert (result.code, result.err) == (0, "")
    listed = re.findall(r"^ +(\w+)=(\w+) ", result.out, re.MULTILINE)
    assert listed == COMPONENTS
    (slope,) = re.findall(r"^ +activation=leaky_relu .*$", result.out, re.MULTILINE)
    expected = ["activation=leaky_relu", "slope", "activations", "bpframe", version("bpframe")]
    assert slope.split() == expected


@pytest.mark.parametrize(
    "arguments", ["--help", "--version", "--cfg job", "plugins", "-sc query=bash", "seed=-1"]
)
def test_imports_are_light(cli: CommandLine, arguments: str) -> None:
    asked = {"COMP_LINE": "bpframe activation=", "COMP_POINT": "19"}
    assert imports(cli, arguments.split(), **asked) == "set()"


@pytest.mark.parametrize("pictures", ["png", "none"])
def test_what_is_not_asked_for_is_not_imported(cli: CommandLine, pictures: str) -> None:
    arguments = ["data=xor", "trainer.epochs=1", "tracking=none", f"plots={pictures}"]
    imported = imports(cli, arguments)
    assert all(name not in imported for name in ("mlflow", "sklearn", "sympy"))
    assert ("matplotlib" in imported) == (pictures == "png")


def imports(cli: CommandLine, arguments: list[str], **environment: str) -> str:
    """Return which heavy packages are imported after a command, as a printed set."""
    code = f"import sys\nfrom bpframe.app import main\nmain({arguments})\n"
    code += f"print({HEAVY} & set(sys.modules), file=sys.stderr)"
    result = CommandLine(cli.folder, (sys.executable, "-c", code))(**environment)
    assert result.code == 0
    return result.err.splitlines()[-1]
