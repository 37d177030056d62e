"""The checks of every task."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bpframe.core.arrays import Array
from bpframe.core.backprop import Backprop, GradientFunction
from bpframe.core.component import Component
from bpframe.core.cost import Cost
from bpframe.core.data import Batch, Data, Split
from bpframe.core.differences import gradient_by_differences
from bpframe.core.objective import Objective
from bpframe.core.optimizer import Optimizer
from bpframe.core.parameters import Parameters
from bpframe.core.steps import GradientStep, Step
from bpframe.core.trainer import Trainer
from bpframe.errors import NotFittingError
from bpframe.plugins.loading import hooks_of
from bpframe.run import Run, Task
from bpframe.testing.assertions import NotAvailableError, Trial, require, trial, unchanged
from bpframe.testing.samples import HalfSteep, make_network

SIZES = (4, 3, 2)
SAMPLES = 12
EPOCHS = 2


def checks(task: Task) -> Iterator[Trial]:
    """Yield the checks."""
    yield trial(figures_are_finite_numbers_with_their_selection, task)
    yield trial(artifacts_lie_in_the_folder_of_the_run, task)
    yield trial(data_stay_as_they_were, task)
    yield trial(epochs_are_told_if_it_trains, task)
    yield trial(one_seed_gives_one_network, task)


def figures_are_finite_numbers_with_their_selection(task: Task) -> str | None:
    """Check that each reported figure is a finite number and says how it was selected."""
    with carried_out(task) as run:
        for name, figure in run.figures.items():
            require(
                isinstance(figure.value, float) and math.isfinite(figure.value),
                f"figure '{name}' is {figure.value!r}; run.report takes a finite number",
            )
            require(
                isinstance(figure.selected, str) and bool(figure.selected.strip()),
                f"figure '{name}' says {figure.selected!r} of how it was selected; run.report "
                "takes words, such as 'last epoch'",
            )
        names = ", ".join(run.figures)
    return f"reports {names}" if names else None


def artifacts_lie_in_the_folder_of_the_run(task: Task) -> None:
    """Check that each artifact is a file inside the folder that the run has been given."""
    with carried_out(task) as run:
        folder = run.folder.resolve()
        for path in run.artifacts:
            require(
                isinstance(path, Path) and path.resolve().is_relative_to(folder),
                f"artifact {path!r} is no path inside run.folder; run.save(name, content) writes "
                "one there",
            )
            require(
                path.is_file(),
                f"artifact '{path.name}' is no file; write it before it joins run.artifacts, or "
                "use run.save(name, content)",
            )


def data_stay_as_they_were(task: Task) -> None:
    """Check that inputs and targets of every split are the same afterwards, bit for bit."""
    data = _data()
    arrays = {
        f"{split}.{name}": array
        for split, samples in data.splits().items()
        for name, array in (("x", samples.x), ("y", samples.y))
    }
    with unchanged("run", **arrays), carried_out(task, data):
        pass


def epochs_are_told_if_it_trains(task: Task) -> None:
    """Check that a task that trains tells of epochs 1, 2, …, and one that does not of none."""
    with carried_out(task) as run:
        numbers = [epoch.number for epoch in run.epochs if epoch.number]
        if not task.trains:
            require(
                not numbers,
                f"it tells of the epochs {numbers}, though it says trains = False: leave that out",
            )
            return
        require(
            numbers == list(range(1, len(numbers) + 1)) and bool(numbers),
            f"it tells of the epochs {numbers} of a training of {EPOCHS}; it must be each, from 1 "
            "on, as plugins see no other; a task that goes through none says trains = False",
        )


def one_seed_gives_one_network(task: Task) -> None:
    """Check that two runs with one seed end with the same parameters, bit for bit."""
    vectors = []
    for _ in range(2):
        with carried_out(task) as run:
            vectors.append(run.network.parameters.vector.copy())
    require(
        np.array_equal(vectors[0], vectors[1], equal_nan=True),
        "two runs with one seed end with different parameters; draw from run.stream(name)",
    )


@contextmanager
def carried_out(task: Task, data: Data | None = None) -> Iterator[Run]:
    """Carry a task out on a tiny problem, and yield the run; its folder goes in the end.

    Raises
    ------
    NotAvailableError
        If the task says that the problem does not fit it.
    """
    with tempfile.TemporaryDirectory() as folder:
        run = Run(
            _trainer(),
            data or _data(),
            task=task,
            name="checked",
            config={component.kind: {"name": name} for component, name in NAMES.items()},
            folder=Path(folder),
            cwd=Path(folder),
            hook=hooks_of(),
            names=NAMES,
        )
        try:
            task.run(run)
        except NotFittingError as error:
            raise NotAvailableError(f"it refuses the data that it is tried on: {error}") from error
        yield run


def _data() -> Data:
    rng = np.random.default_rng(0)
    y = np.arange(SAMPLES) % SIZES[-1]
    train, validation, test = (
        Split(rng.uniform(0, 1, (SAMPLES, SIZES[0])) + y[:, np.newaxis], y.copy()) for _ in range(3)
    )
    return Data("tiny", train, validation, test, classes=SIZES[-1], image_shape=(2, 2))


def _trainer() -> Trainer:
    network = make_network(SIZES, [HalfSteep()] * 2, dtype=np.float64)
    rule, optimizer = _ByDifferences(), _PlainSteps()
    return Trainer(network, _Quadratic(), rule, optimizer, epochs=EPOCHS, batch_size=5)


@dataclass(frozen=True)
class _Quadratic(Cost):
    """C_x = ½ ‖y - a‖²."""

    def value(self, a: Array, y: Array) -> Array:
        values: Array = np.square(a - y).sum(axis=-1) / 2
        return values

    def gradient(self, a: Array, y: Array) -> Array:
        return a - y


@dataclass(frozen=True)
class _ByDifferences(Backprop):
    """The gradient by its definition: a task must not depend on which rule gives it."""

    def bind(self, objective: Objective, rng: np.random.Generator) -> GradientFunction:
        def gradient(batch: Batch, out: Parameters) -> None:
            out.vector[:] = gradient_by_differences(objective, batch).vector

        return gradient


@dataclass(frozen=True)
class _PlainSteps(Optimizer):
    """w ← w - ∂C/∂w / 10."""

    def bind(self, parameters: Parameters) -> Step:
        return GradientStep(parameters, 0.1)


NAMES: dict[type[Component], str] = {
    HalfSteep: "half_steep",
    _Quadratic: "quadratic",
    _ByDifferences: "by_differences",
    _PlainSteps: "plain_steps",
}
