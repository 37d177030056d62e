"""What follows a gradient, beside the plain step: optimizers, dropout and clipping in turn."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from children import alone
from work import Work, load

from bpframe import Network, Trainer
from bpframe.plugins.loading import load_plugins
from bpframe_activations import Sigmoid
from bpframe_costs import Quadratic
from bpframe_initializers import ScaledNormal
from bpframe_optimizers import SGD, AdaGrad, Adam, AdamW, ClipNorm, Momentum, RMSprop
from bpframe_schedules import Cosine

WORK = Work((784, 30, 10))
RULES = ("full_matrix", "fused")
PLAIN = "sgd"
STEPS: dict[str, dict[str, Any]] = {
    PLAIN: {},
    "momentum": {"optimizer": Momentum(0.05)},
    "momentum, nesterov": {"optimizer": Momentum(0.05, nesterov=True)},
    "rmsprop": {"optimizer": RMSprop(0.001)},
    "adagrad": {"optimizer": AdaGrad(0.01)},
    "adam": {"optimizer": Adam(0.001)},
    "adamw": {"optimizer": AdamW(0.001)},
    "sgd, cosine": {"schedule": Cosine()},
    "sgd, clipping by norm": {"clipping": ClipNorm(1.0)},
    "sgd, dropout 0.5": {"dropout": 0.5},
}


def report(folder: str | None, rounds: int) -> list[str]:
    """Return the section as lines of Markdown."""
    lines: list[str] = alone(_report, folder, rounds)
    return lines


def _report(folder: str | None, rounds: int) -> list[str]:
    lines = [
        "## Steps",
        "",
        f"{WORK}, one core, {WORK.samples:,} samples an epoch: the steps of an epoch over those of "
        "plain SGD with the same rule, in turn.",
        "",
        f"| step | {' | '.join(RULES)} |",
        f"|---|{'---|' * len(RULES)}",
    ]
    ratios = {rule: _ratios(rule, folder, rounds) for rule in RULES}
    for step in STEPS:
        lines.append(f"| {step} | " + " | ".join(f"{ratios[r][step]:.2f}" for r in RULES) + " |")
    return [*lines, ""]


def _ratios(rule: str, folder: str | None, rounds: int) -> dict[str, float]:
    """Return the median ratio of each step to the plain one; what compiles has done so before."""
    epochs = {step: _seconds(rule, folder, rounds + 1, **more) for step, more in STEPS.items()}
    seen = [{step: next(own) for step, own in epochs.items()} for _ in range(rounds + 1)][1:]
    return {step: statistics.median(row[step] / row[PLAIN] for row in seen) for step in STEPS}


def _seconds(
    rule: str, folder: str | None, epochs: int, dropout: float = 0.0, **more: Any
) -> Iterator[float]:
    """Yield the seconds that the steps of each epoch take."""
    data = load(folder)
    network = Network(WORK.sizes, Sigmoid(), ScaledNormal(), dropout=dropout)
    options = {"optimizer": SGD(0.5)} | more
    backprop = load_plugins().registry.build("backprop", {"name": rule})
    trainer = Trainer(
        network,
        Quadratic(),
        backprop,
        **options,
        epochs=epochs,
        batch_size=WORK.batch_size,
        train_evaluation_samples=10,
    )
    # The look at the validation samples is not what is measured.
    few = replace(data, validation=data.validation.head(10))
    for epoch in trainer.train(few):
        yield epoch.seconds
