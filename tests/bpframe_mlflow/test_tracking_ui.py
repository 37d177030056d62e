"""``bpframe ui``, and MLflow's own command in the same folder."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from recorded import QUICK, QUIET, Run, Work, free_port, get, wait_for_server

from bpframe_mlflow.view import KIND, VIEW_TAG, runs_page


def runs(url: str) -> list[Run]:
    """Return the runs of the experiment ``bpframe`` through MLflow's REST API."""
    api = f"{url}/api/2.0/mlflow"
    experiment = json.loads(get(f"{api}/experiments/get-by-name?experiment_name=bpframe"))
    number = experiment["experiment"]["experiment_id"]
    found: list[Run] = json.loads(get(f"{api}/runs/search", {"experiment_ids": [number]}))["runs"]
    return found


def must_be(found: list[Run], record: Run) -> None:
    """Assert that what a server lists is the run of a store."""
    (run,) = found
    assert (run["info"]["run_id"], run["info"]["status"]) == (record["id"], "FINISHED")
    params = {param["key"]: param["value"] for param in run["data"]["params"]}
    assert params == record["params"]


def test_without_runs_there_is_one_clear_error(work: Work):
    result = work.run("ui")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("bpframe: error: there are no runs in sqlite:///mlflow.db")
    assert result.err.count("\n") == 1
    assert work.files() == []


def test_a_wrong_option_is_refused(work: Work):
    result = work.run("ui", "--prot", "80")
    assert result.code == 2
    assert "--prot" in result.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--uri", "nothing://x"), "--uri is 'nothing://x', which is not the address of a store"),
        (("--uri", "runs"), "--uri is 'runs', which is not the address of a store"),
        (("--uri", "sqlite://runs.db"), "write sqlite:///FILE"),
        (("--port", "0"), "--port is from 1 to 65535"),
        (("--port", "99999"), "--port is from 1 to 65535"),
        (("--host", ""), "--host names an address of this machine"),
        (("--host", "no.host.invalid"), "cannot serve on no.host.invalid:"),
    ],
)
def test_what_cannot_be_served_is_refused_at_once(recorded_work: Work, arguments, said):
    result = recorded_work.run("ui", *arguments)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("bpframe: error: ")
    assert result.err.count("\n") == 1
    assert said in result.err


@pytest.mark.slow
def test_a_store_that_the_server_cannot_read_is_one_message(work: Work):
    (work.folder / "mlflow.db").write_bytes(os.urandom(20_000))
    result = work.run("ui", "--port", str(free_port()))
    assert result.code == 1
    assert result.err.startswith("bpframe: error: MLflow's server of sqlite:///mlflow.db ended ")
    assert "not a database" in result.err
    assert result.err.count("\n") == 1


def test_a_port_that_is_taken_is_refused_at_once(recorded_work: Work):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = recorded_work.run("ui", "--port", str(port))
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("bpframe: error: ")
    assert result.err.count("\n") == 1
    assert f"127.0.0.1:{port}" in result.err
    assert "--port" in result.err


def test_a_store_that_is_a_server_needs_no_other(work: Work):
    result = work.run("ui", MLFLOW_TRACKING_URI="http://127.0.0.1:9")
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("bpframe: error: ")
    assert result.err.count("\n") == 1
    assert "open http://127.0.0.1:9" in result.err


def test_the_page_lists_the_run_and_ctrl_c_ends_it(recorded_work: Work, record):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    started = recorded_work.bpframe("ui", "--port", str(port))
    started.wait_for_text("runs of bpframe: ")
    number = record["experiment_id"]
    assert started.out.read_text().splitlines() == [
        f"sqlite:///mlflow.db at {url} (Ctrl-C ends it)",
        f"runs of bpframe: {runs_page(url, number)}",
    ]
    must_be(runs(url), record)
    picture = "get-artifact?path=learning_curve.png"
    served = get(f"{url}/{picture}&run_uuid={record['id']}")
    assert served == Path(record["artifacts"]["learning_curve.png"]).read_bytes()
    started.interrupt()
    result = started.result()
    assert (result.code, result.err) == (0, "")
    recorded_work.wait_until_all_ended()


@pytest.mark.slow
def test_every_experiment_with_runs_is_named_and_made_ready(recorded_work: Work):
    assert recorded_work.run("tracking.experiment='My trials'", *QUICK).code == 0
    with closing(sqlite3.connect(recorded_work.folder / "mlflow.db")) as store, store:
        # As in a store that was made before, and one whose experiment somebody has marked.
        store.execute("DELETE FROM experiment_tags WHERE key = ?", (VIEW_TAG,))
        store.execute("UPDATE experiment_tags SET value = 'other' WHERE key = ?", (KIND[0],))
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    started = recorded_work.bpframe("ui", "--open", "--port", str(port), BROWSER="echo opened %s")
    started.wait_for_text("opened")
    lines = started.out.read_text().splitlines()
    newest, first = (line.split(": ", 1) for line in lines[1:3])
    assert (newest[0], first[0]) == ("runs of My trials", "runs of bpframe")
    assert lines[3] == f"opened {newest[1]}"
    for name in ("bpframe", "My%20trials"):
        get_one = f"{url}/api/2.0/mlflow/experiments/get-by-name?experiment_name={name}"
        tags = {t["key"]: t["value"] for t in json.loads(get(get_one))["experiment"]["tags"]}
        assert tags[KIND[0]] == "other"
        assert "metrics.`test/accuracy`" in json.loads(tags[VIEW_TAG])["selectedColumns"]
    started.interrupt()
    assert started.result().code == 0


@pytest.mark.slow
def test_a_store_without_runs_says_so_and_a_server_that_is_killed_too(work: Work):
    # What MLflow takes for a store that is still to be made.
    (work.folder / "mlflow.db").touch()
    started = work.bpframe("ui", "--port", str(free_port()))
    started.wait_for_text("there are no runs of bpframe in it yet")
    servers = set(work.processes()) - {started.process.pid}
    os.kill(min(servers), signal.SIGKILL)
    result = started.result()
    assert result.code == 1
    start = "bpframe: error: MLflow's server of sqlite:///mlflow.db ended by signal 9"
    assert result.err.splitlines() == [start]
    work.wait_until_all_ended()


@pytest.mark.slow
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGHUP], ids=lambda sent: sent.name)
def test_no_server_is_left_when_the_command_is_ended_otherwise(recorded_work: Work, sent):
    port = free_port()
    started = recorded_work.bpframe("ui", "--port", str(port))
    wait_for_server(started, f"http://127.0.0.1:{port}")
    # What a closed terminal sends, and a service manager; to the command alone.
    started.process.send_signal(sent)
    started.result()
    recorded_work.wait_until_all_ended()


@pytest.mark.slow
def test_mlflows_own_command_shows_the_same_run(recorded_work: Work, record):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = (
        Path(sys.executable).with_name("mlflow"),
        "ui",
        "--workers",
        "1",
        "--port",
        str(port),
    )
    started = recorded_work.start(*command, **QUIET, MLFLOW_SERVER_ENABLE_JOB_EXECUTION="false")
    wait_for_server(started, url)
    must_be(runs(url), record)
    started.interrupt()
    started.result()
    recorded_work.wait_until_all_ended()
