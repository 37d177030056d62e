"""Starts bpframe as a person does, watches its processes, and reads what it has recorded."""

from __future__ import annotations

import json
import os
import resource
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

# A limit for what hangs; what is waited for is an event.
SECONDS = 600
QUICK = ("trainer.epochs=2", "plots=none", "console=none")
# Of an epoch that takes a hundredth of a second, and more of them than anybody waits for.
ENDLESS = ("trainer.epochs=100000", "network.hidden=[300]", "plots=none")
QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_LOGGING_LEVEL": "WARNING"}
MARK = "TEST_TRACKING_MARK"
FOREIGN = ("BPFRAME_", "MLFLOW_", "HYDRA_", "PYTHON", "COLUMNS", "GIT_")
READER = Path(__file__).with_name("store_reader.py")
STARTS = """\
import os, sys
with open(os.environ["TEST_TRACKING_STARTS"], "a") as file:
    file.write(" ".join(sys.orig_argv) + "\\n")
"""
Run = dict[str, Any]
# Goes on after its third epoch when the file "go on" is there.
PAUSES = """\
import pathlib, time
import bpframe

@bpframe.hookimpl
def bpframe_epoch_end(run, epoch):
    while epoch.number == 3 and not pathlib.Path("go on").exists():
        time.sleep(0.01)
"""
T = TypeVar("T")


@dataclass(frozen=True)
class Result:
    """What a command gave."""

    code: int
    out: str
    err: str


@dataclass
class Started:
    """A command that goes on."""

    process: subprocess.Popen[bytes]
    out: Path
    err: Path

    def wait_for_text(self, text: str) -> None:
        """Wait until it has printed something; it must not end before."""

        def printed() -> bool:
            assert self.process.poll() is None, self.err.read_text()
            return text in self.out.read_text()

        wait_until(printed)

    def interrupt(self) -> None:
        """Do what Ctrl-C does: send SIGINT to the process group of the terminal."""
        os.killpg(self.process.pid, signal.SIGINT)

    def result(self) -> Result:
        """Wait for its end."""
        code = self.process.wait(SECONDS)
        return Result(code, self.out.read_text(), self.err.read_text())


@dataclass
class Terminal:
    """What a command writes to a terminal."""

    handle: int
    text: str = ""

    def wait_for_text(self, text: str) -> None:
        """Wait until it has been written; the command must not end before."""
        while text not in self.text:
            ready, _, _ = select.select([self.handle], [], [], SECONDS)
            assert ready, self.text
            self.text += os.read(self.handle, 65536).decode()


@dataclass
class Work:
    """A folder in which commands are run, with nothing of the surroundings' settings."""

    folder: Path
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(
        self,
        *command: str | Path,
        stderr: int | None = None,
        before: Callable[[], None] | None = None,
        **environment: str,
    ) -> Started:
        """Start a command in a process group of its own, like a shell."""
        number = len(list(self.folder.parent.glob("*.out")))
        out, err = (self.folder.parent / f"{number}.{name}" for name in ("out", "err"))
        with out.open("wb") as out_file, err.open("wb") as err_file:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=clean_environment() | environment | {MARK: self.mark},
                stdin=subprocess.DEVNULL,
                stdout=out_file,
                stderr=err_file if stderr is None else stderr,
                start_new_session=True,
                preexec_fn=before,
            )
        self.children.append(process)
        return Started(process, out, err)

    def bpframe(self, *arguments: str, **environment: str) -> Started:
        """Start bpframe."""
        return self.start(sys.executable, "-m", "bpframe", *arguments, **environment)

    def run(self, *arguments: str, **environment: str) -> Result:
        """Run bpframe to its end."""
        return self.bpframe(*arguments, **environment).result()

    def limited(self, kilobytes: int, *arguments: str) -> Started:
        """Start bpframe where no file may be larger."""

        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024,) * 2)

        return self.start(sys.executable, "-m", "bpframe", *arguments, before=limit)

    def on_terminal(self, *arguments: str) -> tuple[Started, Terminal]:
        """Start bpframe with its errors on a terminal."""
        ours, theirs = os.openpty()
        started = self.start(sys.executable, "-m", "bpframe", *arguments, stderr=theirs)
        os.close(theirs)
        return started, Terminal(ours)

    def plugin(self, code: str) -> str:
        """Write a plugin of one file outside the folder, and return its path."""
        file = self.folder.parent / "plugin_of_test.py"
        file.write_text(code)
        return str(file)

    def starts(self, code: str = "") -> tuple[dict[str, str], Path]:
        """Return an environment in which each Python process notes its command, and the notes.

        Parameters
        ----------
        code : str
            Is run besides by each Python process at its start.
        """
        notes, site = self.folder.parent / "starts.txt", self.folder.parent / "site"
        site.mkdir()
        (site / "sitecustomize.py").write_text(STARTS + code)
        return {"PYTHONPATH": str(site), "TEST_TRACKING_STARTS": str(notes)}, notes

    def processes(self) -> list[int]:
        """Return the processes that came from a command of this folder and are alive."""
        mark = f"{MARK}={self.mark}".encode()
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            # A process may end meanwhile, and a dead one that nobody has waited for has no
            # environment any more.
            with suppress(OSError):
                if mark in (path / "environ").read_bytes().split(b"\0"):
                    found.append(int(path.name))
        return found

    def recorder(self) -> int:
        """Return the recorder's process."""
        commands = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in self.processes()}
        (pid,) = (pid for pid, command in commands.items() if b"bpframe_mlflow.recorder" in command)
        return pid

    def wait_until_all_ended(self) -> None:
        """Wait until no process is left."""
        wait_until(lambda: not self.processes())

    def kill_all(self) -> None:
        """End what a test that failed has left."""
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for child in self.children:
            child.wait()

    def outcome(self) -> dict[str, Any]:
        """Return the outcome of the only run."""
        (file,) = self.folder.glob("outputs/*/*/outcome.json")
        outcome: dict[str, Any] = json.loads(file.read_text())
        return outcome

    def files(self) -> list[str]:
        """Return what stands in the folder, what Git keeps left out."""
        return sorted(path.name for path in self.folder.iterdir() if path.name != ".git")


class Stores:
    """Reads stores by way of a process that has MLflow imported; starts it when asked first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None

    def __call__(self, where: Path | str) -> list[Run]:
        """Return the runs of a store, given by its address or by the folder of ``mlflow.db``."""
        if isinstance(where, Path):
            assert (where / "mlflow.db").exists(), f"there is no store in {where}"
            where = f"sqlite:///{where / 'mlflow.db'}"
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, READER],
                cwd=self._folder,
                env=clean_environment() | QUIET,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._process.stdin
        assert self._process.stdout
        print(where, file=self._process.stdin, flush=True)
        answer = json.loads(self._process.stdout.readline())
        assert isinstance(answer, list), answer
        return answer

    def only(self, where: Path | str) -> Run:
        """Return the only run of a store."""
        (run,) = self(where)
        return run

    def close(self) -> None:
        """End the process."""
        if self._process:
            self._process.communicate()


def statuses(folder: Path, store: str = "mlflow.db") -> list[str]:
    """Return the status of each run; nothing if there is no store yet, or half of one.

    MLflow must not be asked: it would join in with making the store.
    """
    try:
        with closing(sqlite3.connect(f"file:{folder}/{store}?mode=ro", uri=True)) as opened:
            return [status for (status,) in opened.execute("SELECT status FROM runs")]
    except sqlite3.OperationalError:
        return []


def jobs(runs: list[Run]) -> list[Run]:
    """Return the runs that are a sweep's jobs, in the order of their folders."""
    found = [run for run in runs if "mlflow.parentRunId" in run["tags"]]
    return sorted(found, key=lambda run: run["start"])


def sweep_of(runs: list[Run]) -> Run:
    """Return the run of the only sweep, which all of its jobs belong to."""
    (sweep,) = (run for run in runs if "bpframe.varies" in run["tags"])
    assert {run["tags"]["mlflow.parentRunId"] for run in jobs(runs)} == {sweep["id"]}
    return sweep


def clean_environment() -> dict[str, str]:
    """Return this process's environment without what changes how bpframe and MLflow behave."""
    kept = {name: v for name, v in os.environ.items() if not name.startswith(FOREIGN)}
    # Two test processes share two cores. What a command has recorded is read when it has ended.
    waits = {"BPFRAME_PATIENCE": "600", "BPFRAME_WAIT": "20"}
    return kept | waits | {"OPENBLAS_NUM_THREADS": "1", "TERM": "dumb", "NO_PROXY": "127.0.0.1"}


def wait_until(condition: Callable[[], T]) -> T:
    """Return what a condition gives as soon as that is true."""
    end = time.monotonic() + SECONDS
    while not (result := condition()):
        assert time.monotonic() < end, f"waited {SECONDS} s in vain"
        time.sleep(0.1)
    return result


def get(url: str, body: object = None) -> bytes:
    """Return the answer of a server on this machine, to a POST if there is a body."""
    assert url.startswith("http://127.0.0.1:")
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, content, {"Content-Type": "application/json"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=SECONDS) as answer:
        answered: bytes = answer.read()
    return answered


def git_checkout(folder: Path) -> str | None:
    """Make a folder a Git checkout with one commit and return it; None where Git is missing."""
    git = shutil.which("git")
    if git is None:
        return None
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.invalid"]
    for arguments in (["init", "-q"], [*identity, "commit", "-q", "--allow-empty", "-m", "x"]):
        subprocess.run([git, *arguments], cwd=folder, env=clean_environment(), check=True)
    answer = subprocess.run(
        [git, "rev-parse", "HEAD"],
        cwd=folder,
        env=clean_environment(),
        check=True,
        capture_output=True,
        text=True,
    )
    return answer.stdout.strip()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for_server(started: Started, url: str) -> None:
    """Wait until MLflow's server answers; its process must not end before."""

    def healthy() -> bool:
        assert started.process.poll() is None, started.err.read_text()
        try:
            return get(f"{url}/health") == b"OK"
        except (urllib.error.URLError, ConnectionError):
            return False

    wait_until(healthy)
