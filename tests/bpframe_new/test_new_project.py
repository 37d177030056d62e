"""``bpframe new``: what it makes works at once, as a file, as a module and installed."""

from __future__ import annotations

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from running import CommandLine, clean_environment

from bpframe.errors import ConfigError
from bpframe.plugins.loading import loaded_plugins
from bpframe_new.names import check_name
from bpframe_new.project import files_of, write_project

KINDS = {
    "activation": "activation=mine",
    "cost": "cost=mine",
    "backprop": "backprop=mine",
    "data": "data=mine",
    "initializer": "initializer=mine",
    "optimizer": "optimizer=mine",
    "regularizer": "regularizer=mine",
    "clipping": "clipping=mine",
    "schedule": "schedule=mine",
    "stopping": "stopping=mine",
    "metric": "metrics=[mine]",
    "task": "task=mine",
    "observer": "mine=watch",
}
PLUGIN = "src/mine/plugin.py"


def make(cli: CommandLine, kind: str, name: str = "mine") -> CommandLine:
    """Make a project, and return the command line in its folder."""
    result = cli("new", name, "--kind", kind)
    assert (result.code, result.err) == (0, "")
    return CommandLine(cli.folder / name, cli.command)


def make_every_kind(folder: Path) -> list[Path]:
    """Make a project of each kind, and return their folders."""
    projects = [folder / f"project{number}" for number in range(len(KINDS))]
    for project, kind in zip(projects, KINDS, strict=True):
        write_project(project, files_of(project.name, kind))
    return projects


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_printed_can_be_typed(cli: CommandLine, kind: str) -> None:
    out = cli("new", "mine", "--kind", kind).out
    first, *files = out.partition("what to type:\n")[0].splitlines()
    assert first == f"made mine, a plugin with {KINDS[kind]}:"
    written = {str(f.relative_to(cli.folder)) for f in cli.folder.rglob("*") if f.is_file()}
    assert sorted(file.strip() for file in files) == sorted(written)
    typed = out.partition("what to type:\n")[2].splitlines()
    assert typed[0] == "  cd mine"
    project = CommandLine(cli.folder / "mine", cli.command)
    (trying, checking) = (shlex.split(line, comments=True)[1:] for line in typed[1:3])
    assert trying[-1] == KINDS[kind]
    # With the option that the README shows.
    readme = (project.folder / "README.md").read_text()
    (shown,) = re.findall(r"^# Try it\.\nbpframe (.+)$", readme, re.MULTILINE)
    options = [*shlex.split(shown), *(() if kind == "data" else ("data=xor",))]
    project.quick(*trying[:-1], *options).must_be_fine()
    checked = project(*checking)
    assert (checked.code, checked.err) == (0, "")
    found = re.search(r"checks: (\d+) passed, 0 failed, 0 not available$", checked.out.strip())
    assert found
    assert int(found[1]) >= 5


def test_an_activation_is_what_one_gets_unless_told(cli: CommandLine) -> None:
    assert "a plugin with activation=mine:" in cli("new", "mine").out


def test_several_projects_as_files_and_as_modules(cli: CommandLine) -> None:
    one, other = make(cli, "activation", "one"), make(cli, "cost", "other")
    options = ("activation=one", "cost=other", "data=xor")
    files = (str(p.folder / "src" / p.folder.name / "plugin.py") for p in (one, other))
    flags = [word for file in files for word in ("-P", file)]
    cli.quick(*flags, *options).must_be_fine()
    path = os.pathsep.join(str(p.folder / "src") for p in (one, other))
    modules = ("-P", "one.plugin", "-P", "other.plugin")
    cli.quick(*modules, *options, PYTHONPATH=path).must_be_fine()


def test_the_figures_of_the_task_and_the_file_of_the_observer(cli: CommandLine) -> None:
    made, watching = make(cli, "task", "until"), make(cli, "observer", "watcher")
    flags = [f"-P{p.folder / 'src' / p.folder.name / 'plugin.py'}" for p in (made, watching)]
    result = cli.quick(
        *flags, "task=until", "task.accuracy=0.8", "watcher=watch", "trainer.epochs=30"
    )
    epochs = result.figure("until/epochs")
    assert epochs < 30
    assert result.outcome["figures"]["validation/accuracy"]["value"] >= 0.8
    lines = (result.run_folder / "watcher.csv").read_text().splitlines()
    # The untrained network is epoch 0.
    assert [line.partition(",")[0] for line in lines] == [str(n) for n in range(int(epochs) + 1)]
    assert f"watcher.csv: the lengths of the weights in {len(lines)} epochs" in result.out


REFUSED = {
    "My-Rule": ("small letters", "try 'my_rule'"),
    "2nd": ("small letters", "try 'nd'"),
    "a__b": ("small letters", "try 'a_b'"),
    "../mine": ("small letters", "try 'mine'"),
    "a" * 41: ("at most 40",),
    "": ("small letters",),
    "ø": ("small letters",),
    "class": ("Python's own",),
    "match": ("Python's own",),
    "none": ("would be None",),
    "cost": ("would be Cost",),
    "value_error": ("would be ValueError",),
    "tanh": ("activation 'tanh' is taken by plugin 'activations' (bpframe",),
    "json": ("Python module 'json'",),
    "numpy": ("Python module 'numpy'",),
    "bpframe_costs": ("Python module 'bpframe_costs'",),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_name_that_cannot_be(cli: CommandLine, name: str) -> None:
    message = cli("new", name).error()
    assert all(word in message for word in (f"'{name}'", *REFUSED[name])), message
    assert not list(cli.folder.iterdir())


def test_a_class_hides_no_name_that_the_project_uses(tmp_path: Path) -> None:
    used = set()
    for project in make_every_kind(tmp_path):
        for file in project.rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.ImportFrom):
                    used |= {alias.name for alias in node.names}
                elif isinstance(node, ast.Name):
                    used.add(node.id)
    camel = {n for n in used if n[:1].isupper() and not n.isupper() and "Project" not in n}
    assert {"Callable", "Path", "Register", "ForwardPass", "ValueError"} <= camel
    registry = loaded_plugins().registry
    for name in camel:
        words = re.findall("[A-Z][a-z0-9]*", name)
        with pytest.raises(ConfigError, match=f"would be {name}, which is there already"):
            check_name("_".join(words).lower(), "activation", registry)


@pytest.mark.parametrize("name", ["tracking", "seed", "regularizer"])
def test_a_section_that_is_there(cli: CommandLine, name: str) -> None:
    message = cli("new", name, "--kind", "observer").error()
    assert f"'{name}'" in message
    assert not list(cli.folder.iterdir())


def test_a_part_of_a_local_plugin(cli: CommandLine, my_plugin: Path) -> None:
    message = cli("-P", str(my_plugin), "new", "mine").error()
    assert message == (
        f"activation 'mine' is taken by plugin '{my_plugin}' (local); choose another name"
    )
    assert cli("-P", str(my_plugin), "new", "mine", "--kind", "cost").code == 0


@pytest.mark.parametrize("there", ["file", "folder", "link"])
def test_what_is_there_stays(cli: CommandLine, there: str) -> None:
    place = cli.folder / "mine"
    {
        "file": lambda: place.write_text("my work"),
        "folder": place.mkdir,
        "link": lambda: place.symlink_to("nowhere"),
    }[there]()
    before = [(f.name, f.lstat().st_mtime_ns) for f in cli.folder.iterdir()]
    assert (
        "there is a 'mine' here already, and nothing is overwritten" in cli("new", "mine").error()
    )
    assert [(f.name, f.lstat().st_mtime_ns) for f in cli.folder.iterdir()] == before


def test_a_kind_that_is_none(cli: CommandLine) -> None:
    message = cli("new", "mine", "--kind", "optimiser").error()
    assert "there is no kind 'optimiser'" in message
    assert message.endswith("Did you mean 'optimizer'?")


def test_a_folder_that_cannot_be_written(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(cli.folder)
    with pytest.raises(ConfigError, match="cannot write mine: "):
        write_project(Path("mine"), {"a": "a file", "a/b": "in it"})
    assert not list(cli.folder.iterdir())


def test_the_folder_is_for_others_as_the_user_has_it(cli: CommandLine) -> None:
    folder = make(cli, "cost").folder
    plain = cli.folder / "plain"
    plain.mkdir()
    assert folder.stat().st_mode == plain.stat().st_mode


def test_every_template_is_used_and_filled(tmp_path: Path, repository: Path) -> None:
    projects = make_every_kind(tmp_path)
    assert all((project / ".gitignore").exists() for project in projects)
    files = [f for project in projects for f in project.rglob("*") if f.is_file()]
    text = "".join(file.read_text() for file in files)
    assert "$" not in text
    templates = list((repository / "plugins" / "bpframe_new" / "templates").iterdir())
    assert len(templates) >= len(KINDS)
    for template in templates:
        # What stands between the words that are put in.
        pieces = re.split(r"\$\{?\w+\}?", template.read_text())
        assert max(pieces, key=len) in text, template


def test_the_code_is_in_the_projects_form(tmp_path: Path, repository: Path) -> None:
    make_every_kind(tmp_path)
    settings = tomllib.loads((repository / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    rules = [f"--select={','.join(settings['select'])}", f"--ignore={','.join(settings['ignore'])}"]
    tests = ["--per-file-ignores=*/tests/*:D1", '--config=lint.pydocstyle.convention="numpy"']
    run_in(tmp_path, "-m", "ruff", "check", "--no-cache", *rules, *tests, ".")
    run_in(tmp_path, "-m", "ruff", "format", "--no-cache", "--check", ".")


def run_in(folder: Path, *arguments: str, **environment: str) -> str:
    return must_run(folder, sys.executable, *arguments, **environment)


def must_run(folder: Path, *command: str | Path, **environment: str) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env=clean_environment() | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_its_own_tests_pass(cli: CommandLine, kind: str) -> None:
    out = run_in(make(cli, kind).folder, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    (passed,) = re.findall(r"(\d+) passed in", out)
    assert int(passed) >= 12


@pytest.mark.slow
def test_its_types_are_strict(tmp_path: Path, repository: Path) -> None:
    projects = make_every_kind(tmp_path)
    path = os.pathsep.join(map(str, [*(project / "src" for project in projects), repository]))
    packages = [word for project in projects for word in ("-p", project.name)]
    flags = ("--strict", "--follow-imports=silent", f"--cache-dir={tmp_path / 'cache'}")
    run_in(tmp_path, "-m", "mypy", *flags, *packages, MYPYPATH=path)


@pytest.mark.slow
def test_installed(cli: CommandLine, venv: Path, tmp_path: Path) -> None:
    """It is installed as one that is worked on, and its wheel holds what it needs."""
    project = make(cli, "backprop")
    # A copy, for the other tests share that one.
    python = Path(shutil.copytree(venv, tmp_path / "own", symlinks=True)) / "bin" / "python"
    # An old one that came with the environment hides the one that builds are made with.
    must_run(tmp_path, python, "-m", "pip", "uninstall", "--yes", "--quiet", "setuptools")
    nothing_else = ("--quiet", "--no-deps", "--no-index", "--no-build-isolation")
    must_run(tmp_path, python, "-m", "pip", "install", *nothing_else, "--editable", project.folder)
    installed = CommandLine(cli.folder, (python, "-m", "bpframe"))
    installed.quick("backprop=mine", "backprop.strength=0.5", "data=xor").must_be_fine()
    checked = installed("check", "mine")
    assert (checked.code, checked.err) == (0, "")
    taken = CommandLine(tmp_path, installed.command)("new", "mine", "--kind", "backprop").error()
    assert "backprop 'mine' is taken by plugin 'mine' (mine 0.1.0)" in taken
    must_run(tmp_path, sys.executable, "-m", "build", "--wheel", "--no-isolation", project.folder)
    (wheel,) = (project.folder / "dist").glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    modules = ("__init__.py", "backprop.py", "plugin.py", "py.typed")
    assert {f"mine/{module}" for module in modules} <= held
