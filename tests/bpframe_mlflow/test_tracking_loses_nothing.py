"""A server down, silent or restarted, a full disk, a kill of everything: nothing is lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from recorded import (
    ENDLESS,
    PAUSES,
    QUICK,
    QUIET,
    Started,
    Work,
    free_port,
    jobs,
    statuses,
    sweep_of,
    wait_for_server,
    wait_until,
)

pytestmark = pytest.mark.slow


def serve(work: Work, port: int) -> Started:
    """Start MLflow's server on a store in the folder's parent."""
    store = f"sqlite:///{work.folder.parent}/server.db"
    files = ("--artifacts-destination", str(work.folder.parent / "files"))
    options = ("--workers", "1", "--port", str(port), "--backend-store-uri", store, *files)
    server = work.start(sys.executable, "-m", "mlflow", "server", *options, **QUIET)
    wait_for_server(server, f"http://127.0.0.1:{port}")
    return server


def steps(run: dict[str, object]) -> list[int]:
    metrics = run["metrics"]
    assert isinstance(metrics, dict)
    return [step for step, *_ in metrics["train/cost"]]


@contextmanager
def listening(answer: bytes, pause: float) -> Iterator[str]:
    """Accept connections, and give an answer to each, byte by byte; give the address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = threading.Event()

        def drip(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                for number in range(len(answer)):
                    connection.sendall(answer[number : number + 1])
                    ended.wait(pause)
                ended.wait()

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    threading.Thread(target=drip, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        ended.set()
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\n" * 99], ids=["silent", "in drops"])
def test_a_server_that_hangs_is_told_at_once_and_costs_a_stated_time(work: Work, stores, answer):
    with listening(answer, 5) as url:
        started = work.bpframe(
            "-P", work.plugin(PAUSES), "trainer.epochs=4", "plots=none", f"tracking.uri={url}"
        )
        # The training goes on, and a person knows already.
        started.wait_for_text("epoch 2/4")
        assert f"warning: {url} does not answer" in started.err.read_text()
        (work.folder / "go on").touch()
        result = started.result()
        assert result.code == 0
        assert result.err.count("\n") == 1, result.err
    assert work.run("sync", "--uri", "sqlite:///mlflow.db").code == 0
    assert steps(stores.only(work.folder)) == [1, 2, 3, 4]


def test_a_server_that_is_restarted_has_every_epoch(work: Work, stores):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    server = serve(work, port)
    plugin = work.plugin(PAUSES)
    words = ("-P", plugin, "trainer.epochs=6", "plots=none", f"tracking.uri={url}")
    started = work.bpframe(*words, "tracking.wait=60")
    started.wait_for_text("epoch 2/6")
    store = work.folder.parent / "server.db"
    # It has heard of the run.
    wait_until(lambda: statuses(store.parent, store.name) == ["RUNNING"])
    os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait()
    (work.folder / "go on").touch()
    serve(work, port)
    assert started.result().code == 0
    assert work.run("sync").code == 0
    run = stores.only(f"sqlite:///{store}")
    assert (run["status"], steps(run)) == ("FINISHED", [1, 2, 3, 4, 5, 6])


def test_a_sweep_says_once_that_the_server_is_down(work: Work, stores):
    url = f"tracking.uri=http://127.0.0.1:{free_port()}"
    result = work.run("-m", "seed=0,1,2", *QUICK, "data=xor", url)
    assert result.code == 0
    assert result.err.count("cannot be reached") == 1
    again = work.run("sync", "multirun")
    assert again.code == 1
    assert "cannot be reached" in again.err
    for carried in ("carried over: 4, complete before: 0", "carried over: 0, complete before: 4"):
        result = work.run("sync", "multirun", "--uri", "sqlite:///mlflow.db")
        assert (result.code, result.out.strip(), result.err) == (0, carried, "")
    every = stores(work.folder)
    assert [steps(run) for run in jobs(every)] == [[1, 2]] * 3
    assert sweep_of(every)["status"] == "FINISHED"


def test_a_locked_database_costs_a_stated_time_and_nothing_else(recorded_work: Work, stores):
    work = recorded_work
    with closing(sqlite3.connect(work.folder / "mlflow.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        result = work.run(*QUICK, "tracking.wait=1")
        assert result.code == 0
        assert "the run is not in MLflow yet" in result.err
        other.execute("ROLLBACK")
    work.wait_until_all_ended()
    assert work.run("sync").code == 0
    assert statuses(work.folder) == ["FINISHED", "FINISHED"]
    assert steps(stores(work.folder)[-1]) == [1, 2]


def test_the_next_start_closes_what_was_killed_with_its_recorder(work: Work):
    started = work.bpframe(*ENDLESS)
    wait_until(lambda: statuses(work.folder) == ["RUNNING"])
    os.kill(work.recorder(), signal.SIGKILL)
    started.process.kill()
    started.result()
    work.wait_until_all_ended()
    assert statuses(work.folder) == ["RUNNING"]
    assert work.run(*QUICK, "data=xor").code == 0
    work.wait_until_all_ended()
    assert sorted(statuses(work.folder)) == ["FINISHED", "KILLED"]


def test_a_sweep_of_which_everything_is_killed_is_closed_by_sync(work: Work, stores):
    started = work.bpframe("-m", "seed=0,1", *ENDLESS)
    wait_until(lambda: statuses(work.folder) == ["RUNNING"] * 2)
    for pid in work.processes():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    started.result()
    result = work.run("sync")
    assert (result.code, result.err) == (0, "")
    every = stores(work.folder)
    assert [run["status"] for run in every] == ["KILLED", "KILLED"]
    assert sweep_of(every)["name"] == "seed"
    assert not (work.folder / ".bpframe").exists()


def test_a_recorder_that_is_stopped_stops_no_training(work: Work, stores):
    started = work.bpframe("trainer.epochs=3000", "data=xor", "plots=none", "tracking.wait=1")
    started.wait_for_text("epoch    3/")
    recorder = work.recorder()
    os.kill(recorder, signal.SIGSTOP)
    result = started.result()
    assert result.code == 0
    assert "the run is not in MLflow yet" in result.err
    os.kill(recorder, signal.SIGCONT)
    work.wait_until_all_ended()
    run = stores.only(work.folder)
    assert (run["status"], len(steps(run))) == ("FINISHED", 3000)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of its own, or skip."""
    folder, mount = tmp_path / "disk", shutil.which("mount")
    folder.mkdir()
    command = [str(mount), "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if not mount or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_disk_that_is_full_for_a_while_loses_nothing(work: Work, stores, small_disk: Path):
    words = ("-P", work.plugin(PAUSES), "trainer.epochs=50", "data=xor", "plots=none")
    started = work.bpframe(*words, f"hydra.run.dir={small_disk}/run")
    started.wait_for_text("epoch  2/50")
    fill = small_disk / "fill"
    with fill.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    (work.folder / "go on").touch()
    started.wait_for_text("epoch 20/50")
    fill.unlink()
    result = started.result()
    assert result.code == 0
    run = stores.only(work.folder)
    assert (run["status"], steps(run)) == ("FINISHED", list(range(1, 51)))


def test_what_is_wrong_for_ever_is_told_before_the_training(work: Work):
    with closing(sqlite3.connect(work.folder / "other.db")) as other:
        other.execute("CREATE TABLE cats (name)")
    for uri, said in (
        ("sqlite:///other.db", "a database of something else than MLflow"),
        ("postgresql+nodriver://host/db", "nodriver, is not installed"),
    ):
        result = work.run(*QUICK, f"tracking.uri={uri}")
        assert result.code == 2
        assert said in result.err
    with listening(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", 0) as url:
        result = work.run(*QUICK, f"tracking.uri={url}")
        assert result.code == 2
        assert "no MLflow server" in result.err
    assert not list(work.folder.rglob("weights.npz"))


def test_a_deleted_experiment_is_told_before_the_training(recorded_work: Work):
    work = recorded_work
    with closing(sqlite3.connect(work.folder / "mlflow.db", isolation_level=None)) as store:
        store.execute("UPDATE experiments SET lifecycle_stage = 'deleted' WHERE name = 'bpframe'")
    result = work.run(*QUICK)
    assert result.code == 2
    assert "the experiment 'bpframe' is deleted in sqlite:///mlflow.db" in result.err


def test_folders_with_odd_names_and_what_the_environment_says(work: Work, stores):
    odd = Work(work.folder.parent / "100%20 of a#b?c" / "work", mark=work.mark)
    odd.folder.mkdir(parents=True)
    assert odd.run(*QUICK, "data=xor", MLFLOW_EXPERIMENT_NAME="Named").err == ""
    with closing(sqlite3.connect(odd.folder / "mlflow.db")) as store:
        ((status, place),) = store.execute("SELECT status, artifact_uri FROM runs").fetchall()
        names = {name for (name,) in store.execute("SELECT name FROM experiments")}
    assert (status, "Named" in names) == ("FINISHED", True)
    assert list((odd.folder / "mlruns").rglob("weights.npz")), place


def test_a_password_stands_nowhere(work: Work):
    port = free_port()
    result = work.run(*QUICK, "data=xor", f"tracking.uri=http://me:geheim@127.0.0.1:{port}")
    assert result.code == 0
    assert "me:***@" in result.err
    assert "geheim" not in result.err + result.out
    for file in work.folder.rglob("*"):
        assert not file.is_file() or b"geheim" not in file.read_bytes(), file


def test_mlflow_run_gives_one_run(recorded_work: Work, record, stores):
    work = recorded_work
    environment = {"MLFLOW_RUN_ID": record["id"], "MLFLOW_EXPERIMENT_ID": record["experiment_id"]}
    result = work.run(*QUICK, "data=xor", **environment)
    assert (result.code, result.err) == (0, "")
    run = stores.only(work.folder)
    assert run["id"] == record["id"]
    assert run["params"]["data.name"] == record["params"]["data.name"]
    assert run["tags"]["changed.data.name"] == "xor"


def test_files_that_cannot_be_written_are_carried_over_later(work: Work, stores):
    (work.folder / "mlruns").write_text("in the way")
    result = work.run(*QUICK, "data=xor", "tracking.wait=5")
    assert result.code == 0
    assert "bpframe sync" in result.err
    work.wait_until_all_ended()
    (work.folder / "mlruns").unlink()
    assert work.run("sync").code == 0
    run = stores.only(work.folder)
    assert (run["status"], "weights.npz" in run["artifacts"]) == ("FINISHED", True)
    (marker,) = work.folder.glob("outputs/*/*/mlflow.json")
    assert json.loads(marker.read_text())["run_id"] == run["id"]
