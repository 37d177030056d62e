"""Every quantity that is shown, against computations that share no code with it."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from explained import (
    ACTIVATIONS,
    BIASES,
    COSTS,
    WEIGHTS,
    WITHIN,
    NotANumber,
    X,
    Y,
    cost_at,
    make_sample,
    make_trainer,
    random_sample,
    worked_example,
)
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bpframe import Array, Backprop, Batch, Trainer, count_paths, stream, with_ones
from bpframe.errors import ConfigError
from bpframe_activations import Linear, ReLU, Sigmoid, Softmax
from bpframe_backprop import FiniteDifference, FullMatrix, PerSample
from bpframe_costs import CrossEntropy, LogLikelihood, Quadratic
from bpframe_explain import Explanation, explain
from bpframe_explain.verdict import verdicts
from bpframe_initializers import Given
from bpframe_optimizers import L2, SGD

STEP = 1e-5
FROM_KINK = 0.01
# Custom expressions do not say where their kinks are; that of the soft sign is no kink of f′.
KINKS = [0.0]
quick = settings(max_examples=60, deadline=None, derandomize=True)


def figures(actual: Array, expected: object, within: float = WITHIN) -> None:
    np.testing.assert_allclose(actual, expected, rtol=0, atol=within)


# The worked example, figure by figure.


def test_the_worked_example() -> None:
    shown = worked_example(optimizer=SGD(0.1))
    second, third = shown.layers
    figures(second.z, [0.84, 1.14, 1.44])
    figures(second.a, [0.698, 0.758, 0.808])
    figures(third.z, [1.690, 2.469])
    figures(third.a, [0.845, 0.922])
    figures(shown.cost, 0.2617)
    figures(third.delta, [0.0059, 0.0520], 3e-4)
    figures(second.grad_a, [0.0272, 0.0330, 0.0388], 3e-4)
    figures(second.derivative, [0.211, 0.183, 0.155])
    figures(second.delta, [0.0057, 0.0060, 0.0060], 1e-4)
    for gradient in (shown.gradient, shown.differences, shown.path_sums):
        assert gradient is not None
        figures(gradient.weights[1], [[0.0041, 0.0045, 0.0048], [0.0363, 0.0394, 0.0420]], 2e-4)
        figures(gradient.weights[0], [[0.0034, 0.0023], [0.0036, 0.0024], [0.0036, 0.0024]], 1e-4)
        figures(gradient.biases[1], [0.0059, 0.0520], 3e-4)
        figures(gradient.biases[0], [0.0057, 0.0060, 0.0060], 1e-4)
    after = shown.after
    figures(after.weights[1], [[0.1996, 0.2996, 0.3995], [0.4964, 0.5961, 0.6958]], 1e-4)
    figures(after.weights[0], [[0.0997, 0.1998], [0.2996, 0.3998], [0.4996, 0.5998]], 1e-4)
    figures(after.biases[1], [0.9994, 1.0948], 1e-4)
    figures(after.biases[0], [0.6994, 0.7994, 0.8994], 1e-4)


def test_the_paths_of_the_worked_example() -> None:
    shown = worked_example()
    assert shown.paths
    assert shown.path_count == count_paths(shown.network) == 26
    # ∂C/∂w²₂₁ by way of the first output: ∂C/∂a³₁ · ∂a³₁/∂a²₂ · ∂a²₂/∂w²₂₁.
    first, second = shown.paths_of(0, 1, 0)
    a, z = shown.layers[1].a, shown.layers[1].z
    slope = np.exp(-z) / (1 + np.exp(-z)) ** 2
    assert (first.neurons, second.neurons) == ((2, 1), (2, 2))
    expected = [a[0] - 0.8, slope[0] * 0.3, 0.18359 * 0.6]
    np.testing.assert_allclose(first.factors, expected, rtol=1e-4)
    assert first.product == pytest.approx(np.prod(expected), rel=1e-4)
    # A weight of the last layer has one path, and a bias the factor 1 for its input.
    (only,) = shown.paths_of(1, 1, 2)
    assert only.neurons == (2,)
    assert shown.paths_of(1, 1, 3)[0].factors[-1] == pytest.approx(slope[1])


# Any network.


@st.composite
def trainers(draw: st.DrawFn) -> Trainer:
    sizes = tuple(draw(st.lists(st.integers(1, 4), min_size=2, max_size=4)))
    hidden = draw(st.sampled_from(sorted(ACTIVATIONS)))
    fitting = [
        (output, cost)
        for output, cost in product(sorted(ACTIVATIONS), sorted(COSTS))
        if COSTS[cost].domain.holds(ACTIVATIONS[output].range)
    ]
    output, cost = draw(st.sampled_from(fitting))
    rule = draw(st.sampled_from([FullMatrix(), PerSample()]))
    seed = draw(st.integers(0, 10_000))
    return make_trainer(
        sizes, ACTIVATIONS[hidden], ACTIVATIONS[output], COSTS[cost], rule=rule, seed=seed
    )


def explained(trainer: Trainer, seed: int = 0) -> Explanation:
    shown = explain(trainer, random_sample(trainer, seed), 10)
    all_z = np.concatenate([layer.z for layer in shown.layers])
    assume(abs(all_z[:, None] - KINKS).min() > FROM_KINK)
    return shown


def by_differences(shown: Explanation) -> Array:
    vector = shown.network.parameters.vector
    steps = STEP * np.eye(len(vector))
    rises = [cost_at(shown, vector + s) - cost_at(shown, vector - s) for s in steps]
    return np.array(rises) / (2 * STEP)


@quick
@given(trainer=trainers(), seed=st.integers(0, 100))
def test_backprop_the_definition_and_the_sum_over_paths_are_one(
    trainer: Trainer, seed: int
) -> None:
    shown = explained(trainer, seed)
    expected = by_differences(shown)
    scale = max(1e-3, abs(expected).max())
    np.testing.assert_allclose(shown.gradient.vector, expected, rtol=0, atol=1e-6 * scale)
    np.testing.assert_allclose(shown.differences.vector, expected, rtol=0, atol=1e-6 * scale)
    assert shown.path_sums
    difference = abs(shown.path_sums.vector - shown.gradient.vector).max()
    assert difference < 1e-9 * max(1, abs(shown.gradient.vector).max())
    # The one output of a softmax is 1, and has no gradient.
    smallest = min(comparison.largest for comparison in shown.comparisons)
    assert shown.agrees or (shown.unresolved and smallest < 1e-6)
    assert shown.compared == len(expected)
    assert shown.largest_gradient == abs(shown.differences.vector).max()
    errors = abs(shown.gradient.vector - shown.differences.vector)
    assert shown.largest_difference == errors.max()


@quick
@given(trainer=trainers(), seed=st.integers(0, 100))
def test_each_layer_is_what_the_equations_say(trainer: Trainer, seed: int) -> None:
    shown = explained(trainer, seed)
    parameters, a = shown.network.parameters, shown.sample.x
    for i, layer in enumerate(shown.layers):
        assert layer.number == i + 2
        np.testing.assert_allclose(layer.a_in, a, rtol=1e-12, atol=1e-12)
        z = parameters.weights[i] @ a + parameters.biases[i]
        np.testing.assert_allclose(layer.z, z, rtol=1e-12, atol=1e-12)
        a = layer.f(z)
        np.testing.assert_allclose(layer.a, a, rtol=1e-12, atol=1e-12)
        ends = [layer.f(z + STEP * e) - layer.f(z - STEP * e) for e in np.eye(len(z))]
        jacobian = np.stack(ends, axis=1) / (2 * STEP)
        np.testing.assert_allclose(layer.derivative, np.diag(jacobian), rtol=1e-5, atol=1e-8)
        # (BP3): δ is the gradient of the bias; and it is Σ′(z)ᵀ ∂C/∂a, (33), (34).
        delta = shown.gradient.biases[i]
        np.testing.assert_allclose(layer.delta, delta, rtol=1e-9, atol=1e-12)
        size = abs(layer.grad_a).max()
        expected = jacobian.T @ layer.grad_a
        np.testing.assert_allclose(layer.delta, expected, rtol=1e-5, atol=1e-8 * max(1, size))
    assert shown.cost == pytest.approx(cost_at(shown, parameters.vector), rel=1e-12)


@quick
@given(trainer=trainers(), rate=st.floats(1e-3, 2.0))
def test_the_step_is_the_optimizers(trainer: Trainer, rate: float) -> None:
    trainer.optimizer = SGD(rate)
    shown = explained(trainer)
    before, after = shown.network.parameters.vector, shown.after.vector
    np.testing.assert_allclose(after, before - rate * shown.gradient.vector, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(shown.step.vector, after - before)
    if np.isfinite(shown.cost_after):
        assert shown.cost_after == pytest.approx(cost_at(shown, after), rel=1e-9)


def test_a_penalty_is_part_of_the_step_and_not_of_the_gradient() -> None:
    plain = worked_example()
    decayed = worked_example(regularizer=L2(2.0))  # n = 1
    np.testing.assert_array_equal(decayed.gradient.vector, plain.gradient.vector)
    assert decayed.agrees
    for i, w in enumerate(plain.network.parameters.weights):
        assert decayed.penalty
        np.testing.assert_allclose(decayed.penalty.weights[i], 2 * w)
        expected = w - 0.1 * (plain.gradient.weights[i] + 2 * w)
        np.testing.assert_allclose(decayed.after.weights[i], expected, rtol=1e-12)
        np.testing.assert_allclose(decayed.after.biases[i], plain.after.biases[i], rtol=1e-12)
    assert plain.penalty is None


def test_where_f_is_not_elementwise_a_path_may_start_at_any_neuron() -> None:
    trainer = make_trainer((2, 3, 2), Softmax(), Linear(), Quadratic())
    shown = explain(trainer, make_sample([0.3, -1], [0, 1]), 1)
    assert shown.paths
    paths = shown.paths_of(0, 1, 0)
    assert [path.neurons for path in paths] == list(product((1, 2, 3), (1, 2)))
    assert shown.path_count == 9 * 3 * 2 + 8
    assert sum(path.product for path in paths) == pytest.approx(shown.gradient.weights[0][1, 0])


# What a rule promises, and what it does.


class TwiceTooLarge(FullMatrix):
    """A rule that promises to be exact, and is not."""

    def bind(self, objective, rng):
        exact = super().bind(objective, rng)

        def gradient(batch, out):
            exact(batch, out)
            out.vector *= 2

        return gradient


@pytest.mark.parametrize("rule", [TwiceTooLarge(), NotANumber()])
def test_a_wrong_rule_is_found_out(rule: Backprop) -> None:
    shown = worked_example(rule=rule)
    assert not shown.agrees
    assert not shown.largest_difference < 0.01
    # The definitions are those of the cost, whatever the rule says.
    assert shown.layers[1].delta[1] == pytest.approx(0.0519, abs=1e-4)


@pytest.mark.parametrize("rule", [FullMatrix(), TwiceTooLarge()])
def test_where_an_output_is_rounded_to_the_end_nothing_is_accused(rule: Backprop) -> None:
    biases = [BIASES[0], [1.0, 40.0]]
    trainer = make_trainer(
        (2, 3, 2), Sigmoid(), cost=CrossEntropy(), rule=rule, initializer=Given(WEIGHTS, biases)
    )
    shown = explain(trainer, make_sample(X, Y), 1)
    assert shown.largest_difference > 0.1
    assert not shown.agrees
    assert shown.unresolved == "an output is rounded to the end of what the cost accepts"
    first, *_, last = verdicts(shown)
    assert f"(46) cannot resolve this: {shown.unresolved}" in first
    assert f"(53) cannot resolve this: {shown.unresolved}" in last


@pytest.mark.parametrize("bias", [4.0, 8.0, 25.0])
def test_close_to_the_end_what_rounding_does_is_allowed(bias: float) -> None:
    def shown(rule: Backprop) -> Explanation:
        given = Given(WEIGHTS, [BIASES[0], [1.0, bias]])
        trainer = make_trainer(
            (2, 3, 2), Sigmoid(), cost=CrossEntropy(), rule=rule, initializer=given
        )
        return explain(trainer, make_sample(X, Y), 1)

    assert shown(FullMatrix()).agrees == (bias < 25)
    wrong = shown(TwiceTooLarge())
    assert not wrong.agrees
    assert bool(wrong.unresolved) == (bias == 25)
    assert "cannot resolve" not in verdicts(shown(FullMatrix()))[-1]


def test_a_rule_may_be_off_by_what_it_promises() -> None:
    shown = worked_example(rule=FiniteDifference(epsilon=1e-6))
    assert shown.largest_difference > 1e-8
    assert shown.agrees


def test_a_promise_at_which_a_wrong_gradient_would_pass_is_not_resolved() -> None:
    shown = worked_example(rule=FiniteDifference(epsilon=0.1))
    assert not shown.agrees
    assert "a difference of" in shown.unresolved


@pytest.mark.parametrize("weight", [1e4, 1e13])
def test_a_large_weight_is_moved_by_a_share_of_it(weight: float) -> None:
    trainer = make_trainer((1, 1), Sigmoid())
    trainer.network.parameters.vector[:] = [weight, 0]
    shown = explain(trainer, make_sample([1 / weight], [0]), 1)
    assert shown.agrees


class Drawn(FullMatrix):
    """Returns what it has drawn."""

    exact = False

    def bind(self, objective, rng):
        vector = rng.standard_normal(len(objective.network.parameters.vector))

        def gradient(batch, out):
            out.vector[:] = vector

        return gradient


def test_a_rule_draws_what_it_would_draw_in_the_training() -> None:
    shown = worked_example(rule=Drawn())
    np.testing.assert_array_equal(shown.gradient.vector, stream(0, "feedback").standard_normal(17))


def test_the_gradient_is_that_of_a_batch_of_this_one_sample() -> None:
    seen: list[Batch] = []

    class Watched(FullMatrix):
        def bind(self, objective, rng):
            exact = super().bind(objective, rng)

            def gradient(batch, out):
                seen.append(batch)
                exact(batch, out)

            return gradient

    worked_example(rule=Watched())
    (batch,) = seen
    np.testing.assert_array_equal(batch.x_one, with_ones(np.array([[0.6, 0.4]]), float))
    np.testing.assert_array_equal(batch.x, [[0.6, 0.4]])
    np.testing.assert_array_equal(batch.y, [[0.8, 0.2]])


# Numbers and limits.


def test_a_network_in_float32_is_explained_in_float64_and_left_alone() -> None:
    trainer = make_trainer((3, 4, 2), Sigmoid(), dtype=np.float32)
    before = trainer.network.parameters.vector.tobytes()
    shown = explain(trainer, random_sample(trainer, 0), 1)
    assert shown.network.parameters.dtype == shown.gradient.dtype == np.float64
    assert {layer.delta.dtype for layer in shown.layers} == {np.dtype(np.float64)}
    assert shown.agrees
    assert trainer.network.parameters.vector.tobytes() == before
    np.testing.assert_array_equal(
        shown.network.parameters.vector, trainer.network.parameters.vector
    )


def test_closed_forms_are_used_and_named() -> None:
    for output, cost in ((Sigmoid(), CrossEntropy()), (Softmax(), LogLikelihood())):
        trainer = make_trainer((3, 4, 2), Sigmoid(), output, cost)
        shown = explain(trainer, make_sample([1, -1, 1], [0, 1]), 1)
        assert [set(layer.closed_form) for layer in shown.layers] == [{False}, {True}]
        np.testing.assert_allclose(shown.layers[-1].delta, shown.layers[-1].a - [0, 1])
    assert not any(worked_example().layers[-1].closed_form)


def test_in_a_large_network_only_what_is_shown_is_compared() -> None:
    trainer = make_trainer((100, 60, 30, 10), Sigmoid())
    shown = explain(trainer, random_sample(trainer, 0), 1)
    assert shown.paths is shown.path_sums is None
    assert shown.path_count > 1_000_000
    for block, selection in zip(shown.differences.blocks, shown.selections, strict=True):
        known = np.zeros(block.shape, bool)
        known[selection.j, selection.k] = True
        np.testing.assert_array_equal(np.isfinite(block), known)
    assert shown.compared == sum(len(s.j) for s in shown.selections) < 1_000
    assert shown.agrees


def test_the_largest_weights_gradients_and_steps_of_a_large_layer_are_shown() -> None:
    trainer = make_trainer((100, 60, 10), Sigmoid())
    shown = explain(trainer, random_sample(trainer, 0), 1)
    x, delta = abs(shown.sample.x), abs(shown.layers[0].delta)
    assert shown.drawn[0] == sorted(np.argsort(-x)[:40])
    assert shown.drawn[1] == sorted(np.argsort(-delta)[:40])
    places = set(zip(shown.selections[0].j.tolist(), shown.selections[0].k.tolist(), strict=True))
    between = np.ix_(shown.drawn[1], shown.drawn[0])
    for values in (shown.network.parameters.weights[0], shown.gradient.weights[0]):
        sizes = np.abs(values[between])
        rows, columns = np.nonzero(sizes >= np.sort(sizes, axis=None)[-60])
        for row, column in zip(rows, columns, strict=True):
            assert (shown.drawn[1][row], shown.drawn[0][column]) in places


@pytest.mark.parametrize("x", [1e200, 1e308])
def test_a_cost_that_is_not_finite_is_refused(x: float) -> None:
    trainer = make_trainer((2, 3, 2), Linear())
    with pytest.raises(ConfigError, match="the cost of the sample is not finite"):
        explain(trainer, make_sample([x, -x], [0, 1]), 1)


def test_a_step_that_overflows_is_shown_as_such() -> None:
    trainer = make_trainer((2, 3, 3, 2), Linear(), optimizer=SGD(1e200))
    shown = explain(trainer, make_sample([1, -1], [0, 1]), 1)
    assert not np.isfinite(shown.cost_after)


def test_at_a_kink_the_differences_look_at_both_sides() -> None:
    trainer = make_trainer((2, 2, 1), ReLU(), Linear())
    trainer.network.parameters.biases[0][:] = 0
    shown = explain(trainer, make_sample([0, 0], [1]), 1)
    half = shown.network.parameters.weights[1][0] * (shown.layers[1].a[0] - 1) / 2
    np.testing.assert_allclose(shown.differences.biases[0], half, rtol=1e-4)
    np.testing.assert_array_equal(shown.gradient.biases[0], 0)
    assert shown.unresolved == "a difference leads over a kink of an activation"


def test_a_kink_of_a_neighbour_is_none() -> None:
    trainer = make_trainer((1, 2, 1), Sigmoid(), neurons={(2, 2): ReLU()})
    trainer.network.parameters.weights[0][:] = [[0], [1]]
    trainer.network.parameters.biases[0][:] = [0, 1]
    shown = explain(trainer, make_sample([1], [0]), 1)
    assert shown.layers[0].z.tolist() == [0, 2]
    assert shown.agrees
