"""Which store a run goes to, and what happens when it cannot be used."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress

import pytest
from recorded import QUICK, Result, Work

pytestmark = pytest.mark.slow

NOBODY = """\
import getpass
def getuser():
    raise KeyError("getpwuid(): uid not found: 54321")
getpass.getuser = getuser
"""
HASHED = """\
import dataclasses
import bpframe
from bpframe_data import Digits

@dataclasses.dataclass(frozen=True)
class Hashed(bpframe.Dataset):
    def load(self, rng):
        data = Digits().load(rng)
        vars(data)["fingerprint"] = "0123456789abcdef" * 4
        return data

@bpframe.hookimpl
def bpframe_register_datasets(register):
    register("hashed", Hashed)
"""


def error(result: Result) -> str:
    """Return the one message of a command that was refused."""
    assert result.code == 2
    assert result.out == ""
    prefix, message = result.err.split("error: ")
    assert prefix == "bpframe: "
    assert message.count("\n") == 1
    return message


def warning(result: Result) -> str:
    """Return the one line with which a run that has finished says that it is not recorded yet."""
    assert result.code == 0
    assert "test/accuracy" in result.out
    assert result.err.count("\n") == 1, result.err
    assert result.err.startswith("bpframe: warning: ")
    assert result.err.endswith("sync` carries it over later\n")
    return result.err


@pytest.mark.parametrize("path", ["file/mlflow.db", "file/deeper/mlflow.db", "missing/mlflow.db"])
def test_a_store_that_cannot_be_is_refused_before_training(work: Work, path):
    (work.folder / "file").write_text("not a folder")
    message = error(work.run(f"tracking.uri=sqlite:///{path}"))
    assert f"sqlite:///{path}" in message
    assert "tracking=none" in message
    assert not list(work.folder.rglob("weights.npz"))
    outcome = work.outcome()
    assert (outcome["status"], outcome["exit_code"]) == ("refused", 2)


def test_a_store_that_is_a_folder_is_refused_before_training(work: Work):
    (work.folder / "mlflow.db").mkdir()
    assert "mlflow.db" in error(work.run())


def test_a_damaged_store_is_refused_before_training_and_left_alone(work: Work):
    damaged = os.urandom(20_000)
    (work.folder / "mlflow.db").write_bytes(damaged)
    assert "not a database" in error(work.run("trainer.epochs=2", "plots=none"))
    assert work.outcome()["status"] == "refused"
    assert (work.folder / "mlflow.db").read_bytes() == damaged


@pytest.mark.parametrize("uri", ["nothing://x", "./runs", "sqlite://runs.db", "sqlite:///"])
def test_what_is_no_address_of_a_store_is_refused_before_training(work: Work, uri):
    message = error(work.run(f"tracking.uri='{uri}'"))
    assert f"tracking.uri is '{uri}'" in message
    assert "sqlite:///FILE" in message
    assert not list(work.folder.rglob("weights.npz"))


def test_an_experiment_without_a_name_is_refused_before_training(work: Work):
    assert "tracking.experiment is empty" in error(work.run("tracking.experiment=' '"))


def test_a_server_that_does_not_answer_is_not_asked_again_and_again(work: Work):
    # MLflow alone would try seven times more, for four minutes.
    attempts: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def refuse() -> None:
            with suppress(OSError):
                while True:
                    connection, sender = server.accept()
                    attempts.append(sender)
                    connection.close()

        thread = threading.Thread(target=refuse, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        result = work.run("trainer.epochs=2", "plots=none", MLFLOW_TRACKING_URI=url)
        server.shutdown(socket.SHUT_RDWR)
    thread.join()
    assert "127.0.0.1" in warning(result)
    assert 1 <= len(attempts) <= 12


def test_store_and_experiment_can_be_chosen(work: Work, stores, tmp_path):
    (tmp_path / "of environment").mkdir()
    (tmp_path / "of option").mkdir()
    first, second = (
        f"sqlite:///{tmp_path}/of {name}/runs.db" for name in ("environment", "option")
    )
    assert work.run(*QUICK, MLFLOW_TRACKING_URI=first).code == 0
    options = (f"tracking.uri='{second}'", "tracking.experiment='My trials'")
    assert work.run(*options, *QUICK, MLFLOW_TRACKING_URI=first).code == 0
    by_environment, by_option = stores.only(first), stores.only(second)
    assert (by_environment["status"], by_environment["experiment"]) == ("FINISHED", "bpframe")
    assert (by_option["status"], by_option["experiment"]) == ("FINISHED", "My trials")
    assert "mlflow.db" not in work.files()


def test_the_store_stays_in_the_working_folder_when_jobs_leave_it(work: Work, stores):
    result = work.run("hydra.job.chdir=true", *QUICK)
    assert (result.code, result.err) == (0, "")
    assert stores.only(work.folder)["status"] == "FINISHED"
    assert work.files() == [".mlflow.db.lock", "mlflow.db", "mlruns", "outputs"]


def test_a_long_parameter_and_odd_names_are_recorded(work: Work, stores):
    f = "1/(1 + exp(-z))" + " + 0*z" * 150
    assert len(f) > 900
    name = "ε=½, “one”: 100 % $x 😀"
    options = ("activation=custom", f"activation.f='{f}'", f"name='{name}'")
    result = work.run(*options, *QUICK)
    assert (result.code, result.err) == (0, "")
    run = stores.only(work.folder)
    assert run["status"] == "FINISHED"
    assert run["params"]["activation.f"] == f
    assert run["name"] == run["params"]["name"] == name


@pytest.mark.slow
def test_a_value_longer_than_mlflow_holds_is_cut(work: Work, stores):
    name = "long " * 1300
    assert work.run(f"name='{name}'", *QUICK).code == 0
    run = stores.only(work.folder)
    assert run["status"] == "FINISHED"
    assert run["params"]["name"] == name[:6000]


def test_without_a_checkout_and_a_name_of_the_user_a_run_is_recorded(work: Work, stores):
    environment, _ = work.starts(NOBODY)
    # Git must not find a checkout around the folder of the tests.
    environment["GIT_CEILING_DIRECTORIES"] = str(work.folder.parent)
    result = work.run(*QUICK, **environment)
    assert (result.code, result.err) == (0, "")
    run = stores.only(work.folder)
    assert run["status"] == "FINISHED"
    assert "mlflow.source.git.commit" not in run["tags"]


def test_a_long_digest_of_somebody_elses_data_set_is_recorded(work: Work, stores):
    result = work.run("-P", work.plugin(HASHED), "data=hashed", *QUICK)
    assert (result.code, result.err) == (0, "")
    run = stores.only(work.folder)
    assert run["status"] == "FINISHED"
    (dataset,) = run["datasets"]
    assert len(dataset["digest"]) >= 32
    assert ("0123456789abcdef" * 4).startswith(dataset["digest"])


# Kills the first recorder as soon as the store that it makes has something in it.
KILLED_IN_THE_MAKING = """
import pathlib, signal, threading, time
from contextlib import suppress

def watch():
    while True:
        for file in pathlib.Path().glob("*mlflow.db*"):
            with suppress(FileNotFoundError):
                if file.stat().st_size and file.suffix != ".lock":
                    pathlib.Path("armed").unlink()
                    os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(0.001)

if "bpframe_mlflow.recorder" in sys.orig_argv and pathlib.Path("armed").exists():
    threading.Thread(target=watch, daemon=True).start()
"""


def test_a_kill_while_the_store_is_made_leaves_no_half_of_one(work: Work, stores):
    environment, _ = work.starts(KILLED_IN_THE_MAKING)
    (work.folder / "armed").touch()
    assert work.run(*QUICK, "data=xor", **environment).code == 0
    work.wait_until_all_ended()
    assert not (work.folder / "armed").exists()
    result = work.run("sync")
    assert (result.code, result.err) == (0, "")
    assert stores.only(work.folder)["status"] == "FINISHED"
    assert not list(work.folder.glob(".*.new*"))
