"""The task that trains a network and reports how good it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from bpframe import Array, Run, Task
from bpframe_tasks.keeping import Keeper


@dataclass(frozen=True)
class Train(Task):
    """Train the network, and report figures that say how they were selected.

    Parameters
    ----------
    test_each_epoch : bool
        Look at the test set after each epoch and, for classes, report the best accuracy as
        ``test/accuracy_peak``. Published tables need it; a figure for new data must not be
        selected so.
    """

    test_each_epoch: bool = False

    def run(self, run: Run) -> None:
        looks = self.test_each_epoch and len(run.data.test)
        keeper = Keeper(run)
        try:
            for _ in run.train(measure=partial(metrics_of_test, run) if looks else None):
                keeper.epoch_end()
        finally:
            # What ends early keeps what it had.
            keeper.save()
        report(run)


def metrics_of_test(run: Run) -> dict[str, float]:
    """Return the metrics of the test set, ``test/cost`` and for classes ``test/accuracy``."""
    metrics = run.trainer.evaluate(run.data, run.data.test)
    return {f"test/{name}": value for name, value in metrics.items()}


def report(run: Run) -> None:
    """Report the epoch whose weights there are, and the test set there and at the best epoch."""
    epoch, selected = run.reported_epoch, "untrained"
    if epoch and epoch.number:
        restored = epoch.number != run.trained_epochs
        selected = f"epoch {epoch.number}, restored" if restored else "last epoch"
    for name, value in epoch.split_metrics.items() if epoch else ():
        run.report(name, value, selected)
    if not len(run.data.test):
        return
    for name, value in metrics_of_test(run).items():
        run.report(name, value, selected)
    report_best(run)
    peaks = [
        (e.metrics["test/accuracy"], -e.number) for e in run.epochs if "test/accuracy" in e.metrics
    ]
    if peaks:
        peak, number = max(peaks)
        run.report("test/accuracy_peak", peak, f"epoch {-number}, selected on the test set itself")


def report_best(run: Run) -> None:
    """Report the test set with the weights of the epoch that validation names the best."""
    training = run.trainer.training
    if training is None or not training.best.epoch:
        return
    best, chosen = training.best, run.trainer.select_by
    split, _, name = (chosen or run.epochs[-1].selecting or "").rpartition("/")
    metrics = evaluate_with(run, best.parameters)
    if name in metrics:
        how = f"best {chosen}" if chosen else "best on validation"
        run.report(f"test/{name}_at_best_{split}", metrics[name], f"epoch {best.epoch}, {how}")


def evaluate_with(run: Run, parameters: Array) -> dict[str, float]:
    """Return cost and accuracy of the test set with other parameters; the network keeps its own."""
    vector = run.network.parameters.vector
    last = vector.copy()
    vector[:] = parameters
    try:
        return run.trainer.evaluate(run.data, run.data.test)
    finally:
        vector[:] = last
