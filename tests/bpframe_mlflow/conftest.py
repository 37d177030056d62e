"""A folder to run in, a reader of stores, and one default run that the tests share."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from recorded import Result, Run, Stores, Work, git_checkout


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    """Return an empty folder to run in; what is left running at the end is killed."""
    if sys.platform != "linux":
        pytest.skip("processes are found through /proc")
    folder = tmp_path / "work"
    folder.mkdir()
    work = Work(folder)
    yield work
    work.kill_all()


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """Return the reader of stores."""
    stores = Stores(tmp_path_factory.mktemp("reader"))
    yield stores
    stores.close()


@dataclass(frozen=True)
class DefaultRun:
    """What ``bpframe`` gave in a fresh folder."""

    folder: Path
    result: Result
    files: list[str]
    commit: str | None
    processes_left: int

    @property
    def run_folder(self) -> Path:
        """The folder of the run's files."""
        (file,) = self.folder.glob("outputs/*/*/outcome.json")
        return file.parent

    @property
    def outcome(self) -> dict[str, Any]:
        """What the run says of itself."""
        outcome: dict[str, Any] = json.loads((self.run_folder / "outcome.json").read_text())
        return outcome


@pytest.fixture(scope="session")
def default_run(tmp_path_factory: pytest.TempPathFactory) -> DefaultRun:
    """Return the default run; the first of pytest's processes makes it for all."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    file = shared / "default_run.json"
    with FileLock(f"{file}.lock"):
        if not file.exists():
            file.write_text(json.dumps(make_default_run(shared / "default_run")))
    given = json.loads(file.read_text())
    return DefaultRun(
        **given | {"folder": Path(given["folder"]), "result": Result(**given["result"])}
    )


def make_default_run(parent: Path) -> dict[str, Any]:
    """Run ``bpframe`` in a fresh Git checkout."""
    work = Work(parent / "work")
    work.folder.mkdir(parents=True)
    commit = git_checkout(work.folder)
    result = work.run()
    return {
        "folder": str(work.folder),
        "result": asdict(result),
        "files": work.files(),
        "commit": commit,
        "processes_left": len(work.processes()),
    }


@pytest.fixture(scope="session")
def record(default_run: DefaultRun, stores: Stores) -> Run:
    """Return what MLflow's store holds of the default run."""
    return stores.only(default_run.folder)


@pytest.fixture
def recorded_work(work: Work, default_run: DefaultRun) -> Work:
    """Return a folder with the store of the default run."""
    shutil.copy(default_run.folder / "mlflow.db", work.folder)
    return work
