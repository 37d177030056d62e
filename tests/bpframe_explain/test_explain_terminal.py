"""What is printed: all numbers of a small network, the main ones of a large."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field

import numpy as np
import pytest
from explained import (
    DIGITS,
    PLUGINS,
    Halved,
    make_sample,
    make_trainer,
    random_sample,
    worked_example,
)
from rich.console import Console

from bpframe import MixedActivation
from bpframe_activations import Custom, ReLU, Sigmoid, Tanh
from bpframe_explain import Explanation, explain
from bpframe_explain.notation import layer_title, parameter, symbol, title
from bpframe_explain.terminal import printed
from bpframe_optimizers import L2, SGD


def text_of(shown: Explanation, width: int = 120) -> str:
    console = Console(file=io.StringIO(), width=width)
    for part in printed(shown):
        console.print(part, highlight=False, markup=False, soft_wrap=isinstance(part, str))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def rows(text: str) -> dict[str, list[float]]:
    """Return the numbers of each line that starts with a weight's or bias's name."""
    found = {}
    for line in text.partition("path by path")[0].splitlines():
        name, *cells = line.split() or [""]
        if re.match("[wb][⁰¹²³⁴⁵⁶⁷⁸⁹]", name):
            found[name] = [float(c) for c in cells if re.fullmatch(r"-?[\d.]+(e-?\d+)?", c)]
    return found


def test_every_number_of_a_small_network_is_there() -> None:
    shown = worked_example()
    found = rows(text_of(shown))
    assert len(found) == 17
    for i, block in enumerate(shown.network.parameters.blocks):
        for j, k in np.ndindex(block.shape):
            name = parameter(i + 2, j, k, block.shape[1] - 1)
            gradient = shown.gradient.blocks[i][j, k]
            expected = [
                *(block[j, k], gradient, gradient, gradient),
                *(-0.1 * gradient, block[j, k] - 0.1 * gradient),
            ]
            np.testing.assert_allclose(found[name][:6], expected, rtol=1e-4)


def test_the_neurons_of_a_small_network() -> None:
    text = text_of(worked_example())
    assert re.search(r"2 +1 +0\.84 +0\.69847 +0\.21061 +0\.027127 +0\.0057133", text)
    assert re.search(r"3 +1 +1\.6904 +0\.84427 +0\.13148 +0\.044274 +0\.0058209", text)
    assert "f: layer 2 Sigmoid, layer 3 Sigmoid\n" in text
    assert "a¹ = (0.6, 0.4), target y = (0.8, 0.2)" in text


def test_the_paths_of_a_small_network_add_up() -> None:
    *_, line = (line for line in text_of(worked_example()).splitlines() if " w²₁₁ " in line)
    first, second = re.findall(r"1→[12] ([\d.e-]+)", line)
    assert float(first) + float(second) == pytest.approx(0.003428, rel=1e-4)


def test_the_equations_are_named() -> None:
    text = text_of(worked_example())
    for equation in ("(25)", "(BP1)", "(BP2)", "(BP3)", "(BP4)", "(46)", "(53)"):
        assert equation in text
    assert "by\ndifferences" not in text
    assert "differences" in text


def test_the_verdict() -> None:
    text = text_of(worked_example())
    assert re.search(
        r"largest difference between backprop and \(46\): \d\.\de-1\d; they agree\n"
        r" +compared: all 17 weights and biases; gradients are up to 0\.051926\n"
        r" +\(46\) by central differences in float64, ε = 2⁻¹⁷\n"
        r"largest difference between backprop and \(53\): \d\.\de-\d\d, 26 paths\n",
        text,
    )


class Wrong(Halved):
    """The same, but it promises the gradient."""

    exact = True


def test_a_rule_that_promises_nothing() -> None:
    text = text_of(worked_example(rule=Halved()))
    assert "2.6e-02; Halved does not promise the gradient" in text
    assert re.search("by the .*\n.* rule ", text)


def test_a_rule_that_is_wrong() -> None:
    assert "2.6e-02; THEY DO NOT AGREE" in text_of(worked_example(rule=Wrong()))


def test_a_penalty_has_a_column() -> None:
    text = text_of(worked_example(regularizer=L2(2.0)))
    assert re.search("of the .*\n.* penalty ", text)
    # value, gradient, (46), (53), penalty's, step, new value
    assert rows(text)["w²₃₂"][4:6] == [1.2, pytest.approx(-0.1 * (1.2 + 0.0023957), rel=1e-4)]


def test_a_large_network_is_summed_up_and_says_what_is_left_out() -> None:
    trainer = make_trainer((64, 30, 10), Sigmoid())
    shown = explain(trainer, random_sample(trainer, 0), 1)
    text = text_of(shown)
    assert len(text.splitlines()) < 80
    assert "Layer 2 shows 5 of 30 neurons, those with the largest |δ|; 5 of 1,920 weights" in text
    assert "Layer 3 shows 5 of 300 weights and 5 of 10 biases" in text
    assert "(53) is left out: 19,810 paths are more than 2,000" in text
    assert "compared: all 2,260 weights and biases" in text
    # The output layer in full.
    for j, (z, delta) in enumerate(zip(shown.layers[1].z, shown.layers[1].delta, strict=True)):
        assert re.search(rf" {j + 1} +{z:.5g} .* {delta:.5g} *$", text, re.MULTILINE)
    # The largest gradients, the largest first.
    gradients = [values[1] for name, values in rows(text).items() if name.startswith("w²")]
    expected = np.sort(np.abs(shown.gradient.weights[0]), axis=None)[::-1][:5]
    np.testing.assert_allclose(np.abs(gradients), expected, rtol=1e-4)
    rms = np.sqrt(np.square(shown.gradient.weights[0]).mean())
    assert re.search(rf"rms, 1,920 w² +\S+ +{rms:.5g}", text)
    mean = shown.layers[0].z.mean()
    assert re.search(rf"2 +least .*\n +mean +{mean:.5g}", text)


def test_a_very_large_network_says_what_was_compared() -> None:
    trainer = make_trainer((100, 60, 10), Sigmoid())
    text = text_of(explain(trainer, random_sample(trainer, 0), 1))
    assert re.search(
        r"compared: the \d{3} weights and biases that the page shows; \(46\) for all", text
    )
    for name, values in rows(text).items():
        assert values[1] == pytest.approx(values[2], rel=1e-4), name


def test_classes_are_named() -> None:
    trainer = make_trainer((2, 3, 3), Sigmoid())
    names = ("setosa", "versicolor", "virginica")
    shown = explain(trainer, make_sample([1, 2], [0, 1, 0], classes=names), 1)
    text = text_of(shown)
    largest = int(np.argmax(shown.layers[-1].a))
    assert f"target: class versicolor; largest output: class {names[largest]}, " in text
    assert "3 class virginica" in text


@pytest.mark.parametrize("width", [80, 120, 200])
def test_numbers_are_whole_at_usual_widths(width: int) -> None:
    text = text_of(worked_example(), width)
    assert "…" not in text
    assert len(rows(text)) == 17
    trainer = make_trainer((64, 30, 10), Custom("z/(1+abs(z))"))
    sample = make_sample(np.ones(64), np.eye(10)[0], classes=DIGITS)
    assert "…" not in text_of(explain(trainer, sample, 1), width)


# Notation.


def test_symbols() -> None:
    assert symbol("a", 1, 0) == "a¹₁"
    assert symbol("w", 3, 1, 2) == "w³₂₃"
    assert symbol("w", 12, 9, 2) == "w¹²₁₀,₃"
    assert parameter(2, 0, 5, 5) == "b²₁"
    assert parameter(2, 0, 4, 5) == "w²₁₅"


def test_a_component_is_named_with_what_was_chosen() -> None:
    assert title(Sigmoid(), {}) == "Sigmoid"
    assert title(SGD(0.5), {}) == "SGD(learning_rate=0.5)"
    assert title(Custom("z*z", "2*z"), {}) == "Custom(f=z*z, derivative=2*z)"


def test_a_component_has_its_name_and_options_of_the_command_line() -> None:
    names = PLUGINS.registry.names
    assert title(Sigmoid(), names) == "sigmoid"
    assert title(SGD(0.5), names) == "sgd optimizer.learning_rate=0.5"
    assert title(L2(0.5), names) == "l2 regularizer.lambda=0.5"
    assert title(Custom("z*z"), names) == "custom activation.f=z*z"
    mixed = MixedActivation.of(Sigmoid(), 3, {2: Tanh()})
    assert layer_title(mixed, 3, names) == "sigmoid, neuron 3: tanh"
    trainer = make_trainer((2, 3, 2), Sigmoid())
    sample = make_sample([1, 2], [0, 1])
    text = text_of(explain(trainer, sample, 1, names=names))
    assert "f: layer 2 sigmoid, layer 3 sigmoid\n" in text
    assert "by full_matrix; one step of sgd optimizer.learning_rate=0.1\n" in text


@dataclass(frozen=True)
class Listed(Sigmoid):
    """An activation with a default that is made anew for each."""

    levels: list[int] = field(default_factory=lambda: [1, 2])


def test_a_default_that_is_made_is_a_default() -> None:
    assert title(Listed(), {}) == "Listed"
    assert title(Listed([3]), {}) == "Listed(levels=[3])"


def test_a_layer_is_named_with_the_neurons_that_differ() -> None:
    assert layer_title(Sigmoid(), 3, {}) == "Sigmoid"
    mixed = MixedActivation.of(Sigmoid(), 5, {2: Tanh(), 0: ReLU(), 4: Tanh()})
    assert layer_title(mixed, 5, {}) == "Sigmoid, neuron 1: ReLU, neurons 3, 5: Tanh"
    trainer = make_trainer((2, 30, 2), Sigmoid(), neurons={(2, 3): Tanh()})
    text = text_of(explain(trainer, make_sample([1, 2], [0, 1]), 1))
    assert "f: layer 2 Sigmoid, neuron 3: Tanh, layer 3 Sigmoid\n" in text
