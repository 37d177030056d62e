"""The task: which sample, whose weights, which rate; what it reports, prints and saves."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from explained import BIASES, WEIGHTS, NotANumber, data_of, make_trainer
from rich.console import Console

from bpframe import Data, Network, Run, Split, Trainer
from bpframe.errors import ConfigError
from bpframe_activations import Sigmoid
from bpframe_explain import Explain
from bpframe_initializers import Given
from bpframe_optimizers import SGD

MakeRun = Callable[..., Run]


def class_data(**fields: Any) -> Data:
    """Return two classes of points, 5 to train with, none to validate, 3 to test."""
    rng = np.random.default_rng(0)

    def part(n: int) -> Split:
        return Split(rng.standard_normal((n, 4)).astype(np.float32), np.arange(n) % 3)

    return Data("points", part(5), part(0), part(3), 3, **fields)


def value_data() -> Data:
    rng = np.random.default_rng(0)
    split = Split(rng.standard_normal((4, 2)), rng.standard_normal((4, 2)))
    return Data("values", split, split, split, None)


@pytest.fixture
def make_run(tmp_path: Path) -> MakeRun:
    def make(task: Explain, data: Data, trainer: Trainer | None = None) -> Run:
        sizes = (data.n_inputs, 3, data.n_outputs)
        return Run(
            trainer or make_trainer(sizes, Sigmoid()),
            data,
            task,
            name="a <b>run</b>",
            folder=tmp_path,
            cwd=tmp_path,
        )

    return make


def carry_out(run: Run) -> tuple[str, dict[str, Any]]:
    """Return what a run prints, and what its page holds."""
    run.task.run(run)
    console = Console(file=io.StringIO(), width=120)
    for note in run.notes:
        console.print(note)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue(), data_of(run.folder / "explain.html")


# Which sample.


def test_the_first_test_sample_unless_told_otherwise(make_run: MakeRun) -> None:
    data = class_data()
    text, page = carry_out(make_run(Explain(), data))
    assert "sample 0 of test" in text
    assert page["layers"][0]["a"] == data.test.x[0].astype(float).tolist()
    assert page["y"] == [1, 0, 0]


def test_a_sample_of_a_part(make_run: MakeRun) -> None:
    data = class_data()
    text, page = carry_out(make_run(Explain(sample=4, split="train"), data))
    assert "sample 4 of train" in text
    assert page["layers"][0]["a"] == data.train.x[4].astype(float).tolist()
    assert page["y"] == [0, 1, 0]


def test_numbers_of_ones_own(make_run: MakeRun) -> None:
    text, page = carry_out(make_run(Explain(x=[0.5, -1], y=[2, 0.25]), value_data()))
    assert "the given sample: a¹ = (0.5, -1), target y = (2, 0.25)" in text
    assert (page["layers"][0]["a"], page["y"]) == ([0.5, -1], [2, 0.25])


@pytest.mark.parametrize("y", [2, 2.0, [2]])
def test_a_class_by_its_number(make_run: MakeRun, y: Any) -> None:
    text, page = carry_out(make_run(Explain(x=[1, 2, 3, 4], y=y), class_data()))
    assert page["y"] == [0, 0, 1]
    assert "target: class 2" in text


def test_targets_for_each_class(make_run: MakeRun) -> None:
    _, page = carry_out(make_run(Explain(x=[1, 2, 3, 4], y=[0.5, 0.25, 0.25]), class_data()))
    assert page["y"] == [0.5, 0.25, 0.25]


@pytest.mark.parametrize(
    ("task", "message"),
    [
        (Explain(sample=3), r"task.sample is 3, but test .* has 3 samples; allowed are 0 to 2"),
        (Explain(split="validation"), r"no validation samples; it has train \(5\), test \(3\)"),
        (Explain(x=[1, 2], y=0), r"task.x holds 2 numbers; data 'points' has 4 inputs"),
        (Explain(x=[1, 2, 3, 4], y=3), r"task.y is 3; the classes .* are 0 to 2"),
        (Explain(x=[1, 2, 3, 4], y=1.5), r"task.y is 1.5; the classes"),
        (Explain(x=[1, 2, 3, 4], y=[1, 0]), r"task.y holds 2 numbers; .* has 3 outputs, or give"),
    ],
)
def test_a_sample_that_is_not_there(make_run: MakeRun, task: Explain, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        make_run(task, class_data()).task.run(make_run(task, class_data()))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"sample": -1}, "sample is -1; it must be 0 or more"),
        ({"split": "tests"}, "split is 'tests'; it must be train, validation or test"),
        ({"x": [1]}, "x and y belong together, and task.y is missing"),
        ({"y": [1]}, "x and y belong together, and task.x is missing"),
        ({"x": [1, np.inf], "y": 1}, "must hold finite numbers"),
        ({"x": [1], "y": ["seven"]}, "must hold finite numbers"),
        ({"x": [1], "y": [True]}, "must hold finite numbers"),
    ],
)
def test_wrong_fields(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Explain(**fields)


# Whose weights, and which rate.


def test_a_trained_network(make_run: MakeRun, tmp_path: Path) -> None:
    trained = Network((2, 3, 2), Sigmoid(), Given(WEIGHTS, BIASES), dtype=np.float32)
    (tmp_path / "weights.npz").write_bytes(trained.parameters.to_npz())
    run = make_run(Explain(weights="weights.npz"), value_data())
    before = run.network.parameters.vector.copy()
    _, page = carry_out(run)
    values = {(row["j"], row["k"]): row["value"] for row in page["parameters"][0]}
    assert values[(2, 1)] == np.float32(0.6)
    assert values[(2, 2)] == np.float32(0.9)
    np.testing.assert_array_equal(run.network.parameters.vector, before)


def write_nan(path: Path) -> None:
    network = Network((2, 3, 2), Sigmoid(), Given(WEIGHTS))
    network.parameters.vector[0] = np.nan
    path.write_bytes(network.parameters.to_npz())


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda _: None, "No such file"),
        (lambda path: path.write_bytes(b"not a file of weights"), "weights.npz"),
        (lambda path: np.savez(path, w2=np.ones((3, 2))), "does not hold the layers of a network"),
        (write_nan, "w2 holds a number that is NaN or infinite"),
    ],
)
def test_weights_that_cannot_be_used(
    make_run: MakeRun, tmp_path: Path, write: Callable[[Path], None], message: str
) -> None:
    write(tmp_path / "weights.npz")
    run = make_run(Explain(weights="weights.npz"), value_data())
    with pytest.raises(ConfigError, match=f"task.weights: .*{message}"):
        run.task.run(run)


def test_a_rate_that_is_auto_is_measured(make_run: MakeRun) -> None:
    data = class_data()
    trainer = make_trainer((4, 3, 3), Sigmoid(), optimizer=SGD("auto"))
    run = make_run(Explain(), data, trainer)
    _, page = carry_out(run)
    rate = run.figures["learning_rate"].value
    row = page["parameters"][1][0]
    assert row["step"] == pytest.approx(-rate * row["gradient"], rel=1e-9)


# What it reports and saves.


def test_figures_and_files(make_run: MakeRun) -> None:
    run = make_run(Explain(sample=1), class_data())
    carry_out(run)
    selected = {name: figure.selected for name, figure in run.figures.items()}
    assert selected == {
        "cost": "C_x of sample 1 of test",
        "cost_after_step": "the same, after one step",
        "largest_difference": "between backprop and (46)",
    }
    assert 0 < run.figures["cost_after_step"].value < run.figures["cost"].value
    assert run.figures["largest_difference"].value < 1e-9
    assert run.artifacts == [run.folder / "explain.html"]


def test_a_cost_after_the_step_that_is_not_finite_is_no_figure(make_run: MakeRun) -> None:
    from bpframe_activations import Linear

    trainer = make_trainer((2, 3, 2), Linear(), optimizer=SGD(1e200))
    run = make_run(Explain(), value_data(), trainer)
    carry_out(run)
    assert set(run.figures) == {"cost", "largest_difference"}


def test_a_largest_difference_that_is_not_finite_is_no_figure(make_run: MakeRun) -> None:
    trainer = make_trainer((2, 3, 2), Sigmoid(), rule=NotANumber())
    run = make_run(Explain(), value_data(), trainer)
    carry_out(run)
    assert set(run.figures) == {"cost"}
