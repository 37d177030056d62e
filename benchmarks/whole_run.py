"""Where the time of a whole `python -m bpframe` goes, from shell to prompt."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rounds import environment

from bpframe import behind

TIMELINE = Path(__file__).with_name("timeline.py")
PARTS = {
    "start": "Python, imports, plugins",
    "build": "configuration, data, network",
    "learning rate": "measuring a learning rate",
    "training": "training",
    "evaluation": "evaluation between and after the epochs",
    "pictures": "what pictures and tracking have still to do",
    "end": "the end of the process",
    "whole": "from shell to prompt",
}


def report(rounds: int) -> list[str]:
    """Return the section as lines of Markdown."""
    options = {"with MLflow": [], "tracking=none": ["tracking=none"]}
    options["tracking=none plots=none"] = ["tracking=none", "plots=none"]
    seen: dict[str, list[dict[str, float]]] = {name: [] for name in options}
    with environment({}), tempfile.TemporaryDirectory() as folder:
        for number in range(rounds + 1):
            for name, words in options.items():
                parts = run(words, folder)
                if number:  # the first makes the store
                    seen[name].append(parts)
    lines = [
        "## A whole run",
        "",
        "`python -m bpframe` on the digits, the store there already; median seconds.",
        "",
        f"| part | {' | '.join(seen)} |",
        "|---|" + "---|" * len(seen),
    ]
    for part, what in PARTS.items():
        cells = [f"{statistics.median(r[part] for r in runs):.2f}" for runs in seen.values()]
        lines.append(f"| {what} | {' | '.join(cells)} |")
    return [*lines, ""]


def run(words: list[str], folder: str) -> dict[str, float]:
    """Return the seconds of each part of one run."""
    timeline = Path(folder) / "timeline.json"
    command = [sys.executable, "-m", "bpframe", "-P", str(TIMELINE), *words]
    started = time.time()
    subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"BPFRAME_TIMELINE": str(timeline)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    ended = time.time()
    # What follows behind the prompt is done before the next one begins, or the folder is gone.
    while any(behind.notes(p) for p in Path(folder).glob("outputs/*/*")) or (
        Path(folder, ".bpframe").exists()
    ):
        time.sleep(0.1)
    at = json.loads(timeline.read_text())
    return {
        "start": at["plugins"] - started,
        "build": at["built"] - at["plugins"],
        "learning rate": at["first epoch"] - at["built"],
        "training": at["training"],
        "evaluation": at["trained"] - at["first epoch"] - at["training"],
        "pictures": at["recorded"] - at["trained"],
        "end": ended - at["recorded"],
        "whole": ended - started,
    }
