"""The compiled rule on outputs that depend on a whole layer, and on neurons of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from builders import PLUGINS, class_data, quick
from hypothesis import given
from hypothesis import strategies as st

from bpframe import (
    Activation,
    Array,
    Cost,
    Interval,
    Network,
    Objective,
    OutputError,
    Parameters,
    RowActivation,
    RowGradient,
    RowOutputError,
    Trainer,
    WeightedCost,
    WeightedOutputError,
    make_batch,
    remark_of,
)
from bpframe_activations import Custom, ReLU, Sigmoid, Softmax, Tanh
from bpframe_backprop import FullMatrix
from bpframe_costs import CrossEntropy, LogLikelihood, Quadratic
from bpframe_costs.closed_forms import SoftmaxLogLikelihood
from bpframe_fused import Fused
from bpframe_initializers import ScaledNormal
from bpframe_optimizers import SGD, Adam

BELL = Custom("exp(-z**2)", low=0, high=1)
NEURONS: dict[tuple[int, int], Activation] = {
    (2, 2): Tanh(),
    (2, 3): BELL,
    (2, 5): Tanh(),
    (3, 1): BELL,
}


def network_of(
    hidden: Activation,
    output: Activation,
    *,
    sizes: tuple[int, ...] = (3, 5, 4),
    neurons: Mapping[tuple[int, int], Activation] | None = None,
    dtype: Any = np.float64,
    **options: Any,
) -> Network:
    return Network(
        sizes,
        hidden,
        ScaledNormal(),
        output_activation=output,
        neurons=neurons,
        dtype=dtype,
        **options,
    )


def closed_form(cost: Cost, network: Network) -> OutputError | None:
    return PLUGINS.closed_form(cost, network.activations[-1])


def require_the_gradient(objective: Objective, weighted: bool = False, seed: int = 0) -> None:
    """Require the gradient of the matrix pass, compiled."""
    network, rng = objective.network, np.random.default_rng(seed)
    dtype = network.parameters.dtype
    m, n = 7, network.sizes[-1]
    y = rng.dirichlet(np.ones(n), m)
    if weighted:
        form = objective.closed_form
        own = WeightedOutputError(form) if form else None
        objective = Objective(network, WeightedCost(objective.cost), own)
        y = np.column_stack([y, np.arange(m) / 3])
    batch = make_batch(rng.standard_normal((m, network.sizes[0])), y, dtype)
    found, expected = (Parameters(network.sizes, dtype) for _ in range(2))
    for rule, out in ((Fused(), found), (FullMatrix(), expected)):
        gradient = rule.bind(objective, np.random.default_rng(0))
        assert remark_of(rule, gradient) == ""
        gradient(batch, out)
    largest = float(np.abs(expected.vector).max())
    close = 64 * float(np.finfo(dtype).eps)
    np.testing.assert_allclose(found.vector, expected.vector, close, close * largest)


@quick
@given(
    sizes=st.lists(st.integers(1, 20), min_size=2, max_size=4),
    hidden=st.sampled_from([Softmax(), Sigmoid()]),
    weighted=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_softmax_with_the_log_likelihood(
    sizes: list[int], hidden: Activation, weighted: bool, seed: int
) -> None:
    network = network_of(hidden, Softmax(), sizes=tuple(sizes), seed=seed)
    form = closed_form(LogLikelihood(), network)
    assert form == SoftmaxLogLikelihood()
    require_the_gradient(Objective(network, LogLikelihood(), form), weighted, seed)


@pytest.mark.parametrize(
    "dtype", [pytest.param(np.float32, marks=pytest.mark.slow), np.float64], ids=str
)
@pytest.mark.parametrize("cost", [Quadratic(), CrossEntropy()])
def test_softmax_with_another_cost(cost: Cost, dtype: Any) -> None:
    network = network_of(Sigmoid(), Softmax(), dtype=dtype)
    for form in {closed_form(cost, network), None}:
        require_the_gradient(Objective(network, cost, form))


def test_softmax_stays_exact_where_it_saturates() -> None:
    network = network_of(Sigmoid(), Softmax(), sizes=(1, 3))
    network.parameters.weights[0][:] = [[800], [-800], [0]]
    network.parameters.biases[0][:] = 0
    objective = Objective(network, LogLikelihood(), closed_form(LogLikelihood(), network))
    out = Parameters(network.sizes, np.float64)
    gradient = Fused().bind(objective, np.random.default_rng(0))
    gradient(make_batch(np.ones((1, 1)), np.array([[0.0, 1.0, 0.0]])), out)
    np.testing.assert_array_equal(out.biases[0], [1, -1, 0])


@pytest.mark.parametrize(
    ("cost", "weighted"),
    [
        (Quadratic(), False),
        (CrossEntropy(), True),
        pytest.param(Quadratic(), True, marks=pytest.mark.slow),
        pytest.param(CrossEntropy(), False, marks=pytest.mark.slow),
    ],
)
def test_neurons_of_their_own(cost: Cost, weighted: bool) -> None:
    network = network_of(ReLU(), Sigmoid(), neurons=NEURONS)
    form = closed_form(cost, network)
    assert bool(form) == isinstance(cost, CrossEntropy)
    require_the_gradient(Objective(network, cost, form), weighted)


@pytest.mark.slow
def test_a_layer_whose_every_neuron_has_its_own() -> None:
    own = {(2, j): f for j, f in enumerate((Tanh(), BELL, Tanh()), 1)}
    require_the_gradient(
        Objective(network_of(ReLU(), Sigmoid(), sizes=(3, 3, 2), neurons=own), Quadratic())
    )


@dataclass(frozen=True)
class Shares(Activation):
    """a_j = e_j / (1 + Σ_k e_k) with e = z²."""

    elementwise = False
    range = Interval(0.0, 1.0)

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        e = z * z
        a: Array = e / (1 + e.sum(axis=-1, keepdims=True))
        return a

    def derivative(self, z: Array, a: Array) -> Array:
        return 2 * z * (1 - a) / (1 + (z * z).sum(axis=-1, keepdims=True))

    def pullback(self, grad_a: Array, z: Array, a: Array) -> Array:
        total = 1 + (z * z).sum(axis=-1, keepdims=True)
        grad_z: Array = 2 * z / total * (grad_a - (a * grad_a).sum(axis=-1, keepdims=True))
        return grad_z

    def row(self, real: type[np.floating[Any]]) -> RowActivation:
        one, two = real(1), real(2)

        def f(z: Any, a: Any) -> None:
            total = one
            for j in range(len(z)):
                total += z[j] * z[j]
            for j in range(len(z)):
                a[j] = z[j] * z[j] / total

        def pullback(grad_a: Any, z: Any, a: Any, grad_z: Any) -> None:
            total, mean = one, one - one
            for j in range(len(z)):
                total += z[j] * z[j]
            for j in range(len(z)):
                # As if it were the gradient already: the two share no memory.
                grad_z[j] = two * z[j] / total
                mean += a[j] * grad_a[j]
            for j in range(len(z)):
                grad_z[j] *= grad_a[j] - mean

        return f, pullback


@dataclass(frozen=True)
class OfTheMean(Cost):
    """C_x = ½ n (mean of a - y)²."""

    def value(self, a: Array, y: Array) -> Array:
        value: Array = a.shape[-1] * np.square((a - y).mean(axis=-1)) / 2
        return value

    def gradient(self, a: Array, y: Array) -> Array:
        return np.zeros_like(a) + (a - y).mean(axis=-1, keepdims=True)

    def row(self, real: type[np.floating[Any]]) -> RowGradient:
        zero = real(0)

        def gradient(a: Any, y: Any, grad_a: Any) -> None:
            total = zero
            for j in range(len(a)):
                total += a[j] - y[j]
            for j in range(len(a)):
                grad_a[j] = total / len(a)

        return gradient


@dataclass(frozen=True)
class SharesOfTheMean:
    """δ^L of both, by the array forms alone or by rows."""

    def __call__(self, z: Array, a: Array, y: Array) -> Array:
        return Shares().pullback(OfTheMean().gradient(a, y), z, a)

    def row(self, real: type[np.floating[Any]]) -> RowOutputError:
        one, two, zero = real(1), real(2), real(0)

        def error(z: Any, a: Any, y: Any, delta: Any) -> None:
            total, grad, sum_a = one, zero, zero
            for j in range(len(z)):
                total += z[j] * z[j]
                grad += (a[j] - y[j]) / len(z)
                sum_a += a[j]
            for j in range(len(z)):
                delta[j] = two * z[j] / total * grad * (one - sum_a)

        return error


@pytest.mark.parametrize("form", [None, SharesOfTheMean()])
@pytest.mark.parametrize("weighted", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_what_anybody_gives_as_rows(form: OutputError | None, weighted: bool) -> None:
    require_the_gradient(Objective(network_of(Shares(), Shares()), OfTheMean(), form), weighted)


def test_rows_beside_neurons_of_their_own() -> None:
    network = network_of(ReLU(), Sigmoid(), neurons=NEURONS)
    require_the_gradient(Objective(network, OfTheMean()))


@pytest.mark.parametrize("optimizer", [SGD(0.5), Adam(0.01)])
def test_whole_trainings(optimizer: Any) -> None:
    """With dropout of a softmax in a hidden layer, and classes that count more."""
    trained = []
    for rule in (Fused(), FullMatrix()):
        network = network_of(Softmax(), Softmax(), sizes=(3, 9, 3), dropout=0.4)
        form = closed_form(LogLikelihood(), network)
        trainer = Trainer(
            network,
            LogLikelihood(),
            rule,
            optimizer,
            epochs=2,
            batch_size=4,
            output_error=form,
            class_weight="balanced",
        )
        trainer.fit(class_data(23, classes=3))
        assert trainer.training
        assert trainer.training.remark == ""
        trained.append(network.parameters.vector)
    np.testing.assert_allclose(*trained, rtol=1e-9, atol=1e-12)
