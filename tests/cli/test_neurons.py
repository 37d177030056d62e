"""One modified neuron on the command line."""

from __future__ import annotations

import shlex

import pytest
from omegaconf import OmegaConf
from running import CommandLine

NEURON = 'network.neurons=[{layer: 2, neuron: 3, activation: {name: custom, f: "tanh(z)"}}]'
SEVERAL = (
    "network.neurons=[{layer: 2, neuron: 1, activation: linear},"
    "{layer: 3, neuron: 2, activation: {name: leaky_relu, slope: 0.2}}]"
)


def test_one_modified_neuron_trains(cli: CommandLine) -> None:
    result = cli(NEURON, "tracking=none", "plots=none")
    assert result.figure("test/accuracy") >= 0.93
    assert result.outcome["name"] == "digits sigmoid[2.3:custom] s0"
    config = OmegaConf.load(result.run_folder / "config.yaml")
    own = {"name": "custom", "f": "tanh(z)"}
    assert config.network.neurons == [{"layer": 2, "neuron": 3, "activation": own}]


@pytest.mark.slow
def test_several_neurons_and_a_name_that_says_so(cli: CommandLine) -> None:
    result = cli.quick("data=xor", SEVERAL, "activation@output_activation=tanh")
    result.must_be_fine()
    name = "xor sigmoid+tanh[2.1:linear,3.2:leaky_relu] epochs=1 s0"
    assert result.outcome["name"] == name


@pytest.mark.slow
def test_a_sweep_over_neurons(cli: CommandLine) -> None:
    other = NEURON.partition("=")[2].replace("neuron: 3", "neuron: 4")
    result = cli.quick("-m", "data=xor", f"{NEURON},{other}")
    assert result.code == 0, result.err
    names = [shlex.split(outcome["name"])[1] for outcome in result.outcomes]
    assert names == ["sigmoid[2.3:custom]", "sigmoid[2.4:custom]"]


@pytest.mark.slow
def test_it_is_tracked_and_drawn(cli: CommandLine) -> None:
    result = cli("data=xor", NEURON, "trainer.epochs=1")
    result.must_be_fine()
    assert "MLflow run: xor sigmoid[2.3:custom] epochs=1 s0" in result.out
    assert (result.run_folder / "learning_curve.png").exists()
