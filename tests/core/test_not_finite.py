"""Where numbers stop being finite: the function, the z and the neuron are named."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
import pytest
from builders import class_data, make_network

from bpframe import Activation, Array, Network, Trainer, find_learning_rate
from bpframe.core.not_finite import ELSEWHERE, SMALLER, first_not_finite, short_name
from bpframe.errors import DivergedError
from bpframe_activations import Custom, LeakyReLU, Sigmoid, Softmax, Tanh
from bpframe_backprop import FeedbackAlignment, FullMatrix
from bpframe_costs import Quadratic
from bpframe_fused import Fused
from bpframe_initializers import ScaledNormal
from bpframe_optimizers import SGD


@dataclass(frozen=True)
class NoSlopeBelow(Activation):
    """f(z) = tanh(z), whose f′ is not a number below an edge."""

    edge: float = -0.5

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        return np.tanh(z)

    def derivative(self, z: Array, a: Array) -> Array:
        return np.where(z < self.edge, np.nan, 1 - a * a).astype(z.dtype)


def test_numbers_that_are_finite_have_no_place() -> None:
    network = make_network((3, 4, 4, 2), Sigmoid(), Softmax())
    assert first_not_finite(network, np.ones((5, 4))) is None


@pytest.mark.parametrize(
    ("f", "z", "where"),
    [
        (Custom("sqrt(z)"), -2.25, "f of Custom(f='sqrt(z)') is not a number at z = -2.25"),
        (Custom("log(z)"), 0.0, "f of Custom(f='log(z)') is infinite at z = 0"),
        (Custom("1/z"), 0.0, "f of Custom(f='1/z') is infinite at z = 0"),
        (Custom("acos(z)"), 3.0, "f of Custom(f='acos(z)') is not a number at z = 3"),
        (Custom("exp(z)"), 1e3, "f of Custom(f='exp(z)') is infinite at z = 1000"),
        (Custom("sqrt(abs(z))"), 0.0, "f′ of Custom(f='sqrt(abs(z))') is not a number at z = 0"),
        (
            Custom("2*z", "1/z"),
            0.0,
            "f′ of Custom(f='2*z', derivative_='1/z') is infinite at z = 0",
        ),
        (NoSlopeBelow(), -1.5, "f′ of NoSlopeBelow is not a number at z = -1.5"),
    ],
    ids=repr,
)
def test_the_function_and_the_z_are_named(f: Activation, z: float, where: str) -> None:
    network = make_network((1, 1), f)
    network.parameters.vector[:] = 1, 0
    x_one = np.array([[0.5, 1.0], [z, 1.0]])
    found = first_not_finite(network, x_one)
    assert found
    # f is out of its range only because z has grown.
    assert found.advice == (SMALLER if f == Custom("exp(z)") else ELSEWHERE)
    assert found.where == f"{where}, for neuron 1 of layer 2"


def test_a_neuron_of_its_own_is_named() -> None:
    network = Network(
        [2, 3, 2], Tanh(), ScaledNormal(), neurons={(2, 3): Custom("sqrt(z)-z")}, dtype=np.float64
    )
    network.parameters.biases[0][:] = -100
    text = found_at_zero(network)
    assert text.startswith("f of Custom(f='sqrt(z)-z') is not a number at z = -100")
    assert text.endswith("for neuron 3 of layer 2")


def found_at_zero(network: Network) -> str:
    result = first_not_finite(network, np.array([[0.0, 0.0, 1.0]]))
    assert result
    assert result.advice == (ELSEWHERE if "not a number" in result.where else SMALLER)
    return result.where


def test_an_overflow_is_the_layers() -> None:
    network = make_network((2, 3, 2), Custom("z**2"))
    network.parameters.vector[:] = 1e200
    assert "f of Custom(f='z**2') is infinite" in found_at_zero(network)
    network = make_network((2, 3, 2), Custom("z"))
    network.parameters.vector[:] = 1e300
    assert found_at_zero(network) == "layer 3 is the first that overflows"
    network.parameters.weights[0][0, 0] = np.nan
    assert found_at_zero(network) == "the weights or biases that lead to layer 2 are not"


def test_only_what_is_not_the_default_is_shown() -> None:
    assert short_name(LeakyReLU()) == "LeakyReLU"
    assert short_name(LeakyReLU(slope=0.2)) == "LeakyReLU(slope=0.2)"


@pytest.mark.parametrize("rule", [FullMatrix(), FeedbackAlignment(), Fused()], ids=repr)
@pytest.mark.parametrize("layer", [2, 3])
def test_a_training_names_a_slope_at_the_step_where_it_is_met(rule: object, layer: int) -> None:
    class Fine(NoSlopeBelow):
        def scalar(self, real: type) -> object:
            edge, nan = real(self.edge), real(np.nan)
            return lambda z: math.tanh(z), lambda z, a: nan if z < edge else 1 - a * a

    network = make_network((3, 4, 4, 2), Tanh())
    own = Fine(edge=-0.05)
    network.activations = tuple(
        own if number == layer else f for number, f in enumerate(network.activations, 2)
    )
    trainer = Trainer(network, Quadratic(), rule, SGD(0.1), epochs=3, batch_size=20)
    with pytest.raises(DivergedError) as error:
        trainer.fit(class_data())
    message = str(error.value)
    assert re.search(
        rf"f′ of Fine\(edge=-0.05\) is not a number at z = -\S+, for neuron \d of layer {layer};",
        message,
    ), message
    assert "epoch 1, step 1:" in message
    # The step was not taken.
    assert np.isfinite(network.parameters.vector).all()


def test_the_search_for_a_rate_tells_why_none_will_do() -> None:
    network = make_network((3, 4, 2), Custom("sqrt(z-5)"))
    trainer = Trainer(network, Quadratic(), FullMatrix(), SGD())
    with pytest.raises(
        DivergedError, match=r"no learning rate .* at step 1: f of Custom\(f='sqrt\(z-5\)'\)"
    ):
        find_learning_rate(trainer, class_data())


def test_an_evaluation_that_is_not_finite_names_the_function_too() -> None:
    data = class_data(validation=10)
    data.validation.x[:] = 50
    network = make_network((3, 4, 2), Custom("acos(z/200)"))
    network.parameters.vector[:] = 2
    trainer = Trainer(network, Quadratic(), FullMatrix(), SGD(1e-9), epochs=1)
    with pytest.raises(DivergedError, match=r"f of Custom\(f='acos\(z/200\)'\) is not a number"):
        trainer.fit(data)
