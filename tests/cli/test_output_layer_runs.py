"""Which function the last layer gets, and where one sees it."""

from __future__ import annotations

import pytest
from omegaconf import OmegaConf
from running import CommandLine

RELU = ("data=xor", "activation=relu")


def test_relu_gets_linear_outputs_and_says_so(cli: CommandLine) -> None:
    result = cli.quick(*RELU)
    result.must_be_fine()
    assert result.outcome["name"] == "xor relu+linear epochs=1 s0"
    assert result.outcome["parts"]["output_activation"] == "linear"
    assert "xor relu+linear epochs=1 s0  [2, 30, 2]" in result.out
    line = "the last layer is linear, which belongs to cost 'quadratic', and not relu: one half"
    assert result.out.count(line) == 1
    config = OmegaConf.load(result.run_folder / "config.yaml")
    assert config.output_activation == {"name": "linear"}


def test_what_is_given_is_taken_as_given(cli: CommandLine) -> None:
    result = cli.quick(*RELU, "activation@output_activation=relu")
    result.must_be_fine()
    assert result.outcome["name"] == "xor relu+relu epochs=1 s0"
    assert "the last layer is" not in result.out


def test_without_a_hidden_layer_the_activation_is_the_last_ones(cli: CommandLine) -> None:
    result = cli.quick(*RELU, "network.hidden=[]")
    assert result.outcome["name"] == "xor relu hidden=[] epochs=1 s0"
    assert "the last layer is" not in result.out


def test_what_can_serve_stays_and_nothing_is_said(cli: CommandLine) -> None:
    result = cli.quick("data=xor", "activation=tanh")
    result.must_be_fine()
    assert result.outcome["name"] == "xor tanh epochs=1 s0"
    assert "the last layer is" not in result.out
    assert OmegaConf.load(result.run_folder / "config.yaml").output_activation is None


@pytest.mark.slow
def test_every_activation_learns_with_every_cost(cli: CommandLine) -> None:
    sweep = ("activation=sigmoid,tanh,relu,leaky_relu,softplus", "cost=quadratic,cross_entropy")
    result = cli("-m", *sweep, "tracking=none", "plots=none")
    assert result.code == 0, result.err
    accuracies = {o["name"]: o["figures"]["test/accuracy"]["value"] for o in result.outcomes}
    assert len(accuracies) == 10
    assert min(accuracies.values()) >= 0.85, accuracies
    assert "digits leaky_relu+sigmoid cross_entropy s0" in accuracies
    assert "digits softplus+linear s0" in accuracies
