"""Runs the command line as a person does: a process of its own, in a folder of its own."""

from __future__ import annotations

import fcntl
import json
import os
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warm import run_warm

OTHERS = ("BPFRAME_", "MLFLOW_", "HYDRA_", "PYTHON", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR")
# What a process reads once, when it imports.
AT_IMPORT = ("PYTHON", "OPENBLAS", "OMP_", "NUMBA_", "MPL")
QUICK = {"tracking": "none", "plots": "none", "report": "none", "trainer.epochs": "1"}
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
ERROR = "bpframe: error: "
WARNING = "bpframe: warning: "
BPFRAME = (sys.executable, "-m", "bpframe")
# A limit for what hangs; what is waited for is an event.
SECONDS = 600


@dataclass(frozen=True)
class Result:
    """What a command gave: exit code, what it printed, and the outcome files that it wrote."""

    code: int
    out: str
    err: str
    outcomes: list[dict[str, Any]] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)

    @property
    def outcome(self) -> dict[str, Any]:
        """The only outcome."""
        (outcome,) = self.outcomes
        return outcome

    @property
    def run_folder(self) -> Path:
        """The folder of the only run."""
        (folder,) = self.folders
        return folder

    def figure(self, name: str) -> float:
        """Return a figure of the only run, which must have finished without a word on stderr."""
        self.must_be_fine()
        value = self.outcome["figures"][name]["value"]
        assert isinstance(value, float)
        return value

    def must_be_fine(self) -> None:
        """Assert that the command succeeded, and had nothing to complain about."""
        assert (self.code, self.err) == (0, ""), self
        assert [o["status"] for o in self.outcomes] == ["finished"] * len(self.outcomes), self

    def error(self, code: int = 2) -> str:
        """Return the one message that the command failed with, and nothing else on stderr."""
        assert self.code == code, self
        assert "Traceback" not in self.err + self.out, self.err
        assert self.err.startswith(ERROR), self.err
        assert self.err.count("bpframe: ") == 1, self.err
        return self.err.removeprefix(ERROR).strip()

    def warning(self) -> str:
        """Return the one line on stderr of a command that succeeded all the same."""
        assert self.code == 0, self
        assert self.err.startswith(WARNING), self.err
        assert self.err.count("\n") == 1, self.err
        return self.err.removeprefix(WARNING).strip()


@dataclass(frozen=True)
class CommandLine:
    """Runs a command in a folder, with nothing of the surroundings' settings.

    ``python -m bpframe`` is forked from a process that has made its imports, unless a test changes
    what Python itself does.
    """

    folder: Path
    command: Sequence[str | Path] = BPFRAME

    def __call__(self, *arguments: str, cwd: Path | None = None, **environment: str) -> Result:
        """Run ``bpframe ARGUMENT …``; variables of the environment are given by keyword."""
        folder = cwd or self.folder
        before = set(outcome_files(folder))
        done = self._run([*map(str, self.command), *arguments], folder, environment)
        files = [file for file in outcome_files(folder) if file not in before]
        outcomes = [json.loads(file.read_text()) for file in files]
        return Result(
            done.returncode, done.stdout, done.stderr, outcomes, [file.parent for file in files]
        )

    def _run(
        self, words: list[str], folder: Path, changes: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        clean = clean_environment()
        changes_imports = any(name.startswith(AT_IMPORT) for name in changes)
        if tuple(words[: len(BPFRAME)]) == BPFRAME and not changes_imports:
            return run_warm(words[len(BPFRAME) :], folder, clean | changes, SECONDS)
        return subprocess.run(
            words,
            cwd=folder,
            env=clean | changes,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )

    def quick(self, *arguments: str, cwd: Path | None = None, **environment: str) -> Result:
        """Run one epoch without tracking and pictures, unless the arguments say otherwise."""
        given = {argument.partition("=")[0] for argument in arguments}
        added = (f"{key}={value}" for key, value in QUICK.items() if key not in given)
        return self(*arguments, *added, cwd=cwd, **environment)

    @contextmanager
    def started(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """Start it, and give its process; who leaves the context waits for its end."""
        with subprocess.Popen(
            [*self.command, *arguments],
            cwd=self.folder,
            env=clean_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            yield process

    def terminal(self, *arguments: str, columns: int = 120) -> tuple[int, str]:
        """Run it on a terminal, and return the exit code and the text without control codes."""
        ours, theirs = os.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        with subprocess.Popen(
            [*self.command, *arguments],
            cwd=self.folder,
            env=clean_environment() | {"TERM": "xterm-256color"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        ) as process:
            os.close(theirs)
            text = read_all(ours)
        os.close(ours)
        return process.returncode, text


def read_all(terminal: int) -> str:
    """Return what is written to a terminal until its other side is closed.

    Colours are taken out; where the cursor is moved, a line ends.
    """
    content = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # Linux says so when the last writer has gone.
            break
        if not piece:
            break
        content += piece
    return re.sub("\n+", "\n", CONTROL.sub("\n", COLOUR.sub("", content.decode())))


def clean_environment() -> dict[str, str]:
    """Return this process's environment without what changes how bpframe or Python behave."""
    kept = {name: v for name, v in os.environ.items() if not name.startswith(OTHERS)}
    # Two test processes share two cores; what takes long there is nothing to be told.
    # Nothing is left behind that writes into a folder which is taken away.
    waits = {"BPFRAME_PATIENCE": "600", "BPFRAME_WAIT": "600"}
    return kept | waits | {"OPENBLAS_NUM_THREADS": "1", "TERM": "dumb"}


def run_python(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run code in a Python of its own, in which warnings are errors."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=folder,
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )


def outcome_files(folder: Path) -> list[Path]:
    """Return the outcome files below a folder, those of a sweep in the order of its jobs."""
    single = sorted(folder.glob("outputs/*/*/outcome.json"))
    sweeps = folder.glob("multirun/*/*/*/outcome.json")
    return single + sorted(sweeps, key=lambda file: (file.parts[-3], int(file.parts[-2])))
