"""Help, version, configuration and list of plugins: complete, and without heavy imports."""

from __future__ import annotations

import re
import sys
from enum import Enum
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from hydra import compose
from omegaconf import OmegaConf
from running import CommandLine

import bpframe.cli.help.page as help_module
from bpframe.cli.help.defaults import defaults_of, option_of
from bpframe.cli.schema import PRIMARY, own_configuration, publish
from bpframe.errors import ConfigError
from bpframe.options import flat_options
from bpframe.plugins.loading import load_plugins
from bpframe.plugins.registry import typed_choice

REGISTRY = load_plugins().registry
COMPONENTS = [(group, name) for group, entries in REGISTRY.entries.items() for name in entries]
HEAVY = {"mlflow", "sklearn", "matplotlib", "sympy", "scipy", "pandas", "requests"}
# What only reads a configuration, or prints tables.
OF_RUNS = {"hydra", "omegaconf", "antlr4", "rich"}


@pytest.fixture(scope="module")
def help_text(tmp_path_factory: pytest.TempPathFactory) -> str:
    result = CommandLine(tmp_path_factory.mktemp("help"))("--help")
    assert (result.code, result.err) == (0, "")
    return result.out


def joined(text: str) -> str:
    """Return the help with each entry in one line."""
    return re.sub(r"\n {6,}", " ", text)


def sections(text: str) -> dict[str, str]:
    """Return the section of the help about each kind."""
    pieces = re.split(r"^(\w+=\[?NAME\]?)(?:   .*)?$", text, flags=re.MULTILINE)
    groups = {typed_choice(group, "NAME"): group for group in ("experiment", *REGISTRY.entries)}
    return {groups[head]: told for head, told in zip(pieces[1::2], pieces[2::2], strict=True)}


def options_of(text: str) -> dict[str, str]:
    """Return the meaning of each option in a full text, by ``KEY=DEFAULT   ALLOWED``."""
    found = re.findall(r"^  (\w[\w.]*=.*)\n((?: {6}\S.*\n?)+)", text, re.MULTILINE)
    return {head: " ".join(body.split()) for head, body in found}


@cache
def told(*words: str) -> str:
    publish(REGISTRY)
    return help_module.help_text(REGISTRY, ["--help", *words])


@pytest.mark.parametrize("words", [(), *((word,) for word in ("experiment", *REGISTRY.entries))])
def test_lines_are_no_wider_than_eighty_columns(words: tuple[str, ...]) -> None:
    wide = [line.strip() for line in told(*words).splitlines() if len(line) > 80]
    # An address cannot be broken.
    assert [line for line in wide if " " in line] == []


def test_help_has_every_group(help_text: str) -> None:
    assert set(sections(help_text)) == {"experiment", *REGISTRY.entries}


@pytest.mark.parametrize(("group", "name"), COMPONENTS)
def test_help_has_every_part(help_text: str, group: str, name: str) -> None:
    entry = REGISTRY.entries[group][name]
    options = ", ".join(entry.options())
    told = entry.component.summary() + (f"  [{options}]" if options else "")
    lines = sections(joined(help_text))[group].splitlines()
    assert f"{name} {told}".split() in [line.split() for line in lines]


def test_what_parts_are_for_stands_below_each_other(help_text: str) -> None:
    for group, text in sections(help_text).items():
        lines = [line for line in text.splitlines() if line.strip()]
        columns = {
            len(line) - len(line[2:].lstrip().split(maxsplit=1)[1])
            for line in lines
            if line[2] != " "
        }
        columns |= {len(line) - len(line.lstrip()) for line in lines if line[2] == " "}
        assert len(columns) == 1, (group, lines)


@pytest.mark.parametrize(("group", "name"), COMPONENTS)
def test_a_part_in_full(group: str, name: str) -> None:
    entry = REGISTRY.entries[group][name]
    metrics = group == "metric"
    head = f"metrics=[{name}]   " if metrics else f"{group}={name}   "
    for text in (told(name), told(group)):
        assert head in text
        assert entry.component.summary() in " ".join(text.split())
        # Other components of the kind may have options of the same names.
        own = text.partition(head)[2].partition(f"\n\n{head.partition('=')[0]}=")[0]
        options = options_of(own)
        for option in entry.options():
            typed = f"metrics=[{{name:{name},{option}:" if metrics else f"{group}.{option}="
            (meaning,) = {v for k, v in options.items() if k.startswith(typed)}
            assert len(meaning) > 1


def test_what_an_option_allows_stands_beside_its_default() -> None:
    options = options_of(told("sign_symmetry"))
    assert "backprop.magnitudes=uniform   one of uniform, random" in options
    assert "backprop.scale=1.0   a number" in options
    assert "task.test_each_epoch=false   true or false" in options_of(told("task"))
    assert "optimizer.learning_rate=auto   a number or a text" in options_of(told("sgd"))
    assert "data.path=null   a text or null" in options_of(told("mnist"))


def test_a_section_that_is_no_part() -> None:
    options = options_of(told("trainer"))
    assert "trainer.learning_rate_backprop=full_matrix   a text or null" in options
    assert told("epochs") == told("trainer")
    assert "network.hidden=[30]   a list of: a whole number" in options_of(told("network"))
    assert "dtype=float32   one of float32, float64" in options_of(told("seed"))


def test_experiments_are_listed_with_what_they_are_for(help_text: str, repository: Path) -> None:
    folder = repository / "conf" / "experiment"
    files = {str(f.relative_to(folder).with_suffix("")): f for f in folder.rglob("*.yaml")}
    assert "book/quadratic_30" in files
    for text in (help_text, told("experiment")):
        listed = dict(
            re.findall(
                r"^  ([\w/]+) +(\S.*\.)$", sections(joined(text))["experiment"], re.MULTILINE
            )
        )
        for name, file in files.items():
            first = file.read_text().splitlines()[1]
            assert first.removeprefix("# ").startswith(listed[name].rstrip("."))
    for name, file in files.items():
        text = told(name)
        assert all(line.strip("# ") in text for line in file.read_text().splitlines()[1:])


def test_parts_of_one_name_are_all_shown() -> None:
    text = told("none")
    for group, entries in REGISTRY.entries.items():
        assert (f"{group}=none   " in text) == ("none" in entries)


@pytest.mark.parametrize("arguments", ["--help tnah", "-h tnah", "--help data=xor tnah"])
def test_a_word_that_names_nothing(cli: CommandLine, arguments: str) -> None:
    message = cli(*arguments.split()).error()
    assert "'tnah'" in message
    assert "Did you mean 'tanh'?" in message


def test_a_command_in_full(cli: CommandLine) -> None:
    assert cli("--help", "check").out == cli("check", "--help").out


def test_an_empty_word_names_nothing() -> None:
    with pytest.raises(ConfigError, match="there is no ''"):
        told("")


@pytest.mark.parametrize("columns", ["60", "200"])
def test_meanings_stay_within_the_terminal(cli: CommandLine, columns: str) -> None:
    meanings = re.findall("^ {6}.*$", cli("--help", "task", COLUMNS=columns).out, re.MULTILINE)
    assert meanings
    assert max(map(len, meanings)) <= min(int(columns), 100)


@pytest.mark.parametrize("command", REGISTRY.commands)
def test_help_has_every_command(help_text: str, command: str) -> None:
    assert re.search(rf"^  {command} +\w.*\.$", joined(help_text), re.MULTILINE)


@pytest.mark.parametrize("command", REGISTRY.commands)
def test_every_command_has_help(cli: CommandLine, command: str) -> None:
    result = cli(command, "--help")
    assert (result.code, result.err) == (0, "")
    assert re.search(rf"^usage: \S*bpframe {command}\b", result.out)


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
    listed = re.findall(r"^ +(\w+=\S+) ", result.out, re.MULTILINE)
    assert listed == [typed_choice(group, name) for group, name in COMPONENTS]
    assert "metrics=[r2]" in listed
    (slope,) = re.findall(r"^ +activation=leaky_relu .*$", result.out, re.MULTILINE)
    expected = ["activation=leaky_relu", "slope", "activations", "bpframe", version("bpframe")]
    assert slope.split() == expected


@pytest.mark.parametrize(
    "arguments", ["--help", "--version", "--cfg job", "plugins", "-sc query=bash", "seed=-1"]
)
def test_imports_are_light(cli: CommandLine, arguments: str) -> None:
    asked = {"COMP_LINE": "bpframe activation=", "COMP_POINT": "19"}
    assert imports(cli, arguments.split(), **asked) == "set()"


@pytest.mark.parametrize("arguments", ["--help", "--version", "--help optimizer", "-sc query=bash"])
def test_what_needs_no_configuration_imports_nothing_that_reads_one(
    cli: CommandLine, arguments: str
) -> None:
    asked = {"COMP_LINE": "bpframe plugins --", "COMP_POINT": "18"}
    assert imports(cli, arguments.split(), OF_RUNS, **asked) == "set()"


def test_help_knows_the_defaults_that_hydra_composes() -> None:
    publish(REGISTRY)
    with own_configuration():
        composed: Any = OmegaConf.to_container(compose(PRIMARY), enum_to_str=True)
    for name, value in flat_options(defaults_of(REGISTRY)).items():
        known = option_of(composed, name)
        assert (value.name if isinstance(value, Enum) else value) == known, name
    chosen = {name for name in flat_options(composed) if name.endswith(".name")}
    assert chosen <= flat_options(defaults_of(REGISTRY)).keys()


@pytest.mark.parametrize("pictures", ["png", "none"])
def test_what_is_not_asked_for_is_not_imported(cli: CommandLine, pictures: str) -> None:
    arguments = ["data=xor", "trainer.epochs=1", "tracking=none", f"plots={pictures}"]
    imported = imports(cli, arguments, HEAVY | {"scipy.linalg"})
    assert all(name not in imported for name in ("mlflow", "sklearn", "sympy", "scipy.linalg"))
    assert ("matplotlib" in imported) == (pictures == "png")


def imports(
    cli: CommandLine, arguments: list[str], packages: set[str] = HEAVY, **environment: str
) -> str:
    """Return which of these packages are imported after a command, as a printed set."""
    code = f"import sys\nfrom bpframe.cli.app import main\nmain({arguments})\n"
    code += f"print({packages} & set(sys.modules), file=sys.stderr)"
    result = CommandLine(cli.folder, (sys.executable, "-c", code))(**environment)
    assert result.code == 0
    return result.err.splitlines()[-1]
