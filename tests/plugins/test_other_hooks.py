"""Hooks that the sample plugin does without: each kind of component, commands, closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from running import CommandLine

import bpframe

PARTS = '''\
from dataclasses import dataclass

import numpy as np

import bpframe


@dataclass(frozen=True)
class Line(bpframe.Dataset):
    """Points on a line; the class is the side of its middle."""

    samples: int = 60

    def load(self, rng):
        x = np.linspace(-1, 1, self.samples).reshape(-1, 1)
        parts = [bpframe.Split(x, (x[:, 0] > 0).astype(int)) for _ in range(3)]
        return bpframe.Data("line", *parts, 2)


@dataclass(frozen=True)
class Same(bpframe.Initializer):
    """Every weight the same."""

    value: float = 0.5

    def weights(self, rng, n_in, n_out):
        return np.full((n_out, n_in), self.value)


@dataclass(frozen=True)
class Half(bpframe.Optimizer):
    """Half a step."""

    learning_rate: float | str = "auto"

    def bind(self, parameters):
        def step(gradient):
            parameters.vector[:] -= self.learning_rate / 2 * gradient.vector

        return step


@dataclass(frozen=True)
class Absolute(bpframe.Regularizer):
    """A penalty on |w|."""

    lambda_: float = 0.1

    def penalty(self, parameters, n):
        return self.lambda_ * sum(float(abs(w).sum()) for w in parameters.weights)

    def bind(self, parameters, n):
        def add(gradient):
            for g, w in zip(gradient.weights, parameters.weights):
                g += self.lambda_ * np.sign(w)

        return add


@dataclass(frozen=True)
class Count(bpframe.Task):
    """Counts the parameters."""

    times: int = 1

    def run(self, run):
        run.report("parameters", float(run.network.parameters.vector.size * self.times), "counted")


@bpframe.hookimpl
def bpframe_register_datasets(register):
    register("line", Line)


@bpframe.hookimpl
def bpframe_register_initializers(register):
    register("same", Same)


@bpframe.hookimpl
def bpframe_register_optimizers(register):
    register("half", Half)


@bpframe.hookimpl
def bpframe_register_regularizers(register):
    register("absolute", Absolute)


@bpframe.hookimpl
def bpframe_register_tasks(register):
    register("count", Count)


def greet(arguments, plugins):
    """Greet somebody."""
    print("hello", *arguments, len(plugins.loaded) > 0)
    return 7


@bpframe.hookimpl
def bpframe_register_commands(register):
    register("greet", greet)


@bpframe.hookimpl
def bpframe_output_error(cost, activation):
    if type(cost).__name__ == "CrossEntropy" and type(activation).__name__ == "Softmax":
        return lambda z, a, y: 0 * a
'''


@pytest.fixture
def parts(cli: CommandLine) -> CommandLine:
    """Return the command line with a file that uses every other hook."""
    file = cli.folder / "parts.py"
    file.write_text(PARTS)
    return CommandLine(cli.folder, (*cli.command, "-P", str(file)))


def test_a_data_set(parts: CommandLine) -> None:
    result = parts.quick("data=line", "data.samples=40", "trainer.epochs=20")
    assert result.figure("test/accuracy") > 0.9
    assert result.outcome["name"].startswith("line ")


@pytest.mark.slow
def test_initializer_optimizer_and_regularizer(parts: CommandLine) -> None:
    def cost(*arguments: str) -> float:
        return parts.quick("data=line", "initializer=same", *arguments).figure("train/cost")

    assert cost("initializer.value=0.5") != cost("initializer.value=0.6")
    whole = cost("optimizer.learning_rate=0.2", "dtype=float64")
    half = cost("optimizer=half", "optimizer.learning_rate=0.4", "dtype=float64")
    assert whole == pytest.approx(half, rel=1e-9)
    penalty = parts.quick(
        "data=line", "initializer=same", "regularizer=absolute", "regularizer.lambda=0.001"
    )
    assert penalty.figure("train/penalty") > 0


def test_an_optimizer_of_ones_own_gets_a_measured_rate(parts: CommandLine) -> None:
    assert parts.quick("data=line", "optimizer=half").figure("learning_rate") > 0


def test_a_task(parts: CommandLine) -> None:
    result = parts.quick("data=line", "task=count", "task.times=2", "network.hidden=[3]")
    assert result.figure("parameters") == 2 * (3 + 3 + 6 + 2)


def test_a_command(parts: CommandLine) -> None:
    file = str(parts.command[-1])
    plain = CommandLine(parts.folder, parts.command[:-2])
    result = plain("greet", "you", BPFRAME_PLUGINS=file)
    assert (result.code, result.out) == (7, "hello you True\n")
    assert "  greet            Greet somebody.\n" in plain("--help", BPFRAME_PLUGINS=file).out


@pytest.mark.slow
def test_a_closed_form_is_asked_for_before_bp1(parts: CommandLine) -> None:
    def weights(*arguments: str) -> bpframe.Array:
        result = parts.quick("data=line", "cost=cross_entropy", *arguments)
        result.must_be_fine()
        with np.load(result.run_folder / "weights.npz") as file:
            return file["w3"]

    # This file's closed form for softmax says that there is no error.
    softmax = ("activation@output_activation=softmax", "optimizer.learning_rate=0.1")
    assert (weights(*softmax) == weights(*softmax, "trainer.epochs=0")).all()
    assert (weights() != weights("trainer.epochs=0")).any()
