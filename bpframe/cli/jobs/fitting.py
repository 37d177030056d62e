"""Fits the parts of a run to each other: the function of the last layer, and what each refuses."""

from __future__ import annotations

from typing import Any, NamedTuple

from bpframe.core.activation import Activation
from bpframe.core.cost import Cost
from bpframe.core.interval import Interval
from bpframe.core.learning_rate import measures_learning_rate
from bpframe.core.network import Network
from bpframe.core.output_layer import choose_output_activation, unfit_for_outputs
from bpframe.errors import ConfigError, NotFittingError
from bpframe.plugins.registry import Registry
from bpframe.run import Run


class OutputChoice(NamedTuple):
    """The activation of the last layer.

    Attributes
    ----------
    activation : Activation
        The one that was chosen, or that belongs to the cost, or that of the layers below.
    options : dict or None
        Its name and options in the configuration; None for that of the layers below.
    notes : list of str
        A line that says why it is another one than was asked for, if it is.
    """

    activation: Activation
    options: dict[str, Any] | None
    notes: list[str]


def choose_outputs(
    registry: Registry, config: dict[str, Any], below: Activation, cost: Cost
) -> OutputChoice:
    """Return the activation of the last layer, given that of the layers below.

    Raises
    ------
    ConfigError
        If it is not chosen as it must be.
    NotFittingError
        If its outputs can leave the cost's domain; the message says what would fit.
    """
    chosen, notes = config["output_activation"], []
    if isinstance(chosen, str):
        raise ConfigError(
            f"output_activation={chosen} is written activation@output_activation={chosen}"
        )
    # Without hidden layers the activation is that of the last layer, and not of those below.
    if not chosen and config["network"]["hidden"]:
        linked = _linked(registry, below, cost)
        if linked:
            chosen = registry.entries["activation"][linked].values()
            notes = [
                f"the last layer is {linked}, which belongs to cost '{config['cost']['name']}', "
                f"and not {config['activation']['name']}: {unfit_for_outputs(below, cost)} "
                "(activation@output_activation=NAME chooses it)"
            ]
    activation: Activation = registry.build("activation", chosen) if chosen else below
    name = (chosen or config["activation"])["name"]
    _check_range(registry, config["cost"]["name"], cost, name, activation)
    return OutputChoice(activation, chosen, notes)


def choose_outputs_of_values(
    registry: Registry, config: dict[str, Any], cost: Cost, chosen: OutputChoice
) -> OutputChoice:
    """Return the activation of the last layer for targets that are values of any size.

    It is that of the cost's own link, such as linear for the quadratic cost, unless another one is
    asked for.
    """
    if config["output_activation"] or chosen.activation.range == Interval():
        return chosen
    for name, activation in _of_the_link(registry, cost).items():
        if activation.range == Interval() and cost.domain.holds(activation.range):
            note = (
                f"the last layer is {name}, and not {config['activation']['name']}, for the "
                "targets are values (activation@output_activation=NAME chooses it)"
            )
            return OutputChoice(activation, registry.entries["activation"][name].values(), [note])
    return chosen


def check_neurons_range(cost_name: str, cost: Cost, network: Network) -> None:
    """Raise a NotFittingError if single neurons make the outputs leave the cost's domain."""
    own = network.activations[-1].range
    if not cost.domain.holds(own):
        raise NotFittingError(
            f"cost '{cost_name}' accepts outputs in {cost.domain}, but with those of "
            f"network.neurons the last layer gives {own}"
        )


def try_binding(run: Run) -> None:
    """Raise a NotFittingError for what a part refuses when it meets the network or the data.

    Each is bound once, and the rule that measures the learning rate if it is another one.
    """
    trainer, config = run.trainer, run.config
    where = f"cost '{config['cost']['name']}'"
    try:
        trainer.objective.check(run.data)
        where = ""
        trainer.check(run.data)
        where = f"backprop '{config['backprop']['name']}'"
        trainer.bind_rule(trainer.backprop)
        where = f"regularizer '{config['regularizer']['name']}'"
        if trainer.regularizer:
            trainer.regularizer.bind(run.network.parameters, len(run.data.train))
            trainer.regularizer.bind_constraint(run.network.parameters)
        if trainer.clipping:
            where = f"clipping '{config['clipping']['name']}'"
            trainer.clipping.bind(run.network.parameters)
        if trainer.schedule and run.task.trains:
            where = f"schedule '{config['schedule']['name']}'"
            trainer.schedule.bind(trainer.steps_of_epoch(run.data), trainer.epochs)
        if not measures_learning_rate(trainer.optimizer):
            where = f"optimizer '{config['optimizer']['name']}'"
            trainer.optimizer.bind(run.network.parameters)
        elif trainer.learning_rate_backprop != trainer.backprop:
            where = f"trainer.learning_rate_backprop={config['trainer']['learning_rate_backprop']}"
            trainer.bind_rule(trainer.learning_rate_backprop)
    except ValueError as error:
        raise NotFittingError(f"{where}: {error}" if where else str(error)) from error


def _linked(registry: Registry, below: Activation, cost: Cost) -> str | None:
    """Return the name of the last layer's activation, if it must be another one than below."""
    known = _of_the_link(registry, cost)
    chosen = choose_output_activation(below, cost, known.values())
    return next((name for name, activation in known.items() if activation is chosen), None)


def _of_the_link(registry: Registry, cost: Cost) -> dict[str, Activation]:
    """Return the activations that have the cost's own link, by name."""
    entries = registry.entries["activation"].items()
    # Others are not built, because making a custom one compiles its expression.
    linked = [
        n for n, e in entries if cost.link and getattr(e.component, "link", None) == cost.link
    ]
    return registry.defaults("activation", linked)


def _check_range(
    registry: Registry, cost_name: str, cost: Cost, name: str, activation: Activation
) -> None:
    if cost.domain.holds(activation.range):
        return
    activations = registry.defaults("activation")
    costs = registry.defaults("cost")
    fitting = [n for n, f in activations.items() if cost.domain.holds(f.range)]
    accepting = [n for n, c in costs.items() if c.domain.holds(activation.range)]
    raise NotFittingError(
        f"cost '{cost_name}' accepts outputs in {cost.domain}, but the output "
        f"activation '{name}' gives {activation.range}. Set activation@output_activation to one "
        f"of {', '.join(fitting) or 'none'}, or cost to one of {', '.join(accepting) or 'none'}."
    )
