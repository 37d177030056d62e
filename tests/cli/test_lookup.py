"""A run is found by its folder, its ID, the beginning of that, or its name; several are listed."""

from __future__ import annotations

from pathlib import Path

import pytest
from recorded_runs import record

from bpframe import find_runs
from bpframe.errors import ConfigError
from bpframe.plugins.loading import loaded_plugins
from bpframe.plugins.lookup import folder_called


def found(run: str) -> Path | None:
    return folder_called(run, loaded_plugins())


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_by_folder_id_or_name(here: Path) -> None:
    folder = record(here / "outputs/day/time", 0, name="digits tanh s0")
    record(here / "multirun/day/time/0", 1, name="digits relu s0")
    (run,) = find_runs(folder)
    assert found("outputs/day/time") == Path("outputs/day/time")
    for called in (run.id, run.id[:6], "digits tanh s0"):
        assert found(called) == folder
    # Too short for an ID, and the name of none.
    assert found(run.id[:3]) is None
    assert found("digits") is None


def test_the_id_does_not_depend_on_where_one_stands(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(here / "outputs/a")
    (run,) = find_runs(Path("outputs"))
    assert len(run.id) == 8
    monkeypatch.chdir(here / "outputs")
    assert [r.id for r in find_runs(Path())] == [run.id]


def test_a_name_that_several_have_is_refused_with_all_of_them(here: Path) -> None:
    folders = [record(here / f"outputs/{n:02}", n, name="digits s0") for n in range(12)]
    with pytest.raises(ConfigError) as refused:
        found("digits s0")
    message = str(refused.value)
    assert message.startswith("12 runs are called 'digits s0'; say which: ")
    # The newest come first.
    newest = [next(find_runs(folder)) for folder in folders[:1:-1]]
    assert [message.index(f"{run.id} (outputs/{run.folder.name})") for run in newest]
    assert message.endswith("and 2 older ones")
