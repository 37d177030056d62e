"""The training loop: its metrics, its edges, and what it refuses."""

from __future__ import annotations

import itertools
import math
import re
import warnings
from dataclasses import dataclass
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
    Clipping,
    Cost,
    Data,
    Epoch,
    GradientFunction,
    GradientStep,
    Metric,
    Network,
    Objective,
    Optimizer,
    Parameters,
    Step,
    Trainer,
    make_batch,
)
from bpframe.core.streams import stream
from bpframe.errors import ConfigError, DataError, DivergedError, NotFittingError, PluginFailedError
from bpframe_activations import Linear, ReLU, Sigmoid, Softmax
from bpframe_backprop import FullMatrix
from bpframe_costs import CrossEntropy, LogLikelihood, Quadratic
from bpframe_fused import Fused
from bpframe_initializers import ScaledNormal
from bpframe_metrics import R2, TopK
from bpframe_optimizers import L2, SGD
from bpframe_schedules import Cosine, Plateau
from bpframe_stopping import EarlyStopping


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


# Options of a training.


OPTIONS: dict[str, Any] = {
    "drop_last": (["yes", 1, None], "drop_last is .*; it must be true or false"),
    "shuffle": (["no", 0, None], "shuffle is .*; it must be true or false"),
    "max_seconds": (
        [0, -1, math.nan, math.inf, True, "60", [1]],
        "max_seconds is .*; it must be a number greater than 0",
    ),
    "batch_size": (["half", "", "FULL", "10"], "it must be a whole number, 1 or more, or 'full'"),
    "select_by": (["test/accuracy", "test", "test/a/b"], "the test set must select nothing"),
    "metrics": (
        [[TopK(1)], {"cost": TopK(1)}, {"accuracy": TopK(1)}, {"penalty": TopK(1)}],
        "metrics (is|has the name) .*; it must be",
    ),
}


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [(name, value, words) for name, (values, words) in OPTIONS.items() for value in values],
)
def test_what_an_option_cannot_be_is_refused_by_name(name: str, value: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make_trainer(**{name: value})


@pytest.mark.parametrize("name", ["a/b", "", "a b", 3, "test/top"])
def test_the_name_of_a_metric_can_stand_behind_that_of_a_split(name: Any) -> None:
    with pytest.raises(ValueError, match="letters, digits and _"):
        make_trainer(metrics={name: TopK(1)})


@pytest.mark.parametrize(
    ("n", "batch_size", "drop_last", "lengths"),
    [
        (7, 3, False, [3, 3, 1]),
        (7, 3, True, [3, 3]),
        (6, 3, True, [3, 3]),
        (7, 100, True, [7]),
        (7, "full", False, [7]),
        (7, "full", True, [7]),
        (1, 3, True, [1]),
        (2500, 999, True, [999, 999]),
        (2500, 7, True, [7] * 357),
    ],
)
def test_the_last_mini_batch_can_be_left_out(
    n: int, batch_size: Any, drop_last: bool, lengths: list[int]
) -> None:
    rule = Counting()
    trainer = make_trainer(rule=rule, epochs=2, batch_size=batch_size, drop_last=drop_last)
    trainer.fit(class_data(n))
    assert rule.lengths == lengths * 2
    assert trainer.steps_of_epoch(class_data(n)) == len(lengths)


def test_which_samples_are_left_out_changes_with_each_epoch() -> None:
    data = class_data(5)
    seen = []
    trainer = make_trainer(epochs=6, batch_size=3, drop_last=True)
    training = trainer.take_up(data, lambda e, s, batch, gradient: seen.append(batch.x.tolist()))
    while training.goes_on:
        training.look(trainer.next_epoch(training))
    assert len({str(sorted(rows)) for rows in seen}) > 1


@pytest.mark.parametrize("rule", [FullMatrix(), Fused()])
@pytest.mark.parametrize("drop_last", [False, True])
def test_samples_are_taken_in_their_own_order_where_they_are_not_shuffled(
    rule: Backprop, drop_last: bool
) -> None:
    data = class_data(7)
    network = make_network((3, 4, 2), Sigmoid())
    options = {"epochs": 2, "batch_size": 3, "drop_last": drop_last}
    make_trainer(network, rule=rule, shuffle=False, **options).fit(data)
    expected = make_network((3, 4, 2), Sigmoid())
    gradient = FullMatrix().bind(Objective(expected, Quadratic()), stream(0, "feedback"))
    out = Parameters((3, 4, 2), np.float64)
    y = data.targets(data.train, np.float64)
    for _ in range(2):
        for start in range(0, 6 if drop_last else 7, 3):
            gradient(
                make_batch(data.train.x[start : start + 3], y[start : start + 3], np.float64), out
            )
            expected.parameters.vector -= 0.5 * out.vector
    np.testing.assert_allclose(network.parameters.vector, expected.parameters.vector, rtol=1e-12)


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("batch_size", [3, "full"])
def test_whole_epochs_leave_the_same_samples_out(shuffle: bool, batch_size: Any) -> None:
    trained = []
    for rule in (FullMatrix(), Fused()):
        network = make_network((3, 4, 2), Sigmoid())
        options = {"epochs": 3, "batch_size": batch_size, "drop_last": True, "shuffle": shuffle}
        make_trainer(network, rule=rule, schedule=Cosine(), **options).fit(class_data(7))
        trained.append(network.parameters.vector)
    np.testing.assert_allclose(trained[0], trained[1], rtol=1e-12)


@pytest.mark.parametrize(("drop_last", "samples", "steps"), [(True, 6, 2), (False, 7, 3)])
def test_a_rule_that_takes_whole_epochs_gets_the_samples_and_rates_of_the_steps_alone(
    drop_last: bool, samples: int, steps: int
) -> None:
    given = []

    class WholeEpochs(FullMatrix):
        def bind_epoch(self, objective: Any, rng: Any, training: Any, plan: Any) -> Any:
            def epoch(order: Any, rates: Any) -> int:
                given.append((len({*order.tolist()}), len(rates)))
                return 0

            return epoch

    make_trainer(rule=WholeEpochs(), epochs=2, batch_size=3, drop_last=drop_last).fit(class_data(7))
    assert given == [(samples, steps)] * 2


# What ends a training, and what selects.


def test_a_training_whose_time_has_passed_ends_behind_its_epoch() -> None:
    times = itertools.count()
    with patch("bpframe.core.training.time.perf_counter", lambda: float(next(times))):
        # One reading at the start, and three an epoch.
        trainer = make_trainer(epochs=9, max_seconds=6)
        epochs = trainer.fit(class_data(9))
    assert len(epochs) == 2
    assert trainer.training is not None
    assert trainer.training.ended == "max_seconds=6 have passed"


def test_the_first_reason_is_the_one_that_is_told() -> None:
    trainer = make_trainer(
        rate=1e-9,
        epochs=9,
        max_seconds=1e-9,
        stopping=EarlyStopping(metric="train/cost", min_gain=1.0, patience=1),
        schedule=Plateau(metric="train/cost", patience=1, least=0.9),
    )
    epochs = trainer.fit(class_data(9))
    training = trainer.training
    assert training is not None
    assert (len(epochs), training.ended) == (1, "max_seconds=1e-09 have passed")
    training.end("another one")
    assert training.ended == "max_seconds=1e-09 have passed"
    training.end(None)
    assert training.ended == "max_seconds=1e-09 have passed"


def test_the_best_epoch_is_selected_by_the_metric_of_choice() -> None:
    data = class_data(40, validation=20)
    for select_by, best in (("validation/cost", min), ("validation/accuracy", max)):
        trainer = make_trainer(rate=9.0, epochs=8, select_by=select_by)
        epochs = trainer.fit(data)
        values = [epoch.metrics[select_by] for epoch in epochs]
        assert trainer.training is not None
        assert trainer.training.best.epoch == values.index(best(values)) + 1


@pytest.mark.parametrize(
    ("name", "known"),
    [("validation/acuracy", "validation/accuracy"), ("top", "train/cost"), ("train/penalty", "")],
)
def test_an_unknown_metric_to_select_by_names_those_that_there_are(name: str, known: str) -> None:
    trainer = make_trainer(epochs=2, select_by=name)
    with pytest.raises(ConfigError, match=f"there is no metric '{name}'; known are .*{known}"):
        trainer.fit(class_data(20, validation=5))


@dataclass(frozen=True)
class NotANumber(Metric):
    """A metric that is no number."""

    def __call__(self, a: Array, y: Any) -> float:
        return math.nan


def test_a_chosen_metric_that_is_no_number_ends_nothing_and_is_never_the_best() -> None:
    trainer = make_trainer(epochs=3, metrics={"nan": NotANumber()}, select_by="train/nan")
    epochs = trainer.fit(class_data(9))
    assert [math.isnan(epoch.metrics["train/nan"]) for epoch in epochs] == [True] * 3
    assert trainer.training is not None
    assert trainer.training.best.epoch == 0


def test_a_metric_that_cannot_serve_the_data_is_refused_by_its_name() -> None:
    trainer = make_trainer(make_network((3, 2), Linear()), metrics={"hits": TopK(1)})
    with pytest.raises(ValueError, match=r"^metric 'hits': it is for classes, and the targets are"):
        trainer.fit(value_data(9))
    with pytest.raises(ValueError, match=r"^metric 'r2': it is for values, and the targets are"):
        make_trainer(metrics={"r2": R2()}).fit(class_data(9))


@pytest.mark.parametrize("rule", [FullMatrix(), Fused()])
def test_the_rate_of_an_epoch_is_that_of_its_last_step(rule: Backprop) -> None:
    trainer = make_trainer(rule=rule, epochs=4, batch_size=4, schedule=Cosine())
    epochs = trainer.fit(class_data(10))
    rates = Cosine().bind(3, 4)
    expected = [0.5 * rates.factors(number)[-1] for number in (1, 2, 3, 4)]
    assert [epoch.metrics["learning_rate"] for epoch in epochs] == expected


@dataclass(frozen=True)
class Unrated(Optimizer):
    """Steps whose rate nobody can set."""

    def bind(self, parameters: Parameters) -> Step:
        def step(gradient: Parameters) -> None:
            parameters.vector -= 0.1 * gradient.vector

        return step


def test_no_schedule_serves_a_step_without_a_rate() -> None:
    trainer = make_trainer(epochs=2)
    trainer.optimizer = Unrated()
    (epoch, _) = trainer.fit(class_data(9))
    assert "learning_rate" not in epoch.metrics
    trainer.schedule = Cosine()
    before = trainer.network.parameters.vector.tobytes()
    with pytest.raises(NotFittingError, match="Unrated binds a step without a learning_rate"):
        trainer.fit(class_data(9))
    assert trainer.network.parameters.vector.tobytes() == before


def test_a_schedule_that_is_longer_than_the_training_is_refused() -> None:
    trainer = make_trainer(epochs=2, schedule=Cosine(warm_up=2.0))
    with pytest.raises(ValueError, match="warm_up is 2 epochs, and the training has 2"):
        trainer.fit(class_data(9))


@dataclass(frozen=True)
class Bad(Clipping):
    """A clipping that binds no function."""

    def bind(self, parameters: Parameters) -> Any:
        return 3


@dataclass(frozen=True)
class BadConstraint(L2):
    """A regularizer whose constraint is no function."""

    def bind_constraint(self, parameters: Parameters) -> Any:
        return 3


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"clipping": Bad()}, r"Bad.bind returned 3; it must return a function clip\(gradient\)"),
        ({"regularizer": BadConstraint()}, r"BadConstraint.* returned 3; .* keep\(\), or None"),
    ],
)
def test_what_is_bound_must_be_a_function(part: Any, words: str) -> None:
    with pytest.raises(PluginFailedError, match=words):
        make_trainer(**part).fit(class_data(9))


# What watches each step.


@pytest.mark.parametrize("batch_size", [4, "full"])
@pytest.mark.parametrize(
    "more",
    [{}, {"schedule": Cosine()}, {"dropout": 0.5}, {"schedule": Cosine(), "dropout": 0.5}],
)
@pytest.mark.parametrize("rule", [FullMatrix(), Fused()])
def test_what_watches_each_step_sees_it_when_it_is_taken_and_changes_nothing(
    rule: Backprop, more: dict[str, Any], batch_size: Any
) -> None:
    data = class_data(10)
    seen: list[Any] = []

    def network_of() -> Network:
        return Network(
            (3, 4, 2), Sigmoid(), ScaledNormal(), dropout=more.get("dropout", 0), dtype=np.float64
        )

    options = {"epochs": 2, "batch_size": batch_size, "schedule": more.get("schedule")}
    plain = make_trainer(network_of(), rule=FullMatrix(), **options)
    plain.fit(data)
    trainer = make_trainer(network_of(), rule=rule, **options)
    steps = trainer.steps_of_epoch(data)
    before = trainer.network.parameters.vector.copy()
    shuffle = stream(0, "shuffle")
    orders = [shuffle.permutation(10) for _ in range(2)]

    def look(epoch: int, step: int, batch: Batch, gradient: Parameters) -> None:
        m = 10 if batch_size == "full" else batch_size
        rows = orders[epoch - 1][(step - 1) * m : step * m]
        np.testing.assert_array_equal(batch.x, data.train.x[rows])
        np.testing.assert_array_equal(batch.y, np.eye(2)[data.train.y[rows]])
        rate = 0.5
        if options["schedule"]:
            rate *= options["schedule"].bind(steps, 2).factors(epoch)[step - 1]
        now = trainer.network.parameters.vector
        np.testing.assert_allclose(now, before - rate * gradient.vector, rtol=1e-12, atol=1e-15)
        before[:] = now
        seen.append((epoch, step))

    training = trainer.take_up(data, look)
    while training.goes_on:
        training.look(trainer.next_epoch(training))
    assert seen == [(e, s) for e in (1, 2) for s in range(1, steps + 1)]
    np.testing.assert_allclose(before, plain.network.parameters.vector, rtol=1e-9)


def test_where_nobody_watches_the_mini_batches_go_straight_into_the_steps() -> None:
    trainer = make_trainer(epochs=1)
    minibatches = trainer.minibatches(class_data(30))
    descent = trainer.descent(minibatches, FullMatrix(), SGD(0.5))
    with patch.object(type(descent), "_observed", side_effect=AssertionError("called")):
        descent.run(minibatches.epoch(np.arange(30)), 1)
        # No regularizer, no clipping, no constraint: nothing but the step follows the gradient.
        (change,) = descent._changes
    assert type(change) is GradientStep
