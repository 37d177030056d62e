"""The folder of a run is found by the ID that MLflow has for it (`bpframe_find_run`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bpframe_mlflow.plugin import plugin

ID = "0123456789abcdef0123456789abcdef"


def record(folder: Path, content: Any) -> None:
    folder.mkdir(parents=True)
    (folder / "mlflow.json").write_text(
        content if isinstance(content, str) else json.dumps(content)
    )


@pytest.mark.parametrize("place", ["outputs/2026-01-31/12-00-00", "multirun/2026-01-31/12/3"])
def test_below_the_folders_of_runs(tmp_path: Path, place: str) -> None:
    record(tmp_path / "outputs/a", {"run_id": ID[::-1]})
    record(tmp_path / place, {"run_id": ID})
    assert plugin.bpframe_find_run(run_id=ID, cwd=tmp_path) == tmp_path / place


@pytest.mark.parametrize("run_id", ["", "x", "../outputs", ID.upper(), ID[1:]])
def test_what_is_no_id_finds_none(tmp_path: Path, run_id: str) -> None:
    record(tmp_path / "outputs/a", {"run_id": run_id})
    assert plugin.bpframe_find_run(run_id=run_id, cwd=tmp_path) is None


@pytest.mark.parametrize("content", ["", "{", "[]", '"x"', "{}"])
def test_a_damaged_record_finds_none_and_hides_no_other(tmp_path: Path, content: str) -> None:
    record(tmp_path / "outputs/a", content)
    assert plugin.bpframe_find_run(run_id=ID, cwd=tmp_path) is None
    record(tmp_path / "outputs/b", {"run_id": ID})
    assert plugin.bpframe_find_run(run_id=ID, cwd=tmp_path) == tmp_path / "outputs/b"
