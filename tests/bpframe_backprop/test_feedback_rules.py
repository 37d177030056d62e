"""The rules whose feedback is not (w^{l+1})ᵀ: their matrices, and what follows from them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from builders import class_data, make_network
from numpy.random import default_rng

from bpframe import Activation, Batch, Network, Objective, Parameters, Trainer, make_batch, stream
from bpframe_activations import Linear, Sigmoid, Softmax, Tanh
from bpframe_backprop import (
    DirectFeedbackAlignment,
    FeedbackAlignment,
    FullMatrix,
    Magnitudes,
    SignSymmetry,
)
from bpframe_backprop.full_matrix import backward_pass
from bpframe_costs import CrossEntropy, LogLikelihood, Quadratic, output_error
from bpframe_data import Digits
from bpframe_optimizers import SGD

ALIGNMENTS = [FeedbackAlignment, DirectFeedbackAlignment]
RULES = [
    FeedbackAlignment(),
    DirectFeedbackAlignment(),
    SignSymmetry(),
    SignSymmetry(magnitudes=Magnitudes.random),
]
each_rule = pytest.mark.parametrize("rule", RULES, ids=repr)
SIZES = (3, 4, 5, 2)


def some_batch(sizes: tuple[int, ...] = SIZES, m: int = 6, dtype: Any = np.float64) -> Batch:
    rng = default_rng(1)
    x, y = rng.standard_normal((m, sizes[0])), rng.uniform(size=(m, sizes[-1]))
    return make_batch(x.astype(dtype), y.astype(dtype))


def gradient_by(rule: Any, network: Network, seed: int = 0) -> Parameters:
    gradient = Parameters(network.sizes, network.parameters.dtype)
    bound = rule.bind(Objective(network, Quadratic()), default_rng(seed))
    bound(some_batch(network.sizes, dtype=network.parameters.dtype), gradient)
    return gradient


def with_weights(weights: dict[int, Any], sizes: tuple[int, ...] = SIZES) -> Network:
    """Return a network some of whose layers have these weights; 0 is the book's w²."""
    network = make_network(sizes, Tanh(), Sigmoid())
    for layer, w in weights.items():
        network.parameters.weights[layer][:] = w
    return network


# Where the feedback is the transpose of the weights, the rule is backpropagation.


def test_feedback_by_the_transposes_is_backpropagation() -> None:
    network = make_network(SIZES, Tanh(), Sigmoid())
    objective = Objective(network, Quadratic())
    gradient = Parameters(SIZES, np.float64)
    copies = [w.T.copy() for w in network.parameters.weights[1:]]
    backward_pass(objective, copies)(some_batch(), gradient)
    expected = gradient_by(FullMatrix(), network)
    np.testing.assert_allclose(gradient.vector, expected.vector, rtol=1e-12, atol=1e-15)


def drawn(rule: Any, shapes: list[tuple[int, int]], seed: int = 0) -> list[Any]:
    """Return the matrices that a rule draws, by the definition of `scale`."""
    rng = default_rng(seed)
    return [rng.standard_normal(s) * rule.scale / np.sqrt(s[1]) for s in shapes]


@pytest.mark.parametrize("scale", [1.0, 2.5])
def test_feedback_alignment_with_its_own_matrices_as_weights_is_backpropagation(
    scale: float,
) -> None:
    rule = FeedbackAlignment(scale)
    b2, b3 = drawn(rule, [(4, 5), (5, 2)])
    network = with_weights({1: b2.T, 2: b3.T})
    expected = gradient_by(FullMatrix(), network)
    np.testing.assert_allclose(gradient_by(rule, network).vector, expected.vector, rtol=1e-12)


def test_direct_feedback_alignment_by_its_equation() -> None:
    rule = DirectFeedbackAlignment(2.5)
    feedback = drawn(rule, [(4, 2), (5, 2)])
    network = make_network(SIZES, Tanh(), Sigmoid())
    gradient, batch = gradient_by(rule, network), some_batch()
    total = Parameters(SIZES, np.float64)
    for x, y in zip(batch.x, batch.y, strict=True):
        a, z = [x], []
        for w, b, f in zip(
            network.parameters.weights, network.parameters.biases, network.activations, strict=True
        ):
            z.append(w @ a[-1] + b)
            a.append(f(z[-1]))
        last = (a[-1] - y) * a[-1] * (1 - a[-1])
        deltas = [(b @ last) * (1 - np.tanh(z_l) ** 2) for b, z_l in zip(feedback, z, strict=False)]
        for layer, delta in enumerate([*deltas, last]):
            total.weights[layer][:] += np.outer(delta, a[layer]) / len(batch.x)
            total.biases[layer][:] += delta / len(batch.x)
    np.testing.assert_allclose(gradient.vector, total.vector, rtol=1e-11, atol=1e-15)


def test_with_one_hidden_layer_both_alignments_are_one() -> None:
    network = make_network((3, 4, 2), Sigmoid())
    gradients = [gradient_by(rule(), network).vector for rule in ALIGNMENTS]
    np.testing.assert_allclose(*gradients, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("scale", [1.0, 2.5])
def test_sign_symmetry_where_all_magnitudes_are_alike_is_backpropagation(scale: float) -> None:
    rng = default_rng(2)
    signs = {i: np.sign(rng.standard_normal((SIZES[i + 1], SIZES[i]))) for i in (1, 2)}
    network = with_weights({i: s * scale / np.sqrt(len(s)) for i, s in signs.items()})
    expected = gradient_by(FullMatrix(), network)
    gradient = gradient_by(SignSymmetry(scale), network)
    np.testing.assert_allclose(gradient.vector, expected.vector, rtol=1e-12, atol=1e-15)


@each_rule
def test_the_last_layer_has_the_gradient(rule: Any) -> None:
    network = make_network(SIZES, Tanh(), Sigmoid())
    expected = gradient_by(FullMatrix(), network)
    gradient = gradient_by(rule, network)
    np.testing.assert_allclose(gradient.blocks[-1], expected.blocks[-1], rtol=1e-12)
    for own, other in zip(gradient.blocks[:-1], expected.blocks[:-1], strict=True):
        assert abs(own - other).max() > 0.01 * abs(other).max()


# What the feedback knows of the weights.


def feedback_of(rule: Any, network: Network, calls: int = 1) -> list[Any]:
    """Return the matrix from layer 3 to layer 2 of a linear network (n, n, n), at each call."""
    n = network.sizes[-1]
    bound = rule.bind(Objective(network, Quadratic()), default_rng(0))
    # Sample i has the input e_i and the error e_i, so that the gradient holds the matrix's columns.
    batch = make_batch(np.eye(n), network.forward(np.eye(n)) - np.eye(n))
    gradient = Parameters(network.sizes, np.float64)
    matrices = []
    for _ in range(calls):
        bound(batch, gradient)
        matrices.append(gradient.weights[0] * n)
    return matrices


def linear(n: int = 4) -> Network:
    return make_network((n, n, n), Linear())


def test_uniform_feedback_has_the_signs_of_the_weights_of_the_moment() -> None:
    network = linear()
    for _ in range(2):
        (v,) = feedback_of(SignSymmetry(3.0), network)
        np.testing.assert_allclose(v, np.sign(network.parameters.weights[1].T) * 3 / 2, rtol=1e-12)
        network.parameters.vector *= -2


def test_random_feedback_has_the_signs_and_magnitudes_between_0_and_scale() -> None:
    network = linear(30)
    (v,) = feedback_of(SignSymmetry(2.0, Magnitudes.random), network)
    np.testing.assert_array_equal(np.sign(v), np.sign(network.parameters.weights[1].T))
    magnitudes = abs(v) * np.sqrt(30) / 2
    assert magnitudes.max() < 1
    assert magnitudes.mean() == pytest.approx(0.5, abs=0.03)


def test_random_magnitudes_are_drawn_for_each_mini_batch() -> None:
    network = linear()
    one, other = feedback_of(SignSymmetry(magnitudes=Magnitudes.random), network, calls=2)
    assert (one != other).all()
    one, other = feedback_of(SignSymmetry(), network, calls=2)
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("rule", ALIGNMENTS)
def test_fixed_feedback_does_not_know_the_weights_and_stays(rule: Any) -> None:
    network = linear()
    one, other = feedback_of(rule(), network, calls=2)
    np.testing.assert_array_equal(one, other)
    (before,) = feedback_of(rule(), network)
    network.parameters.vector *= -2
    (after,) = feedback_of(rule(), network)
    np.testing.assert_allclose(before, after, rtol=1e-12)
    (b,) = drawn(rule(), [(4, 4)])
    np.testing.assert_allclose(after, b, rtol=1e-12)


@pytest.mark.parametrize("rule", [*ALIGNMENTS, SignSymmetry])
def test_the_error_keeps_its_size_whatever_the_layers_sizes(rule: Any) -> None:
    for n in (20, 200):
        (b,) = feedback_of(rule(), linear(n))
        delta = default_rng(0).standard_normal(n)
        assert np.linalg.norm(b @ delta) == pytest.approx(np.linalg.norm(delta), rel=0.4)


@each_rule
def test_the_matrices_come_from_the_stream_alone(rule: Any) -> None:
    network = make_network(SIZES, Tanh())
    one, same, other = (gradient_by(rule, network, seed).vector for seed in (3, 3, 4))
    assert one.tobytes() == same.tobytes()
    draws = rule != SignSymmetry()
    assert (one.tobytes() != other.tobytes()) == draws


@pytest.mark.parametrize("scale", [0, -1.0, float("nan"), float("inf")])
@pytest.mark.parametrize("rule", [*ALIGNMENTS, SignSymmetry])
def test_a_scale_that_is_no_size_is_refused(rule: Any, scale: float) -> None:
    with pytest.raises(ValueError, match=f"scale is {scale}; it must be a number greater than 0"):
        rule(scale)


@each_rule
def test_none_promises_the_gradient(rule: Any) -> None:
    assert not rule.exact


# They learn.


@each_rule
@pytest.mark.parametrize(
    ("output", "cost"),
    [(Sigmoid(), Quadratic()), (Sigmoid(), CrossEntropy()), (Softmax(), LogLikelihood())],
    ids=repr,
)
def test_they_learn_what_needs_a_hidden_layer(rule: Any, output: Activation, cost: Any) -> None:
    data = class_data(300, validation=100)
    network = make_network((3, 8, 2), Tanh(), output, dtype=np.float32)
    error = output_error(cost, output)
    trainer = Trainer(network, cost, rule, SGD(0.2), epochs=10, output_error=error)
    assert trainer.fit(data)[-1].metrics["validation/accuracy"] > 0.85


@each_rule
def test_they_learn_the_digits(rule: Any) -> None:
    data = Digits().load(stream(0, "split"))
    network = make_network((64, 30, 10), Sigmoid(), dtype=np.float32)
    epochs = Trainer(network, Quadratic(), rule, SGD(2.0), epochs=10).fit(data)
    assert epochs[-1].metrics["validation/accuracy"] > 0.9


def test_feedback_alignment_turns_the_weights_towards_its_matrices() -> None:
    # Lillicrap et al. 2016: the angle between B δ and wᵀ δ shrinks in the course of learning.
    network = make_network((3, 8, 2), Tanh(), Sigmoid(), dtype=np.float32)
    b = stream(0, "feedback").standard_normal((8, 2)) / np.sqrt(2)

    def alignment() -> float:
        w = network.parameters.weights[1].T
        return float((w * b).sum() / np.linalg.norm(w) / np.linalg.norm(b))

    before = alignment()
    Trainer(network, Quadratic(), FeedbackAlignment(), SGD(0.5), epochs=30).fit(class_data(300))
    assert alignment() > before + 0.2
