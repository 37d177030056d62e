"""The task that trains a network and reports how good it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from bpframe import Array, Epoch, Run, Task, csv_of


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
        best = Best(run.network.parameters.vector)
        looks = self.test_each_epoch and len(run.data.test)
        try:
            for epoch in run.train(measure=partial(metrics_of_test, run) if looks else None):
                best.look(epoch)
        finally:
            # What ends early keeps what it had.
            trained = run.trained_epochs or not run.trainer.epochs
            if run.epochs or trained:
                run.save("epochs.csv", table(run.epochs))
            if trained:
                run.save("weights.npz", run.network.parameters.to_npz())
        report(run, best)


class Best:
    """The parameters after the epoch with the best validation score; the first one, if equal."""

    def __init__(self, vector: Array) -> None:
        self._vector = vector
        self.epoch = 0
        self.score = float("-inf")
        self.parameters = vector

    def look(self, epoch: Epoch) -> None:
        """Take note of an epoch: its accuracy, or for values its cost."""
        if (score := epoch.validation_score) > self.score:
            self.epoch, self.score, self.parameters = epoch.number, score, self._vector.copy()


def table(epochs: list[Epoch]) -> bytes:
    """Return the metrics of all epochs as CSV, a line an epoch; what one lacks is left empty."""
    # The last epoch has them in the usual order.
    names = list(dict.fromkeys(name for epoch in reversed(epochs) for name in epoch.metrics))
    rows = (
        [epoch.number, *(epoch.metrics.get(name, "") for name in names), epoch.seconds]
        for epoch in epochs
    )
    return csv_of([["epoch", *names, "seconds"], *rows])


def metrics_of_test(run: Run) -> dict[str, float]:
    """Return the metrics of the test set, ``test/cost`` and for classes ``test/accuracy``."""
    metrics = run.trainer.evaluate(run.data, run.data.test)
    return {f"test/{name}": value for name, value in metrics.items()}


def report(run: Run, best: Best) -> None:
    """Report the last epoch, and the test set there and where validation is best."""
    selected = "last epoch" if run.trained_epochs else "untrained"
    for name, value in run.epochs[-1].split_metrics.items() if run.epochs else ():
        run.report(name, value, selected)
    if not len(run.data.test):
        return
    for name, value in metrics_of_test(run).items():
        run.report(name, value, selected)
    key = "accuracy" if run.data.classes is not None else "cost"
    if best.epoch:
        value = evaluate_with(run, best.parameters)[key]
        run.report(
            f"test/{key}_at_best_validation", value, f"epoch {best.epoch}, best on validation"
        )
    peaks = [
        (e.metrics["test/accuracy"], -e.number) for e in run.epochs if "test/accuracy" in e.metrics
    ]
    if peaks:
        peak, number = max(peaks)
        run.report("test/accuracy_peak", peak, f"epoch {-number}, selected on the test set itself")


def evaluate_with(run: Run, parameters: Array) -> dict[str, float]:
    """Return cost and accuracy of the test set with other parameters; the network keeps its own."""
    vector = run.network.parameters.vector
    last = vector.copy()
    vector[:] = parameters
    try:
        return run.trainer.evaluate(run.data, run.data.test)
    finally:
        vector[:] = last
