"""The activation of the last layer, where only that of the layers below is given."""

from __future__ import annotations

from collections.abc import Iterable

from bpframe.core.activation import Activation
from bpframe.core.cost import Cost
from bpframe.core.slopes import has_flat_half


def unfit_for_outputs(activation: Activation, cost: Cost) -> str | None:
    """Return why an activation cannot serve a cost as that of the last layer; None if it can."""
    if not cost.domain.holds(activation.range):
        return f"the cost accepts outputs in {cost.domain}, and not in {activation.range}"
    if activation.link != cost.link and has_flat_half(activation):
        return "one half of it is flat, and outputs that fall on it hardly learn"
    return None


def choose_output_activation(
    activation: Activation, cost: Cost, known: Iterable[Activation]
) -> Activation:
    """Return the activation of the last layer, given that of the layers below.

    It is the same, unless that cannot serve the cost: if its range leaves the cost's domain, or
    if one half of it is flat, as that of relu. Then it is the first one that is known with the
    cost's own link: linear for the quadratic cost, sigmoid for the cross-entropy, softmax for the
    log-likelihood. Where the cost names no link, or none is known, it stays the same.

    Parameters
    ----------
    activation : Activation
        That of the layers below.
    cost : Cost
        Its `link` names the function that belongs to it.
    known : iterable of Activation
        What may be chosen, in this order.

    Source: McCullagh and Nelder 1989, *Generalized Linear Models*, chapter 2, on canonical
    links; with these functions δ^L is a - y.
    """
    if cost.link is None or unfit_for_outputs(activation, cost) is None:
        return activation
    linked = (f for f in known if f.link == cost.link and cost.domain.holds(f.range))
    return next(linked, activation)
