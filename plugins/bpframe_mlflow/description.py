"""What a run says of itself at its beginning."""

from __future__ import annotations

import functools
import getpass
import json
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from bpframe import Run, Sweep, __version__, flat_options, masked


def params(config: Mapping[str, Any]) -> dict[str, str]:
    """Return the options of a run as texts, by their dotted names."""
    return {
        name: masked(value if isinstance(value, str) else json.dumps(value, default=str))
        for name, value in flat_options(config).items()
    }


def tags(run: Run) -> dict[str, str]:
    """Return what identifies the code and the run."""
    identity = {
        "bpframe.version": __version__,
        "bpframe.plugins": "\n".join(run.plugins),
        "bpframe.overrides": masked(" ".join(run.overrides)),
        "bpframe.name": run.name,
        "seed": str(run.seed),
    }
    return identity | ({"bpframe.sweep": run.sweep} if run.sweep else {})


def sweep_tags(sweep: Sweep) -> dict[str, str]:
    """Return what identifies the code and the sweep."""
    return {
        "bpframe.version": __version__,
        "bpframe.overrides": masked(" ".join(sweep.overrides)),
        "bpframe.sweep": str(sweep.folder),
        "bpframe.varies": " ".join(sweep.varying),
    }


def origin(overrides: list[str], cwd: Path) -> dict[str, str]:
    """Return what MLflow's page shows of where a run comes from."""
    return {
        "mlflow.source.name": masked(" ".join(["bpframe", *overrides])),
        "mlflow.source.type": "LOCAL",
        **_user_and_commit(cwd),
    }


def dataset(run: Run) -> dict[str, str]:
    """Return the data set as MLflow describes one: name, digest, source and profile."""
    samples = {name: len(split) for name, split in run.data.splits().items()}
    profile = {"samples": samples, "inputs": run.data.n_inputs, "outputs": run.data.n_outputs}
    return {
        "name": run.data.name,
        "digest": run.data.fingerprint,
        "source": json.dumps(run.config["data"], default=str),
        "profile": json.dumps(profile),
    }


@functools.cache
def _user_and_commit(cwd: Path) -> dict[str, str]:
    """Return the user's name, and the commit of a folder, as far as there are such."""
    found = {}
    with suppress(KeyError, OSError):
        found["mlflow.user"] = getpass.getuser()
    with suppress(OSError, subprocess.TimeoutExpired):
        asked = ["git", "rev-parse", "HEAD"]
        answer = subprocess.run(
            asked, cwd=cwd, capture_output=True, text=True, check=False, timeout=10
        )
        if answer.returncode == 0:
            found["mlflow.source.git.commit"] = answer.stdout.strip()
    return found
