"""The commands that a person types first, and what each must give."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import numpy as np
import pytest
from running import CommandLine, Result

EXPRESSION = 'activation.f="z/(1+abs(z))"'
DERIVATIVE = 'activation.derivative="1/(1+abs(z))**2"'
# Each bound is about 0.03 below the worst of ten seeds and three BLAS kernels: rounding can move
# the measured rate by a step of its grid, and a run with it to what another seed gives.
TABLE = [
    ("", 0.93),
    ("activation=linear cost=quadratic", 0.87),
    ("activation=tanh cost=quadratic backprop=per_sample trainer.epochs=5", 0.80),
    ("activation=relu", 0.90),
    ("activation=relu activation@output_activation=softmax cost=log_likelihood", 0.92),
    ("activation@output_activation=sigmoid cost=cross_entropy", 0.93),
    ("network.hidden=[20,20,20]", 0.91),
    (f"activation=custom {EXPRESSION}", 0.91),
    (f"activation=custom {EXPRESSION} {DERIVATIVE}", 0.91),
]


@pytest.mark.parametrize(("arguments", "at_least"), TABLE)
def test_accuracy(cli: CommandLine, arguments: str, at_least: float) -> None:
    result = cli("tracking=none", "plots=none", *arguments.split())
    assert result.figure("test/accuracy") >= at_least


def accuracies(result: Result) -> list[float]:
    assert result.code == 0, result.err
    return [outcome["figures"]["test/accuracy"]["value"] for outcome in result.outcomes]


@pytest.mark.slow
def test_three_hidden_neurons_learn_xor_from_most_first_weights(cli: CommandLine) -> None:
    # From some they end where one corner of the four is wrong.
    small = ("data=xor", "network.hidden=[3]", "seed=range(5)", "tracking=none", "plots=none")
    assert np.median(accuracies(cli("-m", *small))) >= 0.98


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("hidden", "least", "median"), [("[20,20,20]", 0.91, 0.94), ("[20,20,20,20]", 0.90, 0.93)]
)
def test_deep_networks_of_sigmoids_learn_with_any_seed(
    cli: CommandLine, hidden: str, least: float, median: float
) -> None:
    deep = (f"network.hidden={hidden}", "seed=range(10)", "tracking=none", "plots=none")
    seen = accuracies(cli("-m", *deep))
    assert len(seen) == 10
    assert min(seen) >= least, seen
    assert np.median(seen) >= median, seen


def test_without_any_argument(cli: CommandLine) -> None:
    result = cli()
    assert result.figure("test/accuracy") >= 0.93
    files = {file.name for file in result.run_folder.iterdir()}
    pictures = {"learning_curve.png", "confusion_matrix.png"}
    assert files >= {"config.yaml", "outcome.json", "weights.npz"} | pictures
    assert (cli.folder / "mlflow.db").exists()
    assert re.search(r"^to look at it: \S*bpframe ui$", result.out, re.MULTILINE)


def test_the_console_script_is_the_same_command(cli: CommandLine, script: CommandLine) -> None:
    results = [run.quick("data=xor") for run in (cli, script)]
    assert results[0].outcome == results[1].outcome
    assert results[0].figure("train/cost") == results[1].figure("train/cost")


def test_a_run_can_be_repeated(cli: CommandLine) -> None:
    results = [cli.quick("data=xor", "seed=3") for _ in range(2)]
    first, second = (np.load(result.run_folder / "weights.npz") for result in results)
    assert first.files == ["w2", "b2", "w3", "b3"]
    assert all((first[name] == second[name]).all() for name in first.files)
    assert first["w2"].shape == (30, 2)
    assert cli.quick("data=xor", "seed=4").figure("train/cost") != results[0].figure("train/cost")


def test_no_epoch_at_all(cli: CommandLine) -> None:
    figures = cli.quick("trainer.epochs=0").outcome["figures"]
    assert figures["test/accuracy"]["value"] < 0.5
    assert "train/cost" not in figures


def test_the_output_layer_is_like_the_others_with_their_options(cli: CommandLine) -> None:
    leaky = ("activation=leaky_relu", "activation.slope=0.3", "optimizer.learning_rate=0.01")
    output = ("activation@output_activation=leaky_relu", "output_activation.slope=0.3")
    default, named = cli.quick(*leaky), cli.quick(*leaky, *output)
    assert default.figure("train/cost") == named.figure("train/cost")
    other = cli.quick(*leaky, output[0], "output_activation.slope=0.1")
    assert default.figure("train/cost") != other.figure("train/cost")


def test_a_given_derivative_is_used(cli: CommandLine) -> None:
    custom = ("activation=custom", EXPRESSION, "optimizer.learning_rate=0.1", "data=xor")
    costs = [
        cli.quick(*custom, *derivative, "dtype=float64").figure("train/cost")
        for derivative in ((), (DERIVATIVE,), ("activation.derivative=1",))
    ]
    assert costs[0] == pytest.approx(costs[1], rel=1e-9)
    assert costs[0] != pytest.approx(costs[2], rel=1e-3)


@pytest.mark.parametrize(
    ("epochs", "at_least"), [(2, 0.90), pytest.param(30, 0.94, marks=pytest.mark.slow)]
)
def test_the_books_digits(cli: CommandLine, mnist: Path, epochs: int, at_least: float) -> None:
    result = cli.quick(
        "data=mnist",
        f"data.path={mnist}",
        "initializer=normal",
        "optimizer.learning_rate=3",
        f"trainer.epochs={epochs}",
    )
    assert result.figure("test/accuracy") >= at_least


def test_a_path_with_signs_that_mean_something_to_hydra(cli: CommandLine) -> None:
    folder = cli.folder / "a b,c=d"
    folder.mkdir()
    x = np.array(list(itertools.product((0.0, 1.0), repeat=2)) * 5)
    np.savez(folder / "data.npz", x_train=x, y_train=x.sum(axis=1).astype(int) % 2)
    cli.quick("data=arrays", f"data.path='{folder / 'data.npz'}'").must_be_fine()
