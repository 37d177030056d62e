"""The text of ``bpframe --help``, and of ``bpframe --help WORD``."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Any, get_type_hints

from bpframe.cli.experiments import comment, experiments, summary
from bpframe.cli.help.defaults import defaults_of, option_of
from bpframe.cli.help.option_text import option_text, reflowed, value_text, wrapped
from bpframe.cli.schema import RootConfig, nodes
from bpframe.core.metric import Metric
from bpframe.docstrings import descriptions, sections
from bpframe.errors import ConfigError, did_you_mean
from bpframe.options import is_override
from bpframe.plugins.entry import Entry, default_of
from bpframe.plugins.registry import ALL_KINDS, Registry, typed_choice
from bpframe.shell import typed_command

INTRODUCTION = """\
bpframe trains a network and records the run; every part of it is a plugin.

  bpframe                                    train the default experiment
  bpframe activation=tanh trainer.epochs=5   another component, another value
  bpframe -m activation=tanh,linear seed=0,1 a sweep over every combination
  bpframe -P my_plugin.py activation=mine    with a plugin from a file
  bpframe cost=quadratic --cfg job           show the configuration, run nothing
  bpframe --help optimizer                   a kind of component, a section, a
  bpframe --help feedback_alignment          component or an experiment in full:
                                             what its options mean and allow

{typed}The last layer has a function of its own with
activation@output_activation=NAME; its options are then
output_activation.OPTION=VALUE. Without it the last layer is like those below
or, where that cannot serve the cost, linear (quadratic), sigmoid
(cross_entropy) or softmax (log_likelihood).

Flags: -m (sweep), -P FILE_OR_MODULE or --plugin=… (plugin), --cfg job, --info,
--hydra-help, --version, -sc install=bash (tab completion; also zsh and fish)
"""
SHORTEST_COLUMN = 16
NODES: dict[str, type[Any]] = {"": RootConfig, **nodes()}


def help_text(registry: Registry, arguments: list[str]) -> str:
    """Return the help: an overview, or what the words among the arguments name, in full.

    With overrides, the configuration that they compose follows.

    Raises
    ------
    ConfigError
        If a word names nothing.
    BpframeError
        If an override is wrong.
    """
    words = [word for word in arguments if not word.startswith("-")]
    overrides = list(filter(is_override, words))
    defaults = defaults_of(registry)
    topics = _topics(registry, defaults)
    texts = []
    for word in words:
        if word in overrides:
            continue
        if word not in topics:
            raise ConfigError(
                f"there is no '{word}' to tell of: no kind, section, component, experiment, option "
                f"or command has this name.{did_you_mean(word, [*topics, *registry.commands])}"
            )
        texts += [text() for text in topics[word]]
    texts = texts or [_overview(registry, defaults)]
    if overrides:
        # Hydra takes a quarter of a second to import, which all other help can do without.
        from bpframe.cli.help.composed import composed_text

        text = composed_text(overrides, registry)
        texts.append(f"The configuration; override a value with KEY=VALUE:\n\n{text}")
    return "\n\n".join(text.rstrip() for text in texts)


def _topics(registry: Registry, defaults: dict[str, Any]) -> dict[str, list[Callable[[], str]]]:
    """Return what makes the text of each word; components of several kinds may share one."""
    topics: dict[str, list[Callable[[], str]]] = {"experiment": [_experiments]}
    for section, node in NODES.items():
        if section:
            topics[section] = [partial(_node, section, defaults)]
        for f in dataclasses.fields(node):
            topics.setdefault(f.name, [partial(_node, section, defaults)])
    for group in registry.entries:
        topics[group] = [partial(_kind, registry, group, defaults)]
    topics["metrics"] = topics[Metric.kind]
    for group, entries in registry.entries.items():
        for name, entry in entries.items():
            topics.setdefault(name, []).append(partial(_component, group, entry))
    for name, text in experiments().items():
        topics.setdefault(name, []).append(partial(_experiment, name, text))
    return topics


def _overview(registry: Registry, defaults: dict[str, Any]) -> str:
    typed = typed_command()
    note = "" if typed == "bpframe" else f"Here `bpframe` is typed {typed}\n\n"
    lines = [INTRODUCTION.format(typed=note), "Commands (bpframe COMMAND --help tells more):"]
    said = {name: (command.__doc__ or "").strip() for name, command in registry.commands.items()}
    lines += _lines({name: text.partition("\n")[0] for name, text in said.items()})
    lines += ["", "Options of every run:"]
    for section, node in NODES.items():
        for f in dataclasses.fields(node):
            if f.name not in NODES:
                option = f"{section}.{f.name}".lstrip(".")
                lines.append(f"  {option}={_value(defaults, option)}")
    lines += ["", "experiment=NAME"]
    lines += _summaries()
    for group, entries in registry.entries.items():
        lines += ["", _head(group, defaults)]
        lines += _lines({entry.name: _short(entry) for entry in entries.values()})
    return "\n".join(lines)


def _head(group: str, defaults: dict[str, Any]) -> str:
    chosen = "metrics" if group == Metric.kind else f"{group}.name"
    return f"{typed_choice(group, 'NAME')}   default: {_value(defaults, chosen)}"


def _value(defaults: dict[str, Any], option: str) -> str:
    return value_text(option_of(defaults, option))


def _short(entry: Entry) -> str:
    options = ", ".join(entry.options())
    return entry.component.summary() + (f"  [{options}]" if options else "")


def _lines(texts: dict[str, str]) -> list[str]:
    """Return the names with their texts, which stand below each other."""
    width = max([SHORTEST_COLUMN, *map(len, texts)])
    return [wrapped(f"{name:<{width}} {text}", 2, width + 3) for name, text in texts.items()]


def _kind(registry: Registry, group: str, defaults: dict[str, Any]) -> str:
    """Return all components of a kind, or choices of a section, with their options."""
    kind = ALL_KINDS.get(group)
    head = wrapped(_head(group, defaults) + (f"   {kind.summary()}" if kind else ""), 0, 2)
    entries = (
        "\n".join(
            [
                wrapped(f"{typed_choice(group, entry.name)}   {entry.component.summary()}", 0, 2),
                *_options(group, entry),
            ]
        )
        for entry in registry.entries[group].values()
    )
    return "\n\n".join([head, *entries])


def _component(group: str, entry: Entry) -> str:
    """Return all that a component's docstring says for its user."""
    text = reflowed(sections(entry.component)[""])
    options = _options(group, entry) or ["  It has no options."]
    head = f"{typed_choice(group, entry.name)}   ({entry.source})"
    return "\n".join([head, "", text, "", *options])


def _options(group: str, entry: Entry) -> list[str]:
    said = descriptions(entry.component)
    lines = []
    for name, (hint, f) in entry.options().items():
        value = value_text(default_of(f))
        written = f"{group}.{name}={value}"
        if group == Metric.kind:
            written = f"metrics=[{{name:{entry.name},{name}:{value}}}]"
        lines.append(option_text(written, hint, said.get(name, "")))
    return lines


def _node(section: str, defaults: dict[str, Any]) -> str:
    """Return the options of a section that is no component's, such as ``trainer``."""
    node = NODES[section]
    said, hints = descriptions(node), get_type_hints(node)
    lines = [sections(node)[""] if section else "Options of every run."]
    for f in dataclasses.fields(node):
        if f.name not in NODES:
            option = f"{section}.{f.name}".lstrip(".")
            written = f"{option}={_value(defaults, option)}"
            lines.append(option_text(written, hints[f.name], said[f.name]))
    return "\n".join(lines)


def _experiments() -> str:
    lines = ["experiment=NAME   A file of choices; options behind it on the line change them."]
    return "\n".join([*lines, *_summaries()])


def _summaries() -> list[str]:
    return _lines({name: summary(text) for name, text in experiments().items()})


def _experiment(name: str, text: str) -> str:
    body = text.splitlines()[len(comment(text)) + 1 :]
    return "\n".join([f"experiment={name}", "", *comment(text), "", *(f"  {x}" for x in body)])
