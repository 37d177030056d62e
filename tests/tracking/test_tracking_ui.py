"""``bpframe ui``, and MLflow's own command in the same folder."""

from __future__ import annotations

import json
import signal
import socket
import sys
from pathlib import Path

import pytest
from recorded import QUIET, Run, Work, free_port, get, wait_for_server


def runs(url: str) -> list[Run]:
    """Return the runs of the experiment ``bpframe`` through MLflow's REST API."""
    api = f"{url}/api/2.0/mlflow"
    experiment = json.loads(get(f"{api}/experiments/get-by-name?experiment_name=bpframe"))
    number = experiment["experiment"]["experiment_id"]
    found: list[Run] = json.loads(get(f"{api}/runs/search", {"experiment_ids": [number]}))["runs"]
    return found


def must_be(found: list[Run], record: Run) -> None:
    """Hold that what a server lists is the run of a store."""
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
    wait_for_server(started, url)
    assert f"sqlite:///mlflow.db at {url}" in started.out.read_text()
    must_be(runs(url), record)
    picture = "get-artifact?path=learning_curve.png"
    served = get(f"{url}/{picture}&run_uuid={record['id']}")
    assert served == Path(record["artifacts"]["learning_curve.png"]).read_bytes()
    started.interrupt()
    result = started.result()
    assert "Traceback" not in result.err
    recorded_work.wait_until_all_ended()


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
