"""Forks a process for each command, from one that has imported what every command imports.

A line of standard input is a command: its arguments, folder and environment, and the files that
its output goes to. The answer is a line with its exit code. This file is the process's program.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import sys
from importlib.metadata import entry_points

MODULES = (
    "antlr4.LL1Analyzer",
    "bpframe.cli.hydra_main",
    "bpframe.cli.jobs.repetition",
    "bpframe.cli.option_completion",
    "bpframe.terminal",
    "bpframe.testing",
    "bpframe_check.report",
    "bpframe_console.progress",
    "bpframe_console.tables",
    "bpframe_mlflow.tracking",
    "bpframe_plots.confusion_matrix",
    "bpframe_plots.learning_curve",
    "hydra._internal.core_plugins.basic_launcher",
    "hydra._internal.core_plugins.basic_sweeper",
    "matplotlib.backends.backend_agg",
    "omegaconf._impl",
    "rich._emoji_codes",
    "rich.progress",
    "scipy.linalg.blas",
    "scipy.special",
    "threadpoolctl",
)


def main() -> None:
    """Serve until the input ends; a forked process leaves it to be the command."""
    for module in MODULES:
        __import__(module)
    for point in entry_points(group="bpframe"):
        point.load()
    # What a collection marks in a forked process is a page that is copied.
    gc.freeze()
    answers = os.dup(1)
    for line in sys.stdin.buffer:
        if os.fork() == 0:
            os.close(answers)
            return be_command(json.loads(line))
        _, status = os.wait()
        os.write(answers, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    return None


def be_command(asked: dict[str, object]) -> None:
    """Become ``python -m bpframe ARGUMENT …``."""
    for number, (path, flags) in enumerate(
        [
            (os.devnull, os.O_RDONLY),
            (asked["out"], os.O_WRONLY),
            (asked["err"], os.O_WRONLY),
        ]
    ):
        handle = os.open(str(path), flags)
        os.dup2(handle, number)
        os.close(handle)
    os.chdir(str(asked["folder"]))
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = ["bpframe", *asked["arguments"]]
    runpy.run_module("bpframe", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
