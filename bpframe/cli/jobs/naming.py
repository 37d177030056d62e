"""Names that tell runs apart: what is computed, what was asked for, and the seed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from bpframe.cli.schema import default_choices
from bpframe.options import OUTPUT_ACTIVATION, OUTPUT_CHOICE, activation_of, asked_for, key_of
from bpframe.plugins.registry import KINDS

LONGEST_VALUE = 40
SAID = {"data", "activation"}
QUOTES = "'\""


def run_name(
    config: Mapping[str, Any],
    overrides: Iterable[str],
    sections: Iterable[str],
    varying: Iterable[str] = (),
) -> str:
    """Return the name of a run, such as ``digits relu feedback_alignment s3``.

    It has the data, the activation, each other component that is not the default, what else was
    asked for, and the seed. A name that is given is kept; in a sweep, what varies follows it.

    Parameters
    ----------
    config : mapping
        The resolved configuration.
    overrides : iterable of str
        What was asked for, ``KEY=VALUE``.
    sections : iterable of str
        Where settings stand, which change no result: they are named only if they vary.
    varying : iterable of str
        The options that have several values in the sweep that the run belongs to.
    """
    varied = list(map(key_of, varying))
    if given := config["name"]:
        others = (key for key in varied if key != "name")
        return " ".join(filter(None, [given, label(overrides, others)]))
    chosen = asked_for(overrides)
    silent = {*KINDS, OUTPUT_CHOICE, OUTPUT_ACTIVATION, "name", "seed"}
    if "network.neurons" not in varied:
        silent.add("network.neurons")
    told = {
        key: value
        for key, value in chosen.items()
        if key not in silent and (key in varied or key.partition(".")[0] not in sections)
    }
    words = [config["data"]["name"], _activation(config)]
    words += [
        name
        for kind in KINDS
        if kind not in SAID and (name := config[kind]["name"]) != default_choices().get(kind)
    ]
    words += [_word(key, value, told) for key, value in told.items()]
    return " ".join([*words, f"s{config['seed']}"])


def label(overrides: Iterable[str], varying: Iterable[str]) -> str:
    """Return what tells a run from the others of its sweep, such as ``feedback_alignment s3``.

    Parameters
    ----------
    overrides, varying : iterable of str
        See `run_name`.
    """
    varied = set(map(key_of, varying))
    kept = {key: value for key, value in asked_for(overrides).items() if key in varied}
    seed = kept.pop("seed", None)
    words = [_word(key, value, kept) for key, value in kept.items()]
    return " ".join([*words, *([f"s{seed}"] if seed is not None else [])])


def _word(key: str, value: str, others: Iterable[str]) -> str:
    """Return an override in as few segments of its key as tell it from the others'."""
    if len(value) > 1 and value[0] == value[-1] and value[0] in QUOTES:
        value = value[1:-1]
    if len(value) > LONGEST_VALUE:
        value = f"{value[: LONGEST_VALUE - 7]}…{hashlib.sha256(value.encode()).hexdigest()[:6]}"
    if key in KINDS or key in ("experiment", "name"):
        return value
    if key == OUTPUT_CHOICE:
        return f"+{value}"
    ends = [other.rpartition(".")[2] for other in others if other != key]
    short = key.rpartition(".")[2]
    return f"{key if short in ends else short}={value}"


def _activation(config: Mapping[str, Any]) -> str:
    keys = ("activation", OUTPUT_ACTIVATION)
    name = activation_of({key: config[key]["name"] for key in keys if config[key]})
    if neurons := config["network"]["neurons"]:
        name += f"[{','.join(map(_neuron, neurons))}]"
    return name


def _neuron(neuron: Mapping[str, Any]) -> str:
    chosen = neuron["activation"]
    name = chosen if isinstance(chosen, str) else chosen["name"]
    return f"{neuron['layer']}.{neuron['neuron']}:{name}"
