"""``task=explain`` as a person calls it."""

from __future__ import annotations

import re

import numpy as np
import pytest
from explained import data_of
from running import CommandLine

QUIET = ("tracking=none",)


def test_the_worked_example(cli: CommandLine) -> None:
    result = cli("experiment=worked_example", *QUIET)
    assert result.figure("cost") == pytest.approx(0.2617, abs=2e-3)
    assert result.figure("largest_difference") < 1e-9
    numbers = {}
    for line in result.out.partition("path by path")[0].splitlines():
        name, *cells = line.split() or [""]
        if re.match("[wb][²³]", name):
            numbers[name] = [float(cell) for cell in cells]
    gradients = [
        *(("w²₁₁", 0.0034), ("w²₁₂", 0.0023), ("w²₂₁", 0.0036), ("w²₂₂", 0.0024)),
        *(("w²₃₁", 0.0036), ("w²₃₂", 0.0024), ("b²₁", 0.0057), ("b²₂", 0.0060), ("b²₃", 0.0060)),
        *(("w³₁₁", 0.0041), ("w³₁₂", 0.0045), ("w³₁₃", 0.0048)),
        *(("w³₂₁", 0.0363), ("w³₂₂", 0.0394), ("w³₂₃", 0.0420), ("b³₁", 0.0059), ("b³₂", 0.0520)),
    ]
    after = [
        *(("w²₁₁", 0.0997), ("w²₁₂", 0.1998), ("w²₂₁", 0.2996), ("w²₂₂", 0.3998)),
        *(("w²₃₁", 0.4996), ("w²₃₂", 0.5998), ("b²₁", 0.6994), ("b²₂", 0.7994), ("b²₃", 0.8994)),
        *(("w³₁₁", 0.1996), ("w³₁₂", 0.2996), ("w³₁₃", 0.3995)),
        *(("w³₂₁", 0.4964), ("w³₂₂", 0.5961), ("w³₂₃", 0.6958), ("b³₁", 0.9994), ("b³₂", 1.0948)),
    ]
    assert len(numbers) == len(gradients) == len(after) == 17
    for name, expected in gradients:
        # By backprop, by differences and by paths.
        np.testing.assert_allclose(numbers[name][1:4], expected, rtol=0, atol=2e-4)
    for name, expected in after:
        assert numbers[name][-1] == pytest.approx(expected, abs=1e-4)
    for text in ("they agree", "2 +1 +1.14|1.14", r"a¹ = \(0.6, 0.4\)", "(53)"):
        assert re.search(text, result.out), text
    data = data_of(result.run_folder / "explain.html")
    np.testing.assert_allclose(data["layers"][1]["delta"], [0.0057, 0.0060, 0.0060], atol=1e-4)
    np.testing.assert_allclose(data["layers"][2]["delta"], [0.0059, 0.0520], atol=3e-4)


def test_a_sample_of_a_trained_network(cli: CommandLine) -> None:
    trained = cli("tracking=none", "plots=none", "trainer.epochs=3", "console=none")
    weights = trained.run_folder / "weights.npz"
    result = cli("task=explain", "task.sample=7", f"task.weights={weights}", *QUIET)
    assert result.figure("largest_difference") < 1e-8
    assert result.figure("learning_rate") == trained.figure("learning_rate")
    assert "sample 7 of test" in result.out
    data = data_of(result.run_folder / "explain.html")
    with np.load(weights) as saved:
        for row in data["parameters"][1]:
            stored = saved["b3"][row["j"]] if row["k"] == 30 else saved["w3"][row["j"], row["k"]]
            assert row["value"] == stored


@pytest.mark.slow
def test_a_sweep_prints_a_line_for_each(cli: CommandLine) -> None:
    result = cli("-m", "task=explain", "task.sample=0,1", "data=xor", *QUIET)
    assert [outcome["status"] for outcome in result.outcomes] == ["finished"] * 2
    assert result.out.count("xor sigmoid") == 2
    assert "(BP1)" not in result.out
    assert all((folder / "explain.html").exists() for folder in result.folders)


def test_nothing_is_printed_where_nothing_is_wanted(cli: CommandLine) -> None:
    result = cli("experiment=worked_example", *QUIET, "console=none")
    result.must_be_fine()
    assert result.out == ""
    assert (result.run_folder / "explain.html").exists()


@pytest.mark.slow
def test_on_a_terminal_no_bar_of_a_training_is_shown(cli: CommandLine) -> None:
    code, text = cli.terminal("experiment=worked_example", *QUIET, columns=80)
    assert code == 0
    assert "/30" not in text
    assert "largest difference between backprop and (46)" in text
    assert "…" not in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("task.sample=9999 data=xor", ("task.sample is 9999", "1000 samples", "0 to 999")),
        ("task.split=tests", ("explain", "split is 'tests'", "train, validation or test")),
        ("task.weights=nowhere.npz data=xor", ("task.weights", "nowhere.npz")),
        ("initializer=given", ("given", "weights must be given", "initializer.weights=")),
    ],
)
def test_wrong_input(cli: CommandLine, arguments: str, words: tuple[str, ...]) -> None:
    message = cli("task=explain", *arguments.split(), *QUIET, "optimizer.learning_rate=1").error()
    missing = [word for word in words if word not in message]
    assert not missing, message
