"""A run's name tells it from the others: what is computed, what was asked for, and the seed."""

from __future__ import annotations

import pytest
from running import CommandLine

from bpframe.cli.jobs.naming import label, run_name
from bpframe.cli.schema import groups, publish
from bpframe.plugins.loading import load_plugins

REGISTRY = load_plugins().registry


def name_of(*overrides: str, varying: tuple[str, ...] = ()) -> str:
    from hydra import compose, initialize_config_module
    from omegaconf import OmegaConf

    publish(REGISTRY)
    assert "tracking" in groups(REGISTRY)
    with initialize_config_module("bpframe.conf", version_base="1.3"):
        config = OmegaConf.to_container(compose("config", list(overrides)), enum_to_str=True)
    assert isinstance(config, dict)
    return run_name({str(k): v for k, v in config.items()}, overrides, REGISTRY.sections, varying)


@pytest.mark.parametrize(
    ("overrides", "name"),
    [
        ("", "digits sigmoid s0"),
        ("seed=3 activation=relu backprop=feedback_alignment", "digits relu feedback_alignment s3"),
        ("activation@output_activation=softmax cost=log_likelihood data=xor",
         "xor sigmoid+softmax log_likelihood s0"),
        ("optimizer.learning_rate=0.5 network.hidden=[20,20]",
         "digits sigmoid learning_rate=0.5 hidden=[20,20] s0"),
        ("tracking=none plots=none diagnostics=basic diagnostics.samples=5", "digits sigmoid s0"),
        ("++trainer.epochs=3", "digits sigmoid epochs=3 s0"),
        ("data=xor data.samples=8 diagnostics=basic", "xor sigmoid samples=8 s0"),
        ("experiment=softmax_digits", "digits relu+softmax log_likelihood he softmax_digits s0"),
        ("name=mine seed=3 activation=relu", "mine"),
        ("activation=leaky_relu activation@output_activation=leaky_relu activation.slope=0.2 "
         "output_activation.slope=0.3",
         "digits leaky_relu+leaky_relu activation.slope=0.2 output_activation.slope=0.3 s0"),
    ],
)  # fmt: skip
def test_name(overrides: str, name: str) -> None:
    assert name_of(*overrides.split()) == name


def test_a_given_name_in_a_sweep_is_followed_by_what_varies() -> None:
    words = ("name=mine", "seed=3", "activation=relu", "trainer.epochs=5")
    assert name_of(*words, varying=("seed", "activation")) == "mine relu s3"
    assert name_of(*words, varying=("+trainer.epochs",)) == "mine epochs=5"


@pytest.mark.parametrize(
    ("varying", "expected"),
    [
        ((), ""),
        (("seed",), "s3"),
        (("seed", "backprop"), "feedback_alignment s3"),
        (("+trainer.epochs", "optimizer.learning_rate"), "epochs=5 learning_rate=0.5"),
        (("name", "seed"), "mine s3"),
    ],
)
def test_a_label_has_what_varies(varying: tuple[str, ...], expected: str) -> None:
    words = "name=mine seed=3 backprop=feedback_alignment trainer.epochs=5"
    assert label([*words.split(), "optimizer.learning_rate=0.5"], varying) == expected


def test_settings_that_vary_are_named() -> None:
    assert name_of("plots=none", varying=("plots",)) == "digits sigmoid plots=none s0"


def test_long_values_are_shortened_and_stay_apart() -> None:
    names = {name_of("activation=custom", f"activation.f={'z+' * 40}{n}")
             for n in "12"}  # fmt: skip
    assert len(names) == 2
    assert max(map(len, names)) < 80


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        "-m seed=0,1 optimizer.learning_rate=1,2",
        "-m name=mine seed=0,1 activation=sigmoid,tanh",
        "-m name=a,b seed=0,1",
        "-m diagnostics=off,basic",
    ],
)
def test_names_of_a_sweep_are_distinct(cli: CommandLine, options: str) -> None:
    result = cli.quick("data=xor", *options.split())
    assert result.code == 0, result.err
    names = [outcome["name"] for outcome in result.outcomes]
    assert len(set(names)) == len(names) > 1
