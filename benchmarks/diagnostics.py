"""What the diagnostics add to an epoch: the same training, watched and not, in turn."""

from __future__ import annotations

import multiprocessing
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rounds import ONE_THREAD, environment
from work import Work, load

from bpframe import Run, Settings, Trainer
from bpframe.plugins import load_plugins
from bpframe_costs import Quadratic
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
        f"{WORK}, one core, {load(folder).train.x.shape[0]:,} samples an epoch. What an epoch and "
        "its hooks take with diagnostics, as a share of the same epoch without, less 1; and the "
        "milliseconds of the hooks.",
        "",
        "| rule | epoch without, ms | basic adds | basic, ms | full adds | full, ms |",
        "|---|---|---|---|---|---|",
    ]
    for rule in RULES:
        trainings = [training(rule, option, folder) for option in OPTIONS]
        for epoch in trainings:
            epoch()
        times = [[epoch() for epoch in trainings] for _ in range(rounds)]
        off = statistics.median(row[0][0] for row in times)
        cells = [f"{1000 * off:.0f}"]
        for i in range(1, len(OPTIONS)):
            share = statistics.median(row[i][0] / row[0][0] for row in times) - 1
            hooks = statistics.median(row[i][1] for row in times)
            cells += [f"{share:+.1%}", f"{1000 * hooks:.1f}"]
        lines.append(f"| {rule} | {' | '.join(cells)} |")
    return [*lines, ""]


def training(rule: str, option: str, folder: str | None) -> Callable[[], tuple[float, float]]:
    """Return a function that trains an epoch, and gives its seconds and those of its hooks."""
    plugins = load_plugins()
    data = load(folder)
    settings: Settings = plugins.registry.build("diagnostics", {"name": option})
    trainer = Trainer(
        WORK.network(),
        Quadratic(),
        plugins.registry.build("backprop", {"name": rule}),
        SGD(WORK.rate),
        epochs=10**9,
        train_evaluation_samples=10,
    )
    run = Run(
        name=rule,
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
        hook=plugins.hook,
    )
    run.record_untrained()
    # The trainer's own look at the validation samples is not what is measured.
    epochs = trainer.train(replace(data, validation=data.validation.head(10)))

    def epoch() -> tuple[float, float]:
        started = time.perf_counter()
        trained = next(epochs)
        ended = time.perf_counter()
        run.epoch_end(trained)
        seen = time.perf_counter()
        return seen - started, seen - ended

    return epoch
