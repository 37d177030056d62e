"""What lies in the working folder is not run, whatever library it is named after."""

from __future__ import annotations

import re
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from recorded import QUICK, QUIET, Stores, Work, free_port, wait_for_server

pytestmark = pytest.mark.slow

IMPORTED = re.compile(r"^import time: .*\| +(\w+)$", re.MULTILINE)
# What Python looks for by itself, and what is imported only where it is used.
ALWAYS = {"sitecustomize", "usercustomize", "bpframe_mlflow", "hydra_plugins", "huey", "gunicorn"}
TRAP = """\
with open({notes!r}, "a") as file:
    file.write(__name__ + "\\n")
raise ImportError("a trap")
"""


def imported(text: str) -> set[str]:
    """Return the top names that Python says it has imported, in any process of a command."""
    return set(IMPORTED.findall(text)) - set(sys.builtin_module_names)


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return the names of all that a recorded run with pictures and the server import."""
    work = Work(tmp_path_factory.mktemp("names") / "work")
    work.folder.mkdir()
    noted = {"PYTHONPROFILEIMPORTTIME": "1"}
    run = work.run("data=xor", "trainer.epochs=2", **noted)
    assert run.code == 0
    port = free_port()
    command = ("-m", "mlflow", "ui", "--workers", "1", "--port", str(port))
    server = work.start(sys.executable, *command, **QUIET, **noted)
    wait_for_server(server, f"http://127.0.0.1:{port}")
    server.interrupt()
    names = imported(run.err + server.result().err)
    assert {"numpy", "mlflow", "queue", "matplotlib", "uvicorn", "flask"} <= names
    return names | ALWAYS


@pytest.fixture(params=["files", pytest.param("packages", marks=pytest.mark.exhaustive)])
def kind(request: pytest.FixtureRequest) -> str:
    """Return what lies in the working folder; each kind is tried with one way to start bpframe."""
    kind: str = request.param
    return kind


@pytest.fixture
def traps(kind: str, work: Work, names: set[str]) -> Path:
    """Return what is written to when one of the names is imported from the working folder."""
    notes = work.folder.parent / "sprung.txt"
    for name in names:
        file = work.folder / (f"{name}.py" if kind == "files" else f"{name}/__init__.py")
        file.parent.mkdir(exist_ok=True)
        file.write_text(TRAP.format(notes=str(notes)))
    return notes


@pytest.fixture
def command(kind: str, work: Work, traps: Path) -> tuple[str | Path, ...]:
    """Return how bpframe is started."""
    if kind == "packages":
        return (Path(sys.executable).with_name("bpframe"),)
    # Python itself looks for what -m names in the working folder first.
    (work.folder / "bpframe.py").unlink()
    return (sys.executable, "-m", "bpframe")


def test_neither_the_command_nor_its_recorder_nor_its_server_runs_it(
    work: Work, traps: Path, command: tuple[str | Path, ...], stores: Stores
):
    result = work.start(*command, "data=xor", *QUICK[:1]).result()
    assert (result.code, result.err) == (0, "")
    assert stores.only(work.folder)["status"] == "FINISHED"
    server = work.start(*command, "ui", "--port", str(free_port()))
    server.wait_for_text("runs of bpframe: ")
    server.interrupt()
    assert (server.result().code, server.result().err) == (0, "")
    assert not traps.exists(), traps.read_text()


def test_a_module_that_is_asked_for_is_found_there_behind_what_is_installed(
    work: Work, traps: Path, command: tuple[str | Path, ...]
):
    (work.folder / "my_own.py").write_text("import numpy\nprint('mine', numpy.__version__)\n")
    result = work.start(*command, "-P", "my_own", "plugins").result()
    assert result.code == 0
    assert f"mine {version('numpy')}" in result.out
    assert not traps.exists(), traps.read_text()


def test_a_program_that_imports_bpframe_keeps_its_path(work: Work):
    (work.folder / "program.py").write_text("import bpframe, neighbour\n")
    (work.folder / "neighbour.py").write_text("print('found')\n")
    for start in (("-m", "program"), ("program.py",), ("-c", "import program")):
        result = work.start(sys.executable, *start).result()
        assert (result.code, result.out) == (0, "found\n"), result.err
