"""What the learning curve shows, of any run that can end with one."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from drawn import contrast, least_difference, overlaps, run_with
from running import CommandLine

from bpframe_plots.learning_curve import LINES, MOST_MARKED, learning_curve

COSTS = {"train/cost": 1.0, "validation/cost": 2.0}


def of_costs(costs: list[float], **more: Any) -> Any:
    return run_with([{"train/cost": cost} for cost in costs], **more)


def of_accuracies(train: list[float], validation: list[float], **more: Any) -> Any:
    pairs = zip(train, validation, strict=True)
    return run_with(
        [COSTS | {"train/accuracy": t, "validation/accuracy": v} for t, v in pairs], **more
    )


def lines_of(axes: Any) -> dict[str, list[list[float]]]:
    return {line.get_label(): line.get_xydata().tolist() for line in axes.lines}


def ring_of(figure: Any, panel: int = 0) -> tuple[str, list[list[float]]]:
    """Return the label of the only ring, and where it is."""
    ((label, places),) = (
        (label, places)
        for label, places in lines_of(figure.axes[panel]).items()
        if label not in LINES
    )
    return label, places


def test_each_quantity_of_each_part() -> None:
    epochs = [{"train/cost": 1 / n, "validation/cost": 2 / n} for n in (1, 2, 3)]
    (axes,) = learning_curve(run_with(epochs)).axes
    lines = lines_of(axes)
    assert lines["train"] == [[1, 1], [2, 1 / 2], [3, 1 / 3]]
    assert lines["validation"] == [[1, 2], [2, 1], [3, 2 / 3]]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "cost")


def test_the_heading_says_what_the_run_is() -> None:
    heading = learning_curve(of_costs([1.0, 0.5])).get_suptitle().replace("\N{NO-BREAK SPACE}", " ")
    assert heading == "a run\n[3, 4, 2] · learning rate 0.5 · mini-batches of 10 · seed 3"


def test_a_run_that_ended_early_says_so() -> None:
    assert (
        "ended\N{NO-BREAK SPACE}early" in learning_curve(of_costs([1.0], wanted=9)).get_suptitle()
    )
    assert "ended" not in learning_curve(of_costs([1.0], wanted=1)).get_suptitle()


@pytest.mark.parametrize(
    ("costs", "scale"),
    [
        ([1.0, 0.5, 0.01], "log"),
        ([1.0, 0.09], "log"),
        ([1e-12, 1e30], "log"),
        ([1.0, 0.01, 0.0], "log"),
        ([1.0, 0.2], "linear"),
        ([0.5, 0.5], "linear"),
        ([0.0, 0.0], "linear"),
        ([1.0, 0.01, -0.5], "linear"),
    ],
)
def test_the_cost_has_a_logarithm_where_it_spans_decades(costs: list[float], scale: str) -> None:
    figure = learning_curve(of_costs(costs))
    assert figure.axes[0].get_yscale() == scale
    low, high = figure.axes[0].get_ylim()
    assert all(low <= cost <= high for cost in costs if cost or scale == "linear")
    assert overlaps(figure) == []


def test_numbers_stand_between_the_powers_of_ten_where_there_is_room() -> None:
    figure = learning_curve(of_costs([0.4, 0.014]))
    figure.draw_without_rendering()
    ticks = {text.get_text() for text in figure.axes[0].get_yticklabels()}
    assert {"0.02", "0.05", "0.1", "0.2"} <= ticks


def test_a_cost_that_hardly_moves_is_shown_as_one() -> None:
    low, high = learning_curve(of_costs([0.5, 0.4999])).axes[0].get_ylim()
    assert high - low >= 0.05


@pytest.mark.parametrize(
    ("accuracies", "low", "high"),
    [([0.1, 0.9], 0.1, 0.9), ([0.97, 0.98], 0.88, 0.99), ([1.0, 1.0], 0.9, 1.0), ([0.0], 0.0, 0.1)],
)
def test_the_accuracy_stays_within_its_range(
    accuracies: list[float], low: float, high: float
) -> None:
    axes = learning_curve(of_accuracies(accuracies, accuracies)).axes[1]
    bottom, top = axes.get_ylim()
    assert bottom <= min(accuracies)
    assert top >= max(accuracies)
    assert (bottom, top) == pytest.approx((low, high), abs=0.06)
    ticks = [tick for tick in axes.get_yticks() if bottom <= tick <= top]
    assert len(ticks) >= 3
    assert all(-1e-9 <= tick <= 1 + 1e-9 for tick in ticks)


def test_the_best_epoch_on_validation_has_a_ring_in_each_panel() -> None:
    figure = learning_curve(of_accuracies([0.5, 0.7, 0.8, 0.9], [0.5, 0.8, 0.8, 0.7]))
    assert ring_of(figure, 0) == ("best on validation: epoch 2", [[2, 2.0]])
    assert ring_of(figure, 1) == ("best on validation: epoch 2", [[2, 0.8]])
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == ["train", "validation", "best on validation: epoch 2"]


def test_of_values_the_best_epoch_has_the_lowest_cost() -> None:
    epochs = [{"train/cost": c, "validation/cost": c} for c in (0.9, 0.5, 0.7)]
    assert ring_of(learning_curve(run_with(epochs)))[1] == [[2, 0.5]]


def of_metrics(*quantities: str) -> Any:
    """Return a run with a cost and metrics, of which r2 alone is better if it is higher."""
    names = [f"{split}/{q}" for q in ("cost", *quantities) for split in ("train", "validation")]
    run = run_with([dict.fromkeys(names, 1 / n) | {"train/penalty": 0.1} for n in (1, 50)])
    run.epochs[:] = [replace(epoch, higher_is_better=frozenset({"r2"})) for epoch in run.epochs]
    return run


@pytest.mark.parametrize("number", [0, 1, 2, 3, 4])
def test_each_metric_that_was_chosen_has_a_panel_up_to_four_in_all(number: int) -> None:
    chosen = ["r2", "mae", "rmse", "top_k"][:number]
    figure = learning_curve(of_metrics(*chosen))
    assert [axes.get_ylabel() for axes in figure.axes] == ["cost", *chosen][:4]
    for axes in figure.axes:
        assert lines_of(axes).keys() == {"train", "validation", "best on validation: epoch 2"}
    assert overlaps(figure) == []


def test_only_where_less_is_better_a_metric_has_the_logarithm_of_a_cost() -> None:
    cost, r2, mae = learning_curve(of_metrics("r2", "mae")).axes
    assert [axes.get_yscale() for axes in (cost, r2, mae)] == ["log", "linear", "log"]


def test_a_metric_that_the_test_set_lacks_has_no_ring_there() -> None:
    run = of_accuracies([0.5, 0.7], [0.5, 0.7])
    for epoch in run.epochs:
        epoch.metrics.update({"train/f": 1.0, "test/cost": 1.0, "test/accuracy": 0.5})
    assert lines_of(learning_curve(run).axes[2]).keys() == {"train"}


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_metric_that_is_not_finite_leaves_a_gap(number: float) -> None:
    run = of_metrics("r2", "mae")
    run.epochs[0].metrics.update({"train/r2": number, "train/mae": number})
    _, r2, mae = learning_curve(run).axes
    assert [lines_of(axes)["train"] for axes in (r2, mae)] == [[[2, 1 / 50]]] * 2
    for epoch in run.epochs:
        epoch.metrics.update(dict.fromkeys(("train/mae", "validation/mae"), number))
    assert lines_of(learning_curve(run).axes[2]) == {}


def test_what_plugins_measure_of_no_split_has_no_panel() -> None:
    run = of_costs([1.0, 0.5])
    for epoch in run.epochs:
        epoch.metrics["diagnostics/norm"] = 1.0
    assert len(learning_curve(run).axes) == 1


def test_the_ring_is_at_the_best_by_the_metric_that_selects() -> None:
    run = of_accuracies([0.5, 0.9, 0.7], [0.5, 0.8, 0.7])
    for epoch, mae in zip(run.epochs, (0.3, 0.2, 0.1), strict=True):
        epoch.metrics["train/mae"] = mae
    run.trainer.select_by = "train/mae"
    cost, accuracy, mae = learning_curve(run).axes
    assert lines_of(accuracy)["best train/mae: epoch 3"] == [[3, 0.7]]
    assert lines_of(mae)["best train/mae: epoch 3"] == [[3, 0.1]]
    assert lines_of(cost).keys() == {"train", "validation", "best train/mae: epoch 3"}


def test_epoch_0_is_drawn_and_is_not_the_best() -> None:
    figure = learning_curve(of_accuracies([0.9, 0.1, 0.2], [0.9, 0.1, 0.2], first=0))
    assert lines_of(figure.axes[1])["train"][0] == [0, 0.9]
    assert ring_of(figure, 1)[1] == [[2, 0.2]]


def test_the_peak_on_the_test_set_is_marked_where_it_was_looked_at() -> None:
    run = of_accuracies([0.5, 0.7], [0.5, 0.7])
    for epoch in run.epochs:
        epoch.metrics.update(
            {"test/cost": 1.0, "test/accuracy": 1 - epoch.metrics["train/accuracy"]}
        )
    figure = learning_curve(run)
    lines = lines_of(figure.axes[1])
    assert lines["best on validation: epoch 2"] == [[2, 0.7]]
    assert lines["peak on test: epoch 1"] == [[1, 0.5]]
    assert overlaps(figure) == []


def test_without_a_validation_part_nothing_is_marked() -> None:
    figure = learning_curve(of_costs([1.0, 0.5]))
    assert lines_of(figure.axes[0]).keys() == {"train"}


@pytest.mark.parametrize("epochs", [1, MOST_MARKED, MOST_MARKED + 1, 300])
def test_a_marker_an_epoch_while_there_are_few(epochs: int) -> None:
    (line,) = learning_curve(of_costs([0.5] * epochs)).axes[0].lines
    assert (line.get_marker() not in ("", "None")) == (epochs <= MOST_MARKED)


@pytest.mark.parametrize("epochs", [1, 2, 30, 300])
def test_ticks_are_whole_epochs(epochs: int) -> None:
    axes = learning_curve(of_accuracies([0.5] * epochs, [0.5] * epochs)).axes[0]
    low, high = axes.get_xlim()
    ticks = [tick for tick in axes.get_xticks() if low <= tick <= high]
    assert ticks
    assert all(tick == round(tick) for tick in ticks)


def test_colours_stand_out_and_all_can_tell_them_apart() -> None:
    colours = [style["color"] for style in LINES.values()]
    assert min(map(contrast, colours)) >= 3
    assert least_difference(colours) >= 15


@pytest.mark.slow
def test_the_ring_is_at_the_epoch_that_is_reported(cli: CommandLine) -> None:
    code = """
import bpframe
from bpframe_plots.learning_curve import learning_curve

@bpframe.hookimpl
def bpframe_run_end(run):
    print([line.get_label() for line in learning_curve(run).axes[0].lines])
"""
    (cli.folder / "show.py").write_text(code)
    for arguments in ([], ["data=one_sample"]):
        result = cli("-P", "show.py", "tracking=none", "trainer.epochs=8", *arguments)
        result.must_be_fine()
        reported = result.outcome["figures"].get("test/accuracy_at_best_validation")
        assert ("best on validation" in result.out) == (reported is not None)
        if reported:
            assert f"best on validation: {reported['selected'].split(',')[0]}'" in result.out
