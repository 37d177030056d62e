"""The schema of the options that are no component's, and the publishing of all to Hydra."""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass, field
from enum import Enum
from importlib.resources import files
from typing import TYPE_CHECKING, Any, get_type_hints

from bpframe.errors import ConfigError, did_you_mean
from bpframe.options import OUTPUT_ACTIVATION
from bpframe.plugins.registry import KINDS, Registry
from bpframe.shell import typed_command

# Hydra and OmegaConf take a quarter of a second to import, which the names and types of options,
# and so the help, can do without.
if TYPE_CHECKING:
    from hydra import initialize_config_module
    from omegaconf import DictConfig

PACKAGE = "bpframe.conf"
PRIMARY = "config"
# Of Hydra, whose defaults are those of this version.
VERSION_BASE = "1.3"


class Dtype(Enum):
    """The type of the numbers that a network computes with."""

    float32 = 1
    float64 = 2


@dataclass
class NeuronConfig:
    """A neuron with an activation of its own.

    Parameters
    ----------
    layer : int
        The number of the layer; layer 1 is the input.
    neuron : int
        The number of the neuron in it, from 1.
    activation
        The name of an activation, or ``{name: NAME, OPTION: VALUE}``.
    """

    layer: int = 0
    neuron: int = 0
    activation: Any = None


@dataclass
class NetworkConfig:
    """The network between the inputs and outputs that the data ask for.

    Parameters
    ----------
    hidden : list of int
        How many neurons each hidden layer has; ``[]`` for none.
    neurons : list of NeuronConfig
        Neurons with an activation of their own, ``{layer: 2, neuron: 3, activation: tanh}``;
        layer 1 is the input, and neurons count from 1.
    dropout
        The probability that a neuron of a hidden layer is left out while a mini-batch trains, from
        0 to below 1: one number for all of them, or a list with one for each.
    """

    hidden: list[int] = field(default_factory=lambda: [30])
    neurons: list[NeuronConfig] = field(default_factory=list)
    dropout: Any = 0.0


@dataclass
class TrainerConfig:
    """The training loop.

    Parameters
    ----------
    epochs : int
        How often the whole training set is gone through.
    batch_size : int or str
        How many samples a mini-batch has, or ``full`` for all of them.
    drop_last : bool
        Leave out the last mini-batch of an epoch where it is smaller.
    shuffle : bool
        Take the samples in a new order in each epoch.
    max_seconds : float, optional
        The training ends with the epoch in which so much time has passed.
    class_weight
        How much the samples of a class count: ``balanced``, so that every class counts alike, or
        ``{0:2,7:0.5}``; the others count 1.
    select_by : str, optional
        The metric that names the best epoch, such as ``validation/r2``; if null the accuracy on
        validation or, for values, the cost.
    resume : str, optional
        The run to go on with: its folder or its ID in MLflow; or ``auto``, the run that the same
        command has left unfinished. It needs ``checkpoint=every``.
    train_evaluation_samples : int, optional
        How many training samples the metrics ``train/…`` are taken on, drawn once; all if null.
    learning_rate_backprop : str, optional
        The exact rule that stands in for another exact one while the learning rate is measured.
    """

    epochs: int = 30
    batch_size: int | str = 10
    drop_last: bool = False
    shuffle: bool = True
    max_seconds: float | None = None
    class_weight: Any = None
    select_by: str | None = None
    resume: str | None = None
    train_evaluation_samples: int | None = 10_000
    learning_rate_backprop: str | None = None


@dataclass
class RootConfig:
    """The options of every run; `publish` adds a field for each kind and section.

    Parameters
    ----------
    name : str, optional
        The name of the run; if null it is made of what tells the run from others.
    seed : int
        What every random number comes from: one seed gives one result, bit for bit.
    dtype : Dtype
        The type of the numbers that the network computes with.
    metrics : list
        What is measured beside the cost and the accuracy: names, or ``{name: top_k, k: 3}``.
    network, trainer
        Sections of their own.
    """

    name: str | None = None
    seed: int = 0
    dtype: Dtype = Dtype.float32
    metrics: list[Any] = field(default_factory=list)
    network: NetworkConfig = field(default_factory=NetworkConfig)
    trainer: TrainerConfig = field(default_factory=TrainerConfig)


def nodes() -> dict[str, type[Any]]:
    """Return the sections that are no component, by name: each is a dataclass of options."""
    hints = get_type_hints(RootConfig)
    return {name: hint for name, hint in hints.items() if hasattr(hint, "__dataclass_fields__")}


def groups(registry: Registry) -> list[str]:
    """Return the keys of the configuration that hold a component or settings."""
    return [*KINDS, OUTPUT_ACTIVATION, *registry.sections]


def check_keys(registry: Registry, config: dict[str, Any]) -> None:
    """Raise a ConfigError for a key that nothing reads (``+key=1``) or that is gone (``~key``)."""
    _check_names("", config, [*_names(RootConfig), *groups(registry)])
    for section, node in nodes().items():
        _check_names(f"{section}.", config[section], _names(node))


def check_types(config: dict[str, Any]) -> None:
    """Raise an OmegaConfBaseException for a value of the wrong type.

    Hydra has looked at them, but not at what an interpolation such as ``${seed}`` stands for.
    """
    from omegaconf import OmegaConf

    node = _typed_node()
    for key, value in config.items():
        # All runs of a sweep share most of what they have.
        if key in _names(RootConfig) and _checked.get(key) != repr(value):
            OmegaConf.update(node, key, value, merge=True)
            _checked[key] = repr(value)


# What the options had when their types were looked at last.
_checked: dict[str, str] = {}


@functools.cache
def _typed_node() -> DictConfig:
    from omegaconf import OmegaConf

    node: DictConfig = OmegaConf.structured(RootConfig)
    return node


def _names(node: type[Any]) -> list[str]:
    return [f.name for f in dataclasses.fields(node)]


def _check_names(where: str, values: dict[str, Any], known: list[str]) -> None:
    for key in values:
        if key not in known:
            raise ConfigError(
                f"there is no '{where}{key}'; known are {', '.join(known)}."
                + did_you_mean(key, known)
            )
    for key in known:
        if key not in values:
            raise ConfigError(f"'{where}{key}' is missing; it cannot be taken away")


def check_schema(composed: DictConfig) -> None:
    """Raise a ConfigError if a configuration was composed without the schema."""
    from omegaconf import OmegaConf

    if OmegaConf.get_type(composed) is dict:
        raise ConfigError(
            "the configuration has no types: its defaults must begin with bpframe_schema, as "
            "those of bpframe's own config.yaml do; to repeat a run from its record: "
            + typed_command("rerun", "FOLDER")
        )


@functools.cache
def default_choices() -> dict[str, str | None]:
    """Return what the primary configuration chooses: a name by each kind or section.

    That of the last layer's activation stands behind an @, as it is typed.
    """
    chosen = (entry for entry in primary()["defaults"] if isinstance(entry, dict))
    return {group: name for entry in chosen for group, name in entry.items()}


@functools.cache
def primary() -> dict[str, Any]:
    """Return the file that is composed first, as it stands."""
    import yaml

    text = files(PACKAGE).joinpath(f"{PRIMARY}.yaml").read_text()
    content: dict[str, Any] = yaml.safe_load(text)
    return content


def own_configuration() -> initialize_config_module:
    """Return a context in which Hydra composes bpframe's own configuration."""
    from hydra import initialize_config_module

    return initialize_config_module(PACKAGE, version_base=VERSION_BASE)


def publish(registry: Registry) -> None:
    """Give Hydra one option for each registered component and settings, and the schema."""
    from hydra.core.config_store import ConfigStore

    from bpframe.cli.published import Published

    store = ConfigStore.instance()
    for group, entries in registry.entries.items():
        choices = store.repo.setdefault(group, {})
        for name, entry in entries.items():
            choices[f"{name}.yaml"] = Published(group, name, entry)
    defaults: list[Any] = [
        {section: next(iter(registry.entries[section]))} for section in registry.sections
    ]
    root = dataclasses.make_dataclass(
        "Config",
        [
            ("defaults", list[Any], field(default_factory=lambda: ["_self_", *defaults])),
            *((group, Any, None) for group in groups(registry)),
        ],
        bases=(RootConfig,),
    )
    store.store(name="bpframe_schema", node=root)
