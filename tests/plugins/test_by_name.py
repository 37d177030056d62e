"""From a name, options, a class or an instance to a component."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

import bpframe
from bpframe_activations import Softplus
from bpframe_optimizers import SGD


@dataclass(frozen=True)
class Doubled(bpframe.Activation):
    """2z."""

    def __call__(self, z: Any, out: Any = None) -> Any:
        return 2 * z

    def derivative(self, z: Any, a: Any) -> Any:
        return 0 * z + 2


def test_a_component_is_found_however_it_is_given() -> None:
    assert bpframe.component("activation", "softplus") == Softplus()
    asked = {"name": "sgd", "learning_rate": 0.5}
    assert bpframe.component("optimizer", asked) == SGD(0.5)
    assert bpframe.component("activation", Doubled) == Doubled()
    instance = SGD(0.25)
    assert bpframe.component("optimizer", instance) is instance


@pytest.mark.parametrize(
    ("kind", "given", "error", "said"),
    [
        ("activation", "sigmod", ValueError, r"no activation 'sigmod'.*mean 'sigmoid'\?"),
        ("cost", "mse", ValueError, r"known are .*mean 'quadratic'\?"),
        ("optimizer", {"name": "sgd", "rate": 1}, ValueError, "has no option 'rate'"),
        ("optimizer", {"name": "sgd", "learning_rate": -1}, ValueError, "greater than 0"),
        ("optimizer", {"learning_rate": 1}, ValueError, "no optimizer None"),
        ("neuron", "sigmoid", ValueError, "no kind 'neuron'; known are activation"),
        ("activation", SGD, TypeError, "instance of bpframe.Activation"),
        ("activation", 3, TypeError, "activation is 3; it must be a name, such as 'sigmoid'"),
    ],
)
def test_what_is_no_component(kind: str, given: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        bpframe.component(kind, given)
