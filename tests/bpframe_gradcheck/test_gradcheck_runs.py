"""``task=gradcheck``: what a single run tells, and that a wrong gradient makes it fail."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest
import wrong_rules
from running import CommandLine, Result

WRONG = ("-P", str(Path(wrong_rules.__file__)))
FIGURES = [
    "error",
    "allowed_error",
    "agrees",
    "angle",
    "cost_in_forward_passes",
    "differences_in_forward_passes",
    "forward_pass_seconds",
    "gradient_seconds",
    "differences_seconds",
    "samples",
    "parameters",
]


@pytest.fixture
def gradcheck(cli: CommandLine) -> CommandLine:
    """Return the command line for checks that nobody records."""
    arguments = ("task=gradcheck", "tracking=none", *WRONG)
    return CommandLine(cli.folder, (*cli.command, *arguments))


def figure(result: Result, name: str) -> float:
    value = result.outcome["figures"][f"gradcheck/{name}"]["value"]
    assert isinstance(value, float)
    return value


def layers(result: Result) -> list[dict[str, str]]:
    """Return the lines of gradcheck.csv."""
    with (result.run_folder / "gradcheck.csv").open() as file:
        return list(csv.DictReader(file))


def test_the_default_network(gradcheck: CommandLine) -> None:
    result = gradcheck()
    result.must_be_fine()
    assert list(result.outcome["figures"]) == [f"gradcheck/{name}" for name in FIGURES]
    assert figure(result, "agrees") == 1
    assert figure(result, "error") < figure(result, "allowed_error") < 1e-7
    assert figure(result, "angle") < 1e-6
    # It says what backpropagation costs and what its definition does.
    price = "gradient by full_matrix: {:,.1f} forward passes".format(
        figure(result, "cost_in_forward_passes")
    )
    assert price in result.out
    assert "by differences: 4,520 forward passes" in result.out
    assert 1 < figure(result, "cost_in_forward_passes") < 20
    assert "full_matrix and the definition: agrees" in result.out
    # It is no training.
    assert "epoch" not in result.out
    assert "learning_rate" not in result.out

    rows = layers(result)
    assert [(row["layer"], row["parameters"], row["checked"]) for row in rows] == [
        ("2", "1950", "1950"),
        ("3", "310", "310"),
    ]
    for row in rows:
        assert row["verdict"] == "agrees"
        assert float(row["error"]) < float(row["allowed"])
        shown = f"error {float(row['error']):.1e} (allowed {float(row['allowed']):.1e}): agrees"
        assert shown in result.out
    assert max(float(row["error"]) for row in rows) >= figure(result, "error")


@pytest.mark.slow
def test_one_seed_gives_one_result_and_another_another(gradcheck: CommandLine) -> None:
    options = ("data=xor", "network.hidden=[3]")
    one, same, other = (gradcheck(*options, seed) for seed in ("seed=1", "seed=1", "seed=2"))
    assert layers(one) == layers(same) != layers(other)


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_it_computes_in_float64_whatever_the_run_does(gradcheck: CommandLine, dtype: str) -> None:
    result = gradcheck(f"dtype={dtype}", "network.hidden=[5]", "activation=tanh")
    result.must_be_fine()
    assert figure(result, "error") < 1e-8


def test_a_rule_that_promises_nothing_has_an_angle_and_no_verdict(gradcheck: CommandLine) -> None:
    result = gradcheck("backprop=feedback_alignment", "network.hidden=[20,20]")
    result.must_be_fine()
    assert list(result.outcome["figures"]) == [f"gradcheck/{name}" for name in FIGURES[3:]]
    assert "does not promise the gradient" in result.out
    rows = layers(result)
    assert [row["verdict"] for row in rows] == [""] * 3
    angles = [float(row["angle"]) for row in rows]
    assert min(angles[:2]) > 10
    assert angles[2] < 1e-6


def test_some_parameters_of_a_large_network(gradcheck: CommandLine) -> None:
    result = gradcheck("network.hidden=[100]", "task.max_parameters=1000", "task.samples=3")
    result.must_be_fine()
    rows = [(row["layer"], row["parameters"], row["checked"]) for row in layers(result)]
    assert rows == [("2", "6500", "500"), ("3", "1010", "500")]
    assert (figure(result, "parameters"), figure(result, "samples")) == (1000, 3)
    assert "drawn of 7,510, from each layer alike" in result.out
    assert "by differences: 2,000 forward passes" in result.out


@pytest.mark.parametrize("zeros", [1, pytest.param(4, marks=pytest.mark.slow)])
def test_samples_at_a_kink_are_left_out_and_it_says_so(gradcheck: CommandLine, zeros: int) -> None:
    x = np.array([[1, 2], [2, 1], [3, 1], [1, 3]])
    x[:zeros] = 0
    np.savez(gradcheck.folder / "four.npz", x_train=x, y_train=x.astype(float))
    no_biases = ("initializer=constant", "initializer.weight=0.3", "initializer.bias=0")
    result = gradcheck("data=arrays", "data.path=four.npz", "activation=relu", *no_biases)
    if zeros == 4:
        assert "none of the 4 samples can be compared" in result.error()
        return
    result.must_be_fine()
    assert (figure(result, "samples"), figure(result, "agrees")) == (3, 1)
    assert "samples left out: 1; a difference leads over a kink" in result.out


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        (["backprop=transposed", "network.hidden=[10,10]"], "23"),
        pytest.param(["backprop=summed", "network.hidden=[10]"], "23", marks=pytest.mark.slow),
        pytest.param(["cost=half", "network.hidden=[10]"], "23", marks=pytest.mark.slow),
    ],
    ids=str,
)
def test_a_wrong_gradient_makes_the_run_fail(
    gradcheck: CommandLine, options: list[str], wrong: str
) -> None:
    result = gradcheck(*options)
    message = result.error(code=1)
    name = result.outcome["parts"]["backprop"]
    assert message.startswith(f"backprop '{name}' promises the gradient and does not give it")
    assert re.findall(r"in layer (\d)", message) == list(wrong)
    assert (result.outcome["status"], result.outcome["error"]) == ("failed", message)
    # What it has found is shown and kept all the same.
    assert figure(result, "agrees") == 0
    assert figure(result, "error") > 0.01
    assert f"{name} and the definition: DISAGREES" in result.out
    verdicts = [row["verdict"] for row in layers(result)]
    expected = ["DISAGREES" if str(n) in wrong else "agrees" for n in range(2, 2 + len(verdicts))]
    assert verdicts == expected


@pytest.mark.slow
def test_what_does_not_fit_is_refused_as_in_a_training(gradcheck: CommandLine) -> None:
    result = gradcheck("activation@output_activation=linear", "cost=cross_entropy")
    assert "accepts outputs in [0, 1]" in result.error(code=2)
    assert result.outcome["status"] == "refused"


def test_what_differences_cannot_tell_is_not_called_right(gradcheck: CommandLine) -> None:
    steep = ("activation@output_activation=softmax", "cost=cross_entropy", "initializer=normal")
    wide = ("activation=relu", "network.hidden=[100]", "task.max_parameters=300")
    result = gradcheck(*steep, *wide)
    message = result.error(code=1)
    assert message.startswith("backprop 'full_matrix' is not resolved: ")
    assert (result.outcome["status"], result.outcome["error"]) == ("failed", message)
    assert "gradcheck/agrees" not in result.outcome["figures"]
    assert "full_matrix and the definition: not resolved" in result.out
    assert [row["verdict"] for row in layers(result)] == ["not resolved"] * 2


@pytest.mark.parametrize(
    ("expression", "where"),
    [
        ("sqrt(z)", "f of Custom(f='sqrt(z)') is not a number at z = -"),
        ("log(z)", "f of Custom(f='log(z)') is not a number at z = -"),
        ("acos(3*z)", "f of Custom(f='acos(3*z)') is not a number at z = "),
    ],
)
def test_a_function_that_is_not_real_is_named_and_not_the_rule(
    gradcheck: CommandLine, expression: str, where: str
) -> None:
    message = gradcheck("activation=custom", f'activation.f="{expression}"').error(code=1)
    assert message.startswith(f"there is no gradient to compare: {where}")
    assert "of layer 2" in message
    assert "full_matrix" not in message


def test_a_rule_that_refuses_float64(gradcheck: CommandLine) -> None:
    message = gradcheck("backprop=only_float32").error(code=2)
    assert message == "backprop 'only_float32', in float64: numbers of 64 bits are too large for me"


@pytest.mark.slow
@pytest.mark.parametrize("option", ["samples", "max_parameters"])
def test_a_number_that_is_too_small(gradcheck: CommandLine, option: str) -> None:
    message = gradcheck(f"task.{option}=0").error()
    assert "gradcheck" in message
    assert f"{option} is 0; it must be 1 or more" in message
