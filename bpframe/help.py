"""The text of ``bpframe --help``."""

from __future__ import annotations

from hydra import compose, initialize_config_module
from omegaconf import OmegaConf

from bpframe.registry import Entry, Registry

INTRODUCTION = """\
bpframe trains a network and records the run; every part of it is a plugin.

  bpframe                                    train the default experiment
  bpframe activation=tanh trainer.epochs=5   with another part and another value
  bpframe -m activation=tanh,linear seed=0,1 a sweep over every combination
  bpframe -P my_plugin.py activation=mine    with a plugin from a file
  bpframe cost=quadratic --cfg job           show the configuration and run nothing

`python -m bpframe` is the same command. The last layer has a function of its own with
activation@output_activation=NAME; its options are then output_activation.OPTION=VALUE. Without it
the last layer is like those below or, where that cannot serve the cost, linear (quadratic),
sigmoid (cross_entropy) or softmax (log_likelihood).

Flags: -m (sweep), -P FILE_OR_MODULE or --plugin=… (plugin), --cfg job, --info, --hydra-help,
--version, -sc install=bash (tab completion; also zsh and fish)
"""


def help_text(registry: Registry, overrides: list[str]) -> str:
    """Return the help: commands, parts with their options, and the composed configuration.

    Hydra's own help takes a second to collect the same, because it copies every option.
    """
    lines = [INTRODUCTION, "Commands (bpframe COMMAND --help tells more):"]
    for name, command in registry.commands.items():
        summary = (command.__doc__ or "").strip().partition("\n")[0]
        lines.append(f"  {name:<16} {summary}")
    for group, entries in registry.entries.items():
        lines += ["", f"{group}=NAME"]
        lines += [_line(entry, group) for entry in entries.values()]
    with initialize_config_module("bpframe.conf", version_base="1.3"):
        composed = OmegaConf.to_yaml(compose("config", overrides))
    lines += ["", "The configuration; override a value with KEY=VALUE:", "", composed]
    return "\n".join(lines)


def _line(entry: Entry, group: str) -> str:
    values = OmegaConf.to_container(OmegaConf.structured(entry.schema()), enum_to_str=True)
    assert isinstance(values, dict)
    options = [f"{group}.{key!s}={value}" for key, value in values.items() if key != "name"]
    return f"  {entry.name:<16} {entry.component.summary()}" + "".join(
        f"\n{'':<19}{option}" for option in options
    )
