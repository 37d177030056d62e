"""The quantities of the diagnostics, each against an independent computation."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import (
    class_data,
    each,
    exact_backprops,
    make_network,
    quick,
    registered,
    value_data,
)
from hypothesis import given
from hypothesis import strategies as st

from bpframe import (
    Activation,
    Array,
    Backprop,
    Batch,
    Cost,
    Data,
    GradientFunction,
    Network,
    Objective,
    Parameters,
    Run,
    Settings,
    Trainer,
    hooks_of,
    make_batch,
    stream,
)
from bpframe.core.differences import gradient_of
from bpframe_activations import Linear, ReLU, Sigmoid, Softmax, Square, Tanh
from bpframe_backprop import DirectFeedbackAlignment, FeedbackAlignment, FullMatrix, SignSymmetry
from bpframe_costs import CrossEntropy, LogLikelihood, Quadratic, output_error
from bpframe_diagnostics.plugin import Basic, DiagnosticsPlugin, Full, NoDiagnostics
from bpframe_diagnostics.quantities import (
    norm,
    root_mean_square,
    share_of_small,
)
from bpframe_initializers import Constant, ScaledNormal
from bpframe_optimizers import L2, SGD
from bpframe_tasks import Train

DATA = class_data(40, validation=9, test=9)
QUIET = {"picture": False}


def run_of(
    settings: Settings,
    network: Network,
    data: Data = DATA,
    *,
    cost: Cost | None = None,
    rule: Backprop | None = None,
    folder: Path = Path(),
    **training: Any,
) -> Run:
    """Return a run in which the diagnostics are the only plugin."""
    chosen = cost or Quadratic()
    error = output_error(chosen, network.activations[-1])
    options = {"optimizer": SGD(0.3), "output_error": error} | training
    trainer = Trainer(network, chosen, rule or FullMatrix(), **options)
    return Run(
        trainer,
        data,
        Train(),
        folder=folder,
        settings={"diagnostics": settings},
        hook=hooks_of(DiagnosticsPlugin()),
    )


def untrained(*arguments: Any, **options: Any) -> dict[str, float]:
    """Return the diagnostics of an untrained network, without the trainer's own metrics."""
    run = run_of(*arguments, **options, epochs=0)
    assert not [*run.train()]
    (epoch,) = run.epochs
    assert epoch.number == 0
    return {name: v for name, v in epoch.metrics.items() if name not in epoch.split_metrics}


def of_layers(metrics: dict[str, float], quantity: str) -> list[float]:
    """Return a quantity of each layer, in order."""
    numbers = sorted(int(n.rpartition("_")[2]) for n in metrics if n.startswith(f"{quantity}/l"))
    return [metrics[f"{quantity}/layer_{n}"] for n in numbers]


# The gradient and δ.

MIXED = {(2, 2): Square(), (3, 1): Tanh()}
NETWORKS: dict[str, tuple[Network, Cost, Data]] = {
    "sigmoid": (make_network((3, 4, 2), Sigmoid()), Quadratic(), DATA),
    "closed form": (make_network((3, 4, 5, 2), Tanh(), Sigmoid()), CrossEntropy(), DATA),
    "softmax": (make_network((3, 4, 2), Tanh(), Softmax()), LogLikelihood(), DATA),
    "softmax everywhere": (make_network((3, 4, 2), Softmax()), Quadratic(), DATA),
    "no hidden layer": (make_network((3, 2), Sigmoid()), Quadratic(), DATA),
    "values": (make_network((3, 4, 2), Tanh(), Linear()), Quadratic(), value_data(30)),
    "mixed": (
        Network([3, 4, 2], Sigmoid(), ScaledNormal(), neurons=MIXED, dtype=np.float64),
        Quadratic(),
        DATA,
    ),
}
each_network = pytest.mark.parametrize(
    ("network", "cost", "data"), [pytest.param(*case, id=name) for name, case in NETWORKS.items()]
)


@each_network
def test_gradient_and_delta_are_those_of_the_mean_cost(
    network: Network, cost: Cost, data: Data
) -> None:
    samples = 11
    metrics = untrained(Basic(samples=samples, **QUIET), network, data, cost=cost)
    drawn = data.train.draw(samples, stream(0, "diagnostics"))
    x, y = drawn.x, data.targets(drawn, np.float64)
    objective = Objective(network, cost)
    expected = Parameters(network.sizes, np.float64)
    vector = network.parameters.vector
    expected.vector[:] = gradient_of(lambda: objective.value(x, y), vector)
    sizes = [math.sqrt((w**2).sum() / (w.shape[0] * w.shape[1])) for w in expected.weights]
    np.testing.assert_allclose(of_layers(metrics, "gradient_rms"), sizes, rtol=1e-5)
    lengths = [math.sqrt((b**2).sum()) for b in expected.biases]
    np.testing.assert_allclose(of_layers(metrics, "delta_norm"), lengths, rtol=1e-5)


def test_a_small_gradient_is_no_zero() -> None:
    network = make_network((3, *[4] * 30, 2), Sigmoid(), dtype=np.float32)
    metrics = untrained(Basic(**QUIET), network)
    first = metrics["delta_norm/layer_2"]
    # Its square is below the smallest number of float32.
    assert 0 < first < 1e-23
    assert metrics["gradient_rms/layer_2"] > 0


def test_norms() -> None:
    vector = np.array([3e-30, -4e-30], np.float32)
    assert norm(vector) == pytest.approx(5e-30)
    assert root_mean_square(vector) == pytest.approx(5e-30 / math.sqrt(2))
    assert root_mean_square(np.full((7, 3), -2.0)) == pytest.approx(2)


def test_the_samples_are_drawn_once() -> None:
    network = make_network((3, 4, 2), Sigmoid())
    run = run_of(Basic(samples=5, **QUIET), network, epochs=0)
    assert not [*run.train()]
    metrics = run.hook.bpframe_epoch_metrics(run=run, epoch=run.epochs[0])[0]
    assert metrics["delta_norm/layer_2"] == run.epochs[0].metrics["delta_norm/layer_2"]
    assert untrained(Basic(samples=5, **QUIET), network) == untrained(
        Basic(samples=5, **QUIET), network
    )
    other = untrained(Basic(samples=5, **QUIET), network, seed=1)
    assert other["delta_norm/layer_2"] != metrics["delta_norm/layer_2"]


# Shares.


@given(st.lists(st.floats(-2, 2), min_size=1, max_size=30), st.floats(0, 1))
@quick
def test_share_of_small(values: list[float], limit: float) -> None:
    count = sum(-limit <= value <= limit for value in values)
    assert share_of_small(np.array(values), limit) == count / len(values)


def test_saturated_neurons_and_inputs_near_zero_are_counted() -> None:
    network = make_network((1, 2, 1), Sigmoid(), Tanh())
    w2, w3 = network.parameters.weights
    w2[:], w3[:] = [[1], [-2]], [[3, 0]]
    network.parameters.biases[0][:] = network.parameters.biases[1][:] = 0
    x = np.array([[-5.0], [-0.05], [0.0], [1.0]])
    split = replace(value_data(4).train, x=x, y=np.zeros((4, 1)))
    data = Data("four", split, split, split, None)
    metrics = untrained(Basic(saturation=0.1, near_zero=0.2, **QUIET), network, data)
    # Of a sigmoid f′ is at most a tenth of 1/4 where |z| is at least 3.64; of a tanh, where it is
    # at least 1.82.
    z2 = [(-5, 10), (-0.05, 0.1), (0, 0), (1, -2)]
    a2 = [tuple(1 / (1 + math.exp(-z)) for z in row) for row in z2]
    z3 = [3 * a for a, _ in a2]
    assert of_layers(metrics, "saturated") == [2 / 8, sum(abs(z) > 1.82 for z in z3) / 4]
    near = sum(a <= 0.2 for row in a2 for a in row)
    assert of_layers(metrics, "near_zero_inputs") == [2 / 4, near / 8]
    assert near == 2


@pytest.mark.parametrize("f", [Linear(), ReLU()], ids=repr)
def test_neurons_without_a_curve(f: Activation) -> None:
    network = make_network((3, 5, 2), f, Linear())
    metrics = untrained(Basic(samples=40, **QUIET), network)
    z = DATA.train.x @ network.parameters.weights[0].T + network.parameters.biases[0]
    inactive = 0 if f == Linear() else (z <= 0).mean()
    assert of_layers(metrics, "saturated") == [inactive, 0]


# The change of the weights.


def test_the_update_ratio_is_the_net_change_a_step(tmp_path: Path) -> None:
    network = make_network((3, 4, 2), Sigmoid())
    run = run_of(Basic(**QUIET), network, folder=tmp_path, epochs=3, batch_size=12)
    plain = make_network((3, 4, 2), Sigmoid())
    trainer = Trainer(plain, Quadratic(), FullMatrix(), SGD(0.3), epochs=3, batch_size=12)
    expected = []
    before = [w.copy() for w in plain.parameters.weights]
    for _ in trainer.train(DATA):
        after = [w.copy() for w in plain.parameters.weights]
        # 40 samples are four mini-batches: three of 12, and one of 4.
        expected.append(
            [
                math.sqrt(((a - b) ** 2).sum()) / 4 / math.sqrt((b**2).sum())
                for a, b in zip(after, before, strict=True)
            ]
        )
        before = after
    Train().run(run)
    seen = [of_layers(epoch.metrics, "update_ratio") for epoch in run.epochs]
    assert seen[0] == []
    np.testing.assert_allclose(seen[1:], expected, rtol=1e-9)


def test_weights_that_were_zero_have_no_update_ratio(tmp_path: Path) -> None:
    network = make_network((3, 2), Sigmoid(), initializer=Constant())
    run = run_of(Basic(**QUIET), network, folder=tmp_path, epochs=2)
    Train().run(run)
    assert [of_layers(e.metrics, "update_ratio") == [] for e in run.epochs] == [True, True, False]


# Angles.


RULES = [FeedbackAlignment(), DirectFeedbackAlignment(2.0), SignSymmetry()]


@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_the_angle_is_that_of_the_step_that_training_takes(rule: Backprop) -> None:
    # One mini-batch of all samples, which are those that are looked at, too.
    network = make_network((3, 4, 5, 2), Sigmoid())
    start = network.parameters.copy()
    run = run_of(Full(samples=40, **QUIET), network, rule=rule, epochs=1, batch_size=40, seed=3)
    assert [epoch.number for epoch in run.train()] == [1]
    gradient = Parameters(network.sizes, np.float64)
    trained = network.parameters.vector.copy()
    network.parameters.vector[:] = start.vector
    batch = make_batch(DATA.train.x, DATA.targets(DATA.train, np.float64))
    FullMatrix().bind(run.trainer.objective, np.random.default_rng())(batch, gradient)
    step = start.copy()
    step.vector -= trained

    def between(u: Array, v: Array) -> float:
        cosine = (u * v).sum() / math.sqrt((u**2).sum() * (v**2).sum())
        return math.degrees(math.acos(min(1.0, cosine)))

    metrics = run.epochs[0].metrics
    expected = [between(u, v) for u, v in zip(step.blocks, gradient.blocks, strict=True)]
    np.testing.assert_allclose(of_layers(metrics, "angle"), expected, atol=1e-4)
    whole = between(step.vector, gradient.vector)
    assert metrics["angle/network"] == pytest.approx(whole, abs=1e-4)
    assert whole > 1
    assert of_layers(metrics, "angle")[-1] == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize("rule", each(exact_backprops()))
def test_exact_rules_go_where_the_gradient_goes(rule: Backprop) -> None:
    network = make_network((3, 4, 2), Sigmoid())
    metrics = untrained(Full(samples=10, **QUIET), network, rule=rule)
    limit = math.degrees(max(rule.tolerance, 1e-12)) * 1e3
    assert all(metrics[name] < limit for name in metrics if name.startswith("angle/"))
    assert len(of_layers(metrics, "angle")) == 2


@dataclass(frozen=True)
class LastLayerOnly(Backprop):
    """Leaves all layers but the last one."""

    exact = False

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        whole = FullMatrix().bind(objective, rng)

        def gradient(batch: Any, out: Parameters) -> None:
            whole(batch, out)
            out.blocks[0][:] = 0

        return gradient


def test_a_layer_that_stays_has_no_angle() -> None:
    metrics = untrained(Full(**QUIET), make_network((3, 4, 2), Sigmoid()), rule=LastLayerOnly())
    assert "angle/layer_2" not in metrics
    assert {"angle/layer_3", "angle/network"} < metrics.keys()


# The distribution of z.


def test_percentiles_of_the_weighted_inputs() -> None:
    network = make_network((3, 4, 2), Tanh())
    metrics = untrained(Full(samples=40, **QUIET), network)
    w, b = network.parameters.weights[0], network.parameters.biases[0]
    z = sorted(float(w[j] @ x + b[j]) for x in DATA.train.x for j in range(4))
    for percent in (5, 50, 95):
        place = percent / 100 * (len(z) - 1)
        below, rest = int(place), place % 1
        expected = z[below] + rest * (z[below + 1] - z[below])
        assert metrics[f"z_p{percent:02}/layer_2"] == pytest.approx(expected)


# What is there when, and what it must leave alone.

BASIC = {"gradient_rms", "delta_norm", "saturated", "near_zero_inputs"}
FULL = BASIC | {"z_p05", "z_p50", "z_p95", "angle"}


OTHERS = {"train", "validation", "learning_rate"}


@pytest.mark.parametrize(
    ("settings", "quantities"),
    [(NoDiagnostics(), set()), (Basic(**QUIET), BASIC), (Full(**QUIET), FULL)],
    ids=["off", "basic", "full"],
)
def test_which_quantities_there_are(
    settings: Settings, quantities: set[str], tmp_path: Path
) -> None:
    network = make_network((3, 4, 2), Sigmoid())
    run = run_of(settings, network, folder=tmp_path, epochs=1)
    Train().run(run)
    seen = [{n.partition("/")[0] for n in e.metrics} - OTHERS for e in run.epochs]
    changes = {"update_ratio"} if quantities else set()
    assert seen == ([quantities] if quantities else []) + [quantities | changes]
    layers = {
        n.partition("/")[2] for n in run.epochs[-1].metrics if n.partition("/")[0] not in OTHERS
    }
    expected = {"layer_2", "layer_3"} | ({"network"} if "angle" in quantities else set())
    assert layers == (expected if quantities else set())


@pytest.mark.parametrize("rule", each(registered("backprop")))
def test_watching_changes_nothing(rule: Backprop, tmp_path: Path) -> None:
    vectors = []
    for settings in (NoDiagnostics(), Full(**QUIET)):
        network = make_network((3, 4, 2), Tanh(), Sigmoid(), dtype=np.float32)
        regularizer = L2(0.1)
        run = run_of(
            settings, network, rule=rule, folder=tmp_path, epochs=2, regularizer=regularizer
        )
        Train().run(run)
        vectors.append((network.parameters.vector.tobytes(), run.figures))
    assert vectors[0] == vectors[1]


def test_two_runs_in_one_process_do_not_mix() -> None:
    first = run_of(Basic(**QUIET), make_network((3, 4, 2), Sigmoid()), epochs=0)
    second = run_of(Basic(**QUIET), make_network((3, 5, 5, 2), Sigmoid()), epochs=0)
    second.hook = first.hook
    for run in (first, second):
        assert not [*run.train()]
    assert [len(of_layers(run.epochs[0].metrics, "saturated")) for run in (first, second)] == [2, 3]


def test_what_overflows_is_left_out() -> None:
    network = make_network((3, 4, 2), Square(), dtype=np.float32)
    network.parameters.vector[:] = 1e15
    metrics = untrained(Full(**QUIET), network)
    assert all(map(math.isfinite, metrics.values()))
    assert "delta_norm/layer_2" not in metrics
    assert "saturated/layer_2" in metrics


@pytest.mark.parametrize(
    ("option", "value"),
    [("samples", 0), ("saturation", 1.0), ("saturation", -0.1), ("near_zero", -1.0)],
)
@pytest.mark.parametrize("settings", [Basic, Full])
def test_a_setting_that_is_not_allowed(settings: Any, option: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{option} is {value}; it must be"):
        settings(**{option: value})
    with pytest.raises(ValueError, match="near_zero is nan"):
        settings(near_zero=math.nan)


def test_the_gradients_of_all_steps_are_looked_at_if_they_are_asked_for(tmp_path: Path) -> None:
    seen: list[float] = []

    class Noted(FullMatrix):
        def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
            compute = super().bind(objective, rng)

            def gradient(batch: Batch, out: Parameters) -> None:
                compute(batch, out)
                seen.append(float(np.linalg.norm(out.vector)))

            return gradient

    settings = Basic(**QUIET | {"steps": True})
    run = run_of(
        settings, make_network((3, 4, 2), Sigmoid()), rule=Noted(), folder=tmp_path, epochs=2
    )
    Train().run(run)
    half = len(seen) // 2
    for epoch, norms in zip(run.epochs[1:], (seen[:half], seen[half:]), strict=True):
        assert epoch.metrics["step_norm/mean"] == pytest.approx(np.mean(norms), rel=1e-12)
        assert epoch.metrics["step_norm/largest"] == max(norms)
