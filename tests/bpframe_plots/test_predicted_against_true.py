"""What predicted against true shows, of one output to many."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from builders import make_network, value_data
from drawn import overlaps, run_with

from bpframe import Run, Split, TargetValues, Trainer
from bpframe.pictures import DPI
from bpframe_activations import Linear
from bpframe_backprop import FullMatrix
from bpframe_costs import Quadratic
from bpframe_optimizers import SGD
from bpframe_plots import shown as shown_module
from bpframe_plots.plugin import Plots, bpframe_run_end
from bpframe_plots.predicted_against_true import MOST_POINTS, predicted_against_true


@pytest.fixture
def draw(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that draws the outputs and the targets of samples."""

    def draw(a: Any, y: Any, values: TargetValues | None = None, **more: Any) -> Any:
        evaluator = SimpleNamespace(outputs=lambda: np.asarray(a, np.float32))
        monkeypatch.setattr(shown_module, "Evaluator", lambda *_: evaluator)
        split = Split(np.zeros((len(y), 1)), np.asarray(y))
        splits = {"validation": split, "test": split}
        data = SimpleNamespace(
            n_outputs=split.y.shape[1],
            classes=None,
            splits=lambda: splits,
            values=values,
            in_own_units=values.in_own_units if values else lambda a: a,
        )
        run = run_with([{}], data=data, **({"figures": {"test/cost": None}} | more))
        return predicted_against_true(run, shown_module.shown(run))

    return draw


def points_of(axes: Any) -> list[list[float]]:
    return axes.lines[1].get_xydata().tolist()


def heading_of(figure: Any) -> str:
    return figure.get_suptitle().replace("\N{NO-BREAK SPACE}", " ").replace("\n", " ")


def noisy(n: int, outputs: int) -> tuple[Any, Any]:
    rng = np.random.default_rng(0)
    y = rng.standard_normal((n, outputs)) * 10.0 ** np.arange(outputs)
    return y * rng.uniform(0.7, 1.1, y.shape), y


def test_a_point_a_sample_and_the_diagonal(draw: Any) -> None:
    figure = draw([[1.0], [2.0], [5.0]], [[1.0], [3.0], [5.0]])
    (axes,) = figure.axes
    assert points_of(axes) == [[1, 1], [3, 2], [5, 5]]
    (start, end) = axes.lines[0].get_xydata().tolist()
    assert start[0] == start[1] < 1
    assert end[0] == end[1] > 5
    assert axes.get_xlim() == axes.get_ylim() == (start[0], end[0])
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("true", "predicted")
    assert "test, 3 samples: R² 0.875" in heading_of(figure)
    assert not axes.get_title()


@pytest.mark.parametrize("outputs", [1, 2, 3, 4, 5, 6, 9])
def test_a_panel_an_output_up_to_six(draw: Any, outputs: int) -> None:
    a, y = noisy(40, outputs)
    figure = draw(a, y)
    assert len(figure.axes) == min(outputs, 6)
    for j, axes in enumerate(figure.axes):
        np.testing.assert_allclose(points_of(axes), np.stack([y[:, j], a[:, j]], 1), rtol=1e-6)
        if outputs > 1:
            assert axes.get_title().startswith(f"output {j + 1}: R² 0.")
    assert ("6 of 9 outputs" in heading_of(figure)) == (outputs == 9)
    assert ("mean R²" in heading_of(figure)) == (outputs > 1)
    assert overlaps(figure) == []
    assert max(figure.get_size_inches()) * DPI < 1600


def test_the_samples_are_the_last_that_were_looked_at(draw: Any) -> None:
    a, y = noisy(20, 1)
    assert "test, 20 samples" in heading_of(draw(a, y))
    assert "validation, 20 samples" in heading_of(draw(a, y, figures={"validation/cost": None}))


def test_of_many_samples_some_are_drawn_and_all_count(draw: Any) -> None:
    a, y = noisy(20_001, 1)
    a[1] = 1e6  # The first and the last are drawn, this one is not.
    figure = draw(a, y)
    assert len(points_of(figure.axes[0])) == MOST_POINTS
    assert "20,001 samples: R² -" in heading_of(figure)
    assert "5,000 of them drawn" in heading_of(figure)
    assert "drawn" not in heading_of(draw(*noisy(MOST_POINTS, 1)))


def test_equal_numbers_have_an_axis_too(draw: Any) -> None:
    figure = draw(np.full((3, 1), 0.25), np.full((3, 1), 0.25))
    assert figure.axes[0].get_xlim() == (-0.75, 1.25)
    assert "R² 1" in heading_of(figure)
    assert overlaps(figure) == []


def test_a_run_for_values_saves_it_and_no_confusion_matrix(tmp_path: Any) -> None:
    data = value_data(30, validation=10, test=10)
    trainer = Trainer(make_network((3, 2), Linear()), Quadratic(), FullMatrix(), SGD(0.1), epochs=2)
    run = Run(trainer, data, folder=tmp_path, settings={"plots": Plots()})
    for _ in run.train():
        pass
    bpframe_run_end(run)
    names = {"learning_curve.png", "predicted_against_true.png"}
    assert {path.name for path in run.artifacts} == names
    trainer.network.parameters.vector[:] = np.nan
    run.artifacts.clear()
    bpframe_run_end(run)
    assert {path.name for path in run.artifacts} == {"learning_curve.png"}


def test_values_with_units_are_shown_in_them_under_their_names(draw: Any) -> None:
    values = TargetValues(("price in $", "rooms"), (1000.0, 3.0), (100.0, 1.0))
    figure = draw([[0.0, 0.0], [1.0, 1.0]], [[0.0, 0.0], [2.0, 1.0]], values=values)
    prices, rooms = figure.axes
    assert points_of(prices) == [[1000, 1000], [1200, 1100]]
    assert prices.get_xlabel() == "true price in $"
    assert prices.get_title().startswith("price in $: R²")
    assert rooms.get_ylabel() == "predicted rooms"
