"""The task that trains: which figures it reports, and how they were selected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import class_data, exact_backprops, make_network, value_data

from bpframe import (
    Array,
    Backprop,
    Data,
    Epoch,
    Network,
    Optimizer,
    Parameters,
    ReportedFigure,
    Run,
    Split,
    Trainer,
    hookimpl,
    hooks_of,
)
from bpframe.errors import DivergedError
from bpframe_activations import Linear, Sigmoid
from bpframe_backprop import FullMatrix
from bpframe_costs import Quadratic
from bpframe_optimizers import SGD
from bpframe_tasks import Train

MakeRun = Callable[..., Run]


@pytest.fixture
def make_run(tmp_path: Path) -> MakeRun:
    def make(
        data: Data,
        *,
        network: Network | None = None,
        optimizer: Optimizer | None = None,
        plugins: tuple[object, ...] = (),
        rule: Backprop | None = None,
        **training: Any,
    ) -> Run:
        trainer = Trainer(
            network or make_network((data.n_inputs, data.n_outputs), Linear()),
            Quadratic(),
            rule or FullMatrix(),
            optimizer or SGD(0.05),
            **training,
        )
        return Run(trainer, data, Train(), folder=tmp_path, hook=hooks_of(*plugins))

    return make


# A network whose threshold is moved by hand: after epoch i it says 1 for x > thresholds[i].


@dataclass(frozen=True)
class Scripted(Optimizer):
    """Puts a threshold of the script into the network at each step."""

    thresholds: tuple[float, ...]

    def bind(self, parameters: Parameters) -> Callable[[Parameters], None]:
        script = iter(self.thresholds)

        def step(gradient: Parameters) -> None:
            parameters.weights[0][:] = [[0], [1]]
            parameters.biases[0][:] = [0, -next(script)]

        return step


def steps_at(*x: float, low: float) -> Split:
    """Return samples of class 1 above a value and class 0 below it."""
    inputs: Array = np.array(x)[:, None]
    return Split(inputs, (inputs[:, 0] > low).astype(int))


# Validation likes 2 best and the test set 4; there are four samples in each.
STEPS = Data(
    "steps",
    train=steps_at(0.5, 1.5, 2.5, 3.5, low=2),
    validation=steps_at(0.5, 1.5, 2.5, 3.5, low=2),
    test=steps_at(0.5, 1.5, 2.5, 3.5, low=3),
    classes=2,
)
SCRIPT = (0.0, 1.0, 2.0, 3.0, 2.0, 4.0)


def scripted(make_run: MakeRun, data: Data = STEPS, script: tuple[float, ...] = SCRIPT) -> Run:
    return make_run(data, optimizer=Scripted(script), epochs=len(script), batch_size=4)


def test_every_figure_says_how_it_was_selected(make_run: MakeRun) -> None:
    run = scripted(make_run)
    Train().run(run)
    last = "last epoch"
    assert {name: figure.selected for name, figure in run.figures.items()} == {
        "train/cost": last,
        "train/accuracy": last,
        "validation/cost": last,
        "validation/accuracy": last,
        "test/cost": last,
        "test/accuracy": last,
        "test/accuracy_at_best_validation": "epoch 3, best on validation",
    }


def test_figures_of_the_last_epoch_are_the_last_epochs(make_run: MakeRun) -> None:
    run = scripted(make_run)
    Train().run(run)
    accuracies = [epoch.metrics["validation/accuracy"] for epoch in run.epochs]
    assert accuracies == [0.5, 0.75, 1, 0.75, 1, 0.5]
    assert run.figures["validation/accuracy"].value == 0.5
    assert run.figures["test/accuracy"].value == 0.75


def test_the_test_set_is_looked_at_with_the_parameters_that_validation_liked_best(
    make_run: MakeRun,
) -> None:
    run = scripted(make_run)
    Train().run(run)
    # Epoch 3 and not 5, which is as good: the first one. Not epoch 4, which the test set prefers.
    figure = run.figures["test/accuracy_at_best_validation"]
    assert figure == ReportedFigure(0.75, "epoch 3, best on validation")
    early = scripted(make_run, script=(1.0, 0.0, 0.0))
    Train().run(early)
    figure = early.figures["test/accuracy_at_best_validation"]
    assert figure == ReportedFigure(0.5, "epoch 1, best on validation")
    assert early.figures["test/accuracy"].value == 0.25


def test_the_last_parameters_are_kept_bit_for_bit(make_run: MakeRun) -> None:
    run = scripted(make_run)
    vector = run.network.parameters.vector
    Train().run(run)
    assert run.network.parameters.vector is vector
    np.testing.assert_array_equal(run.network.parameters.biases[0], [0, -4])
    data = class_data(60, validation=20, test=20)
    one, other = make_run(data, epochs=5), make_run(data, epochs=5)
    Train().run(one)
    other.trainer.fit(data)
    assert one.network.parameters.vector.tobytes() == other.network.parameters.vector.tobytes()


def test_the_peak_is_reported_only_if_the_test_set_was_looked_at_each_epoch(
    make_run: MakeRun,
) -> None:
    run = scripted(make_run)
    Train(test_each_epoch=True).run(run)
    accuracies = [epoch.metrics["test/accuracy"] for epoch in run.epochs]
    assert accuracies == [0.25, 0.5, 0.75, 1, 0.75, 0.75]
    peak = run.figures["test/accuracy_peak"]
    assert peak == ReportedFigure(1.0, "epoch 4, selected on the test set itself")
    assert run.figures["test/accuracy_at_best_validation"].value == 0.75
    run = scripted(make_run)
    Train().run(run)
    assert "test/accuracy_peak" not in run.figures
    assert not any("test/accuracy" in epoch.metrics for epoch in run.epochs)


def test_the_first_of_equal_peaks_is_named(make_run: MakeRun) -> None:
    run = scripted(make_run, script=(2.0, 4.0, 2.0))
    Train(test_each_epoch=True).run(run)
    assert run.figures["test/accuracy_peak"].selected.startswith("epoch 1,")


def test_looking_at_the_test_set_changes_no_weight(make_run: MakeRun) -> None:
    data = class_data(60, validation=20, test=20)
    runs = make_run(data, epochs=3), make_run(data, epochs=3)
    for run, look in zip(runs, (False, True), strict=True):
        Train(test_each_epoch=look).run(run)
    vectors = [run.network.parameters.vector.tobytes() for run in runs]
    assert vectors[0] == vectors[1]


# Data that lacks a split, or has values for targets.


def test_without_validation_nothing_is_best_on_it(make_run: MakeRun) -> None:
    run = make_run(class_data(30, test=9), epochs=2)
    Train().run(run)
    assert set(run.figures) == {"train/cost", "train/accuracy", "test/cost", "test/accuracy"}


@pytest.mark.parametrize("look", [False, True])
def test_without_a_test_set_nothing_is_reported_of_it(make_run: MakeRun, look: bool) -> None:
    run = make_run(class_data(30, validation=9), epochs=2)
    Train(test_each_epoch=look).run(run)
    assert set(run.figures) == {
        "train/cost",
        "train/accuracy",
        "validation/cost",
        "validation/accuracy",
    }


@pytest.mark.parametrize("look", [False, True])
def test_value_targets_have_costs_and_the_lowest_on_validation_is_best(
    make_run: MakeRun, look: bool
) -> None:
    data = value_data(30, validation=9, test=9)
    run = make_run(data, epochs=8, optimizer=SGD(0.3))
    Train(test_each_epoch=look).run(run)
    assert set(run.figures) == {
        "train/cost",
        "validation/cost",
        "test/cost",
        "test/cost_at_best_validation",
    }
    costs = [epoch.metrics["validation/cost"] for epoch in run.epochs]
    best = costs.index(min(costs)) + 1
    figure = run.figures["test/cost_at_best_validation"]
    assert figure.selected == f"epoch {best}, best on validation"
    short = make_run(data, epochs=best, optimizer=SGD(0.3))
    Train().run(short)
    assert figure.value == short.figures["test/cost"].value


def test_no_epochs_report_the_test_set_and_nothing_as_best(make_run: MakeRun) -> None:
    run = make_run(class_data(30, validation=9, test=9), epochs=0)
    Train().run(run)
    assert set(run.figures) == {"test/cost", "test/accuracy"}


# What the run is told.


def test_observers_see_each_epoch_when_it_ends(make_run: MakeRun) -> None:
    seen: list[tuple[int, int]] = []

    class Observer:
        @hookimpl
        def bpframe_epoch_end(self, run: Run, epoch: Epoch) -> None:
            assert run.epochs[-1] is epoch
            seen.append((epoch.number, len(run.epochs)))

    Train().run(make_run(class_data(30), epochs=3, plugins=(Observer(),)))
    assert seen == [(1, 1), (2, 2), (3, 3)]


def test_an_observer_that_raises_costs_no_result(
    make_run: MakeRun, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        @hookimpl
        def bpframe_epoch_end(self, run: Run) -> None:
            raise RuntimeError("no room")

    run = make_run(class_data(30, test=9), epochs=3, plugins=(Broken(),))
    Train().run(run)
    assert len(run.epochs) == 3
    assert "test/accuracy" in run.figures
    assert caplog.text.count("no room") == 3


class Measurer:
    """Gives metrics of the epochs whose numbers it is told."""

    def __init__(self, *numbers: int, name: str = "spread") -> None:
        self.numbers, self.name = numbers, name
        self.seen: list[tuple[int, list[str]]] = []

    @hookimpl
    def bpframe_epoch_metrics(self, run: Run, epoch: Epoch) -> dict[str, float] | None:
        assert epoch not in run.epochs
        self.seen.append((epoch.number, sorted(epoch.metrics)))
        return {self.name: 10.0 + epoch.number} if epoch.number in self.numbers else None


OWN = ["train/accuracy", "train/cost", "validation/accuracy", "validation/cost"]


def test_plugins_add_metrics_to_each_epoch_and_to_one_before_the_first(make_run: MakeRun) -> None:
    watched: list[Epoch] = []

    class Observer:
        @hookimpl
        def bpframe_epoch_end(self, epoch: Epoch) -> None:
            watched.append(epoch)

    measurer = Measurer(0, 1, 2)
    run = make_run(class_data(30, validation=9), epochs=2, plugins=(measurer, Observer()))
    untrained = run.trainer.metrics(run.data)
    Train().run(run)
    known = sorted([*OWN, "learning_rate"])
    assert measurer.seen == [(0, []), (1, known), (2, known)]
    assert watched == run.epochs
    assert [epoch.number for epoch in run.epochs] == [0, 1, 2]
    assert [epoch.metrics["spread"] for epoch in run.epochs] == [10, 11, 12]
    assert run.epochs[0] == Epoch(0, untrained | {"spread": 10.0}, 0.0)
    assert all(sorted(epoch.split_metrics) == OWN for epoch in run.epochs)


def test_added_metrics_change_no_result(make_run: MakeRun) -> None:
    # The untrained network is the best on both splits, and is no epoch all the same.
    script = (0.0, 3.0, 1.0)
    plain, watched = (
        make_run(
            STEPS,
            network=untrained_at(2.0),
            optimizer=Scripted(script),
            epochs=3,
            batch_size=4,
            plugins=plugins,
        )
        for plugins in ((), (Measurer(0, 1, 2, 3),))
    )
    for run in (plain, watched):
        Train(test_each_epoch=True).run(run)
    assert watched.figures == plain.figures
    assert watched.figures["test/accuracy_peak"].selected.startswith("epoch 2,")
    assert (plain.trained_epochs, watched.trained_epochs) == (3, 3)


def untrained_at(threshold: float) -> Network:
    network = make_network((1, 2), Linear())
    network.parameters.weights[0][:] = [[0], [1]]
    network.parameters.biases[0][:] = [0, -threshold]
    return network


def test_only_a_metric_of_a_part_is_a_result(make_run: MakeRun) -> None:
    names = ("validation/margin", "spread/layer_2", "validations", "time")
    plugins = tuple(Measurer(0, 1, name=name) for name in names)
    run = make_run(class_data(30, validation=9), epochs=1, plugins=plugins)
    Train().run(run)
    assert set(names) < set(run.epochs[-1].metrics)
    assert run.figures.keys() == {*OWN, "validation/margin"}
    assert run.figures["validation/margin"] == ReportedFigure(11.0, "last epoch")


def test_what_an_epoch_lacks_is_empty_in_the_table(make_run: MakeRun) -> None:
    plugins = Measurer(0, 2), Measurer(1, name="late")
    run = make_run(class_data(30, test=9), epochs=2, plugins=plugins)
    Train(test_each_epoch=True).run(run)
    header, *lines = (run.folder / "epochs.csv").read_text().splitlines()
    names = ["epoch", "train/cost", "train/accuracy", "learning_rate", "test/cost", "test/accuracy"]
    assert header.split(",") == [*names, "spread", "late", "seconds"]
    cells = [dict(zip(header.split(","), line.split(","), strict=True)) for line in lines]
    assert [row["epoch"] for row in cells] == ["0", "1", "2"]
    assert [row["spread"] for row in cells] == ["10.0", "", "12.0"]
    assert [row["late"] for row in cells] == ["", "11.0", ""]
    assert [bool(row["test/cost"]) for row in cells] == [False, True, True]


def test_without_epochs_the_untrained_network_is_reported_as_such(make_run: MakeRun) -> None:
    run = make_run(class_data(30, test=9), epochs=0, plugins=(Measurer(0),))
    Train().run(run)
    assert {name: figure.selected for name, figure in run.figures.items()} == dict.fromkeys(
        ("train/cost", "train/accuracy", "test/cost", "test/accuracy"), "untrained"
    )


def test_a_metric_that_is_there_already_is_reported_and_left_out(
    make_run: MakeRun, caplog: pytest.LogCaptureFixture
) -> None:
    run = make_run(class_data(30), epochs=2, plugins=(Measurer(1, 2, name="train/cost"),))
    Train().run(run)
    assert all(epoch.metrics["train/cost"] < 10 for epoch in run.epochs)
    assert caplog.text.count("the metric 'train/cost' is there already") == 2


def test_an_untrained_network_that_overflows_is_recorded_with_what_is_finite(
    make_run: MakeRun,
) -> None:
    network = make_network((3, 2), Linear(), dtype=np.float32)
    network.parameters.vector[:] = 1e30
    run = make_run(class_data(30), network=network, epochs=1, plugins=(Measurer(0),))
    with pytest.raises(DivergedError):
        Train().run(run)
    (epoch,) = run.epochs
    assert epoch.metrics.keys() == {"train/accuracy", "spread"}


def test_weights_are_saved_by_the_layer_that_they_lead_to(make_run: MakeRun) -> None:
    run = make_run(class_data(30), network=make_network((3, 4, 2), Sigmoid()), epochs=1)
    Train().run(run)
    assert [f.name for f in run.artifacts] == ["weights.npz", "epochs.csv", "model.json"]
    with np.load(run.artifacts[0]) as saved:
        assert sorted(saved) == ["b2", "b3", "w2", "w3"]
        for i, name in enumerate("23"):
            np.testing.assert_array_equal(saved[f"w{name}"], run.network.parameters.weights[i])
            np.testing.assert_array_equal(saved[f"b{name}"], run.network.parameters.biases[i])


def test_a_rate_that_is_auto_is_measured_reported_and_used(make_run: MakeRun) -> None:
    data = class_data(60)
    run = make_run(data, optimizer=SGD("auto"), epochs=2)
    Train().run(run)
    figure = run.figures["learning_rate"]
    assert figure.selected.startswith("measured")
    assert run.trainer.optimizer == SGD(figure.value)
    by_hand = make_run(data, optimizer=SGD(figure.value), epochs=2)
    Train().run(by_hand)
    assert run.network.parameters.vector.tobytes() == by_hand.network.parameters.vector.tobytes()
    assert "learning_rate" not in by_hand.figures


def test_with_a_stand_in_all_exact_rules_get_the_same_rate(make_run: MakeRun) -> None:
    rates = set()
    for rule in exact_backprops().values():
        run = make_run(
            class_data(30),
            network=make_network((3, 4, 2), Sigmoid(), dtype=np.float32),
            optimizer=SGD("auto"),
            rule=rule,
            learning_rate_backprop=FullMatrix(),
        )
        run.measure_learning_rate()
        rates.add(run.figures["learning_rate"].value)
    assert len(rates) == 1


@pytest.mark.parametrize("exact", [True, False])
def test_a_stand_in_measures_for_an_exact_rule_only(make_run: MakeRun, exact: bool) -> None:
    bound: list[str] = []

    class StandIn(FullMatrix):
        def bind(self, *arguments: Any) -> Any:
            bound.append("stand-in")
            return super().bind(*arguments)

    class Own(FullMatrix):
        def bind(self, *arguments: Any) -> Any:
            bound.append("own")
            return super().bind(*arguments)

    Own.exact = exact
    run = make_run(
        class_data(30), optimizer=SGD("auto"), rule=Own(), learning_rate_backprop=StandIn()
    )
    run.measure_learning_rate()
    assert set(bound) == {"stand-in" if exact else "own"}
