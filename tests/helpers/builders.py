"""Everything that is registered, and small networks and data to try it on."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

from bpframe import (
    Activation,
    Backprop,
    Data,
    GradientFunction,
    Initializer,
    Network,
    Objective,
    Parameters,
    Split,
)
from bpframe.plugins.loading import load_plugins
from bpframe_activations import Custom, LeakyReLU
from bpframe_backprop import FiniteDifference
from bpframe_initializers import ScaledNormal

PLUGINS = load_plugins()
# `make mutants` takes fewer, for it runs the tests a thousand times.
EXAMPLES = int(os.environ.get("BPFRAME_EXAMPLES", "200"))
quick = settings(max_examples=EXAMPLES, deadline=None, derandomize=True)

CUSTOM = {
    "soft sign": Custom("z/(1+abs(z))", low=-1, high=1),
    "bell": Custom("exp(-z**2)", low=0, high=1),
    "ramp": Custom("max(min(z, 2), 0.1*z)"),
    "swish": Custom("z*sigmoid(1.5*z)"),
    "given derivative": Custom("z**3/3", "z*z"),
}


def registered(kind: str) -> dict[str, Any]:
    """Return each registered component of a kind, with its defaults, by name."""
    return PLUGINS.registry.defaults(kind)


def every_activation() -> dict[str, Activation]:
    """Return the registered activations, and more whose options are not the defaults."""
    return registered("activation") | CUSTOM | {"leaky_relu 0.3": LeakyReLU(0.3)}


def exact_backprops() -> dict[str, Any]:
    """Return the registered rules that promise the gradient, and central differences."""
    rules = {name: rule for name, rule in registered("backprop").items() if rule.exact}
    return rules | {"central differences": FiniteDifference(central=True)}


def exact_to_rounding() -> dict[str, Any]:
    """Return the exact rules that promise an error of rounding alone."""
    return {name: rule for name, rule in exact_backprops().items() if rule.tolerance <= 1e-10}


def allowed_error(rule: Backprop, rounding: float = 1e-12) -> float:
    """Return the error that a rule is held to: `rounding`, unless it promises less than that."""
    return rounding if rule.tolerance <= 1e-10 else rule.tolerance


def each(components: dict[str, Any]) -> list[Any]:
    """Return the components as parameters of a test, each under its name."""
    return [pytest.param(component, id=name) for name, component in components.items()]


def bind(rule: Backprop, objective: Objective) -> GradientFunction:
    """Bind a rule, or skip the test with the reason for which the rule refuses this network."""
    try:
        return rule.bind(objective, np.random.default_rng(0))
    except ValueError as refusal:
        pytest.skip(str(refusal))


def make_network(
    sizes: tuple[int, ...],
    activation: Activation,
    output: Activation | None = None,
    *,
    initializer: Initializer | None = None,
    seed: int = 0,
    dtype: Any = np.float64,
    dropout: float | Sequence[float] = 0.0,
) -> Network:
    """Return a network in float64 with weights from N(0, 1/n_in), unless told otherwise."""
    first = initializer or ScaledNormal()
    return Network(
        sizes,
        activation,
        first,
        output_activation=output,
        dropout=dropout,
        seed=seed,
        dtype=dtype,
    )


def class_data(
    n: int = 40, *, validation: int = 0, test: int = 0, inputs: int = 3, classes: int = 2
) -> Data:
    """Return clouds of points around a corner for each class, which a line divides."""
    rng = np.random.default_rng(n)

    def split(count: int) -> Split:
        y = rng.integers(classes, size=count)
        return Split(rng.standard_normal((count, inputs)) + 2 * np.eye(classes, inputs)[y], y)

    return Data("clouds", split(n), split(validation), split(test), classes)


def value_data(n: int = 40, *, validation: int = 0, test: int = 0, inputs: int = 3) -> Data:
    """Return noisy values of two linear functions."""
    rng = np.random.default_rng(n)

    def split(count: int) -> Split:
        x = rng.standard_normal((count, inputs))
        y = np.stack([x.sum(axis=1), x[:, 0] - 1], axis=1)
        return Split(x, y + 0.1 * rng.standard_normal((count, 2)))

    return Data("lines", split(n), split(validation), split(test), None)


def relative_error(gradient: Parameters, expected: Parameters, at_least: float = 0) -> float:
    """Return the largest error of a layer, relative to the layer's largest derivative.

    Where that is smaller, it is relative to `at_least`.
    """
    pairs = zip(gradient.blocks, expected.blocks, strict=True)
    return max(float(abs(g - e).max() / max(at_least, abs(e).max())) for g, e in pairs)
