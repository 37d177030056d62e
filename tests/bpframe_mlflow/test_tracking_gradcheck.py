"""What MLflow's store holds of ``task=gradcheck``, of runs that fail too."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from recorded import Work, jobs, sweep_of

pytestmark = pytest.mark.slow

WRONG = Path(__file__).parents[1] / "helpers" / "wrong_rules.py"


def test_every_check_that_fits_is_recorded_with_its_figures(work: Work, stores):
    pairs = ("activation@output_activation=sigmoid,linear", "cost=quadratic,cross_entropy")
    rules = "backprop=full_matrix,summed,feedback_alignment"
    small = ("data=xor", "network.hidden=[4]")
    result = work.run("-m", "-P", str(WRONG), "task=gradcheck", *pairs, rules, *small)
    assert result.code == 1
    every = stores(work.folder)
    runs = jobs(every)
    assert "gradcheck.csv" in sweep_of(every)["artifacts"]
    kinds = ("output_activation", "cost")
    given = [tuple(run["params"][f"{kind}.name"] for kind in kinds) for run in runs]
    fitting = [("sigmoid", "quadratic"), ("sigmoid", "cross_entropy"), ("linear", "quadratic")]
    assert given == [pair for pair in fitting for _ in range(3)]
    assert [run["status"] for run in runs] == ["FINISHED", "FAILED", "FINISHED"] * 3
    assert len({run["tags"]["bpframe.sweep"] for run in runs}) == 1

    agrees, wrong, angle = runs[:3]
    assert [run["params"]["task.name"] for run in runs[:3]] == ["gradcheck"] * 3
    for run, figures in ((agrees, 11), (wrong, 11), (angle, 8)):
        assert sum(name.startswith("gradcheck/") for name in run["metrics"]) == figures
        assert all(len(values) == 1 for values in run["metrics"].values())
        assert "layer,parameters" in Path(run["artifacts"]["gradcheck.csv"]).read_text()
    values = {name: run[0][1] for name, run in agrees["metrics"].items()}
    assert values["gradcheck/agrees"] == 1
    assert 0 < values["gradcheck/error"] < values["gradcheck/allowed_error"]
    assert values["gradcheck/differences_in_forward_passes"] == 2 * values["gradcheck/parameters"]
    assert agrees["tags"]["selected.gradcheck/parameters"] == "all"
    assert wrong["metrics"]["gradcheck/agrees"][0][1] == 0
    assert wrong["metrics"]["gradcheck/error"][0][1] == pytest.approx(9)
    assert wrong["tags"]["error"].startswith("backprop 'summed' promises the gradient and does")
    assert "error" not in agrees["tags"]

    (folder,) = work.folder.glob("multirun/*/*")
    with (folder / "gradcheck.csv").open() as file:
        lines = [line for line in csv.DictReader(file) if line["result"] != "does not fit"]
    assert len(lines) == len(runs)
    for line, run in zip(lines, runs, strict=True):
        for name in ("angle", "cost_in_forward_passes"):
            assert float(line[name]) == run["metrics"][f"gradcheck/{name}"][0][1]
