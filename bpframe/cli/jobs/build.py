"""Builds a run from its configuration."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from omegaconf.errors import OmegaConfBaseException

from bpframe.cli.hydra_errors import translate
from bpframe.cli.jobs.fitting import (
    check_neurons_range,
    choose_outputs,
    choose_outputs_of_values,
    try_binding,
)
from bpframe.cli.jobs.naming import label, run_name
from bpframe.cli.jobs.shared_data import SharedData
from bpframe.cli.schema import check_keys, check_types
from bpframe.core.activation import Activation
from bpframe.core.arguments import whole_number
from bpframe.core.backprop import Backprop
from bpframe.core.data import Data
from bpframe.core.learning_rate import COPIES, measures_learning_rate
from bpframe.core.memory import check_memory, size_text
from bpframe.core.metric import Metric
from bpframe.core.network import Network
from bpframe.core.optimizer import Optimizer
from bpframe.core.parameters import count_parameters
from bpframe.core.recipe import MOST_EPOCHS
from bpframe.core.streams import stream
from bpframe.core.trainer import Trainer
from bpframe.errors import ConfigError, did_you_mean
from bpframe.plugins.blame import named
from bpframe.plugins.loaded import Plugins
from bpframe.plugins.registry import KINDS, Registry
from bpframe.run import Run, Task

# Bytes.
WORTH_TELLING = 1e9
# Options of `trainer` that are none of the class's.
OF_THE_COMMAND_LINE = {"resume"}


def build_run(
    config: dict[str, Any],
    plugins: Plugins,
    *,
    overrides: list[str],
    folder: Path,
    cwd: Path,
    sweep: str | None = None,
    varying: Sequence[str] = (),
    shared: SharedData | None = None,
) -> Run:
    """Build every component, load the data, initialise the network.

    Parameters
    ----------
    config : dict
        The resolved configuration, plain values. What is chosen for the last layer is put into it.
    plugins : Plugins
        Where components and hooks come from.
    overrides, folder, cwd, sweep
        See `Run`.
    varying : sequence of str
        The options that have several values in the sweep.
    shared : SharedData, optional
        Loads the data; for this run alone if left out.

    Raises
    ------
    BpframeError
        If a value is not allowed, parts do not fit each other, or the data cannot be used.
    """
    registry = plugins.registry
    _check_values(registry, config)
    parts = {kind: registry.build(kind, config[kind]) for kind in KINDS}
    outputs = choose_outputs(registry, config, parts["activation"], parts["cost"])
    # In place, so that it is known of a run that is refused, too.
    config["output_activation"] = outputs.options
    neurons = _neurons(registry, config["network"]["neurons"])
    parts["metrics"] = _metrics(registry, config["metrics"])
    learning_rate_backprop = _learning_rate_backprop(registry, config["trainer"])
    _check_hidden(config["network"]["hidden"])
    settings = {s: registry.build(s, config[s]) for s in registry.sections if config[s]}
    dataset, seed = parts["data"], config["seed"]
    data = shared.load(dataset, seed) if shared else dataset.prepared(stream(seed, "split"))
    if data.values is not None:
        outputs = choose_outputs_of_values(registry, config, parts["cost"], outputs)
        config["output_activation"] = outputs.options
        parts["metrics"] = _usual_metrics(registry) | parts["metrics"]
    trainer = _trainer(
        config, plugins, parts, outputs.activation, neurons, data, learning_rate_backprop
    )
    run = Run(
        trainer,
        data,
        name=run_name(config, overrides, registry.sections, varying),
        label=label(overrides, varying),
        config=config,
        overrides=overrides,
        folder=folder,
        cwd=cwd,
        sweep=sweep,
        task=parts["task"],
        settings=settings,
        plugins=[f"{source.plugin}: {source.distribution}" for source in plugins.loaded],
        hook=plugins.hook,
        notes=[*data.remarks, *outputs.notes],
        names=registry.names,
    )
    try_binding(run)
    return run


def _check_values(registry: Registry, config: dict[str, Any]) -> None:
    """Raise a BpframeError for a key, a type or a number that is not allowed."""
    check_keys(registry, config)
    try:
        check_types(config)
        whole_number("seed", config["seed"], 0)
        whole_number("trainer.epochs", config["trainer"]["epochs"], 0, MOST_EPOCHS)
    except OmegaConfBaseException as error:
        raise translate(error, registry) from error
    except ValueError as error:
        raise ConfigError(str(error)) from error


def _check_hidden(hidden: list[Any]) -> None:
    if not all(isinstance(n, int) and n > 0 for n in hidden):
        raise ConfigError(
            f"network.hidden is {hidden}; every layer has at least one neuron, a whole number"
        )


def _learning_rate_backprop(registry: Registry, trainer: dict[str, Any]) -> Backprop | None:
    """Return the rule that a learning rate is measured with in place of another exact one."""
    if not (name := trainer["learning_rate_backprop"]):
        return None
    known = registry.entries["backprop"]
    if name not in known:
        raise ConfigError(
            f"trainer.learning_rate_backprop is '{name}'; known are {', '.join(known)}."
            + did_you_mean(name, known)
        )
    rule: Backprop = registry.build("backprop", {"name": name})
    if not rule.exact:
        raise ConfigError(f"trainer.learning_rate_backprop is '{name}', which is not exact")
    return rule


def _trainer(
    config: dict[str, Any],
    plugins: Plugins,
    parts: Mapping[str, Any],
    output_activation: Activation,
    neurons: dict[tuple[int, int], Activation],
    data: Data,
    learning_rate_backprop: Backprop | None,
) -> Trainer:
    """Make the network for the data, and what trains it."""
    numbers = {k: v for k, v in config["trainer"].items() if k not in OF_THE_COMMAND_LINE}
    sizes = [data.n_inputs, *config["network"]["hidden"], data.n_outputs]
    dtype = np.dtype(config["dtype"])
    tell_memory(sizes, dtype, parts["task"], parts["optimizer"])
    try:
        network = Network(
            sizes,
            parts["activation"],
            parts["initializer"],
            output_activation=output_activation,
            neurons=neurons,
            dropout=config["network"]["dropout"],
            seed=config["seed"],
            dtype=dtype,
        )
        check_neurons_range(config["cost"]["name"], parts["cost"], network)
        # Its ValueError is no refusal.
        with named(plugins):
            output_error = plugins.closed_form(parts["cost"], network.activations[-1])
        return Trainer(
            network,
            parts["cost"],
            parts["backprop"],
            parts["optimizer"],
            parts["regularizer"],
            seed=config["seed"],
            schedule=parts["schedule"],
            clipping=parts["clipping"],
            stopping=parts["stopping"],
            metrics=parts["metrics"],
            output_error=output_error,
            **numbers | {"learning_rate_backprop": learning_rate_backprop},
        )
    except ValueError as error:
        raise ConfigError(str(error)) from error


def tell_memory(sizes: list[int], dtype: np.dtype[Any], task: Task, optimizer: Optimizer) -> None:
    """Say what a network of unusual size takes, or refuse one that the machine cannot hold."""
    measures = task.trains and measures_learning_rate(optimizer)
    copies = 1 + (COPIES if measures else 1)
    count = count_parameters(sizes)
    size = copies * count * dtype.itemsize
    what = (
        f"{copies} copies of the {count:,} weights and biases of a network {sizes}, for training"
        + (" and the measurement of a learning rate" if measures else "")
    )
    check_memory(size, what)
    if size > WORTH_TELLING:
        print(f"bpframe: {what}, take {size_text(size)}", file=sys.stderr)


def _metrics(registry: Registry, config: list[Any]) -> dict[str, Metric]:
    """Return the metrics by the names under which they are recorded."""
    metrics: dict[str, Metric] = {}
    for number, chosen in enumerate(config):
        values = {"name": chosen} if isinstance(chosen, str) else chosen
        known = registry.entries[Metric.kind]
        name = values.get("name") if isinstance(values, dict) else None
        if not isinstance(name, str):
            raise ConfigError(
                f"metrics[{number}] is {chosen}; it must be a name, or a name with options such as "
                f"{{name:top_k,k:3}}; known are {', '.join(known)}"
            )
        if name not in known:
            raise ConfigError(
                f"there is no metric '{name}'; known are {', '.join(known)}."
                + registry.suggestion(Metric.kind, name)
            )
        try:
            metric = registry.build(Metric.kind, values)
        except ConfigError as error:
            raise ConfigError(f"metrics[{number}]: {error}") from error
        if name in metrics:
            raise ConfigError(f"metrics: '{name}' is there twice; leave one out")
        metrics[name] = metric
    return metrics


def _usual_metrics(registry: Registry) -> dict[str, Metric]:
    """Return the metrics that values have without being asked for."""
    known = registry.entries[Metric.kind].items()
    usual = [name for name, entry in known if getattr(entry.component, "usual", False)]
    return registry.defaults(Metric.kind, usual)


def _neurons(registry: Registry, config: list[dict[str, Any]]) -> dict[tuple[int, int], Activation]:
    """Return the activations of single neurons by layer and neuron, both as the book counts."""
    neurons: dict[tuple[int, int], Activation] = {}
    for number, values in enumerate(config):
        where = f"network.neurons[{number}]"
        place, chosen = (values["layer"], values["neuron"]), values["activation"]
        if not all((*place, chosen)):
            raise ConfigError(
                f"{where} names layer {place[0]}, neuron {place[1]} and activation {chosen}; it "
                "must name all three and count from 1: {layer: 2, neuron: 3, activation: tanh}"
            )
        if place in neurons:
            raise ConfigError(f"{where}: neuron {place[1]} of layer {place[0]} is there twice")
        try:
            neurons[place] = registry.build(
                "activation", {"name": chosen} if isinstance(chosen, str) else chosen
            )
        except ConfigError as error:
            raise ConfigError(f"{where}: {error}") from error
    return neurons
