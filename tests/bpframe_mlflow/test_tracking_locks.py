"""A store that another process has locked: it is waited for, said so, and never for ever."""

from __future__ import annotations

import signal
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock, Timeout
from recorded import QUICK, Work, statuses, wait_until

from bpframe_mlflow.patience import Patience

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM], ids=lambda sent: sent.name)
def test_who_does_not_want_to_wait_for_a_lock_need_not(work: Work, stores, sent):
    with FileLock(work.folder / ".mlflow.db.lock"):
        started, terminal = work.on_terminal(*QUICK)
        terminal.wait_for_text("bpframe: waiting: another process holds ")
        started.process.send_signal(sent)
        assert started.result().code == 130
        assert work.recorder()
    # Everything is whole, and the recorder comes to its end by itself.
    outcome = work.outcome()
    assert outcome["exit_code"] == 130
    assert "test/accuracy" in outcome["figures"]
    assert list(work.folder.rglob("weights.npz"))
    work.wait_until_all_ended()
    # As the outcome says: somebody has interrupted the run.
    assert [run["status"] for run in stores(work.folder)] == ["KILLED"]


def test_a_lock_that_is_freed_loses_nothing(work: Work, stores):
    with FileLock(work.folder / ".mlflow.db.lock"):
        started, terminal = work.on_terminal(*QUICK)
        terminal.wait_for_text(".mlflow.db.lock (Ctrl-C leaves it to itself)")
    assert started.result().code == 0
    assert stores.only(work.folder)["status"] == "FINISHED"


def test_a_locked_database_that_is_freed_loses_nothing(recorded_work: Work):
    store = recorded_work.folder / "mlflow.db"
    with closing(sqlite3.connect(store, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        started, terminal = recorded_work.on_terminal(*QUICK)
        terminal.wait_for_text("waiting: another process has locked the store's database")
        other.execute("ROLLBACK")
        assert started.result().code == 0
    assert statuses(recorded_work.folder) == ["FINISHED", "FINISHED"]


def test_a_run_interrupted_before_it_could_be_begun_is_closed(work: Work):
    with FileLock(work.folder / ".mlflow.db.lock"):
        started, terminal = work.on_terminal(*QUICK)
        terminal.wait_for_text("waiting")
        started.process.kill()
        started.process.wait()
    work.wait_until_all_ended()
    wait_until(lambda: statuses(work.folder) == ["FINISHED"])


def test_a_lock_is_waited_for_while_the_training_goes_on_and_a_limit_longer(tmp_path: Path):
    told: list[str] = []
    ended = threading.Event()
    attempts = 0

    def attempt() -> None:
        nonlocal attempts
        attempts += 1
        if attempts == 3:
            ended.set()
        raise Timeout(str(tmp_path / "a.lock"))

    with pytest.raises(TimeoutError, match=r"another process holds .*a\.lock, 0 seconds after"):
        Patience(ended, told.append, limit=0)(attempt)
    assert attempts == 3
    assert told == [f"another process holds {tmp_path}/a.lock"]


def test_that_waiting_is_over_is_told_too():
    told: list[str] = []
    errors: list[Exception] = [sqlite3.OperationalError("database is locked")] * 2

    def attempt() -> str:
        if errors:
            raise errors.pop()
        return "done"

    assert Patience(threading.Event(), told.append)(attempt) == "done"
    assert told == ["another process has locked the store's database", ""]


def test_what_is_no_lock_is_raised_at_once():
    with pytest.raises(OSError, match="full"):
        Patience(threading.Event(), print)(lambda: (_ for _ in ()).throw(OSError("full")))
