"""Plugins that are not installed: a file or a module, by flag or by the environment."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from running import CommandLine, Result

MINE = ("activation=mine", "activation.beta=0.5", "data=xor", "optimizer.learning_rate=0.001")


def must_have_run(result: Result) -> None:
    result.must_be_fine()
    assert result.outcome["name"] == "xor mine beta=0.5 learning_rate=0.001 epochs=1 s0"


@pytest.fixture
def here(cli: CommandLine, my_plugin: Path) -> Path:
    """Return the plugin file, moved into the working folder."""
    return Path(shutil.move(my_plugin, cli.folder))


@pytest.mark.parametrize(
    "flags",
    [
        ("-P", "my_plugin.py"),
        ("-Pmy_plugin.py",),
        ("--plugin", "my_plugin.py"),
        ("--plugin=my_plugin.py",),
        ("-P", "./my_plugin.py"),
        ("-P", "my_plugin"),
        ("--plugin=my_plugin",),
    ],
)
def test_flag(cli: CommandLine, here: Path, flags: tuple[str, ...]) -> None:
    must_have_run(cli.quick(*flags, *MINE))


def test_a_flag_behind_the_options(cli: CommandLine, here: Path) -> None:
    must_have_run(cli.quick(*MINE, "-P", "my_plugin.py"))


@pytest.mark.parametrize("name", ["my_plugin.py", "my_plugin"])
def test_environment(cli: CommandLine, here: Path, name: str) -> None:
    must_have_run(cli.quick(*MINE, BPFRAME_PLUGINS=name))


@pytest.mark.parametrize("name", ["my_plugin.py", "my_plugin"])
def test_the_console_script_finds_it_too(script: CommandLine, here: Path, name: str) -> None:
    must_have_run(script.quick("-P", name, *MINE))


def test_another_folder(cli: CommandLine, my_plugin: Path) -> None:
    must_have_run(cli.quick("-P", str(my_plugin), *MINE))
    must_have_run(cli.quick("-P", os.path.relpath(my_plugin, cli.folder), *MINE))


def test_a_name_and_a_folder_that_are_no_identifiers(cli: CommandLine, my_plugin: Path) -> None:
    odd = cli.folder / "a folder" / "my-plugin.py"
    odd.parent.mkdir()
    must_have_run(cli.quick("-P", str(my_plugin.rename(odd)), *MINE))


def test_the_job_in_a_folder_of_its_own(cli: CommandLine, here: Path) -> None:
    must_have_run(cli.quick("-P", "my_plugin.py", *MINE, "hydra.job.chdir=true"))


def test_two_files(cli: CommandLine, here: Path) -> None:
    other = cli.folder / "other.py"
    other.write_text(here.read_text().replace('"mine"', '"theirs"'))
    output = "activation@output_activation=theirs"
    result = cli.quick("-P", "my_plugin.py", "-P", "other.py", *MINE, output)
    result.must_be_fine()
    assert result.outcome["name"] == "xor mine+theirs beta=0.5 learning_rate=0.001 epochs=1 s0"


def test_flag_and_environment(cli: CommandLine, here: Path) -> None:
    other = cli.folder / "other.py"
    other.write_text(here.read_text().replace('"mine"', '"theirs"'))
    must_have_run(cli.quick("-P", "my_plugin.py", *MINE, BPFRAME_PLUGINS=str(other)))


@pytest.mark.parametrize("named", ["my_plugin.py", "{folder}/my_plugin.py"])
def test_named_twice(cli: CommandLine, here: Path, named: str) -> None:
    twice = ("-P", "my_plugin.py", "-P", "./my_plugin.py")
    named = named.format(folder=cli.folder)
    must_have_run(cli.quick(*twice, *MINE, BPFRAME_PLUGINS=named))


def test_a_file_may_import_its_neighbour(cli: CommandLine, here: Path) -> None:
    here.rename(here.with_name("neighbour.py"))
    (cli.folder / "front.py").write_text("from .neighbour import *\n")
    must_have_run(cli.quick("-P", "front.py", *MINE))


def test_help_and_list(cli: CommandLine, here: Path) -> None:
    assert "  mine             f(z) = βz.  [beta]\n" in cli("-P", "my_plugin.py", "--help").out
    out = cli("-P", "my_plugin.py", "plugins").out
    assert re.search(r"activation=mine +beta .*local", " ".join(out.split()))


@pytest.mark.parametrize("name", ["[red]mine.py", "x[/]y.py", "[link=a]b[/link].py"])
def test_brackets_in_a_path_are_shown(cli: CommandLine, my_plugin: Path, name: str) -> None:
    odd = cli.folder / name
    odd.parent.mkdir(exist_ok=True)
    my_plugin.rename(odd)
    for command in (("plugins",), ("check", "mine")):
        result = cli("-P", str(odd), *command)
        assert (result.code, result.err) == (0, "")
        # A long path is folded in the table's cell.
        folded = re.sub(r"\s", "", result.out)
        assert odd.name in folded
    odd.write_text("1 / 0\n")
    assert str(odd) in cli("-P", str(odd), "plugins").out
    assert f"plugin '{odd}' (local) cannot be used" in cli("-P", str(odd)).error()


def test_a_file_in_a_package_finds_its_neighbours(cli: CommandLine, my_plugin: Path) -> None:
    for name in ("one", "two"):
        package = cli.folder / name / "inner"
        package.mkdir(parents=True)
        for folder in (package, package.parent):
            (folder / "__init__.py").touch()
        mine = my_plugin.read_text().replace('"mine"', "names.NAME")
        (package / "plugin.py").write_text(f"from .. import names\n{mine}")
        (package.parent / "names.py").write_text(f"NAME = '{name}'\n")
    flags = [f"-P{name}/inner/plugin.py" for name in ("one", "two")]
    chosen = ("activation=one", "activation@output_activation=two", "data=xor")
    cli.quick(*flags, *chosen, "optimizer.learning_rate=0.001").must_be_fine()


def test_a_wrong_type(cli: CommandLine, here: Path) -> None:
    message = cli.quick("-P", "my_plugin.py", "activation=mine", "activation.beta=x").error()
    assert "activation.beta" in message


@pytest.mark.slow
def test_a_sweep(cli: CommandLine, here: Path) -> None:
    result = cli.quick("-P", "my_plugin.py", "-m", "activation=mine,tanh", "data=xor")
    assert result.code == 0, result.err
    assert [o["name"].split()[1] for o in result.outcomes] == ["mine", "tanh"]


WORKER = """\
import multiprocessing, os, pathlib, sys

from bpframe.cli.app import main


def build(beta):
    from bpframe.plugins.loading import loaded_plugins

    registry = loaded_plugins().registry
    return os.getpid(), registry.build("activation", {"name": "mine", "beta": beta})


if __name__ == "__main__":
    assert main(["-P", sys.argv[1], "--version"]) == 0
    os.chdir(pathlib.Path(__file__).parent / "elsewhere")
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        pid, mine = pool.apply(build, (3.0,))
    print(pid != os.getpid(), mine)
"""


@pytest.mark.parametrize("from_environment", [False, True])
def test_a_worker_process(cli: CommandLine, here: Path, from_environment: bool) -> None:
    (cli.folder / "worker.py").write_text(WORKER)
    (cli.folder / "elsewhere").mkdir()
    python = CommandLine(cli.folder, (sys.executable, "worker.py"))
    # What the environment names must be found from the other folder just as well.
    given = {"BPFRAME_PLUGINS": "my_plugin.py"} if from_environment else {}
    other = cli.folder / "other.py"
    other.touch()
    result = python("other.py" if from_environment else "my_plugin.py", **given)
    assert result.code == 0, result.err
    assert result.out.splitlines()[-1] == "True Mine(beta=3.0)"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nothing.py", ("there is no file", "nothing.py")),
        ("nothing", ("nothing", "No module named")),
        ("folder.py", ("there is no file", "folder.py")),
    ],
)
def test_what_is_not_there(cli: CommandLine, name: str, words: tuple[str, ...]) -> None:
    (cli.folder / "folder.py").mkdir()
    message = cli.quick("-P", name).error()
    assert all(word in message for word in words), message


def test_two_files_of_one_name(cli: CommandLine, here: Path) -> None:
    twin = cli.folder / "other" / here.name
    twin.parent.mkdir()
    twin.write_text(here.read_text().replace('"mine"', '"theirs"'))
    message = cli.quick("-P", str(here), "-P", str(twin), "activation=theirs").error()
    assert str(here) in message
    assert str(twin) in message
