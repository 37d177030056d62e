"""However a run ends, it is closed in the store, and no process stays behind."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from recorded import ENDLESS, PAUSES, QUICK, Work, statuses, wait_until

pytestmark = pytest.mark.slow

WRONG = Path(__file__).parents[1] / "helpers" / "wrong_rules.py"

BURSTS = """\
import bpframe

@bpframe.hookimpl
def bpframe_epoch_end(run, epoch):
    if epoch.number == 3:
        run.network.parameters.vector.fill(float("nan"))
"""
WAITS = """\
import time
from pathlib import Path

import bpframe

@bpframe.hookimpl
def bpframe_run_end(run):
    print("the task has ended", flush=True)
    while not Path("go on").exists():
        time.sleep(0.01)
"""
REPORTS = """\
import bpframe

@bpframe.hookimpl
def bpframe_run_end(run):
    import numpy
    run.report("{name}", {value}, "at the end")
"""
FAILS = """\
import bpframe

@bpframe.hookimpl(wrapper=True, trylast=True)
def bpframe_run(run):
    yield
    raise RuntimeError("out of luck")
"""


def test_a_run_that_diverges_is_failed_with_the_epochs_that_it_had(work: Work, stores):
    result = work.run("-P", work.plugin(BURSTS))
    assert result.code == 1
    assert "Traceback" not in result.err
    run, outcome = stores.only(work.folder), work.outcome()
    assert (run["status"], outcome["status"]) == ("FAILED", "failed")
    for name in ("train/cost", "validation/accuracy"):
        assert [step for step, *_ in run["metrics"][name]] == [1, 2, 3]
    assert run["tags"]["error"] == outcome["error"]
    assert "not finite" in run["tags"]["error"]
    assert "epoch 4" in run["tags"]["error"]
    assert "config.yaml" in run["artifacts"]


def test_a_run_in_which_a_plugin_fails_is_failed(work: Work, stores):
    result = work.run("-P", work.plugin(FAILS), *QUICK)
    assert result.code == 1
    run = stores.only(work.folder)
    assert (run["status"], run["tags"]["error"]) == ("FAILED", "out of luck")


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM], ids=lambda sent: sent.name)
def test_an_interrupted_run_is_killed(work: Work, stores, sent):
    started = work.bpframe(*ENDLESS)
    started.wait_for_text("epoch      3/")
    if sent == signal.SIGINT:
        started.interrupt()
    else:
        started.process.send_signal(sent)
    result = started.result()
    assert result.code == 130
    assert result.err.endswith("bpframe: error: interrupted\n")
    assert "Traceback" not in result.err
    work.wait_until_all_ended()
    outcome, run = work.outcome(), stores.only(work.folder)
    assert (outcome["status"], outcome["exit_code"]) == ("interrupted", 130)
    assert run["status"] == "KILLED"
    assert [step for step, *_ in run["metrics"]["train/cost"]][:3] == [1, 2, 3]


def test_who_interrupts_again_need_not_wait_for_the_recorder(work: Work, stores):
    started, terminal = work.on_terminal(*ENDLESS)
    started.wait_for_text("epoch      3/")
    recorder = work.recorder()
    os.kill(recorder, signal.SIGSTOP)
    started.interrupt()
    terminal.wait_for_text("waiting: MLflow writes the run to sqlite:///mlflow.db")
    started.interrupt()
    assert started.result().code == 130
    assert work.processes() == [recorder]
    os.kill(recorder, signal.SIGCONT)
    work.wait_until_all_ended()
    assert stores.only(work.folder)["status"] == "KILLED"


@pytest.mark.parametrize("rule", ["full_matrix", "summed"])
def test_a_check_of_which_somebody_does_not_await_the_recording_is_killed(work: Work, stores, rule):
    small = ("task=gradcheck", "data=xor", "network.hidden=[4]", f"backprop={rule}")
    plugins = ("-P", str(WRONG), "-P", work.plugin(WAITS))
    started, terminal = work.on_terminal(*plugins, *small)
    started.wait_for_text("the task has ended")
    recorder = work.recorder()
    os.kill(recorder, signal.SIGSTOP)
    (work.folder / "go on").touch()
    terminal.wait_for_text("waiting: MLflow writes the run")
    started.interrupt()
    assert started.result().code == 130
    os.kill(recorder, signal.SIGCONT)
    work.wait_until_all_ended()
    assert work.outcome()["status"] == "interrupted"
    assert stores.only(work.folder)["status"] == "KILLED"


def test_who_interrupts_once_waits_only_for_a_moment(work: Work, stores):
    started = work.bpframe(*ENDLESS)
    started.wait_for_text("epoch      3/")
    recorder = work.recorder()
    os.kill(recorder, signal.SIGSTOP)
    started.process.send_signal(signal.SIGTERM)
    result = started.result()
    assert (result.code, work.processes()) == (130, [recorder])
    assert "the run is not in MLflow yet: MLflow was not ready after 5 seconds" in result.err
    os.kill(recorder, signal.SIGCONT)
    work.wait_until_all_ended()
    assert stores.only(work.folder)["status"] == "KILLED"


def test_a_run_killed_while_mlflow_is_imported_is_closed(work: Work, stores):
    started = work.bpframe(*ENDLESS)
    started.wait_for_text("epoch      3/")
    started.process.kill()
    result = started.result()
    work.wait_until_all_ended()
    run = stores.only(work.folder)
    assert run["status"] == "KILLED"
    assert [step for step, *_ in run["metrics"]["train/cost"]][:3] == [1, 2, 3]
    assert (result.err, started.err.read_text()) == ("", "")


@pytest.mark.slow
def test_a_run_killed_later_is_closed(work: Work, stores):
    started = work.bpframe(*ENDLESS)
    wait_until(lambda: statuses(work.folder) == ["RUNNING"])
    started.process.kill()
    started.result()
    work.wait_until_all_ended()
    assert stores.only(work.folder)["status"] == "KILLED"
    assert started.err.read_text() == ""


def test_a_recorder_that_is_killed_costs_nothing(work: Work, stores):
    started = work.bpframe("-P", work.plugin(PAUSES), "trainer.epochs=4", "plots=none")
    started.wait_for_text("epoch 2/4")
    os.kill(work.recorder(), signal.SIGKILL)
    (work.folder / "go on").touch()
    result = started.result()
    assert result.code == 0
    assert "test/accuracy_at_best_validation" in result.out
    assert result.err == ""
    assert work.outcome()["status"] == "finished"
    work.wait_until_all_ended()
    run = stores.only(work.folder)
    assert run["status"] == "FINISHED"
    assert [step for step, *_ in run["metrics"]["train/cost"]] == [1, 2, 3, 4]


def test_a_figure_of_numpy_is_recorded_as_any_other(work: Work, stores):
    code = REPORTS.format(name="norm", value="numpy.float32(1.5)")
    result = work.run("-P", work.plugin(code), *QUICK)
    assert (result.code, result.err) == (0, "")
    assert work.outcome()["figures"]["norm"]["value"] == 1.5
    run = stores.only(work.folder)
    assert run["status"] == "FINISHED"
    assert run["metrics"]["norm"][0][:2] == [2, 1.5]


def test_a_figure_that_is_no_number_is_recorded(work: Work, stores):
    code = REPORTS.format(name="no number", value="numpy.nan")
    code += REPORTS.format(name="no end", value="numpy.inf").partition("import numpy\n")[2]
    assert work.run("-P", work.plugin(code), *QUICK).code == 0
    run = stores.only(work.folder)
    assert run["status"] == "FINISHED"
    assert {"no number", "no end"} <= run["metrics"].keys()


def test_a_name_that_mlflow_refuses_is_recorded_under_one_that_it_takes(work: Work, stores):
    result = work.run("-P", work.plugin(REPORTS.format(name="w[0]", value=1.0)), *QUICK)
    assert (result.code, result.err) == (0, "")
    assert work.outcome()["figures"]["w[0]"]["value"] == 1.0
    run = stores.only(work.folder)
    assert run["status"] == "FINISHED"
    assert run["metrics"]["w_0_"][0][1] == 1.0
