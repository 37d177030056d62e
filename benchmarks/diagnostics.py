"""What the diagnostics add to an epoch: the same training, watched and not, in turn."""

from __future__ import annotations

import multiprocessing
import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

import pluggy
from rounds import ONE_THREAD, environment
from work import Work, load

from bpframe import Data, Run, Settings, Trainer
from bpframe.plugins import hookspecs
from bpframe.plugins.loading import load_plugins
from bpframe_costs import Quadratic
from bpframe_diagnostics.plugin import DiagnosticsPlugin
from bpframe_optimizers import SGD
from bpframe_tasks import Train

WORK = Work((784, 30, 10))
RULES = ("full_matrix", "fused", "feedback_alignment")
OPTIONS = ("off", "basic", "full")


def report(folder: str | None, rounds: int) -> list[str]:
    """Return the section as lines of Markdown."""
    with environment(ONE_THREAD), multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_report, (folder, rounds))


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
    runs = [
        watched(trainer, data, registry.build("diagnostics", {"name": name})) for name in OPTIONS
    ]
    # The trainer's own look at the validation samples is not what is measured.
    epochs = trainer.train(replace(data, validation=data.validation.head(10)))
    for run in cycle(runs):
        started = time.perf_counter()
        epoch = next(epochs)
        trained = time.perf_counter()
        run.epoch_end(epoch)
        ended = time.perf_counter()
        yield Seconds(ended - started, ended - trained)


def watched(trainer: Trainer, data: Data, settings: Settings) -> Run:
    """Return a run with an instance of the plugin of its own, which has looked once."""
    manager = pluggy.PluginManager("bpframe")
    manager.add_hookspecs(hookspecs)
    manager.register(DiagnosticsPlugin())
    run = Run(
        name="",
        config={},
        overrides=[],
        folder=Path(),
        cwd=Path(),
        sweep=None,
        data=data,
        trainer=trainer,
        learning_rate_backprop=None,
        task=Train(),
        settings={"diagnostics": settings},
        plugins=[],
        hook=manager.hook,
    )
    run.record_untrained()
    return run
