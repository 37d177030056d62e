"""A command that is printed can be typed where it is read."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from running import CommandLine, clean_environment

from bpframe import typed_command

BIN = Path(sys.executable).parent


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the scripts' folder of an environment below the working folder."""
    scripts = tmp_path / ".venv" / "bin"
    scripts.mkdir(parents=True)
    for name in ("python", "bpframe"):
        (scripts / name).write_text("#!/bin/sh\n")
        (scripts / name).chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(scripts / "python"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.defpath)
    return scripts


def test_in_an_activated_environment(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{environment}{os.pathsep}{os.defpath}")
    assert typed_command() == "bpframe"
    assert typed_command("ui", "--uri", "x") == "bpframe ui --uri x"


def test_beside_the_environment(environment: Path) -> None:
    assert typed_command("ui") == ".venv/bin/bpframe ui"


def test_to_be_typed_in_another_folder(environment: Path, tmp_path: Path) -> None:
    assert typed_command("ui", folder=Path("below")) == f"{environment}/bpframe ui"
    assert typed_command("ui", folder=tmp_path) == ".venv/bin/bpframe ui"


def test_elsewhere(
    environment: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert typed_command("ui") == f"{environment}/bpframe ui"


def test_another_installation_comes_first(
    environment: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "bpframe").write_text("#!/bin/sh\n")
    (other / "bpframe").chmod(0o755)
    monkeypatch.setenv("PATH", f"{other}{os.pathsep}{environment}")
    assert typed_command("ui") == ".venv/bin/bpframe ui"


def test_without_a_script(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (environment / "bpframe").unlink()
    assert typed_command("ui") == ".venv/bin/python -m bpframe ui"
    monkeypatch.setenv("PATH", str(environment))
    assert typed_command("ui") == "python -m bpframe ui"


def test_what_a_shell_would_take_apart_is_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "my environment" / "bin" / "bpframe"
    script.parent.mkdir(parents=True)
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(script.with_name("python")))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.defpath)
    words = ("ui", "--uri", "mysql://host/runs?a=1&b=2")
    assert typed_command(*words).startswith("'my environment/bin/bpframe' ui --uri ")
    assert shlex.split(typed_command(*words)) == ["my environment/bin/bpframe", *words]


@pytest.mark.parametrize("activated", [False, True])
def test_what_help_names_can_be_typed(cli: CommandLine, activated: bool) -> None:
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}" if activated else os.defpath
    done = cli("plugins", "--help", PATH=path)
    usage = shlex.split(done.out.partition("usage: ")[2].partition(" [")[0])
    if (BIN / "bpframe").exists():
        assert (usage[0] == "bpframe") == activated
    again = subprocess.run(
        [*usage, "--help"],
        cwd=cli.folder,
        env=clean_environment() | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert again.stdout == done.out
