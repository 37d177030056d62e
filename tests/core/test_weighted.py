"""Weights of samples and classes: the cost's mean, and so the gradient of every rule, has them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from builders import (
    allowed_error,
    bind,
    class_data,
    each,
    exact_backprops,
    quick,
    registered,
    value_data,
)
from hypothesis import given
from hypothesis import strategies as st

from bpframe import (
    Array,
    Backprop,
    Batch,
    Data,
    Network,
    Objective,
    Parameters,
    Split,
    Thinning,
    Trainer,
    make_batch,
)
from bpframe.core.class_weights import ClassWeight
from bpframe.core.closed_form import MixedOutputError
from bpframe.core.learning_rate import find_learning_rate
from bpframe.core.streams import stream
from bpframe.core.weighted import WeightedCost, WeightedOutputError, weighted_objective
from bpframe_activations import Custom, Linear, Sigmoid, Softmax, Tanh
from bpframe_backprop import FullMatrix
from bpframe_costs import CrossEntropy, LogLikelihood, Quadratic, output_error
from bpframe_initializers import ScaledNormal
from bpframe_optimizers import SGD

SIZES = (3, 4, 2)
EMPTY = Split(np.empty((0, 3)), np.empty(0, int))
OWN = {(3, 2): Custom("sigmoid(2*z)", low=0, high=1)}
# Cost, output activation, those of single neurons, and whether δ^L has a closed form.
OBJECTIVES: dict[str, tuple[Any, Any, dict[tuple[int, int], Any], bool]] = {
    "quadratic": (Quadratic(), Sigmoid(), {}, False),
    "linear outputs": (Quadratic(), Linear(), {}, False),
    "cross-entropy by BP1": (CrossEntropy(), Sigmoid(), {}, False),
    "cross-entropy": (CrossEntropy(), Sigmoid(), {}, True),
    "log-likelihood by BP1": (LogLikelihood(), Softmax(), {}, False),
    "log-likelihood": (LogLikelihood(), Softmax(), {}, True),
    "cross-entropy of a softmax": (CrossEntropy(), Softmax(), {}, True),
    "mixed outputs": (CrossEntropy(), Sigmoid(), OWN, True),
}
every_objective = pytest.mark.parametrize("chosen", each(OBJECTIVES))
WEIGHTS = np.array([0.0, 0.5, 1, 2.5, 1])


def objective_of(chosen: tuple[Any, Any, Any, bool], dropout: float = 0.0) -> Objective:
    cost, output, neurons, closed = chosen
    network = Network(
        SIZES,
        Sigmoid(),
        ScaledNormal(),
        output_activation=output,
        neurons=neurons,
        dropout=dropout,
        seed=2,
        dtype=np.float64,
    )
    form = output_error(cost, network.activations[-1]) if closed else None
    assert closed == (form is not None)
    return Objective(network, cost, form)


def samples(m: int = 5) -> Batch:
    data = class_data(m)
    return make_batch(data.train.x, data.targets(data.train, np.float64), np.float64)


def with_weights(batch: Batch, weights: Array) -> Batch:
    return batch._replace(y=np.column_stack([batch.y, weights]))


def sum_by_hand(objective: Objective, batch: Batch, weights: Array) -> Array:
    """Return 1/m times the sum of the gradients of single samples, each times its weight."""
    gradient = FullMatrix().bind(objective, np.random.default_rng(0))
    out, total = Parameters(SIZES, np.float64), np.zeros(len(objective.network.parameters.vector))
    for row, weight in enumerate(weights):
        gradient(batch.take(slice(row, row + 1)), out)
        total += weight * out.vector
    return total / len(weights)


@every_objective
@pytest.mark.parametrize("rule", each(exact_backprops()))
def test_a_weighted_gradient_is_the_weighted_sum_of_those_of_single_samples(
    rule: Backprop, chosen: Any
) -> None:
    objective, batch = objective_of(chosen), samples()
    expected = sum_by_hand(objective, batch, WEIGHTS)
    weighted = weighted_objective(objective, objective.network)
    gradient, out = bind(rule, weighted), Parameters(SIZES, np.float64)
    gradient(with_weights(batch, WEIGHTS), out)
    error = abs(out.vector - expected).max()
    assert error <= allowed_error(rule) * max(1, abs(expected).max())


@every_objective
def test_thinned_networks_are_weighted_too(chosen: Any) -> None:
    objective, batch = objective_of(chosen, dropout=0.5), samples()
    thinning = Thinning(objective.network, stream(0, "dropout"))
    weighted = weighted_objective(objective, thinning.network)
    gradient, out = bind(FullMatrix(), weighted), Parameters(SIZES, np.float64)
    thinning.draw()
    gradient(with_weights(batch, WEIGHTS), out)
    thinned = Objective(thinning.network, objective.cost, objective.closed_form)
    np.testing.assert_allclose(
        out.vector, sum_by_hand(thinned, batch, WEIGHTS), rtol=1e-12, atol=1e-15
    )


@every_objective
def test_values_gradients_and_errors_are_those_of_the_cost_times_the_weights(chosen: Any) -> None:
    objective, batch = objective_of(chosen), samples()
    weighted, given = weighted_objective(objective, objective.network), with_weights(batch, WEIGHTS)
    z = batch.x[:, :2]
    a = objective.output_activation(z)
    column = WEIGHTS[:, np.newaxis]
    cost = objective.cost
    np.testing.assert_array_equal(weighted.values(a, given.y), cost.value(a, batch.y) * WEIGHTS)
    np.testing.assert_array_equal(
        weighted.cost.gradient(a, given.y), cost.gradient(a, batch.y) * column
    )
    np.testing.assert_allclose(
        weighted.output_error(z, a, given.y),
        objective.output_error(z, a, batch.y) * column,
        rtol=1e-14,
    )
    one = weighted.cost.value(a[3], given.y[3])
    np.testing.assert_array_equal(one, 2.5 * cost.value(a[3], batch.y[3]))
    assert weighted.cost.gradient(a[3], given.y[3]).shape == (2,)
    assert weighted.output_error(z[3], a[3], given.y[3]).shape == (2,)


@every_objective
def test_weights_change_nothing_of_what_is_known_of_the_cost(chosen: Any) -> None:
    objective = objective_of(chosen)
    weighted = weighted_objective(objective, objective.network)
    assert isinstance(weighted.cost, WeightedCost)
    assert weighted.cost.domain == objective.cost.domain
    assert weighted.cost.separable == objective.cost.separable
    assert weighted.in_closed_form == objective.in_closed_form
    assert (weighted.closed_form is None) == (objective.closed_form is None)


def test_mixed_outputs_keep_the_closed_form_of_each() -> None:
    objective = objective_of(OBJECTIVES["mixed outputs"])
    assert isinstance(objective.closed_form, MixedOutputError)
    weighted = weighted_objective(objective, objective.network)
    assert weighted.closed_form == WeightedOutputError(objective.closed_form)
    assert weighted.in_closed_form == [True, False]


# Through the trainer.


def one_step(data: Data, **more: Any) -> Array:
    """Return the parameters after one step along the gradient of all samples."""
    network = Network(SIZES, Tanh(), ScaledNormal(), seed=2, dtype=np.float64)
    options: dict[str, Any] = {"epochs": 1, "batch_size": "full", **more}
    Trainer(network, Quadratic(), FullMatrix(), SGD(0.5), **options).fit(data)
    return network.parameters.vector


def weighted_data(weights: Any, data: Data | None = None) -> Data:
    data = data or class_data(len(weights))
    weights = None if weights is None else np.asarray(weights)
    return Data("weighted", Split(data.train.x, data.train.y, weights), EMPTY, EMPTY, data.classes)


@quick
@given(
    weights=st.lists(st.sampled_from([0, 0.25, 1, 3]), min_size=2, max_size=12).filter(any),
    of_values=st.booleans(),
)
def test_a_sample_of_weight_0_is_as_if_it_were_not_there(
    weights: list[float], of_values: bool
) -> None:
    n = len(weights)
    data = value_data(n) if of_values else class_data(n)
    if of_values:
        data = Data("values", data.train, data.validation, data.validation, None)
    kept = np.flatnonzero(weights)
    train = Split(data.train.x, data.train.y, np.array(weights))
    empty = data.validation
    whole = Data("whole", train, empty, empty, data.classes)
    without = Data("kept", train.take(kept), empty, empty, data.classes)
    np.testing.assert_allclose(one_step(whole), one_step(without), rtol=1e-10, atol=1e-12)


@quick
@given(counts=st.lists(st.integers(0, 4), min_size=2, max_size=9).filter(any))
def test_a_sample_of_weight_k_counts_as_if_it_were_there_k_times(counts: list[int]) -> None:
    data = class_data(len(counts))
    repeated = data.train.take(np.repeat(np.arange(len(counts)), counts))
    many = Data("many", repeated, EMPTY, EMPTY, 2)
    np.testing.assert_allclose(
        one_step(weighted_data(counts)), one_step(many), rtol=1e-10, atol=1e-12
    )


@pytest.mark.parametrize("scale", [1e-300, 1.0, 1e300])
def test_only_the_ratios_of_weights_matter(scale: float) -> None:
    weights = np.array([1.0, 2, 0, 1, 4])
    np.testing.assert_allclose(
        one_step(weighted_data(weights * scale)), one_step(weighted_data(weights)), rtol=1e-12
    )


@pytest.mark.parametrize("batch_size", [1, 4, "full"])
def test_equal_weights_change_no_bit(batch_size: Any) -> None:
    options = {"batch_size": batch_size, "epochs": 2}
    plain = one_step(weighted_data(None, class_data(9)), **options)
    assert one_step(weighted_data(np.full(9, 0.125)), **options).tobytes() == plain.tobytes()
    data = class_data(9)
    assert one_step(data, class_weight={0: 2, 1: 2}, **options).tobytes() == plain.tobytes()


@pytest.mark.parametrize(
    ("class_weight", "of_class"),
    [({1: 3}, [1, 3]), ({0: 0, 1: 2}, [0, 2]), ({0: 5, 1: 0.5}, [5, 0.5]), ("balanced", None)],
)
def test_the_weight_of_a_class_is_that_of_its_samples(
    class_weight: ClassWeight, of_class: list[float] | None
) -> None:
    data = class_data(11)
    counts = np.bincount(data.train.y)
    assert counts[0] != counts[1]
    weights = np.array(of_class or 1 / counts)[data.train.y]
    with_class = one_step(data, class_weight=class_weight)
    np.testing.assert_allclose(with_class, one_step(weighted_data(weights, data)), rtol=1e-12)
    assert abs(with_class - one_step(data)).max() > 1e-4


def test_weights_of_samples_and_classes_are_multiplied() -> None:
    data, weights = class_data(11), np.arange(11.0)
    both = one_step(weighted_data(weights, data), class_weight={1: 3})
    product = weights * np.array([1, 3])[data.train.y]
    np.testing.assert_allclose(both, one_step(weighted_data(product, data)), rtol=1e-12)


@pytest.mark.parametrize("name", [*registered("backprop")])
def test_every_rule_trains_with_weights_or_says_that_it_cannot(name: str) -> None:
    rule = registered("backprop")[name]
    network = Network([3, 4, 2], Sigmoid(), ScaledNormal(), seed=2, dtype=np.float64)
    trainer = Trainer(
        network, Quadratic(), rule, SGD(0.5), epochs=2, batch_size=4, class_weight={1: 3}
    )
    data = class_data(11)
    bind(rule, weighted_objective(trainer.objective, network))
    plain = Trainer(network.copy(), Quadratic(), rule, SGD(0.5), epochs=2, batch_size=4)
    plain.fit(data)
    trainer.fit(data)
    assert (network.parameters.vector != plain.network.parameters.vector).any()


def test_a_training_weighs_the_samples_of_thinned_networks() -> None:
    trained = []
    for class_weight in (None, {0: 2, 1: 2}, {1: 3}):
        network = Network(SIZES, Sigmoid(), ScaledNormal(), dropout=0.5, dtype=np.float64)
        trainer = Trainer(
            network, Quadratic(), FullMatrix(), SGD(0.5), epochs=1, class_weight=class_weight
        )
        trainer.fit(class_data(11))
        trained.append(network.parameters.vector.tobytes())
        thinning = trainer.thinning(stream(0, "dropout"))
        assert thinning is not None
        minibatches = trainer.minibatches(class_data(11))
        objective = trainer.objective_of(minibatches, thinning)
        assert objective.network is thinning.network
        assert isinstance(objective.cost, WeightedCost) == bool(class_weight)
    assert trained[0] == trained[1] != trained[2]


def test_metrics_are_those_of_the_cost_without_weights() -> None:
    data = weighted_data(np.arange(9.0))
    network = Network(SIZES, Sigmoid(), ScaledNormal(), dtype=np.float64)
    trainer = Trainer(network, Quadratic(), FullMatrix(), SGD(0.5), epochs=1)
    (epoch,) = trainer.fit(data)
    plain = Trainer(network, Quadratic(), FullMatrix(), SGD(0.5))
    assert epoch.split_metrics == plain.metrics(class_data(9))


def test_a_learning_rate_is_measured_with_the_weights() -> None:
    network = Network(SIZES, Sigmoid(), ScaledNormal(), seed=2, dtype=np.float64)
    rates = []
    for class_weight in (None, {0: 1.0, 1: 1.0}, {1: 1e4}):
        trainer = Trainer(
            network, Quadratic(), FullMatrix(), SGD("auto"), class_weight=class_weight
        )
        rates.append(find_learning_rate(trainer, class_data(40)))
    assert rates[0] == rates[1] != rates[2]


@pytest.mark.parametrize(
    ("class_weight", "words"),
    [
        ({2: 1.0}, "class_weight has the class 2; it must be one of 0 to 1"),
        ({0: 0, 1: 0}, "must leave a sample with a weight above 0"),
        ("uniform", "must be 'balanced' or a weight for each class"),
        ({0: -1}, "class_weight of class 0 is -1; it must be a finite number, 0 or more"),
    ],
)
def test_a_training_with_wrong_weights_does_not_begin(class_weight: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        one_step(class_data(9), class_weight=class_weight)
