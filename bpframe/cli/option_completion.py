"""Finds what an option on the command line may become, by name and by value."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from enum import Enum

from hydra.core.config_loader import ConfigLoader
from hydra.core.global_hydra import GlobalHydra
from hydra.plugins.completion_plugin import DefaultCompletionPlugin
from hydra.types import RunMode

from bpframe.cli.overrides.option_types import declared_types
from bpframe.cli.overrides.text import read_override
from bpframe.cli.schema import PRIMARY, own_configuration, publish
from bpframe.core.metric import Metric
from bpframe.errors import ConfigError
from bpframe.plugins.hints import scalars
from bpframe.plugins.registry import Registry


def option_completions(words: list[str], word: str, registry: Registry) -> set[str]:
    """Return what a word may become.

    Parameters
    ----------
    words : list of str
        Those before it, which choose the components whose options there are.
    word : str
        Such as ``act``, ``activation.``, ``cost=`` or ``activation=sigmoid,ta``.
    registry : Registry
        The components.
    """
    publish(registry)
    with own_configuration():
        loader = GlobalHydra.instance().config_loader()
        for before in (_readable(words, registry), []):
            with suppress(Exception):
                if found := _completions(before, word, loader, registry):
                    return found
    return set()


def _readable(words: list[str], registry: Registry) -> list[str]:
    """Return the overrides that Hydra can compose; a sweep's are left out, as nothing is chosen."""
    readable = []
    for word in words:
        with suppress(ConfigError):
            override = read_override(word, registry)
            if not override.is_sweep_override():
                readable.append(str(override.input_line))
    return readable


def _completions(words: list[str], word: str, loader: ConfigLoader, registry: Registry) -> set[str]:
    hydra = DefaultCompletionPlugin(loader)

    def ask(start: str) -> set[str]:
        return set(hydra._query(PRIMARY, " ".join([*words, start])))

    key, equal, value = word.partition("=")
    if not equal:
        return ask(word) | _places(words, word, loader)
    if key == "metrics":
        return _metrics(value, registry)
    return _values(key, value, ask, registry)


def _places(words: list[str], word: str, loader: ConfigLoader) -> set[str]:
    """Return the choices of a kind for another place, such as ``activation@output_activation=``."""
    composed = loader.load_configuration(PRIMARY, words, RunMode.RUN)
    choices = (str(choice) for choice in composed.hydra.runtime.choices)
    return {f"{choice}=" for choice in choices if "@" in choice and choice.startswith(word)}


def _metrics(value: str, registry: Registry) -> set[str]:
    """Return what a list of metrics may become; one with options is no name to complete."""
    *before, last = value.removeprefix("[").split(",")
    left = [name for name in registry.entries[Metric.kind] if name not in before]
    return {f"metrics=[{','.join([*before, name])}" for name in left if name.startswith(last)}


def _values(key: str, value: str, ask: Callable[[str], set[str]], registry: Registry) -> set[str]:
    before, comma, last = value.rpartition(",")
    group = key.partition("@")[0]
    named = [
        name
        for hint in scalars(declared_types(registry, key))
        for name in (("true", "false") if hint is bool else _members(hint))
    ]
    found = [f"{group}={name}" for name in named if name.startswith(last)] or ask(f"{group}={last}")
    values = (answer.partition("=")[2] for answer in found)
    # An index of a list, which Hydra offers, is no value of it.
    new = (v for v in values if v not in before.split(",") and "=" not in v)
    return {f"{key}={before}{comma}{v}" for v in new}


def _members(hint: object) -> list[str]:
    return [m.name for m in hint] if isinstance(hint, type) and issubclass(hint, Enum) else []
