"""diagnostics=off|basic|full on the command line: what is recorded, shown, drawn, and imported."""

from __future__ import annotations

import csv
import json
import signal
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from running import SECONDS, CommandLine, outcome_files

from bpframe.plugins.loading import load_plugins

RULES = load_plugins().registry.entries["backprop"]
SMALL = ("data=xor", "network.hidden=[3]")


def rows(folder: Path) -> list[dict[str, float]]:
    """Return the epochs of a run, without what an epoch lacks."""
    with (folder / "epochs.csv").open() as file:
        return [{k: float(v) for k, v in row.items() if v} for row in csv.DictReader(file)]


def assert_picture(folder: Path) -> None:
    with Image.open(folder / "diagnostics.png") as picture:
        picture.load()
        assert picture.format == "PNG"
        assert all(400 <= side <= 2000 for side in picture.size)


def test_off_computes_and_imports_nothing(cli: CommandLine) -> None:
    arguments = [*SMALL, "diagnostics=off", "trainer.epochs=2", "tracking=none", "plots=none"]
    code = f"import sys\nfrom bpframe.cli.app import main\nmain({arguments})\n"
    code += "print(*sys.modules, file=sys.stderr)"
    result = CommandLine(cli.folder, (sys.executable, "-c", code))()
    modules = result.err.split()
    own = [name for name in modules if name.startswith("bpframe_diagnostics")]
    assert own == ["bpframe_diagnostics", "bpframe_diagnostics.plugin"]
    assert "matplotlib" not in modules
    assert [row["epoch"] for row in rows(result.run_folder)] == [1, 2]
    assert not any("layer" in name for name in rows(result.run_folder)[0])
    assert not (result.run_folder / "diagnostics.png").exists()


def test_off_is_the_default(cli: CommandLine) -> None:
    assert "diagnostics:\n  name: 'off'\n" in cli("--cfg", "job").out


@pytest.mark.slow
def test_dozens_of_metrics_are_recorded_and_not_shown(cli: CommandLine) -> None:
    options = ("network.hidden=[6,5,4]", "trainer.epochs=2")
    off, full = cli.quick(*options), cli.quick(*options, "diagnostics=full")
    full.must_be_fine()
    untrained, *trained = rows(full.run_folder)
    assert len(trained[-1]) > 35
    assert [row["epoch"] for row in (untrained, *trained)] == [0, 1, 2]
    later = {"learning_rate", *(f"update_ratio/layer_{n}" for n in (2, 3, 4, 5))}
    assert untrained.keys() ^ trained[0].keys() == later
    assert 0 < untrained["delta_norm/layer_2"] < untrained["delta_norm/layer_5"]
    # The same lines and the same table as without, but for the line of epoch 0.
    epoch_0, *lines = (line for line in full.out.splitlines() if line.startswith("epoch"))
    assert epoch_0.startswith("epoch 0/2  train/cost ")
    assert lines == [line for line in off.out.splitlines() if line.startswith("epoch")]
    assert "trained 2 epochs in " in full.out
    assert "layer" not in full.out
    assert full.outcome["figures"] == off.outcome["figures"]
    assert_picture(full.run_folder)


def test_an_untrained_network_alone(cli: CommandLine) -> None:
    options = ("trainer.epochs=0", "diagnostics=basic", "diagnostics.samples=40")
    picture = "diagnostics.picture=false"
    result = cli.quick(*SMALL, *options, picture)
    (untrained,) = rows(result.run_folder)
    assert {"gradient_rms/layer_2", "saturated/layer_3"} < untrained.keys()
    assert result.outcome["figures"]["test/accuracy"]["selected"] == "untrained"
    assert "trained" not in result.out.replace("untrained", "")
    assert not (result.run_folder / "diagnostics.png").exists()


VARIANTS = {
    "no hidden layer": ["network.hidden=[]"],
    "softmax": ["experiment=softmax_digits"],
    "softmax in a hidden layer": ["activation=softmax"],
    "mixed": ["network.neurons=[{layer: 2, neuron: 1, activation: relu}]", "network.hidden=[3]"],
    "squares": ["activation=square", "activation@output_activation=sigmoid"],
    "float64": ["dtype=float64"],
    "more samples than there are": ["data=xor", "data.samples=8", "diagnostics.samples=1000"],
    "one sample": ["experiment=saturation"],
}


@pytest.mark.slow
@pytest.mark.parametrize("arguments", VARIANTS.values(), ids=VARIANTS)
def test_networks_of_every_kind(cli: CommandLine, arguments: list[str]) -> None:
    result = cli.quick(*arguments, "diagnostics=full")
    result.must_be_fine()
    last = rows(result.run_folder)[-1]
    layers = {name.partition("/")[2] for name in last if "layer" in name}
    for quantity in ("gradient_rms", "delta_norm", "saturated", "near_zero_inputs", "angle"):
        assert all(np.isfinite(last[f"{quantity}/{layer}"]) for layer in layers), quantity
    assert_picture(result.run_folder)


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
def test_every_rule(cli: CommandLine, rule: str) -> None:
    result = cli.quick(f"backprop={rule}", *SMALL, "diagnostics=full")
    result.must_be_fine()
    exact = RULES[rule].component.exact
    for row in rows(result.run_folder):
        assert row["angle/network"] < (0.01 if exact else 180)


@pytest.mark.slow
def test_targets_that_are_values(cli: CommandLine) -> None:
    x = np.random.default_rng(0).standard_normal((60, 3))
    np.savez(cli.folder / "values.npz", x_train=x, y_train=x[:, :2] ** 2)
    options = ("data=arrays", "data.path=values.npz", "activation@output_activation=linear")
    result = cli.quick(*options, "diagnostics=full", "diagnostics.picture=false")
    result.must_be_fine()
    assert rows(result.run_folder)[-1]["saturated/layer_3"] == 0


# Runs that end early, and settings that are refused.


def test_a_run_that_diverges_in_its_first_epoch_has_its_start(cli: CommandLine) -> None:
    options = ("activation=square", "optimizer.learning_rate=50", "diagnostics=full")
    result = cli.quick(*options)
    assert "not finite" in result.error(code=1)
    (untrained,) = rows(result.run_folder)
    assert untrained["delta_norm/layer_2"] > 0
    assert_picture(result.run_folder)
    assert not (result.run_folder / "weights.npz").exists()
    assert result.outcome["figures"]["train/cost"]["selected"] == "epoch 0"


@pytest.mark.slow
def test_a_start_that_no_learning_rate_suits_is_seen(cli: CommandLine) -> None:
    np.savez(cli.folder / "huge.npz", x_train=np.full((40, 2), 1e18), y_train=np.arange(40) % 2)
    data = ("data=arrays", "data.path=huge.npz", "data.scale=none", "activation=square")
    result = cli.quick(*data, "diagnostics=basic")
    assert "no learning rate" in result.error(code=1)
    (untrained,) = rows(result.run_folder)
    assert untrained["near_zero_inputs/layer_2"] == 0
    assert_picture(result.run_folder)


@pytest.mark.slow
def test_a_run_that_diverges_later_has_what_there_was(cli: CommandLine) -> None:
    # Each step makes the weights a thousand times larger.
    eight = ("data=xor", "data.samples=8", "trainer.batch_size=8")
    penalty = ("regularizer=l2", "regularizer.lambda=8000", "optimizer.learning_rate=1")
    result = cli.quick(*eight, *penalty, "trainer.epochs=50", "diagnostics=full")
    assert "not finite" in result.error(code=1)
    assert len(rows(result.run_folder)) > 2
    assert_picture(result.run_folder)


def test_a_run_that_is_interrupted_has_its_picture(cli: CommandLine) -> None:
    options = (*SMALL, "trainer.epochs=1000000", "tracking=none", "plots=none", "diagnostics=full")
    with cli.started(*options) as process:
        assert process.stdout
        # The lines of epochs 0 to 3 say that the training goes on.
        for _ in range(4):
            assert process.stdout.readline().startswith("epoch")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, err) == (130, "bpframe: error: interrupted\n")
    (file,) = outcome_files(cli.folder)
    assert json.loads(file.read_text())["status"] == "interrupted"
    assert_picture(file.parent)


def test_a_setting_that_is_not_allowed(cli: CommandLine) -> None:
    message = cli.quick("diagnostics=full", "diagnostics.saturation=1.5").error()
    reason = "saturation is 1.5; it must be from 0 to less than 1"
    assert message == f"diagnostics 'full': {reason}"
