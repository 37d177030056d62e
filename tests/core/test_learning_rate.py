"""The measured learning rate."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from builders import class_data, each, exact_to_rounding, make_network, registered, value_data

from bpframe import (
    Array,
    Backprop,
    Batch,
    Data,
    GradientFunction,
    Network,
    Objective,
    Optimizer,
    Parameters,
    Split,
    Trainer,
    find_learning_rate,
    stream,
)
from bpframe.core.learning_rate import GRID, ROUNDS, measures_learning_rate
from bpframe.errors import DivergedError
from bpframe_activations import Linear, Sigmoid
from bpframe_backprop import FullMatrix, PerSample
from bpframe_costs import Quadratic
from bpframe_initializers import Normal
from bpframe_optimizers import L2, SGD

DATA = class_data(120)


def find(network: Network, rule: Backprop | None = None, data: Data = DATA, **more: Any) -> float:
    trainer = Trainer(network, Quadratic(), rule or FullMatrix(), SGD("auto"), **more)
    return find_learning_rate(trainer, data)


def shallow(**more: Any) -> Network:
    return make_network((3, 4, 2), Sigmoid(), **more)


@dataclass(frozen=True)
class Counting(FullMatrix):
    """Matrix form that counts the steps of each training it is bound for."""

    steps: Counter[int] = field(default_factory=Counter)
    trainings: list[int] = field(default_factory=list)

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        compute, number = super().bind(objective, rng), len(self.trainings)
        self.trainings.append(number)

        def gradient(batch: Batch, out: Parameters) -> None:
            self.steps[number] += 1
            compute(batch, out)

        return gradient


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("rule", each(registered("backprop")))
def test_the_network_is_left_as_it_was_bit_for_bit(rule: Backprop, dtype: Any) -> None:
    network = shallow(dtype=dtype)
    vector, before = network.parameters.vector, network.parameters.vector.tobytes()
    find(network, rule, class_data(6), batch_size=3)
    assert network.parameters.vector is vector
    assert vector.tobytes() == before


def test_it_is_half_of_a_rate_of_the_grid_and_lowers_the_cost() -> None:
    rate = find(shallow())
    assert 2 * rate in GRID
    trainer = Trainer(shallow(), Quadratic(), FullMatrix(), SGD(rate), epochs=5)
    before = trainer.evaluate(DATA, DATA.train)["cost"]
    assert trainer.fit(DATA)[-1].metrics["train/cost"] < 0.6 * before


def test_the_best_rate_is_halved() -> None:
    with patch("bpframe.core.learning_rate.GRID", (1e-6, 0.5, 1e-5)):
        assert find(shallow()) == 0.25


def test_the_same_seed_gives_the_same_rate() -> None:
    assert find(shallow(), seed=2) == find(shallow(), seed=2)


@pytest.mark.parametrize("n", [30, 120])
@pytest.mark.parametrize("rule", each(exact_to_rounding()))
def test_an_exact_rule_may_stand_in_for_another(rule: Backprop, n: int) -> None:
    # A convex problem: in others, rounding grows beyond all bounds at the larger rates, and the
    # rates that two exact rules give may be some steps of the grid apart.
    rates = [find(make_network((3, 2), Linear()), r, value_data(n)) for r in (rule, FullMatrix())]
    assert rates[0] == rates[1]


def test_a_linear_network_gets_a_smaller_rate_than_one_of_sigmoids() -> None:
    # The reason for measuring: no rate serves both.
    linear = find(make_network((3, 4, 2), Linear()), data=value_data(120))
    assert 0 < linear < 0.25 * find(shallow())


def test_every_rate_starts_alike_and_sees_the_same_batches_of_streams_of_their_own() -> None:
    seen: dict[int, list[bytes]] = {}

    class Recording(FullMatrix):
        def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
            compute, batches = super().bind(objective, rng), seen.setdefault(len(seen), [])

            def gradient(batch: Batch, out: Parameters) -> None:
                batches.append(batch.x.tobytes() + batch.y.tobytes())
                if len(batches) == 1:
                    batches.append(objective.network.parameters.vector.tobytes())
                compute(batch, out)

            return gradient

    find(shallow(), Recording())
    assert len(seen) == len(GRID)
    assert all(batches == seen[0] for batches in seen.values())
    trained: list[bytes] = []
    Trainer(shallow(), Quadratic(), Recording(), SGD(0.1), epochs=1).fit(DATA)
    trained = seen[len(GRID)]
    assert trained != seen[0][: len(trained)]


def test_where_the_cost_falls_each_rate_takes_100_steps() -> None:
    rule = Counting()
    find(shallow(), rule)
    assert rule.steps == dict.fromkeys(range(len(GRID)), 100)


def test_over_the_plateau_of_a_deep_network_of_sigmoids_all_rates_go_on() -> None:
    rule = Counting()
    deep = make_network((3, 10, 10, 10, 10, 2), Sigmoid(), dtype=np.float32)
    before = deep.parameters.vector.tobytes()
    rate = find(deep, rule)
    assert 2 * rate in GRID
    assert ROUNDS[0] < max(rule.steps.values()) <= sum(ROUNDS) == 800
    assert deep.parameters.vector.tobytes() == before


def test_a_later_round_goes_on_from_where_it_was_with_batches_of_its_own() -> None:
    deep = make_network((3, 10, 10, 10, 10, 2), Sigmoid(), dtype=np.float32)
    seen: list[list[tuple[bytes, bytes]]] = []

    class Recording(FullMatrix):
        def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
            compute, calls = super().bind(objective, rng), []
            seen.append(calls)

            def gradient(batch: Batch, out: Parameters) -> None:
                calls.append((batch.x.tobytes(), objective.network.parameters.vector.tobytes()))
                compute(batch, out)

            return gradient

    find(deep, Recording())
    for calls in seen:
        first, second = calls[: ROUNDS[0]], calls[ROUNDS[0] : 2 * ROUNDS[0]]
        assert [x for x, _ in first[:12]] != [x for x, _ in second[:12]]
        assert second[0][1] not in {first[0][1], first[-1][1]}


def test_what_cannot_be_learned_ends_after_all_rounds() -> None:
    clouds = class_data(2000)
    labels = np.random.default_rng(0).permutation(clouds.train.y)
    noise = dataclasses.replace(clouds, train=Split(clouds.train.x, labels))
    rule = Counting()
    find(shallow(), rule, noise)
    assert max(rule.steps.values()) == sum(ROUNDS)


def test_rates_that_diverge_are_left_out() -> None:
    rule = Counting()
    network = make_network((3, 4, 2), Linear(), dtype=np.float32)
    rate = find(network, rule, value_data(60))
    assert np.isfinite(rate)
    assert rule.steps[len(GRID) - 1] < ROUNDS[0]
    trainer = Trainer(network, Quadratic(), FullMatrix(), SGD(rate), epochs=5)
    assert np.isfinite(trainer.fit(value_data(60))[-1].metrics["train/cost"])


def test_nothing_finite_is_an_error_and_leaves_the_network_as_it_was() -> None:
    network = make_network((3, 4, 2), Linear(), initializer=Normal(), dtype=np.float32)
    network.parameters.vector *= 1e15
    before = network.parameters.vector.tobytes()
    with pytest.raises(
        DivergedError,
        match=r"^no learning rate from 1\.52588e-05 to 64 keeps the cost finite\. "
        r"With 1\.52588e-05, the cost is not finite any more at step 1: ",
    ):
        find(network)
    assert network.parameters.vector.tobytes() == before


def test_a_rule_that_raises_leaves_the_network_as_it_was() -> None:
    class Failing(FullMatrix):
        def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
            compute = super().bind(objective, rng)
            steps: list[None] = []

            def gradient(batch: Batch, out: Parameters) -> None:
                steps.append(None)
                if len(steps) > 50:
                    raise RuntimeError("as planned")
                compute(batch, out)

            return gradient

    network = shallow()
    before = network.parameters.vector.tobytes()
    with pytest.raises(RuntimeError, match="as planned"):
        find(network, Failing())
    assert network.parameters.vector.tobytes() == before


def test_the_regularizer_takes_part() -> None:
    asked = []

    class Asked(L2):
        def bind(self, parameters: Parameters, n: int) -> None:
            asked.append(n)

    find(shallow(), PerSample(), class_data(20), regularizer=Asked(1.0))
    assert asked == [20] * len(GRID)


# What is promised of the search, whatever the number of its rounds.


def test_it_is_measured_where_the_optimizer_has_a_rate_that_says_auto() -> None:
    @dataclass(frozen=True)
    class WithoutRate(Optimizer):
        def bind(self, parameters: Parameters) -> Callable[[Parameters], None]:
            return lambda gradient: None

    assert measures_learning_rate(SGD())
    assert not measures_learning_rate(SGD(0.5))
    assert not measures_learning_rate(WithoutRate())


def test_the_grid_goes_from_a_65536th_to_64_by_factors_of_2() -> None:
    assert (GRID[0], GRID[-1]) == (2**-16, 64)
    assert {high / low for low, high in pairwise(GRID)} == {2}


class CostOfSamples:
    """Stands for the evaluator: a share of what the best constant output costs."""

    def __init__(self, share: float) -> None:
        self.share = share
        self.samples: list[Split] = []

    def __call__(self, objective: Objective, data: Data, split: Split) -> Any:
        self.samples.append(split)
        y = data.targets(split, np.float64)
        constant = np.square(y - y.mean(axis=0)).sum(axis=1).mean() / 2
        return lambda: {"cost": float(self.share * constant)}


@pytest.mark.parametrize(("share", "goes_on"), [(0.5, False), (0.88, False), (0.92, True)])
def test_it_ends_a_tenth_below_the_best_constant_output(share: float, goes_on: bool) -> None:
    rule = Counting()
    with patch("bpframe.core.learning_rate.Evaluator", CostOfSamples(share)):
        find(shallow(), rule)
    assert {steps > ROUNDS[0] for steps in rule.steps.values()} == {goes_on}


class FallsLater(CostOfSamples):
    """Stands for the evaluator: the cost falls after some rounds only."""

    def __init__(self, rounds: int) -> None:
        super().__init__(0.95)
        self.left = rounds * len(GRID)

    def __call__(self, objective: Objective, data: Data, split: Split) -> Any:
        high = super().__call__(objective, data, split)

        def evaluate() -> dict[str, float]:
            self.left -= 1
            return high() if self.left >= 0 else {"cost": 0.0}

        return evaluate


@pytest.mark.parametrize(("rounds", "steps"), [(0, 100), (1, 200), (2, 400), (3, 800), (9, 800)])
def test_rounds_end_after_100_200_400_and_800_steps(rounds: int, steps: int) -> None:
    rule = Counting()
    with patch("bpframe.core.learning_rate.Evaluator", FallsLater(rounds)):
        find(shallow(), rule)
    assert rule.steps == dict.fromkeys(range(len(GRID)), steps)


@pytest.mark.parametrize("cost", [np.nan, np.inf, -np.inf])
def test_a_cost_that_is_not_finite_is_the_best_of_no_rate(cost: float) -> None:
    costs = iter([cost, 0.01, *[0.02] * len(GRID)])
    with patch("bpframe.core.learning_rate.Evaluator", lambda *_: lambda: {"cost": next(costs)}):
        assert find(shallow()) == GRID[1] / 2


def test_without_a_step_that_diverged_it_says_what_to_give() -> None:
    network = shallow()
    before = network.parameters.vector.tobytes()
    with (
        patch("bpframe.core.learning_rate.Evaluator", CostOfSamples(float("inf"))),
        pytest.raises(DivergedError, match=r"finite\. Give optimizer\.learning_rate, or try"),
    ):
        find(network)
    assert network.parameters.vector.tobytes() == before


@pytest.mark.parametrize(("n", "seen"), [(120, 120), (1500, 1000)])
def test_the_cost_is_that_of_at_most_1000_samples(n: int, seen: int) -> None:
    costs = CostOfSamples(0.5)
    with patch("bpframe.core.learning_rate.Evaluator", costs):
        find(shallow(), data=class_data(n), seed=3)
    drawn = class_data(n).train.draw(seen, stream(3, "evaluation"))
    assert [split.x.tolist() for split in costs.samples] == [drawn.x.tolist()]


def test_a_later_round_goes_on_from_the_weights_of_the_one_before_with_other_batches() -> None:
    batches: dict[int, list[bytes]] = {}
    distances: dict[int, list[float]] = {}

    class Recording(FullMatrix):
        def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
            compute, number = super().bind(objective, rng), len(batches)
            vector, start = objective.network.parameters.vector, first
            seen, gone = batches.setdefault(number, []), distances.setdefault(number, [])

            def gradient(batch: Batch, out: Parameters) -> None:
                seen.append(batch.x.tobytes())
                gone.append(float(np.abs(vector - start).max()))
                compute(batch, out)

            return gradient

    network = shallow()
    first = network.parameters.vector.copy()
    with patch("bpframe.core.learning_rate.Evaluator", CostOfSamples(0.95)):
        find(network, Recording())
    for number, gone in distances.items():
        assert gone[0] == 0
        # A step changes the weights by less than all steps of the round before it.
        assert gone[ROUNDS[0]] > 0.5 * gone[ROUNDS[0] - 1] > 0
        assert batches[number][ROUNDS[0] : 2 * ROUNDS[0]] != batches[number][: ROUNDS[0]]


def test_a_rule_draws_for_each_rate_what_it_draws_in_the_training() -> None:
    drawn: list[float] = []

    class Drawing(FullMatrix):
        def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
            drawn.append(rng.standard_normal())
            return super().bind(objective, rng)

    find(shallow(), Drawing(), seed=3)
    assert set(drawn) == {stream(3, "feedback").standard_normal()}


def test_what_is_left_out_is_seed_0_and_10_samples_a_mini_batch() -> None:
    first: list[Array] = []

    class Recording(FullMatrix):
        def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
            compute = super().bind(objective, rng)

            def gradient(batch: Batch, out: Parameters) -> None:
                first.append(batch.x.copy())
                compute(batch, out)

            return gradient

    find(shallow(), Recording())
    order = stream(0, "learning_rate 0").permutation(120)
    np.testing.assert_array_equal(first[0], DATA.train.x[order[:10]])
