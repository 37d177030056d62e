"""Builds a run from its configuration."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from omegaconf.errors import OmegaConfBaseException

from bpframe.blame import named
from bpframe.components import KINDS, Activation, Cost, Optimizer, Task
from bpframe.config import check_keys, check_types
from bpframe.errors import ConfigError, NotFittingError, did_you_mean
from bpframe.hydra_errors import translate
from bpframe.learning_rate import COPIES, measures_learning_rate
from bpframe.memory import check_memory, gigabytes
from bpframe.naming import run_name
from bpframe.network import Network
from bpframe.output_layer import choose_output_activation, unfit_for_outputs
from bpframe.parameters import count_parameters
from bpframe.plugins import Plugins
from bpframe.registry import Registry
from bpframe.run import Run
from bpframe.streams import stream
from bpframe.trainer import Trainer

# Bytes.
WORTH_TELLING = 1e9
# More than a machine gets through, and still a number that a progress bar can count to.
MOST_EPOCHS = 10**9


def build_run(
    config: dict[str, Any],
    plugins: Plugins,
    *,
    overrides: list[str],
    folder: Path,
    cwd: Path,
    sweep: str | None = None,
    varying: Sequence[str] = (),
) -> Run:
    """Build every component, load the data, initialise the network.

    Parameters
    ----------
    config : dict
        The resolved configuration, plain values.
    plugins : Plugins
        Where components and hooks come from.
    overrides, folder, cwd, sweep
        See `Run`.
    varying : sequence of str
        The options that have several values in the sweep.

    Raises
    ------
    BpframeError
        If a value is not allowed, parts do not fit each other, or the data cannot be used.
    """
    registry = plugins.registry
    check_keys(registry, config)
    try:
        check_types(config)
    except OmegaConfBaseException as error:
        raise translate(error, registry) from error
    seed = config["seed"]
    if seed < 0:
        raise ConfigError(f"seed is {seed}; it must be 0 or more")
    if (epochs := config["trainer"]["epochs"]) > MOST_EPOCHS:
        raise ConfigError(f"trainer.epochs is {epochs}; at most {MOST_EPOCHS:,} are allowed")
    parts = {kind: registry.build(kind, config[kind]) for kind in KINDS}
    chosen = config["output_activation"]
    if isinstance(chosen, str):
        raise ConfigError(
            f"output_activation={chosen} is written activation@output_activation={chosen}"
        )
    notes: list[Any] = []
    linked = _linked(registry, parts["activation"], parts["cost"])
    # Without hidden layers the activation is that of the last layer, and not of those below.
    if linked and not chosen and config["network"]["hidden"]:
        chosen = registry.entries["activation"][linked].values()
        config = config | {"output_activation": chosen}
        notes.append(_reason(config, parts["activation"], parts["cost"]))
    output_activation: Activation = (
        registry.build("activation", chosen) if chosen else parts["activation"]
    )
    _check_range(registry, config, parts["cost"], output_activation)
    neurons = _neurons(registry, config["network"]["neurons"])
    stand_in = config["trainer"]["learning_rate_backprop"]
    if stand_in and stand_in not in registry.entries["backprop"]:
        known = registry.entries["backprop"]
        raise ConfigError(
            f"trainer.learning_rate_backprop is '{stand_in}'; known are {', '.join(known)}."
            + did_you_mean(stand_in, known)
        )
    learning_rate_backprop = registry.build("backprop", {"name": stand_in}) if stand_in else None
    if learning_rate_backprop and not learning_rate_backprop.exact:
        raise ConfigError(f"trainer.learning_rate_backprop is '{stand_in}', which is not exact")
    hidden = config["network"]["hidden"]
    if not all(isinstance(n, int) and n > 0 for n in hidden):
        raise ConfigError(
            f"network.hidden is {hidden}; every layer has at least one neuron, a whole number"
        )
    settings = {s: registry.build(s, config[s]) for s in registry.sections if config[s]}
    data = parts["data"].load(stream(seed, "split"))
    sizes = [data.n_inputs, *hidden, data.n_outputs]
    tell_memory(sizes, np.dtype(config["dtype"]), parts["task"], parts["optimizer"])
    try:
        network = Network(
            sizes,
            parts["activation"],
            parts["initializer"],
            output_activation=output_activation,
            neurons=neurons,
            seed=seed,
            dtype=np.dtype(config["dtype"]),
        )
        own, domain = network.activations[-1].range, parts["cost"].domain
        if not domain.holds(own):
            raise NotFittingError(
                f"cost '{config['cost']['name']}' accepts outputs in {domain}, but with those of "
                f"network.neurons the last layer gives {own}"
            )
        # Its ValueError is no refusal.
        with named(plugins):
            output_error = plugins.closed_form(parts["cost"], network.activations[-1])
        trainer = Trainer(
            network,
            parts["cost"],
            parts["backprop"],
            parts["optimizer"],
            parts["regularizer"],
            epochs=config["trainer"]["epochs"],
            batch_size=config["trainer"]["batch_size"],
            seed=seed,
            output_error=output_error,
            train_evaluation_samples=config["trainer"]["train_evaluation_samples"],
        )
    except ValueError as error:
        raise ConfigError(str(error)) from error
    run = Run(
        name=run_name(config, overrides, registry.sections, varying),
        config=config,
        overrides=overrides,
        folder=folder,
        cwd=cwd,
        sweep=sweep,
        data=data,
        trainer=trainer,
        learning_rate_backprop=learning_rate_backprop,
        task=parts["task"],
        settings=settings,
        plugins=[f"{source.plugin}: {source.distribution}" for source in plugins.loaded],
        hook=plugins.hook,
        notes=notes,
        names=registry.names,
    )
    _try_binding(run)
    return run


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
        print(f"bpframe: {what}, take {gigabytes(size)}", file=sys.stderr)


def _linked(registry: Registry, below: Activation, cost: Cost) -> str | None:
    """Return the name of the last layer's activation, if it must be another one than below."""
    entries = registry.entries["activation"].items()
    # Others are not built, because a custom one imports SymPy.
    linked = [
        n for n, e in entries if cost.link and getattr(e.component, "link", None) == cost.link
    ]
    known = registry.defaults("activation", linked)
    chosen = choose_output_activation(below, cost, known.values())
    return next((name for name, activation in known.items() if activation is chosen), None)


def _reason(config: dict[str, Any], below: Activation, cost: Cost) -> str:
    """Return the line that says what the last layer is, why, and how it is chosen."""
    name = config["activation"]["name"]
    return (
        f"the last layer is {config['output_activation']['name']}, which belongs to cost "
        f"'{config['cost']['name']}', and not {name}: {unfit_for_outputs(below, cost)} "
        "(activation@output_activation=NAME chooses it)"
    )


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


def _try_binding(run: Run) -> None:
    """Raise a NotFittingError for what a part refuses when it meets the network or the data."""
    trainer, config = run.trainer, run.config
    where = f"cost '{config['cost']['name']}'"
    try:
        trainer.objective.check(run.data)
        where = f"backprop '{config['backprop']['name']}'"
        trainer.backprop.bind(trainer.objective, run.stream("feedback"))
        where = f"regularizer '{config['regularizer']['name']}'"
        if trainer.regularizer:
            trainer.regularizer.bind(run.network.parameters, len(run.data.train))
        if run.measures_learning_rate:
            where = f"trainer.learning_rate_backprop={config['trainer']['learning_rate_backprop']}"
            run.learning_rate_rule.bind(trainer.objective, run.stream("feedback"))
        else:
            where = f"optimizer '{config['optimizer']['name']}'"
            trainer.optimizer.bind(run.network.parameters)
    except ValueError as error:
        raise NotFittingError(f"{where}: {error}") from error


def _check_range(
    registry: Registry, config: dict[str, Any], cost: Cost, activation: Activation
) -> None:
    """Raise an error that says what would fit, if the outputs can leave the cost's domain."""
    if cost.domain.holds(activation.range):
        return
    name = (config["output_activation"] or config["activation"])["name"]
    activations = registry.defaults("activation")
    costs = registry.defaults("cost")
    fitting = [n for n, f in activations.items() if cost.domain.holds(f.range)]
    accepting = [n for n, c in costs.items() if c.domain.holds(activation.range)]
    raise NotFittingError(
        f"cost '{config['cost']['name']}' accepts outputs in {cost.domain}, but the output "
        f"activation '{name}' gives {activation.range}. Set activation@output_activation to one "
        f"of {', '.join(fitting) or 'none'}, or cost to one of {', '.join(accepting) or 'none'}."
    )
