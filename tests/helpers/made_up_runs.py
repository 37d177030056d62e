"""Runs that were never carried out, in folders as bpframe writes them: their figures are given."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bpframe import Outcome, csv_of

DIVERGED = "the cost is not finite any more at epoch 1, step 3: layer 2 is infinite"


def record(
    sweep: Path,
    job: int,
    parts: Mapping[str, str],
    seed: int,
    value: float | None,
    *,
    metric: str = "test/accuracy",
    options: Mapping[str, Any] | None = None,
    overrides: Sequence[str] = (),
    error: str = "",
    status: str = "",
    more: Mapping[str, tuple[float, str]] | None = None,
    curve: Sequence[float] = (),
) -> Path:
    """Write a run of a sweep: one that has a value is finished, and one without has failed."""
    folder = sweep / str(job)
    folder.mkdir(parents=True)
    (sweep / "sweep.json").write_text("{}\n")
    chosen = {"data": "xor"} | dict(parts)
    figures = {name: {"value": v, "selected": s} for name, (v, s) in (more or {}).items()}
    if value is not None:
        figures = {metric: {"value": value, "selected": "last epoch"}} | figures
    status = status or ("finished" if value is not None else "failed")
    outcome = Outcome(
        status,
        int(status != "finished"),
        f"run {job}",
        list(overrides),
        mark="m",
        job=job,
        parts=chosen,
        figures=figures,
        error="" if status == "finished" else error or DIVERGED,
    )
    outcome.save(folder)
    config: dict[str, Any] = {kind: {"name": name} for kind, name in chosen.items()}
    config |= {"seed": seed, "name": None, "tracking": {"name": "none"}}
    for key, option in (options or {}).items():
        section, _, name = key.rpartition(".")
        (config.setdefault(section, {}) if section else config)[name] = option
    # JSON is YAML, too.
    (folder / "config.yaml").write_text(json.dumps(config))
    if curve:
        rows = [[n, v, 0.25] for n, v in enumerate(curve, 1)]
        table = csv_of([["epoch", "validation/accuracy", "seconds"], *rows])
        (folder / "epochs.csv").write_bytes(table)
    return folder


def record_rules(sweep: Path, numbers: Mapping[str, Sequence[float]], **others: Any) -> None:
    """Write a sweep over rules and seeds; NaN stands for a run that diverged."""
    job = 0
    for rule, values in numbers.items():
        for seed, value in enumerate(values):
            given = None if math.isnan(value) else value
            curve = () if given is None else (given / 2, given)
            record(sweep, job, {"backprop": rule}, seed, given, curve=curve, **others)
            job += 1
