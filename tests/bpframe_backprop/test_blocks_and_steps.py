"""Large mini-batches in blocks, and steps in the product that gives the gradient."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest
from builders import make_network, quick
from hypothesis import given
from hypothesis import strategies as st

from bpframe import (
    Activation,
    Array,
    GradientStep,
    Objective,
    Parameters,
    StepPlan,
    TrainingSet,
    WeightDecay,
    make_batch,
)
from bpframe.core import products
from bpframe_activations import ReLU, Sigmoid, Softmax, Tanh
from bpframe_backprop import FullMatrix, PerSample, blocks, plain_steps
from bpframe_costs import Quadratic
from bpframe_optimizers import Adam

RNG = np.random.default_rng(0)


def samples(n: int, sizes: tuple[int, ...], seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, sizes[0])), rng.random((n, sizes[-1]))


@quick
@given(
    sizes=st.lists(st.integers(1, 6), min_size=2, max_size=4).map(tuple),
    m=st.integers(1, 30),
    rows=st.integers(1, 12),
    seed=st.integers(0, 2**31),
    f=st.sampled_from([Sigmoid(), Tanh(), ReLU(), Softmax()]),
)
def test_a_gradient_in_blocks_is_that_of_all_samples(
    sizes: tuple[int, ...], m: int, rows: int, seed: int, f: Activation
) -> None:
    objective = Objective(make_network(sizes, f), Quadratic())
    batch = make_batch(*samples(m, sizes, seed))
    found, expected = (Parameters(sizes, np.float64) for _ in range(2))
    # Whatever stood there before has no meaning.
    found.vector.fill(np.nan)
    with patch.object(blocks, "ROWS", rows):
        gradient = FullMatrix().bind(objective, RNG)
        for _ in range(2):
            gradient(batch, found)
    PerSample().bind(objective, RNG)(batch, expected)
    np.testing.assert_allclose(found.vector, expected.vector, rtol=1e-10, atol=1e-12)


@quick
@given(
    sizes=st.lists(st.integers(1, 6), min_size=2, max_size=4).map(tuple),
    m=st.integers(1, 12),
    n=st.integers(1, 40),
    seed=st.integers(0, 2**31),
    f=st.sampled_from([Sigmoid(), Tanh(), ReLU()]),
    dtype=st.sampled_from([np.float32, np.float64]),
    decay=st.sampled_from([0.0, 0.3]),
)
def test_steps_of_an_epoch_are_gradients_and_steps_up_to_rounding(
    sizes: tuple[int, ...],
    m: int,
    n: int,
    seed: int,
    f: Activation,
    dtype: type,
    decay: float,
) -> None:
    x, y = (array.astype(dtype) for array in samples(n, sizes, seed))
    rates = np.random.default_rng(seed).random(-(-n // m)) / 10
    whole, single = (Objective(make_network(sizes, f, dtype=dtype), Quadratic()) for _ in range(2))
    parameters = whole.network.parameters
    add = WeightDecay(parameters, decay) if decay else None
    plan = StepPlan(GradientStep(parameters, 1.0), add)
    epoch = FullMatrix().bind_epoch(whole, RNG, TrainingSet(x, y, m), plan)
    order = np.random.default_rng(seed).permutation(n)
    assert epoch is not None
    assert epoch(order, rates) == 0
    expected = single.network.parameters
    gradient, compute = Parameters(sizes, dtype), FullMatrix().bind(single, RNG)
    for number, rate in enumerate(rates.tolist()):
        rows = order[number * m : (number + 1) * m]
        compute(make_batch(x[rows], y[rows]), gradient)
        if decay:
            WeightDecay(expected, decay)(gradient)
        GradientStep(expected, rate)(gradient)
    scale = np.abs(expected.vector).max() * len(rates)
    np.testing.assert_allclose(
        parameters.vector, expected.vector, rtol=0, atol=4 * np.finfo(dtype).eps * max(1, scale)
    )


def bound(sizes: tuple[int, ...], m: int, rule: FullMatrix, plan: str = "plain") -> bool:
    """Return whether a rule takes the steps itself."""
    objective = Objective(make_network(sizes, Sigmoid()), Quadratic())
    parameters = objective.network.parameters
    step = GradientStep(parameters, 0.1) if plan == "plain" else Adam(0.1).bind(parameters)
    x, y = np.zeros((m, sizes[0])), np.zeros((m, sizes[-1]))
    return rule.bind_epoch(objective, RNG, TrainingSet(x, y, m), StepPlan(step)) is not None


def test_which_steps_are_taken_in_products() -> None:
    class Derived(FullMatrix):
        def bind(self, *arguments: object) -> object:
            raise AssertionError

    class Named(FullMatrix):
        """Has the same gradient."""

    assert bound((3, 4, 2), 10, FullMatrix())
    assert bound((3, 4, 2), 10, Named())
    assert bound((3, 4, 2), blocks.ROWS, FullMatrix())
    assert not bound((3, 4, 2), blocks.ROWS + 1, FullMatrix())
    assert not bound((3, 4, 2), 10, FullMatrix(), "adam")
    assert not bound((3, 4, 2), 10, Derived())
    with patch.object(products, "ROWS", 3), patch.object(products, "WORTH_PARTS", 160):
        assert not bound((3, 4, 2), 10, FullMatrix())


class Careful(Tanh):
    """Raises where a step was taken that should not have been."""

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        if not np.isfinite(z).all():
            raise RuntimeError("z is not finite")
        return super().__call__(z, out)


@pytest.mark.parametrize("rate", [0.1, 0.0, 1e-300])
@pytest.mark.parametrize("failing", [1, 2, 5])
@pytest.mark.parametrize("f", [Tanh(), Careful()])
def test_an_epoch_ends_before_the_step_whose_errors_are_not_finite(
    f: Activation, failing: int, rate: float
) -> None:
    objective = Objective(make_network((2, 3, 2), f, dtype=np.float32), Quadratic())
    parameters = objective.network.parameters
    x, y = (array.astype(np.float32) for array in samples(6, (2, 2), 0))
    y[failing - 1] = np.inf
    plan, training = StepPlan(GradientStep(parameters, rate)), TrainingSet(x, y, 1)
    rates, vectors = np.full(6, rate), []
    before = parameters.vector.copy()
    for last in (failing - 1, 6):
        parameters.vector[:] = before
        with patch.object(plain_steps, "STEPS", 3):
            epoch = FullMatrix().bind_epoch(objective, RNG, training, plan)
            assert epoch is not None
            assert epoch(np.arange(last), rates[:last]) == (failing if last == 6 else 0)
        vectors.append(parameters.vector.tobytes())
    assert vectors[0] == vectors[1]


def test_what_a_component_raises_is_not_lost() -> None:
    objective = Objective(make_network((2, 3, 2), Careful()), Quadratic())
    x, y = samples(3, (2, 2), 0)
    x[1] = np.nan
    plan = StepPlan(GradientStep(objective.network.parameters, 0.1))
    epoch = FullMatrix().bind_epoch(objective, RNG, TrainingSet(x, y, 1), plan)
    assert epoch is not None
    with pytest.raises(RuntimeError, match="z is not finite"):
        epoch(np.arange(3), np.full(3, 0.1))
