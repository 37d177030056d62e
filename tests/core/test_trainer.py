"""The training loop: its metrics, its edges, and what it refuses."""

from __future__ import annotations

import itertools
import math
import re
import warnings
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from builders import class_data, make_network, value_data

from bpframe import (
    Activation,
    Array,
    Backprop,
    Batch,
    Cost,
    Data,
    Epoch,
    GradientFunction,
    Network,
    Objective,
    Parameters,
    Trainer,
)
from bpframe.core.streams import stream
from bpframe.errors import DataError, DivergedError
from bpframe_activations import Linear, ReLU, Sigmoid, Softmax
from bpframe_backprop import FullMatrix
from bpframe_costs import CrossEntropy, LogLikelihood, Quadratic
from bpframe_optimizers import L2, SGD


def make_trainer(
    network: Network | None = None,
    cost: Cost | None = None,
    rule: Backprop | None = None,
    rate: float = 0.5,
    **more: Any,
) -> Trainer:
    net = network or make_network((3, 4, 2), Sigmoid())
    return Trainer(net, cost or Quadratic(), rule or FullMatrix(), SGD(rate), **more)


class Counting(FullMatrix):
    """Matrix form that notes the length of each mini-batch."""

    lengths: list[int]

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        compute = super().bind(objective, rng)
        lengths: list[int] = []
        object.__setattr__(self, "lengths", lengths)

        def gradient(batch: Batch, out: Parameters) -> None:
            lengths.append(len(batch.x))
            compute(batch, out)

        return gradient


# What it does.


def test_training_lowers_the_cost_and_finds_the_classes() -> None:
    epochs = make_trainer(epochs=10).fit(class_data(200, validation=50))
    assert [epoch.number for epoch in epochs] == list(range(1, 11))
    assert epochs[-1].metrics["train/cost"] < 0.5 * epochs[0].metrics["train/cost"]
    assert epochs[-1].metrics["validation/accuracy"] > 0.85
    assert all(epoch.seconds > 0 for epoch in epochs)


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (class_data(9), {"train/cost", "train/accuracy"}),
        (
            class_data(9, validation=3, test=3),
            {"train/cost", "train/accuracy", "validation/cost", "validation/accuracy"},
        ),
        (value_data(9), {"train/cost"}),
        (value_data(9, validation=3), {"train/cost", "validation/cost"}),
    ],
)
def test_metrics_of_the_parts_that_are_there_and_never_of_the_test_set(
    data: Data, names: set[str]
) -> None:
    network = make_network((3, 2), Linear())
    (epoch,) = make_trainer(network, rate=0.01, epochs=1).fit(data)
    assert set(epoch.metrics) == names | {"learning_rate"}


def test_metrics_are_those_of_the_network_after_the_epoch() -> None:
    data = class_data(30, validation=9)
    trainer = make_trainer(epochs=2)
    epoch = trainer.fit(data)[-1]
    for part in ("train", "validation"):
        figures = trainer.evaluate(data, data.splits()[part])
        assert figures == {name: epoch.metrics[f"{part}/{name}"] for name in figures}


def test_the_penalty_is_a_metric_of_its_own_if_there_is_one() -> None:
    data = class_data(30)
    trainer = make_trainer(regularizer=L2(2.0), epochs=1)
    (epoch,) = trainer.fit(data)
    assert trainer.metrics(data) == epoch.split_metrics
    assert epoch.metrics["train/penalty"] == L2(2.0).penalty(trainer.network.parameters, 30)
    assert epoch.metrics["train/cost"] == trainer.evaluate(data, data.train)["cost"]
    (epoch,) = make_trainer(regularizer=L2(0.0), epochs=1).fit(data)
    assert "train/penalty" not in epoch.metrics


@pytest.mark.parametrize(("samples", "seen"), [(5, 5), (30, 30), (99, 30), (None, 30)])
def test_training_metrics_come_from_samples_that_are_drawn_once(
    samples: int | None, seen: int
) -> None:
    data = class_data(30)
    trainer = make_trainer(epochs=1, train_evaluation_samples=samples)
    (epoch,) = trainer.fit(data)
    figures = trainer.evaluate(data, data.train.draw(seen, stream(0, "evaluation")))
    assert epoch.split_metrics == {f"train/{name}": value for name, value in figures.items()}


@pytest.mark.parametrize(
    ("metrics", "score"),
    [
        ({"validation/accuracy": 0.5, "validation/cost": 3.0}, 0.5),
        ({"validation/cost": 3.0, "train/accuracy": 1.0}, -3.0),
        ({"train/cost": 1.0}, -math.inf),
    ],
)
def test_the_score_of_an_epoch_and_its_results(metrics: dict[str, float], score: float) -> None:
    epoch = Epoch(1, metrics | {"gradient/2": 7.0}, 0.1)
    assert epoch.validation_score == score
    assert epoch.split_metrics == metrics


# Its edges.


def test_no_epochs_change_nothing() -> None:
    network = make_network((3, 2), Sigmoid())
    before = network.parameters.vector.tobytes()
    assert make_trainer(network, epochs=0).fit(class_data()) == []
    assert network.parameters.vector.tobytes() == before


@pytest.mark.parametrize(
    ("batch_size", "lengths"), [(1, [1] * 7), (3, [3, 3, 1]), (7, [7]), (100, [7])]
)
def test_batches_are_cut_to_the_data(batch_size: int, lengths: list[int]) -> None:
    rule = Counting()
    make_trainer(rule=rule, epochs=1, batch_size=batch_size).fit(class_data(7))
    assert rule.lengths == lengths


def test_a_batch_bigger_than_the_data_is_the_whole_data() -> None:
    trained = []
    for batch_size in (7, 100):
        network = make_network((3, 2), Sigmoid())
        make_trainer(network, epochs=3, batch_size=batch_size).fit(class_data(7))
        trained.append(network.parameters.vector.tobytes())
    assert trained[0] == trained[1]


def test_training_stops_where_its_taker_stops() -> None:
    stopped, short = make_network((3, 2), Sigmoid()), make_network((3, 2), Sigmoid())
    for epoch in make_trainer(stopped, epochs=100).train(class_data()):
        if epoch.number == 2:
            break
    make_trainer(short, epochs=2).fit(class_data())
    assert stopped.parameters.vector.tobytes() == short.parameters.vector.tobytes()


def test_a_network_of_one_input_and_one_class_trains() -> None:
    network = make_network((1, 1), Sigmoid())
    epochs = make_trainer(network, epochs=1).fit(class_data(1, inputs=1, classes=1))
    assert epochs[0].metrics["train/accuracy"] == 1


# What it refuses.


NUMBERS = {"epochs": 0, "batch_size": 1, "seed": 0, "train_evaluation_samples": 1}


@pytest.mark.parametrize("value", ["3", 1.5, 2.0, float("nan"), float("inf"), True, [3], b"3"])
@pytest.mark.parametrize("name", NUMBERS)
def test_what_is_no_whole_number_is_refused_by_name(name: str, value: Any) -> None:
    message = f"{name} is {value!r}; it must be a whole number, {NUMBERS[name]} or more"
    with pytest.raises(ValueError, match=re.escape(message)):
        make_trainer(**{name: value})


@pytest.mark.parametrize("below", [1, 4])
@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_that_are_too_small_are_refused_by_name(name: str, below: int) -> None:
    value, least = NUMBERS[name] - below, NUMBERS[name]
    with pytest.raises(ValueError, match=f"{name} is {value}; it must be {least} or more"):
        make_trainer(**{name: value})


@pytest.mark.parametrize("name", ["epochs", "batch_size", "seed"])
def test_none_is_no_number_but_for_the_samples_of_the_evaluation(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} is None"):
        make_trainer(**{name: None})
    assert make_trainer(train_evaluation_samples=None).train_evaluation_samples is None


def test_there_are_at_most_a_thousand_million_epochs() -> None:
    assert make_trainer(epochs=10**9).epochs == 10**9
    with pytest.raises(ValueError, match="epochs is 1000000001; it must be 1,000,000,000 or less"):
        make_trainer(epochs=10**9 + 1)


def test_what_is_left_out_has_the_documented_defaults() -> None:
    trainer = make_trainer()
    assert repr(trainer).endswith("epochs=30, batch_size=10, seed=0)")
    assert trainer.train_evaluation_samples == 10_000


def test_a_closed_form_is_that_of_the_objective() -> None:
    def form(z: Array, a: Array, y: Array) -> Array:
        return a - y

    assert make_trainer(output_error=form).objective.output_error is form


def test_seconds_are_those_of_the_steps_alone() -> None:
    times = [5.0, 10.0, 12.5, 20.0, 20.25]
    with patch("bpframe.core.training.time.perf_counter", side_effect=times):
        epochs = make_trainer(epochs=2).fit(class_data(30))
    assert [epoch.seconds for epoch in epochs] == [2.5, 0.25]


def test_whole_numbers_of_numpy_are_taken() -> None:
    numbers = {name: np.int16(2) for name in NUMBERS}
    trainer = make_trainer(**numbers)
    assert [type(getattr(trainer, name)) for name in ("epochs", "batch_size", "seed")] == [int] * 3
    assert len(trainer.fit(class_data())) == 2


def test_it_is_shown_with_its_parts_and_numbers() -> None:
    trainer = make_trainer(regularizer=L2(2.0), epochs=3, batch_size=4, seed=5)
    assert repr(trainer) == (
        "Trainer(Network([3, 4, 2], Sigmoid(), float64), Quadratic(), FullMatrix(), "
        "SGD(learning_rate=0.5), L2(lambda_=2.0), epochs=3, batch_size=4, seed=5)"
    )


@pytest.mark.parametrize(
    "data",
    [class_data(inputs=4), class_data(classes=3), value_data(inputs=2)],
    ids=["inputs", "classes", "inputs of values"],
)
def test_data_that_does_not_fit_the_network_is_refused_before_any_step(data: Data) -> None:
    network = make_network((3, 2), Sigmoid())
    before = network.parameters.vector.tobytes()
    with pytest.raises(ValueError, match=f"3 inputs and 2 outputs; data '{data.name}' needs"):
        make_trainer(network).fit(data)
    assert network.parameters.vector.tobytes() == before


@pytest.mark.parametrize(
    ("output", "cost"),
    [
        (Linear(), CrossEntropy()),
        (ReLU(), CrossEntropy()),
        (Sigmoid(), LogLikelihood()),
    ],
    ids=repr,
)
def test_outputs_outside_the_costs_domain_are_refused(output: Activation, cost: Cost) -> None:
    network = make_network((3, 4, 2), Sigmoid(), output)
    with pytest.raises(ValueError, match="accepts outputs in") as error:
        make_trainer(network, cost)
    assert type(cost).__name__ in str(error.value)
    assert type(output).__name__ in str(error.value)


def test_only_the_last_layer_must_fit_the_cost() -> None:
    make_trainer(make_network((3, 4, 2), Linear(), Softmax()), LogLikelihood())


def test_an_empty_training_set_is_refused() -> None:
    with pytest.raises(DataError, match="the training set is empty"):
        class_data(0)


# Divergence. pytest makes an error of every warning, so none may get out on the way.


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_divergence_says_epoch_step_and_layer(dtype: Any) -> None:
    network = make_network((3, 4, 2), Linear(), dtype=dtype)
    trainer = make_trainer(network, rate=1e3, epochs=3)
    with pytest.raises(
        DivergedError, match=r"at epoch 1, step \d+: layer [23]\b.* optimizer\.learning_rate"
    ) as error:
        trainer.fit(class_data(1000))
    assert error.value.exit_code == 1


def test_divergence_names_the_step_the_first_layer_that_overflows_and_the_largest_weight() -> None:
    network = make_network((3, 4, 4, 2), Linear(), dtype=np.float32)
    network.parameters.weights[1][:] = 1e38
    with pytest.raises(
        DivergedError, match=r"epoch 1, step 1: layer 3 .* largest weight is 1e\+38"
    ):
        make_trainer(network, epochs=1).fit(class_data(30))


def test_divergence_counts_epochs_and_the_steps_of_an_epoch() -> None:
    class Failing(FullMatrix):
        def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
            compute, calls = super().bind(objective, rng), itertools.count(1)

            def gradient(batch: Batch, out: Parameters) -> None:
                compute(batch, out)
                if next(calls) == 8:
                    out.vector[:] = np.nan

            return gradient

    network = make_network((3, 2), Sigmoid())
    epochs = make_trainer(network, rule=Failing(), batch_size=2).train(class_data(10))
    assert next(epochs).number == 1
    with pytest.raises(DivergedError, match="epoch 2, step 3"):
        next(epochs)
    assert np.isfinite(network.parameters.vector).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("regularizer", [None, L2(0.1)], ids=repr)
def test_divergence_that_shows_only_in_the_evaluation_gives_no_warning(
    dtype: Any, regularizer: L2 | None
) -> None:
    # One step an epoch: the cost, a square, overflows long before the gradient does.
    network = make_network((3, 4, 2), Linear(), dtype=dtype)
    trainer = make_trainer(network, rate=1e3, epochs=100, batch_size=30, regularizer=regularizer)
    with pytest.raises(DivergedError, match=r"epoch \d+"):
        trainer.fit(class_data(30, validation=5))


def test_training_that_goes_well_gives_no_warning_though_neurons_saturate() -> None:
    network = make_network((3, 4, 2), Sigmoid(), dtype=np.float32)
    network.parameters.vector *= 1e4
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        make_trainer(network, CrossEntropy(), epochs=2).fit(class_data(30))
