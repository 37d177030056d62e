"""What MLflow's store holds of a run with diagnostics."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PIL import Image
from recorded import Stores, Work


@pytest.mark.slow
def test_metrics_by_epoch_and_the_picture(work: Work, stores: Stores) -> None:
    options = ("data=xor", "network.hidden=[3]", "trainer.epochs=2", "plots=none")
    result = work.run("diagnostics=full", "backprop=feedback_alignment", *options)
    assert (result.code, result.err) == (0, "")
    run = stores.only(work.folder)
    metrics = run["metrics"]
    (file,) = work.folder.glob("outputs/*/*/epochs.csv")
    with file.open() as table:
        rows = {int(row.pop("epoch")): row for row in csv.DictReader(table)}
    assert rows.keys() == {0, 1, 2}
    quantities = {name.partition("/")[0] for name in metrics}
    assert {"gradient_rms", "delta_norm", "saturated", "update_ratio", "angle"} < quantities
    for name in rows[2].keys() - {"seconds"}:
        recorded = {step: value for step, value, _ in metrics[name]}
        in_table = {epoch: float(row[name]) for epoch, row in rows.items() if row[name]}
        assert recorded == in_table, name
        assert len(metrics[name]) == len(in_table), name
    assert [step for step, *_ in metrics["update_ratio/layer_2"]] == [1, 2]
    assert [step for step, *_ in metrics["time/epoch_seconds"]] == [1, 2]
    assert run["params"]["diagnostics.name"] == "full"
    selected = {name for name in run["tags"] if name.startswith("selected.")}
    assert not any("layer" in name for name in selected)
    with Image.open(Path(run["artifacts"]["diagnostics.png"])) as picture:
        picture.load()


def test_off_leaves_no_trace(record) -> None:
    assert not any("layer" in name for name in record["metrics"])
    assert min(step for step, *_ in record["metrics"]["train/cost"]) == 1
    assert "diagnostics.png" not in record["artifacts"]
    assert record["params"]["diagnostics.name"] == "off"
