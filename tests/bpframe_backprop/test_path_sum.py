"""The sum over paths, and the chain rule anew for each weight: their work, and each path."""

from __future__ import annotations

import numpy as np
import pytest
from builders import make_network, quick
from hypothesis import given
from hypothesis import strategies as st

from bpframe import Activation, Backprop, Objective, Parameters, make_batch
from bpframe.testing.samples import targets_for
from bpframe_activations import Linear, Sigmoid, Softmax, Tanh
from bpframe_backprop import (
    ActivationError,
    ChainRule,
    FullMatrix,
    MatrixForm,
    PathSum,
    count_operations,
)
from bpframe_costs import LogLikelihood, Quadratic


def gradient_by(rule: Backprop, objective: Objective, seed: int, m: int = 3) -> Parameters:
    rng = np.random.default_rng(seed)
    sizes = objective.network.sizes
    x = rng.standard_normal((m, sizes[0]))
    batch = make_batch(x, targets_for(objective.cost, rng, (m, sizes[-1])))
    gradient = Parameters(sizes, np.float64)
    rule.bind(objective, rng)(batch, gradient)
    return gradient


@pytest.mark.parametrize(
    ("sizes", "output", "operations"),
    [
        # A parameter: f′ times ∂C/∂a, and the result times the input.
        ((3, 2), Sigmoid(), 8 * 2),
        # Below, ∂C/∂a of a neuron is a sum over 2 neurons above: 2 weights, each times 1 product.
        ((2, 3, 2), Sigmoid(), 8 * 2 + 9 * (1 + 2 * 2 + 1)),
        ((3, 2), Softmax(), 8 * 3),
    ],
    ids=str,
)
def test_operations_by_hand(sizes: tuple[int, ...], output: Activation, operations: int) -> None:
    assert count_operations(make_network(sizes, Sigmoid(), output)) == operations


# What is refused.


@pytest.mark.parametrize(
    ("rule", "fitting", "message"),
    [
        (PathSum(25), PathSum(26), r"\[2, 3, 2\] has 26 paths .* max_paths allows 25\."),
        (ChainRule(69), ChainRule(70), r"needs 70 multiplications .* max_operations allows 69\."),
    ],
    ids=["path_sum", "chain_rule"],
)
def test_too_much_work_is_refused_with_its_amount(
    rule: Backprop, fitting: Backprop, message: str
) -> None:
    objective = Objective(make_network((2, 3, 2), Sigmoid()), Quadratic())
    with pytest.raises(ValueError, match=message):
        rule.bind(objective, np.random.default_rng(0))
    fitting.bind(objective, np.random.default_rng(0))


def test_large_amounts_are_readable() -> None:
    objective = Objective(make_network((64, 30, 30, 10), Sigmoid()), Quadratic())
    with pytest.raises(ValueError, match=r"594,610 paths .* allows 100,000\."):
        PathSum().bind(objective, np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"max_operations allows 200,000\."):
        ChainRule().bind(objective, np.random.default_rng(0))


def test_the_default_experiment_is_allowed() -> None:
    objective = Objective(make_network((64, 30, 10), Sigmoid()), Quadratic())
    for rule in (PathSum(), ChainRule()):
        rule.bind(objective, np.random.default_rng(0))


def test_a_limit_below_1_is_refused() -> None:
    assert (PathSum(1).max_paths, ChainRule(1).max_operations) == (1, 1)
    with pytest.raises(ValueError, match="max_paths is 0; it must be 1 or more"):
        PathSum(0)
    with pytest.raises(ValueError, match="max_operations is -1; it must be 1 or more"):
        ChainRule(-1)


@pytest.mark.parametrize(
    "rule", [PathSum(), ChainRule(), MatrixForm(), ActivationError()], ids=repr
)
@given(
    sizes=st.lists(st.integers(1, 3), min_size=2, max_size=4).map(tuple),
    hidden=st.sampled_from([Sigmoid(), Tanh(), Linear(), Softmax()]),
    last=st.sampled_from(
        [(Sigmoid(), Quadratic()), (Softmax(), Quadratic()), (Softmax(), LogLikelihood())]
    ),
    seed=st.integers(0, 2**31),
)
@quick
def test_the_gradient_is_that_of_full_matrix(
    rule: Backprop,
    sizes: tuple[int, ...],
    hidden: Activation,
    last: tuple[Activation, LogLikelihood | Quadratic],
    seed: int,
) -> None:
    output, cost = last
    objective = Objective(make_network(sizes, hidden, output, seed=seed), cost)
    gradient = gradient_by(rule, objective, seed)
    expected = gradient_by(FullMatrix(), objective, seed)
    np.testing.assert_allclose(gradient.vector, expected.vector, rtol=1e-10, atol=1e-10)
