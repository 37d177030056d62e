"""What the diagnostics add to an epoch: the same training, watched and not, in turn."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from children import alone
from work import Work, load

from bpframe import Epoch, Run, Settings, Trainer, hookimpl, hooks_of
from bpframe.plugins.loading import load_plugins
from bpframe_costs import Quadratic
from bpframe_diagnostics.plugin import DiagnosticsPlugin
from bpframe_optimizers import SGD

WORK = Work((784, 30, 10))
RULES = ("full_matrix", "fused", "feedback_alignment")
OPTIONS = ("off", "basic", "full")


def report(folder: str | None, rounds: int) -> list[str]:
    """Return the section as lines of Markdown."""
    lines: list[str] = alone(_report, folder, rounds)
    return lines


def _report(folder: str | None, rounds: int) -> list[str]:
    lines = [
        "## Diagnostics",
        "",
        f"{WORK}, one core, {WORK.samples:,} samples an epoch. What an epoch and its hooks take "
        "with diagnostics, over the same without, less 1: the epochs of one training take turns. "
        "And the milliseconds of the hooks.",
        "",
        "| rule | epoch without, ms | basic adds | basic, ms | full adds | full, ms |",
        "|---|---|---|---|---|---|",
    ]
    for rule in RULES:
        epochs = training(rule, folder)
        times = [[next(epochs) for _ in OPTIONS] for _ in range(rounds + 1)][1:]
        off = statistics.median(row[0].whole for row in times)
        cells = [f"{1000 * off:.0f}"]
        for i in range(1, len(OPTIONS)):
            share = statistics.median(row[i].whole / row[0].whole for row in times) - 1
            hooks = statistics.median(row[i].hooks for row in times)
            cells += [f"{share:+.1%}", f"{1000 * hooks:.1f}"]
        lines.append(f"| {rule} | {' | '.join(cells)} |")
    return [*lines, ""]


class Seconds(NamedTuple):
    """What an epoch took with its hooks, and what these took of it."""

    whole: float
    hooks: float


def training(rule: str, folder: str | None) -> Iterator[Seconds]:
    """Train, each epoch with the next one of the options, and yield what it took."""
    registry = load_plugins().registry
    data = load(folder)
    trainer = Trainer(
        WORK.network(),
        Quadratic(),
        registry.build("backprop", {"name": rule}),
        SGD(WORK.rate),
        epochs=10**9,
        train_evaluation_samples=10,
    )
    turns = Turns([registry.build("diagnostics", {"name": name}) for name in OPTIONS])
    # The trainer's own look at the validation samples is not what is measured.
    few = replace(data, validation=data.validation.head(10))
    epochs = Run(trainer, few, hook=hooks_of(turns)).train()
    while True:
        started = time.perf_counter()
        next(epochs)
        yield Seconds(time.perf_counter() - started, turns.seconds)


class Turns:
    """Has each epoch watched with the next one of several settings, and takes the time of it.

    Each has a plugin of its own, and all of them look at the untrained network.
    """

    def __init__(self, settings: list[Settings]) -> None:
        self._watchers = [({"diagnostics": s}, DiagnosticsPlugin()) for s in settings]
        self.seconds = 0.0

    @hookimpl
    def bpframe_epoch_metrics(self, run: Run, epoch: Epoch) -> dict[str, float] | None:
        chosen = self._watchers
        if epoch.number:
            chosen = [self._watchers[(epoch.number - 1) % len(self._watchers)]]
        metrics = None
        for settings, plugin in chosen:
            run.settings = settings
            started = time.perf_counter()
            metrics = plugin.bpframe_epoch_metrics(run, epoch)
            self.seconds = time.perf_counter() - started
        return metrics
