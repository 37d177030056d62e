"""Every exact rule gives ∂C/∂w and ∂C/∂b: against finite differences, in float64."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
import pytest
from builders import (
    PLUGINS,
    bind,
    claim,
    each,
    every_activation,
    exact_backprops,
    make_batch,
    make_network,
    registered,
    targets_for,
)
from differences import gradient_of, relative_error

from bpframe import (
    Activation,
    Array,
    Backprop,
    Batch,
    Cost,
    Data,
    ForwardPass,
    Network,
    Objective,
    OutputError,
    Parameters,
    Split,
    Trainer,
)
from bpframe_activations import Linear, Sigmoid, Softmax
from bpframe_backprop import FullMatrix, PerSample
from bpframe_costs import CrossEntropy, LogLikelihood, Quadratic
from bpframe_optimizers import SGD

SIZES = [(3, 2), (3, 4, 2), (2, 3, 3, 2)]
SAMPLES = 5
FROM_KINK = 0.02
SMALLEST_GRADIENT = 1e-4
TOLERANCE = 1e-6


@dataclass
class Problem:
    """A network with a mini-batch, and the gradient found by differences."""

    network: Network
    batch: Batch
    expected: Parameters

    def error_of(
        self, rule: Backprop, cost: Cost, output_error: OutputError | None = None
    ) -> float:
        """Return the relative error of what a rule gives.

        It is relative to the layer's own derivatives; a rule that claims no more than a share of
        the cost or of 1 gets that.
        """
        objective = Objective(self.network, cost, output_error)
        gradient = Parameters(self.network.sizes, np.float64)
        bind(rule, objective)(self.batch, gradient)
        value = objective.value(self.batch.x, self.batch.y)
        return relative_error(
            gradient, self.expected, 0 if rule.tolerance <= 1e-10 else max(1, value)
        )


@cache
def draw(hidden: Activation, output: Activation, cost: Cost, sizes: tuple[int, ...]) -> Problem:
    """Return the first problem far from every kink in which every layer has a gradient."""
    # Custom expressions do not say where their kinks are; those of `builders` are near 0 or 2.
    kinks = np.array([0.0, 2.0, *hidden.kinks, *output.kinks])
    for seed in range(1000):
        network = make_network(sizes, hidden, output, seed=seed)
        rng = np.random.default_rng(seed)
        x = rng.standard_normal((SAMPLES, sizes[0]))
        batch = make_batch(x, targets_for(cost, rng, (SAMPLES, sizes[-1])))
        forward = ForwardPass(network, SAMPLES)
        forward(batch.x_one)
        all_z = np.concatenate([z.ravel() for z in forward.z])
        if abs(all_z[:, None] - kinks).min() < FROM_KINK:
            continue
        expected = differences(network, cost, batch)
        if all(abs(block).max() > SMALLEST_GRADIENT for block in expected.blocks):
            return Problem(network, batch, expected)
    raise AssertionError(f"no problem found for {hidden}, {output}, {cost}, {sizes}")


def differences(network: Network, cost: Cost, batch: Batch) -> Parameters:
    objective = Objective(network, cost)
    expected = Parameters(network.sizes, np.float64)
    vector = network.parameters.vector
    expected.vector[:] = gradient_of(lambda: objective.value(batch.x, batch.y), vector)
    return expected


def pairs() -> Iterator[tuple[str, Activation, str, Cost]]:
    """Yield each output activation with each cost that accepts its outputs."""
    for (f_name, f), (c_name, cost) in product(
        every_activation().items(), registered("cost").items()
    ):
        if cost.domain.holds(f.range):
            yield f_name, f, c_name, cost


def combinations() -> Iterator[object]:
    """Yield hidden and output activations with a cost: each f in both places."""
    for f_name, f, c_name, cost in pairs():
        yield pytest.param(f, f, cost, id=f"{f_name}-{f_name}-{c_name}")
    for (name, f), (out, output, c_name, cost) in product(every_activation().items(), pairs()):
        if out in ("sigmoid", "softmax") and name != out:
            yield pytest.param(f, output, cost, id=f"{name}-{out}-{c_name}")


@pytest.mark.parametrize("rule", each(exact_backprops()))
@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize(("hidden", "output", "cost"), list(combinations()))
def test_gradient_equals_differences(
    hidden: Activation, output: Activation, cost: Cost, sizes: tuple[int, ...], rule: Backprop
) -> None:
    problem = draw(hidden, output, cost, sizes)
    assert problem.error_of(rule, cost) < claim(rule, TOLERANCE)
    closed_form = PLUGINS.hook.bpframe_output_error(cost=cost, activation=output)
    if closed_form:
        assert problem.error_of(rule, cost, closed_form) < claim(rule, TOLERANCE)


@pytest.mark.parametrize("cost", each(registered("cost")))
def test_every_cost_accepts_some_activation(cost: Cost) -> None:
    assert any(cost.domain.holds(f.range) for f in every_activation().values())


class SlightlyWrong(Sigmoid):
    """A sigmoid whose derivative is one part in a hundred thousand too large."""

    def derivative(self, z: Array, a: Array) -> Array:
        return super().derivative(z, a) * (1 + 1e-5)


def test_a_derivative_that_is_slightly_wrong_is_noticed() -> None:
    wrong = SlightlyWrong()
    problem = draw(wrong, wrong, Quadratic(), (3, 4, 2))
    assert problem.error_of(FullMatrix(), Quadratic()) > TOLERANCE


# The closed forms of δ^L.


def closed_forms() -> Iterator[object]:
    for f_name, f, c_name, cost in pairs():
        closed_form = PLUGINS.hook.bpframe_output_error(cost=cost, activation=f)
        if closed_form:
            yield pytest.param(f, cost, closed_form, id=f"{f_name}-{c_name}")


@pytest.mark.parametrize(("f", "cost", "closed_form"), list(closed_forms()))
def test_closed_form_equals_bp1(f: Activation, cost: Cost, closed_form: OutputError) -> None:
    rng = np.random.default_rng(0)
    z = 3 * rng.standard_normal((50, 4))
    a, y = f(z), targets_for(cost, rng, (50, 4))
    bp1 = f.pullback(cost.gradient(a, y), z, a)
    np.testing.assert_allclose(closed_form(z, a, y), bp1, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(closed_form(z[0], a[0], y[0]), bp1[0], rtol=1e-9, atol=1e-12)


def test_an_objective_says_whether_it_has_a_closed_form() -> None:
    network = make_network((3, 2), Sigmoid())
    closed_form = PLUGINS.hook.bpframe_output_error(cost=CrossEntropy(), activation=Sigmoid())
    assert Objective(network, CrossEntropy(), closed_form).closed_form
    assert not Objective(network, CrossEntropy()).closed_form


@pytest.mark.parametrize("rule", [FullMatrix(), PerSample()])
def test_an_objective_uses_the_closed_form_that_it_is_given(rule: Backprop) -> None:
    def closed_form(z: Array, a: Array, y: Array) -> Array:
        return np.full_like(a, 7)

    problem = draw(Sigmoid(), Sigmoid(), CrossEntropy(), (3, 2))
    gradient = Parameters((3, 2), np.float64)
    bind(rule, Objective(problem.network, CrossEntropy(), closed_form))(problem.batch, gradient)
    np.testing.assert_allclose(gradient.biases[0], 7, rtol=1e-12)


@pytest.mark.parametrize(
    ("f", "cost"), [(Sigmoid(), CrossEntropy()), (Softmax(), LogLikelihood())], ids=repr
)
def test_the_books_pairs_have_a_closed_form_that_survives_saturation(
    f: Activation, cost: Cost
) -> None:
    closed_form = PLUGINS.hook.bpframe_output_error(cost=cost, activation=f)
    z, y = np.array([[-800.0, 800.0]]), np.array([[1.0, 0.0]])
    np.testing.assert_array_equal(closed_form(z, f(z), y), [[-1.0, 1.0]])


@pytest.mark.parametrize(
    ("f", "cost"),
    [(Sigmoid(), Quadratic()), (Softmax(), CrossEntropy()), (Softmax(), Quadratic())],
    ids=repr,
)
def test_pairs_whose_factors_do_not_cancel_have_none(f: Activation, cost: Cost) -> None:
    assert PLUGINS.hook.bpframe_output_error(cost=cost, activation=f) is None


def test_linear_outputs_with_the_quadratic_cost_have_a_minus_y() -> None:
    a, y = np.array([[2.0, -1.0]]), np.array([[0.5, 0.5]])
    objective = Objective(make_network((1, 2), Linear()), Quadratic())
    np.testing.assert_array_equal(objective.output_error(a, a, y), a - y)


def test_targets_that_do_not_sum_to_one_are_refused_or_have_their_right_gradient() -> None:
    cost = LogLikelihood()
    closed_form = PLUGINS.hook.bpframe_output_error(cost=cost, activation=Softmax())
    network = make_network((3, 2), Softmax())
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((SAMPLES, 3)), rng.uniform(size=(SAMPLES, 2))
    nothing = Split(x[:0], y[:0])
    data = Data("rates", Split(x, y), nothing, nothing, None, "0")
    try:
        trainer = Trainer(network, cost, FullMatrix(), SGD(0.1), epochs=0, output_error=closed_form)
        trainer.fit(data)
    except ValueError:
        return
    batch = make_batch(x, y)
    problem = Problem(network, batch, differences(network, cost, batch))
    assert problem.error_of(FullMatrix(), cost, closed_form) < TOLERANCE
