"""The key of an override is the same, whatever stands around it."""

from __future__ import annotations

import pytest

from bpframe.options import asked_for, flat_options, key_of


@pytest.mark.parametrize(
    ("override", "key", "value"),
    [
        ("seed=1", "seed", "1"),
        ("+seed=1", "seed", "1"),
        ("++seed=1", "seed", "1"),
        ("~seed", "seed", ""),
        ("~seed=1", "seed", "1"),
        ("name=", "name", ""),
        ("name=a=b", "name", "a=b"),
        ("name=+~x", "name", "+~x"),
        ("activation@output_activation=tanh", "activation@output_activation", "tanh"),
        ("hydra/launcher=joblib", "hydra/launcher", "joblib"),
        ("activation.f='z=1'", "activation.f", "'z=1'"),
        ("network.hidden=[3,4]", "network.hidden", "[3,4]"),
    ],
)
def test_key_and_value(override: str, key: str, value: str) -> None:
    assert key_of(override) == key
    assert asked_for([override]) == {key: value}


def test_of_two_values_the_last_counts() -> None:
    assert asked_for(["seed=1", "cost=quadratic", "+seed=2"]) == {"seed": "2", "cost": "quadratic"}


def test_nested_options_have_dotted_names() -> None:
    config = {"seed": 0, "cost": {"name": "quadratic"}, "a": {"b": {"c": [1]}, "d": {}}}
    assert flat_options(config) == {"seed": 0, "cost.name": "quadratic", "a.b.c": [1]}
