"""From an estimator's parameters to what trains its network."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

import bpframe

OPTIONAL = ("regularizer", "schedule", "clipping", "stopping")


def make_trainer(
    given: Mapping[str, Any],
    data: bpframe.Data,
    seed: int,
    network: bpframe.Network | None = None,
) -> bpframe.Trainer:
    """Return what trains a network for the data.

    Parameters
    ----------
    given : mapping
        The parameters of an estimator, as its `get_params` gives them.
    data : Data
        The samples.
    seed : int
        Of every random stream.
    network : Network, optional
        One that training goes on with; a new one if left out.

    Raises
    ------
    ValueError, TypeError
        If a parameter is not allowed, parts do not fit each other, or the network is another one.
    """
    activation = bpframe.component("activation", given["activation"])
    outputs, cost = outputs_and_cost(given, activation, data.classes is not None)
    asked = bpframe.Network(
        [data.n_inputs, *np.atleast_1d(np.asarray(given["hidden"], object)), data.n_outputs],
        activation,
        bpframe.component("initializer", given["initializer"]),
        output_activation=outputs,
        dropout=given["dropout"],
        seed=seed,
        dtype=given["dtype"],
    )
    if network is not None and _kind_of(network) != _kind_of(asked):
        raise ValueError(
            f"training goes on with {network!r}, and the parameters are now those of {asked!r}; "
            "take warm_start=False, or a clone of the estimator"
        )
    optional: dict[str, Any] = {
        kind: None if given[kind] is None else bpframe.component(kind, given[kind])
        for kind in OPTIONAL
    }
    return bpframe.Trainer(
        network or asked,
        cost,
        bpframe.component("backprop", given["backprop"]),
        optimizer_of(given),
        epochs=given["epochs"],
        batch_size=given["batch_size"],
        seed=seed,
        metrics={"r2": bpframe.component("metric", "r2")} if data.classes is None else None,
        output_error=bpframe.loaded_plugins().closed_form(cost, asked.activations[-1]),
        **optional,
    )


def outputs_and_cost(
    given: Mapping[str, Any], activation: bpframe.Activation, classes: bool
) -> tuple[bpframe.Activation, bpframe.Cost]:
    """Return the activation of the last layer and the cost; what is None follows from the other.

    Without both, classes have softmax and the log-likelihood, values linear outputs and the
    quadratic cost. A cost alone has for classes the last layer that `choose_output_activation`
    gives it, for values the function that belongs to it. An output activation alone has the cost
    that belongs to it, or the quadratic one.
    """
    name, chosen = given["output_activation"], given["cost"]
    registry = bpframe.loaded_plugins().registry
    if name is None and chosen is None:
        name, chosen = ("softmax", "log_likelihood") if classes else ("linear", "quadratic")
    if name is None:
        cost, known = bpframe.component("cost", chosen), registry.defaults("activation").values()
        if classes:
            return bpframe.choose_output_activation(activation, cost, known), cost
        linked = (f for f in known if cost.link is not None and f.link == cost.link)
        return next(linked, bpframe.component("activation", "linear")), cost
    outputs = bpframe.component("activation", name)
    if chosen is not None:
        return outputs, bpframe.component("cost", chosen)
    costs = registry.defaults("cost").values()
    linked = (c for c in costs if outputs.link is not None and c.link == outputs.link)
    return outputs, next(linked, bpframe.component("cost", "quadratic"))


def optimizer_of(given: Mapping[str, Any]) -> bpframe.Optimizer:
    """Return the optimizer; unless it is an instance, it gets the parameter learning_rate."""
    chosen, rate = given["optimizer"], given["learning_rate"]
    optimizer: bpframe.Optimizer = bpframe.component("optimizer", chosen)
    names = [f.name for f in dataclasses.fields(optimizer)]
    if rate is None or not isinstance(chosen, str | type) or "learning_rate" not in names:
        return optimizer
    change: dict[str, Any] = {"learning_rate": rate}
    return dataclasses.replace(optimizer, **change)


def parts_of(trainer: bpframe.Trainer) -> dict[str, Any]:
    """Return what tells a training from another one that goes on from where it stands."""
    left_out = ("epochs", "metrics", "output_error")
    return {name: part for name, part in trainer.parts().items() if name not in left_out}


def _kind_of(network: bpframe.Network) -> tuple[Any, ...]:
    return (network.sizes, network.activations, network.dropout, network.parameters.dtype)
