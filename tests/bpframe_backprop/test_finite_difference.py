"""Finite differences: their formula, their error, and that they change nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from builders import make_network, quick
from hypothesis import given
from hypothesis import strategies as st

from bpframe import Activation, Batch, Cost, Network, Objective, Parameters, make_batch
from bpframe.testing.samples import targets_for
from bpframe_activations import Linear, Sigmoid, Softmax, Softplus, Tanh
from bpframe_backprop import FiniteDifference, FullMatrix
from bpframe_costs import CrossEntropy, LogLikelihood, Quadratic


def some_batch(network: Network, cost: Cost, seed: int = 0, m: int = 4) -> Batch:
    rng = np.random.default_rng(seed)
    dtype = network.parameters.dtype
    x = rng.standard_normal((m, network.sizes[0])).astype(dtype)
    return make_batch(x, targets_for(cost, rng, (m, network.sizes[-1])).astype(dtype))


def gradient_by(rule: Any, network: Network, cost: Cost, batch: Batch) -> Parameters:
    gradient = Parameters(network.sizes, network.parameters.dtype)
    rule.bind(Objective(network, cost), np.random.default_rng(0))(batch, gradient)
    return gradient


@pytest.mark.parametrize("central", [False, True])
def test_it_is_the_formula(central: bool) -> None:
    # One weight and one bias, f(z) = z: C = ½(w x + b - y)² and its differences by hand.
    network = make_network((1, 1), Linear())
    network.parameters.vector[:] = [2, 0.5]
    batch = make_batch(np.array([[3.0]]), np.array([[1.0]]))
    gradient = gradient_by(FiniteDifference(0.25, central), network, Quadratic(), batch)
    slope_w, slope_b = 5.5 * 3, 5.5
    extra = (0, 0) if central else (0.25 * 9 / 2, 0.25 / 2)
    assert gradient.vector.tolist() == [slope_w + extra[0], slope_b + extra[1]]


SMOOTH = [Sigmoid(), Tanh(), Linear(), Softplus(), Softmax()]
ENDS = [(Sigmoid(), Quadratic()), (Sigmoid(), CrossEntropy()), (Softmax(), LogLikelihood())]


@given(
    sizes=st.lists(st.integers(1, 5), min_size=2, max_size=4).map(tuple),
    hidden=st.sampled_from(SMOOTH),
    last=st.sampled_from(ENDS),
    epsilon=st.none() | st.floats(1e-8, 1e-2),
    central=st.booleans(),
    seed=st.integers(0, 2**31),
)
@quick
def test_the_error_is_within_what_is_promised(
    sizes: tuple[int, ...],
    hidden: Activation,
    last: tuple[Activation, Cost],
    epsilon: float | None,
    central: bool,
    seed: int,
) -> None:
    output, cost = last
    network = make_network(sizes, hidden, output, seed=seed)
    batch = some_batch(network, cost, seed)
    rule = FiniteDifference(epsilon, central)
    gradient = gradient_by(rule, network, cost, batch)
    expected = gradient_by(FullMatrix(), network, cost, batch)
    value = Objective(network, cost).value(batch.x, batch.y)
    for g, e in zip(gradient.blocks, expected.blocks, strict=True):
        assert abs(g - e).max() <= rule.tolerance * max(1, value, abs(e).max())


def test_each_epsilon_and_what_is_promised_for_it() -> None:
    eps = np.finfo(float).eps
    assert FiniteDifference().epsilon_used == 2**-26
    assert FiniteDifference(central=True).epsilon_used == 2**-17
    for epsilon in (1e-2, 1e-9):
        forward, central = FiniteDifference(epsilon), FiniteDifference(epsilon, True)
        assert forward.epsilon_used == central.epsilon_used == epsilon
        assert forward.tolerance == pytest.approx(100 * (epsilon + eps / epsilon), rel=1e-12)
        assert central.tolerance == pytest.approx(100 * (epsilon**2 + eps / epsilon), rel=1e-12)


def test_central_differences_promise_and_have_the_smaller_error() -> None:
    network = make_network((4, 5, 3), Sigmoid())
    batch = some_batch(network, Quadratic())
    expected = gradient_by(FullMatrix(), network, Quadratic(), batch).vector
    forward, central = FiniteDifference(), FiniteDifference(central=True)
    assert central.tolerance < forward.tolerance < 1e-5
    errors = [
        abs(gradient_by(rule, network, Quadratic(), batch).vector - expected).max()
        for rule in (forward, central)
    ]
    assert errors[1] < 0.1 * errors[0]


def test_in_float32_the_result_has_the_precision_of_float32() -> None:
    network = make_network((4, 5, 3), Sigmoid(), dtype=np.float32)
    batch = some_batch(network, Quadratic())
    wide = network.copy(np.float64)
    wide_batch = make_batch(batch.x.astype(np.float64), batch.y.astype(np.float64))
    expected = gradient_by(FullMatrix(), wide, Quadratic(), wide_batch).vector
    gradient = gradient_by(FiniteDifference(), network, Quadratic(), batch).vector
    np.testing.assert_allclose(gradient, expected, rtol=2e-7, atol=1e-7)
    # Differences in float32 itself would be off by this much.
    step = np.float32(2**-12)
    objective = Objective(network, Quadratic())
    vector, here = network.parameters.vector, objective.value(batch.x, batch.y)
    narrow = np.empty_like(vector)
    for j, w in enumerate(vector.copy()):
        vector[j] = w + step
        narrow[j] = (objective.value(batch.x, batch.y) - here) / step
        vector[j] = w
    assert abs(narrow - expected).max() > 100 * abs(gradient - expected).max()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("central", [False, True])
def test_the_parameters_are_left_as_they_were_bit_for_bit(dtype: Any, central: bool) -> None:
    network = make_network((3, 4, 2), Sigmoid(), dtype=dtype)
    network.parameters.vector *= 1e3  # numbers to which no ε can be added and taken away again
    vector, before = network.parameters.vector, network.parameters.vector.tobytes()
    batch = some_batch(network, Quadratic())
    gradient_by(FiniteDifference(1e-3, central), network, Quadratic(), batch)
    assert network.parameters.vector is vector
    assert vector.tobytes() == before


@pytest.mark.parametrize("central", [False, True])
def test_weights_so_large_that_epsilon_changes_nothing_are_moved_to_the_next_number(
    central: bool,
) -> None:
    network = make_network((1, 1), Linear())
    network.parameters.vector[:] = [1e12, -1e12]
    batch = make_batch(np.array([[1.0]]), np.array([[-3.0]]))
    gradient = gradient_by(FiniteDifference(central=central), network, Quadratic(), batch)
    np.testing.assert_allclose(gradient.vector, 3, rtol=1e-3)


@pytest.mark.parametrize(("central", "passes"), [(False, 13 + 1), (True, 13 * 2)])
def test_its_price_in_forward_passes(central: bool, passes: int) -> None:
    calls = []

    class Counted(Quadratic):
        def value(self, a: Any, y: Any) -> Any:
            calls.append(len(a))
            return super().value(a, y)

    network = make_network((2, 3, 1), Sigmoid())
    batch = some_batch(network, Quadratic())
    gradient_by(FiniteDifference(central=central), network, Counted(), batch)
    assert len(network.parameters.vector) == 13
    assert calls == [4] * passes


@pytest.mark.parametrize("epsilon", [0, -1e-6, float("nan"), float("inf")])
def test_an_epsilon_that_is_no_step_is_refused(epsilon: float) -> None:
    with pytest.raises(ValueError, match=f"epsilon is {epsilon}; it must be a number greater"):
        FiniteDifference(epsilon)
