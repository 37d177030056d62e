"""What the compiled rule cannot compile: the matrix pass stands in, and a line says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from builders import class_data, make_network
from running import CommandLine

from bpframe import (
    Activation,
    Array,
    Cost,
    EpochFunction,
    GradientFunction,
    Interval,
    Network,
    Objective,
    Optimizer,
    RowActivation,
    StandIn,
    StepPlan,
    Trainer,
    TrainingSet,
    remark_of,
)
from bpframe_activations import Sigmoid
from bpframe_backprop import FullMatrix
from bpframe_costs import Quadratic
from bpframe_fused import Fused
from bpframe_initializers import ScaledNormal
from bpframe_optimizers import SGD, MaxNorm, Momentum


@dataclass(frozen=True)
class NoForm(Activation):
    def __call__(self, z: Array, out: Array | None = None) -> Array:
        return z / 2

    def derivative(self, z: Array, a: Array) -> Array:
        return np.full_like(z, 0.5)


class NoFormOfTheLayer(NoForm):
    elementwise = False


class NotCompilable(NoForm):
    def scalar(self, real: Any) -> Any:
        return lambda z: input(z), lambda z, a: z


class RowNotCompilable(NoFormOfTheLayer):
    def row(self, real: Any) -> RowActivation:
        def f(z: Any, a: Any) -> None:
            a[:] = input(z)

        return f, lambda grad_a, z, a, grad_z: None


@dataclass(frozen=True)
class CostWithoutAForm(Cost):
    domain = Interval()

    def value(self, a: Array, y: Array) -> Array:
        value: Array = (np.square(a - y) ** 2).sum(axis=-1) / 4
        return value

    def gradient(self, a: Array, y: Array) -> Array:
        return (a - y) ** 3


def bp1(z: Array, a: Array, y: Array) -> Array:
    return Sigmoid().pullback(a - y, z, a)


@pytest.mark.parametrize(
    ("objective", "reason"),
    [
        ((NoForm(), Quadratic()), "NoForm has no scalar form"),
        ((NoFormOfTheLayer(), Quadratic()), "NoFormOfTheLayer has no row form"),
        ((NotCompilable(), Quadratic()), "NotCompilable cannot be compiled: Untyped global name"),
        ((RowNotCompilable(), Quadratic()), "RowNotCompilable cannot be compiled: "),
        ((Sigmoid(), CostWithoutAForm()), "CostWithoutAForm has no scalar form"),
        ((Sigmoid(), Quadratic(), bp1), "bp1 has no scalar form"),
    ],
)
@pytest.mark.parametrize("optimizer", [SGD(0.5), Momentum(0.1)])
def test_the_matrix_pass_stands_in(objective: Any, reason: str, optimizer: Optimizer) -> None:
    activation, cost, *form = objective
    trained = []
    for rule in (Fused(), FullMatrix()):
        network = make_network((3, 4, 2), activation)
        trainer = Trainer(
            network, cost, rule, optimizer, epochs=2, output_error=form[0] if form else None
        )
        trainer.fit(class_data())
        assert trainer.training
        trained.append(network.parameters.vector)
        if rule == Fused():
            says = "Fused: its gradient is that of the matrix pass, for "
            assert trainer.training.remark.startswith(says + reason)
            assert "\n" not in trainer.training.remark
    np.testing.assert_array_equal(*trained)


def test_a_neuron_of_its_own_is_named() -> None:
    network = Network((3, 4, 2), Sigmoid(), ScaledNormal(), neurons={(2, 1): NoForm()})
    gradient = Fused().bind(Objective(network, Quadratic()), np.random.default_rng(0))
    assert remark_of(Fused(), gradient).endswith("NoForm has no scalar form")


def test_one_line_where_neither_gradient_nor_steps_are_its_own() -> None:
    network = make_network((3, 4, 2), NoForm())
    trainer = Trainer(network, Quadratic(), Fused(), SGD(0.5), MaxNorm(0.5), epochs=1, batch_size=4)
    trainer.fit(class_data())
    assert trainer.training
    assert trainer.training.remark.startswith("Fused: its gradient is that of the matrix pass")


@dataclass(frozen=True)
class Epochs(FullMatrix):
    """Takes whole epochs of plain steps, which remember how many they were."""

    def bind_epoch(
        self, objective: Objective, rng: np.random.Generator, training: TrainingSet, plan: StepPlan
    ) -> EpochFunction:
        return Counted()


class Counted:
    def __init__(self) -> None:
        self.state = {"steps": np.zeros(1, np.int64)}

    def __call__(self, order: Array, rates: Array) -> int:
        self.state["steps"] += len(rates)
        return 0


def test_what_stands_in_may_take_whole_epochs_and_remember(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bpframe_fused.fused.MATRIX_PASS", Epochs())
    network = make_network((3, 4, 2), NoForm())
    trainer = Trainer(network, Quadratic(), Fused(), SGD(0.5), epochs=2, batch_size=4)
    trainer.fit(class_data(16))
    assert trainer.training
    assert trainer.training.remark.endswith("NoForm has no scalar form")
    assert trainer.position
    assert trainer.position.arrays["backprop/steps"].tolist() == [8]


def test_a_stand_in_is_called_as_what_it_stands_for() -> None:
    def gradient(batch: Any, out: Any) -> None:
        out.append(batch)

    given: GradientFunction = StandIn(gradient, "its gradient is none")
    out: Any = []
    given(out, out)
    assert out == [out]
    assert remark_of(Fused(), given) == "Fused: its gradient is none"
    assert remark_of(Fused(), gradient) == ""


PLUGIN = """
from dataclasses import dataclass
import numpy as np
import bpframe

@dataclass(frozen=True)
class Half(bpframe.Activation):
    \"\"\"f(z) = z / 2.\"\"\"

    def __call__(self, z, out=None):
        return np.divide(z, 2, out=out)

    def derivative(self, z, a):
        return np.full_like(z, 0.5)

@bpframe.hookimpl
def bpframe_register_activations(register):
    register("half", Half)
"""
LINE = "Fused: its gradient is that of the matrix pass, for Half has no scalar form"


@pytest.mark.slow
def test_a_run_and_a_sweep_say_it_in_one_line(cli: CommandLine) -> None:
    (cli.folder / "half.py").write_text(PLUGIN)
    options = ("-P", "half.py", "data=xor", "backprop=fused", "trainer.epochs=1")
    for task in ("train", "gradcheck", "explain"):
        run = cli.quick(*options, f"task={task}", "activation=half")
        run.must_be_fine()
        assert run.out.count(LINE) == 1
        assert run.outcome["remark"] == LINE
    sweep = cli.quick(*options, "-m", "activation=half,tanh", "seed=0,1")
    assert sweep.code == 0, sweep.err
    assert [outcome["status"] for outcome in sweep.outcomes] == ["finished"] * 4
    assert (sweep.out + sweep.err).count("Fused: ") == 1
    assert f"in 2 of 4 runs {LINE}" in sweep.out
