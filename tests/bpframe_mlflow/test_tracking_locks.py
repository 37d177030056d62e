"""A store that another process has locked: it is waited for, said so, and never for ever."""

from __future__ import annotations

import signal
import sqlite3
from contextlib import closing

import pytest
from filelock import FileLock
from recorded import QUICK, Work, statuses, wait_until

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM], ids=lambda sent: sent.name)
def test_who_does_not_want_to_wait_for_a_lock_need_not(work: Work, stores, sent):
    with FileLock(work.folder / ".mlflow.db.lock"):
        started, terminal = work.on_terminal(*QUICK)
        terminal.wait_for_text("bpframe: waiting: MLflow writes the run to ")
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
        terminal.wait_for_text("MLflow writes the run to sqlite:///mlflow.db (Ctrl-C leaves it")
    assert started.result().code == 0
    assert stores.only(work.folder)["status"] == "FINISHED"


def test_a_locked_database_that_is_freed_loses_nothing(recorded_work: Work):
    store = recorded_work.folder / "mlflow.db"
    with closing(sqlite3.connect(store, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        started, terminal = recorded_work.on_terminal(*QUICK)
        terminal.wait_for_text("warning: another process has locked the store's database")
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
