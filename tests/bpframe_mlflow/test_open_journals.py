"""Which journals are noted as open: one that is carried leaves, one that goes on again stays."""

from __future__ import annotations

import json
from pathlib import Path

from bpframe_mlflow.journal import Journal, read_events
from bpframe_mlflow.opened import Entry, entries, note


def noted(where: Path) -> list[tuple[str, str]]:
    return [(entry.folder.name, entry.token) for entry in entries(where)]


def an_entry(where: Path, run: Path) -> Entry:
    run.mkdir(exist_ok=True)
    note(where, "id", run, "old")
    (entry,) = entries(where)
    return entry


def done() -> bool:
    return True


def test_a_journal_that_is_carried_leaves(tmp_path: Path) -> None:
    where = tmp_path / "open"
    an_entry(where, tmp_path / "run").close(done)
    assert noted(where) == []
    assert list(where.iterdir()) == []


def test_one_that_was_noted_again_meanwhile_stays(tmp_path: Path) -> None:
    where = tmp_path / "open"
    entry = an_entry(where, tmp_path / "run")
    note(where, "id", tmp_path / "run", "new")
    entry.close(done)
    assert noted(where) == [("run", "new")]


def test_one_that_is_written_again_under_the_same_token_stays(tmp_path: Path) -> None:
    where = tmp_path / "open"
    entry = an_entry(where, tmp_path / "run")
    journal = Journal(tmp_path / "run")
    entry.close(done)
    assert noted(where) == [("run", "old")]
    journal.close()
    (entry,) = entries(where)
    entry.close(done)
    assert noted(where) == []


def test_what_a_kill_has_left_half_taken_is_open(tmp_path: Path) -> None:
    where = tmp_path / "open"
    entry = an_entry(where, tmp_path / "run")
    entry.file.rename(entry.file.with_suffix(".taken"))
    assert noted(where) == [("run", "old")]
    (left,) = entries(where)
    left.close(done)
    assert noted(where) == []


def test_one_whose_journal_has_got_another_end_meanwhile_stays(tmp_path: Path) -> None:
    where = tmp_path / "open"
    assert not an_entry(where, tmp_path / "run").close(lambda: False)
    assert noted(where) == [("run", "old")]


def test_events_that_lack_something_are_passed_over() -> None:
    whole = {"event": "end", "time": 1.0, "status": "FINISHED"}
    lines = [{"event": "end", "time": 1.0}, {"event": "begin", "time": 1.0}, whole, {"event": "x"}]
    content = "".join(json.dumps(line) + "\n" for line in lines).encode()
    assert [event for event, _ in read_events(content, 0)] == [whole]
