"""The rules among themselves: the loop over samples, the matrix form and any other exact one."""

from __future__ import annotations

import numpy as np
import pytest
from builders import (
    each,
    exact_to_rounding,
    make_network,
    quick,
    registered,
)
from hypothesis import given, reject
from hypothesis import strategies as st

from bpframe import Activation, Backprop, Batch, Cost, Objective, Parameters, make_batch
from bpframe.testing.samples import targets_for
from bpframe_backprop import PerSample


def gradient_by(rule: Backprop, objective: Objective, batch: Batch) -> Parameters:
    gradient = Parameters(objective.network.sizes, np.float64)
    rule.bind(objective, np.random.default_rng(0))(batch, gradient)
    return gradient


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
    # Not every rule has a place for a closed form, and where neurons saturate it matters.
    objective = Objective(network, cost)
    rng = np.random.default_rng(seed)
    batch = make_batch(rng.standard_normal((m, sizes[0])), targets_for(cost, rng, (m, sizes[-1])))
    expected = gradient_by(PerSample(), objective, batch)
    try:
        gradient = gradient_by(rule, objective, batch)
    except ValueError:
        reject()  # a network that the rule does not take, and says so
    assert_equal(gradient, expected, 1e-12)
