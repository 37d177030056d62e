"""The check of a gradient finds what is wrong, and nothing where all is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from builders import each, exact_backprops, make_network, quick, registered
from hypothesis import given, settings
from hypothesis import strategies as st

from bpframe import (
    Activation,
    Array,
    Backprop,
    Batch,
    Cost,
    ForwardPass,
    GradientFunction,
    Objective,
    OutputError,
    Parameters,
    Verdict,
    make_batch,
    places_of,
)
from bpframe.errors import ConfigError, DivergedError
from bpframe.testing.samples import targets_for
from bpframe_activations import Linear, ReLU, Sigmoid, Softmax, Square, Tanh
from bpframe_backprop import FullMatrix
from bpframe_backprop.full_matrix import backward_pass
from bpframe_costs import CrossEntropy, LogLikelihood, Quadratic
from bpframe_costs.closed_forms import SoftmaxCrossEntropy
from bpframe_gradcheck.measurement import Measurement, measure

SIZES = (4, 3, 3, 2)
SIGMOID, TANH, QUADRATIC = Sigmoid(), Tanh(), Quadratic()
PAIRS = [(Sigmoid(), Quadratic()), (Sigmoid(), CrossEntropy()), (Softmax(), LogLikelihood())]
Change = Callable[[Objective, Batch, Parameters], None]


@pytest.fixture(scope="module", autouse=True)
def measured_once() -> Iterator[None]:
    """Let each duration be measured but once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bpframe_gradcheck.measurement.MEASURED_SECONDS", 1e-9)
        yield


def objective_of(
    f: Activation = SIGMOID,
    cost: Cost = QUADRATIC,
    hidden: Activation = TANH,
    *,
    sizes: tuple[int, ...] = SIZES,
    seed: int = 0,
    closed_form: OutputError | None = None,
) -> Objective:
    return Objective(make_network(sizes, hidden, f, seed=seed), cost, closed_form)


def batch_for(objective: Objective, m: int = 5, seed: int = 0) -> Batch:
    rng, sizes = np.random.default_rng(seed), objective.network.sizes
    x = rng.standard_normal((m, sizes[0]))
    return make_batch(x, targets_for(objective.cost, rng, (m, sizes[-1])))


def checked(rule: Backprop, objective: Objective, batch: Batch | None = None) -> Measurement:
    gradient = rule.bind(objective, np.random.default_rng(0))
    places = places_of(objective.network.parameters)
    return measure(rule, gradient, objective, batch or batch_for(objective), places)


def verdicts(found: Measurement) -> list[Verdict]:
    return [layer.verdict for layer in found.layers]


# What is right.


@pytest.mark.parametrize("rule", each(exact_backprops()))
@pytest.mark.parametrize(("f", "cost"), PAIRS, ids=repr)
def test_exact_rules_agree(rule: Backprop, f: Activation, cost: Cost) -> None:
    try:
        found = checked(rule, objective_of(f, cost))
    except ValueError as refusal:
        pytest.skip(str(refusal))
    assert (found.verdict, verdicts(found)) == (Verdict.AGREES, [Verdict.AGREES] * 3)
    assert all(layer.found.error <= layer.found.allowed for layer in found.layers)


@given(
    sizes=st.lists(st.integers(1, 5), min_size=2, max_size=4).map(tuple),
    hidden=st.sampled_from([Sigmoid(), Tanh(), Linear(), Square(), ReLU(), Softmax()]),
    pair=st.sampled_from(PAIRS),
    scale=st.floats(0.01, 10),
    seed=st.integers(0, 2**31),
)
@settings(quick, max_examples=150)
def test_the_gradient_never_disagrees(
    sizes: tuple[int, ...],
    hidden: Activation,
    pair: tuple[Activation, Cost],
    scale: float,
    seed: int,
) -> None:
    objective = objective_of(*pair, hidden, sizes=sizes, seed=seed)
    objective.network.parameters.vector *= scale
    try:
        found = checked(FullMatrix(), objective, batch_for(objective, seed=seed))
    except (ConfigError, DivergedError):
        return
    assert Verdict.DISAGREES not in verdicts(found)


@pytest.mark.parametrize(("f", "cost"), PAIRS, ids=repr)
def test_with_small_gradients_it_sees_as_far_as_differences_do(f: Activation, cost: Cost) -> None:
    found = checked(FullMatrix(), objective_of(f, cost))
    assert max(layer.found.allowance for layer in found.layers) < 2e-9
    assert max(layer.found.error for layer in found.layers) < 1e-7


def test_the_parameters_are_left_as_they_were() -> None:
    objective = objective_of()
    before = objective.network.parameters.vector.tobytes()
    checked(FullMatrix(), objective)
    assert objective.network.parameters.vector.tobytes() == before


# What is wrong.


class Wrong(Backprop):
    """The gradient with a change."""

    def __init__(self, change: Change, tolerance: float = 1e-10) -> None:
        object.__setattr__(self, "change", change)
        object.__setattr__(self, "promised", tolerance)

    @property
    def tolerance(self) -> float:
        return self.promised

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        right = FullMatrix().bind(objective, rng)

        def gradient(batch: Batch, out: Parameters) -> None:
            right(batch, out)
            self.change(objective, batch, out)

        return gradient


class Transposed(Backprop):
    """Carries the error down by w where it takes wᵀ, in a network of layers of one size."""

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        return backward_pass(objective, list(objective.network.parameters.weights[1:]))


def multiplied(layer: int, factor: float) -> Change:
    def change(objective: Objective, batch: Batch, out: Parameters) -> None:
        out.blocks[layer][:] *= factor

    return change


def one_derivative(layer: int, error: float) -> Change:
    def change(objective: Objective, batch: Batch, out: Parameters) -> None:
        out.blocks[layer][0, 0] += error * abs(out.blocks[layer]).max()

    return change


def without_the_mean(objective: Objective, batch: Batch, out: Parameters) -> None:
    out.vector *= len(batch.x)


def without_biases(objective: Objective, batch: Batch, out: Parameters) -> None:
    out.biases[1].fill(0)


def unwritten(objective: Objective, batch: Batch, out: Parameters) -> None:
    out.biases[2].fill(np.nan)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (without_the_mean, [2, 3, 4]),
        (without_biases, [3]),
        (unwritten, [4]),
        (multiplied(0, -1), [2]),
        (multiplied(1, 0), [3]),
        (multiplied(2, 1 + 1e-6), [4]),
        (one_derivative(0, 1e-6), [2]),
        (one_derivative(2, -1e-6), [4]),
    ],
)
@pytest.mark.parametrize(("f", "cost"), PAIRS, ids=repr)
def test_a_wrong_gradient_disagrees_in_its_layers(
    change: Change, wrong: list[int], f: Activation, cost: Cost
) -> None:
    found = checked(Wrong(change), objective_of(f, cost))
    assert [layer.number for layer in found.layers if layer.verdict == Verdict.DISAGREES] == wrong
    assert found.verdict == Verdict.DISAGREES


def test_weights_that_are_not_transposed_disagree_below_them() -> None:
    found = checked(Transposed(), objective_of(sizes=(3, 3, 3, 3)))
    assert verdicts(found) == [Verdict.DISAGREES, Verdict.DISAGREES, Verdict.AGREES]
    assert found.layers[0].angle > 5


def test_a_closed_form_of_another_pair_disagrees() -> None:
    def a_minus_y(z: Array, a: Array, y: Array) -> Array:
        return a - y

    right = objective_of(Sigmoid(), CrossEntropy(), closed_form=a_minus_y)
    wrong = objective_of(Sigmoid(), Quadratic(), closed_form=a_minus_y)
    assert checked(FullMatrix(), right).verdict == Verdict.AGREES
    assert verdicts(checked(FullMatrix(), wrong)) == [Verdict.DISAGREES] * 3


def test_a_wrong_derivative_of_an_activation_disagrees_below_it() -> None:
    class WrongTanh(Tanh):
        def derivative(self, z: Array, a: Array) -> Array:
            return 1 + a * a

        def pullback(self, grad_a: Array, z: Array, a: Array) -> Array:
            return grad_a * self.derivative(z, a)

    found = checked(FullMatrix(), objective_of(hidden=WrongTanh()))
    assert verdicts(found) == [Verdict.DISAGREES, Verdict.DISAGREES, Verdict.AGREES]


@given(factor=st.floats(-3, 3).filter(lambda f: abs(f - 1) > 1e-5), layer=st.integers(0, 2))
@settings(quick, max_examples=50)
def test_a_factor_on_a_layer_disagrees(factor: float, layer: int) -> None:
    found = checked(Wrong(multiplied(layer, factor)), objective_of())
    expected = [Verdict.DISAGREES if i == layer else Verdict.AGREES for i in range(3)]
    assert verdicts(found) == expected


def test_a_rule_is_held_to_what_it_promises() -> None:
    # Of a largest derivative, a cost and 1 the last is the largest here.
    def added(error: float) -> Change:
        def change(objective: Objective, batch: Batch, out: Parameters) -> None:
            out.blocks[1][0, 0] += error

        return change

    objective = objective_of()
    assert objective.value(*batch_for(objective)[:2]) < 1
    assert checked(Wrong(added(0.9e-5), 1e-5), objective).verdict == Verdict.AGREES
    assert checked(Wrong(added(1.1e-5), 1e-5), objective).verdict == Verdict.DISAGREES


@pytest.mark.parametrize(
    ("factor", "expected"),
    [(f, Verdict.NOT_RESOLVED) for f in (0, 0.5, 2)] + [(1, Verdict.AGREES)],
)
def test_within_a_promise_so_wide_that_all_would_pass_only_what_is_near_agrees(
    factor: float, expected: Verdict
) -> None:
    found = checked(Wrong(multiplied(0, factor), 1.0), objective_of())
    assert found.layers[0].found.difference < found.layers[0].found.allowance
    assert verdicts(found) == [expected, Verdict.AGREES, Verdict.AGREES]
    assert found.verdict == expected


@pytest.mark.parametrize("factor", [0, 1, 2])
def test_a_layer_whose_gradient_vanishes_is_not_resolved(factor: float) -> None:
    # Saturated, but not so far that the cost does not change at all.
    objective = objective_of(hidden=SIGMOID, sizes=(4, 3, 2))
    objective.network.parameters.biases[0][:] = 22
    found = checked(Wrong(multiplied(0, factor)), objective)
    assert 0 < found.layers[0].found.largest < 1e-8
    assert verdicts(found) == [Verdict.NOT_RESOLVED, Verdict.AGREES]
    assert found.verdict == Verdict.NOT_RESOLVED


def test_where_all_is_0_nothing_is_resolved() -> None:
    objective = objective_of(ReLU(), hidden=ReLU(), sizes=(2, 3, 1))
    objective.network.parameters.biases[1][:] = -100
    found = checked(FullMatrix(), objective)
    assert (verdicts(found), found.verdict) == ([Verdict.ZERO, Verdict.ZERO], Verdict.NOT_RESOLVED)


def test_softmax_outputs_near_1_are_not_resolved_with_cross_entropy() -> None:
    objective = objective_of(Softmax(), CrossEntropy(), closed_form=SoftmaxCrossEntropy())
    objective.network.parameters.biases[-1][:] = 15, -15
    batch = batch_for(objective)
    batch.y[:] = 1, 0
    for factor in (1, 2):
        found = checked(Wrong(multiplied(2, factor)), objective, batch)
        assert found.verdict == Verdict.NOT_RESOLVED


def test_the_angle_of_a_direction_that_is_turned() -> None:
    def turn(objective: Objective, batch: Batch, out: Parameters) -> None:
        out.blocks[0][:] *= -1
        out.blocks[2][:] *= 7

    found = checked(Wrong(turn), objective_of())
    assert [layer.angle for layer in found.layers] == pytest.approx([180, 0, 0], abs=1e-5)
    assert 0 < found.angle < 180


@pytest.mark.parametrize("name", ["feedback_alignment", "sign_symmetry"])
def test_other_rules_have_their_own_angle_in_hidden_layers_only(name: str) -> None:
    found = checked(registered("backprop")[name], objective_of())
    assert found.layers[0].angle > 1
    assert found.layers[-1].angle < 1e-5


# What cannot be told.


def at_a_kink() -> tuple[Objective, Batch]:
    """Return a network whose first of three samples has every z of layer 2 at the kink."""
    objective = objective_of(Linear(), hidden=ReLU(), sizes=(2, 3, 1))
    batch = batch_for(objective, 3)
    batch.x_one[0] = [0, 0, 1]
    objective.network.parameters.biases[0].fill(0)
    return objective, batch


def test_a_sample_at_a_kink_is_left_out() -> None:
    objective, batch = at_a_kink()
    found = checked(FullMatrix(), objective, batch)
    assert (found.samples, found.skipped, found.verdict) == (2, 1, Verdict.AGREES)
    others = checked(FullMatrix(), objective, make_batch(batch.x[1:].copy(), batch.y[1:]))
    assert [x.found.largest for x in found.layers] == [x.found.largest for x in others.layers]
    assert others.skipped == 0


def test_with_a_kink_that_is_not_declared_nothing_is_resolved(monkeypatch: Any) -> None:
    monkeypatch.setattr(ReLU, "kinks", ())
    assert checked(FullMatrix(), *at_a_kink()).verdict == Verdict.NOT_RESOLVED


def test_samples_that_are_all_at_a_kink_are_an_error() -> None:
    objective, batch = at_a_kink()
    first = make_batch(batch.x[:1].copy(), batch.y[:1])
    with pytest.raises(ConfigError, match="none of the 1 samples can be compared"):
        checked(FullMatrix(), objective, first)


def test_derivatives_that_are_0_tell_nothing_of_their_layer() -> None:
    objective = objective_of(hidden=ReLU(), sizes=(2, 3, 1))
    objective.network.parameters.biases[0][:] = -100
    found = checked(Wrong(multiplied(0, 2)), objective)
    assert (verdicts(found), found.verdict) == ([Verdict.ZERO, Verdict.AGREES], Verdict.AGREES)
    forward = ForwardPass(objective.network, 5)
    forward(batch_for(objective).x_one)
    assert not forward.a[0].any()


@pytest.mark.parametrize("size", [1e200, np.nan])
def test_a_cost_that_is_not_finite_is_an_error(size: float) -> None:
    objective = objective_of(Square(), hidden=Square(), sizes=(2, 3, 1))
    objective.network.parameters.vector *= size
    with pytest.raises(DivergedError, match="no gradient to compare"):
        checked(FullMatrix(), objective)


def test_an_output_that_is_rounded_to_the_end_of_the_costs_domain_is_left_out() -> None:
    def a_minus_y(z: Array, a: Array, y: Array) -> Array:
        return a - y

    objective = objective_of(SIGMOID, CrossEntropy(), sizes=(1, 1), closed_form=a_minus_y)
    objective.network.parameters.vector[:] = [1, 0]
    # σ(40) is 1 in float64, σ(36) is not; σ(-708) is larger than the least normal number.
    z = np.array([[40.0], [-800.0], [1.0], [36.0], [-708.0]])
    found = checked(FullMatrix(), objective, make_batch(z, np.zeros_like(z)))
    assert (found.samples, found.skipped) == (3, 2)
    assert Verdict.DISAGREES not in verdicts(found)


def test_what_is_allowed_knows_how_steep_the_cost_is() -> None:
    def allowance(z: float) -> float:
        objective = objective_of(SIGMOID, CrossEntropy(), sizes=(1, 1))
        objective.network.parameters.vector[:] = [1, 0]
        batch = make_batch(np.array([[z]]), np.array([[0.0]]))
        return checked(FullMatrix(), objective, batch).layers[0].found.allowance

    # The last digit of a is a share of e^z of 1 - a.
    assert allowance(1) < 1e-9 < 1e-3 < allowance(20)


def test_a_sample_one_digit_from_an_infinite_cost_is_left_out() -> None:
    class Open(CrossEntropy):
        def value(self, a: Array, y: Array) -> Array:
            values: Array = -(y * np.log(a) + (1 - y) * np.log(1 - a)).sum(axis=-1)
            return values

    objective = objective_of(SIGMOID, Open(), sizes=(1, 1))
    objective.network.parameters.vector[:] = [1, 0]
    z = np.array([[36.0], [1.0]])
    assert 0 < 1 - SIGMOID(z[0])[0] < 3e-16
    found = checked(FullMatrix(), objective, make_batch(z, np.zeros_like(z)))
    assert (found.samples, found.skipped, found.verdict) == (1, 1, Verdict.AGREES)


# What it costs.


def test_differences_cost_two_forward_passes_for_each_parameter() -> None:
    assert checked(FullMatrix(), objective_of()).passes == 2 * (15 + 12 + 8)


def test_the_price_of_a_gradient_is_told_in_forward_passes() -> None:
    check = checked(FullMatrix(), objective_of(sizes=(20, 30, 10)))
    times = (check.forward_seconds, check.gradient_seconds, check.differences_seconds)
    assert all(seconds > 0 for seconds in times)
    assert check.cost_in_forward_passes == check.gradient_seconds / check.forward_seconds
