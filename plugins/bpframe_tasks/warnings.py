"""Warnings of a training that cannot work, or did not: one line each, with what mends it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bpframe import ForwardPass, Run, neuron_activations, with_ones

LARGE_INPUT = 50
# Few samples tell nothing: for a single one half of all rectified linear units are at rest.
FEW = 10
SAMPLES = 1000
# A network on a plateau answers almost, but not quite, the same to everything.
UNCHANGED = 1e-3
# Of the largest cost, over so many epochs.
FLAT, SEVERAL = 1e-4, 3


def warnings_of_data(run: Run) -> Iterator[str]:
    """Yield what is wrong with the data for this network, before it is trained."""
    x, y, outputs = run.data.train.x, run.data.train.y, run.network.activations[-1]
    starts = range(0, len(x), SAMPLES)
    largest = max(float(np.abs(x[start : start + SAMPLES]).max()) for start in starts)
    if largest > LARGE_INPUT:
        mends = (
            "they are scaled, so look for outliers"
            if run.data.prepares.scalings
            else "data.scale=standard makes them such"
        )
        yield f"inputs reach {largest:g}, and numbers of about 1 train best: {mends}"
    if len(y) >= FEW and (y == y[0]).all():
        yield (
            "all training samples have the same target, and there is nothing to learn: look at "
            "data.target"
        )
    if run.data.classes is None:
        ranges = [f.range for f in neuron_activations(outputs, run.data.n_outputs)]
        low, high = np.array([r.low for r in ranges]), np.array([r.high for r in ranges])
        if (y < low).any() or (y > high).any():
            yield (
                f"targets from {y.min():g} to {y.max():g} leave the range of the outputs, "
                f"{outputs.range}: try activation@output_activation=linear, or scale the targets"
            )


def warnings_of_training(run: Run) -> Iterator[str]:
    """Yield what the trained network shows: outputs that stay the same, dead units, mere guesses.

    It is seen on training samples that are drawn once, the same as for ``train/accuracy``.
    """
    network, samples = run.network, run.data.train.draw(SAMPLES, run.stream("evaluation"))
    dtype = network.parameters.dtype
    trained = run.trained_epochs and np.isfinite(network.parameters.vector).all()
    if not trained or len(samples) < FEW:
        return
    forward = ForwardPass(network, len(samples))
    with np.errstate(all="ignore"):
        a = forward(with_ones(samples.x, dtype))
        yield from _dead_units(run, forward)
    yield from _flat_cost(run)
    spread, asked = np.ptp(a, axis=0), np.ptp(run.data.targets(samples, dtype), axis=0)
    if asked.any() and (spread <= UNCHANGED * asked)[asked > 0].all():
        yield (
            "the outputs do not change with the input: try another optimizer.learning_rate, "
            "fewer layers in network.hidden, activation=tanh or initializer=deep_normal"
        )
        return
    if unchanged := int(((spread == 0) & (asked > 0)).sum()):
        yield (
            f"{unchanged} of {len(spread)} outputs are the same for every sample: try another "
            "activation@output_activation or a smaller optimizer.learning_rate"
        )
    if run.data.classes is not None:
        accuracy = float((a.argmax(axis=1) == samples.y).mean())
        share = float(np.bincount(samples.y).max() / len(samples))
        if accuracy <= share < 1:
            yield (
                f"a train/accuracy of {accuracy:.3g} is no better than to name the largest class "
                f"always, {share:.3g}: try more trainer.epochs or another optimizer.learning_rate"
            )


def _flat_cost(run: Run) -> Iterator[str]:
    costs = [e.metrics["train/cost"] for e in run.epochs if "train/cost" in e.metrics]
    is_perfect = run.epochs[-1].metrics.get("train/accuracy") == 1
    if len(costs) >= SEVERAL and not is_perfect and np.ptp(costs) <= FLAT * max(costs):
        yield (
            f"train/cost stays at {costs[-1]:.4g} over all {len(costs)} epochs: try another "
            "optimizer.learning_rate, or more neurons in network.hidden"
        )


def _dead_units(run: Run, forward: ForwardPass) -> Iterator[str]:
    hidden = zip(run.network.activations[:-1], forward.z, forward.a, strict=False)
    for layer, (f, z, a) in enumerate(hidden, 2):
        dead = (f.derivative(z, a) == 0).all(axis=0)
        if f.elementwise and dead.mean() >= 0.5:
            yield (
                f"{int(dead.sum())} of {len(dead)} neurons of layer {layer} are dead, f′ is 0 for "
                "every sample: try a smaller optimizer.learning_rate, activation=leaky_relu or "
                "initializer=he"
            )
