"""The rules among themselves: the loop over samples, the matrix form and any other exact one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from builders import (
    PLUGINS,
    claim,
    each,
    exact_backprops,
    exact_to_rounding,
    make_batch,
    make_network,
    quick,
    registered,
    targets_for,
)
from hypothesis import given, reject
from hypothesis import strategies as st

from bpframe import Activation, Backprop, Cost, Network, Objective, Parameters
from bpframe_activations import Sigmoid
from bpframe_backprop import FullMatrix, PerSample
from bpframe_costs import Quadratic


def gradient_by(
    rule: Backprop, objective: Objective, batch: Any, dtype: Any = np.float64
) -> Parameters:
    gradient = Parameters(objective.network.sizes, dtype)
    gradient.vector.fill(np.nan)  # whatever was there before must be overwritten
    rule.bind(objective, np.random.default_rng(0))(batch, gradient)
    return gradient


def random_batch(network: Network, cost: Cost, m: int, seed: int) -> Any:
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((m, network.sizes[0]))
    y = targets_for(cost, rng, (m, network.sizes[-1]))
    dtype = network.parameters.dtype
    return make_batch(x.astype(dtype), y.astype(dtype))


def assert_equal(gradient: Parameters, expected: Parameters, tolerance: float) -> None:
    for g, e in zip(gradient.blocks, expected.blocks, strict=True):
        np.testing.assert_allclose(g, e, rtol=tolerance, atol=tolerance * max(1, abs(e).max()))


others = {name: rule for name, rule in exact_to_rounding().items() if name != "per_sample"}


@pytest.mark.parametrize("rule", each(others))
@quick
@given(
    sizes=st.lists(st.integers(1, 6), min_size=2, max_size=4).map(tuple),
    m=st.integers(1, 12),
    seed=st.integers(0, 2**31),
    hidden=st.sampled_from(list(registered("activation").values())),
    cost_and_output=st.sampled_from(
        [
            (cost, output)
            for cost in registered("cost").values()
            for output in registered("activation").values()
            if cost.domain.holds(output.range)
        ]
    ),
)
def test_per_sample_equals_the_others(
    rule: Backprop,
    sizes: tuple[int, ...],
    m: int,
    seed: int,
    hidden: Activation,
    cost_and_output: tuple[Cost, Activation],
) -> None:
    cost, output = cost_and_output
    network = make_network(sizes, hidden, output, seed=seed)
    closed_form = PLUGINS.hook.bpframe_output_error(cost=cost, activation=output)
    objective = Objective(network, cost, closed_form)
    batch = random_batch(network, cost, m, seed)
    expected = gradient_by(PerSample(), objective, batch)
    try:
        gradient = gradient_by(rule, objective, batch)
    except ValueError:
        reject()  # a network that the rule does not take, and says so
    assert_equal(gradient, expected, 1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("rule", each(registered("backprop")))
def test_a_rule_leaves_parameters_and_batch_as_they_were(rule: Backprop, dtype: Any) -> None:
    network = make_network((3, 4, 4, 2), Sigmoid(), dtype=dtype)
    batch = random_batch(network, Quadratic(), 6, 0)
    everything = [network.parameters.vector, batch.x_one, batch.y]
    before = [array.tobytes() for array in everything]
    gradient = gradient_by(rule, Objective(network, Quadratic()), batch, dtype)
    assert [array.tobytes() for array in everything] == before
    assert gradient.vector.dtype == dtype
    assert np.isfinite(gradient.vector).all()


@pytest.mark.parametrize("rule", each(exact_backprops()))
def test_batches_of_changing_size_and_changed_weights_leave_nothing_behind(rule: Backprop) -> None:
    network = make_network((3, 4, 2), Sigmoid())
    objective = Objective(network, Quadratic())
    gradient = Parameters(network.sizes, np.float64)
    bound = rule.bind(objective, np.random.default_rng(0))
    for turn, m in enumerate([5, 2, 5, 1, 2]):
        batch = random_batch(network, Quadratic(), m, turn)
        bound(batch, gradient)
        assert_equal(gradient, gradient_by(PerSample(), objective, batch), claim(rule))
        network.parameters.vector += 0.1


@pytest.mark.parametrize("rule", each(exact_backprops()))
def test_float32_agrees_with_float64(rule: Backprop) -> None:
    network = make_network((3, 4, 2), Sigmoid(), dtype=np.float32)
    wide = make_network((3, 4, 2), Sigmoid())
    wide.parameters.vector[:] = network.parameters.vector
    batch = random_batch(network, Quadratic(), 6, 0)
    wide_batch = make_batch(batch.x.astype(np.float64), batch.y.astype(np.float64))
    narrow = gradient_by(rule, Objective(network, Quadratic()), batch, np.float32)
    expected = gradient_by(FullMatrix(), Objective(wide, Quadratic()), wide_batch)
    np.testing.assert_allclose(narrow.vector, expected.vector, rtol=1e-4, atol=1e-6)
