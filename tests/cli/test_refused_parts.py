"""What is refused when a run is composed and built, with the message; nothing is run here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hydra import compose, initialize_config_module
from hydra.errors import HydraException
from omegaconf import OmegaConf

from bpframe.cli.hydra_errors import translate
from bpframe.cli.jobs.build import build_run
from bpframe.cli.schema import publish
from bpframe.errors import BpframeError
from bpframe.plugins.loading import load_plugins

PLUGINS = load_plugins()
publish(PLUGINS.registry)


def build(*overrides: str) -> Any:
    """Return the run that the command line would carry out."""
    with initialize_config_module("bpframe.conf", version_base="1.3"):
        composed = compose("config", list(overrides))
    config: Any = OmegaConf.to_container(composed, resolve=True, enum_to_str=True)
    here = Path()
    return build_run(config, PLUGINS, overrides=[*overrides], folder=here, cwd=here)


def refusal(*overrides: str) -> str:
    """Return the message that the command line would give."""
    with pytest.raises((BpframeError, HydraException)) as error:
        build(*overrides)
    return str(translate(error.value, PLUGINS.registry))


def neuron(activation: str, place: str = "layer: 2, neuron: 3") -> str:
    return f"{{{place}, activation: {activation}}}"


NEURONS: dict[str, tuple[str, ...]] = {
    neuron("tanh", "layer: 1, neuron: 3"): ("neuron 3 of layer 1", "layer 1 is the input"),
    neuron("tanh", "layer: 4, neuron: 3"): ("neuron 3 of layer 4", "the last one is layer 3"),
    neuron("tanh", "layer: 2, neuron: 31"): ("neuron 31 of layer 2", "1 to 30"),
    neuron("tanh", "layer: 2, neuron: -1"): ("neuron -1 of layer 2", "1 to 30"),
    neuron("tahn"): ("network.neurons[0]", "'tahn'", "sigmoid", "Did you mean 'tanh'?"),
    neuron("{name: tahn}"): ("network.neurons[0]", "'tahn'", "Did you mean 'tanh'?"),
    neuron("{f: z}"): ("network.neurons[0]", "name", "sigmoid"),
    neuron("[tanh]"): ("network.neurons[0]", "tanh", "sigmoid"),
    neuron("softmax"): ("neuron 3 of layer 2", "Softmax", "whole layer"),
    neuron("{name: leaky_relu, slop: 1}"): (
        *("network.neurons[0]", "'leaky_relu'", "'slop'", "Did you mean 'slope'?"),
    ),
    neuron("{name: leaky_relu, slope: 7}"): ("network.neurons[0]", "slope is 7.0", "from 0 to 1"),
    neuron("{name: leaky_relu, slope: steep}"): (
        *("network.neurons[0]", "'leaky_relu'", "slope", "'steep'", "Float"),
    ),
    neuron('{name: custom, f: "nope(z)"}'): ("network.neurons[0]", "'nope(z)' is not allowed"),
    f"{neuron('tanh')}, {neuron('sin')}": ("network.neurons[1]", "neuron 3 of layer 2", "twice"),
    "{layer: 2, activation: tanh}": ("network.neurons[0]", "neuron 0", "must name all three"),
    "{layer: 2, neuron: 3}": ("network.neurons[0]", "activation None", "must name all three"),
    "{layer: 2, neurn: 3, activation: tanh}": (
        *("network.neurons", "neurn", "layer, neuron, activation", "Did you mean 'neuron'?"),
    ),
    neuron("tanh", "layer: two, neuron: 3"): ("network.neurons", "layer", "'two'", "Integer"),
    neuron("tanh", "layer: 2, neuron: null"): ("network.neurons", "neuron", "None", "int"),
    "3": ("network.neurons[0]", "NeuronConfig"),
}


@pytest.mark.parametrize("neurons", NEURONS)
def test_neurons(neurons: str) -> None:
    message = refusal(f"network.neurons=[{neurons}]")
    missing = [word for word in NEURONS[neurons] if word not in message]
    assert not missing, message
    assert "\n" not in message


def test_a_neuron_of_a_softmax_layer() -> None:
    neurons = f"network.neurons=[{neuron('tanh', 'layer: 3, neuron: 1')}]"
    message = refusal("activation@output_activation=softmax", neurons)
    assert message.startswith("neuron 1 of layer 3 cannot have an activation of its own")


def test_an_output_neuron_that_leaves_the_costs_domain() -> None:
    own = neuron("tanh", "layer: 3, neuron: 1")
    message = refusal("cost=cross_entropy", f"network.neurons=[{own}]")
    assert message == (
        "cost 'cross_entropy' accepts outputs in [0, 1], but with those of network.neurons the "
        "last layer gives [-1, 1]"
    )


def test_an_output_neuron_leaves_its_neighbours_their_closed_form() -> None:
    own = neuron('{name: custom, f: "sigmoid(2*z)", low: 0, high: 1}', "layer: 3, neuron: 1")
    trainer = build("cost=cross_entropy", f"network.neurons=[{own}]").trainer
    assert trainer.objective.in_closed_form == [False] + [True] * 9


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (["backprop=chain_rule", "network.hidden=[50,50]"], ("'chain_rule'", "max_operations")),
        (["backprop=path_sum", "backprop.max_paths=9"], ("'path_sum'", "19,810 paths", "9.")),
        (["backprop=path_sum", "backprop.max_paths=0"], ("'path_sum'", "1 or more")),
        (["backprop=finite_difference", "backprop.epsilon=0"], ("epsilon", "greater than 0")),
        (["backprop=feedback_alignment", "backprop.scale=-1"], ("scale", "greater than 0")),
        (
            ["backprop=sign_symmetry", "backprop.magnitudes=big"],
            ("magnitudes", "uniform", "random"),
        ),
        (
            ["trainer.learning_rate_backprop=path_sum", "network.hidden=[50,50]"],
            ("trainer.learning_rate_backprop=path_sum", "1,651,010 paths"),
        ),
    ],
    ids=str,
)
def test_rules(overrides: list[str], words: tuple[str, ...]) -> None:
    message = refusal(*overrides)
    assert not [word for word in words if word not in message], message


def test_a_stand_in_that_is_not_needed_is_not_refused() -> None:
    slow = ("trainer.learning_rate_backprop=path_sum", "network.hidden=[50,50]")
    build(*slow, "optimizer.learning_rate=0.1")
    build(*slow, "backprop=feedback_alignment")
