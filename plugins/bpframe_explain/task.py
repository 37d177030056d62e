"""The task that explains one sample."""

from __future__ import annotations

import math
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bpframe import SPLITS, Run, Task
from bpframe_explain.computation import explain
from bpframe_explain.sample import Sample, sample_of_data, sample_of_numbers
from bpframe_explain.sample_of_picture import sample_of_picture


@dataclass(frozen=True)
class Explain(Task):
    """Show every quantity of backpropagation on one sample, on the terminal and as a page.

    The network is copied into float64, whatever the run's ``dtype``, and left as it is: the step
    that is shown is that of the copy. A learning rate ``auto`` is measured as before a training.

    Parameters
    ----------
    sample : int
        Which sample of the split, from 0.
    split : str, optional
        ``train``, ``validation`` or ``test``; the last of them that the data has, if left out.
    x : list of float, optional
        Inputs to explain instead of a sample of the data.
    y : list of float, a number or a text, optional
        Their targets: a value for each output, or the number of a class, from 0, or its name.
    picture : str, optional
        A file with a picture to explain, made grey and of the size of the data's. Without y the
        class that the network takes it for is the target.
    weights : str, optional
        A file ``weights.npz`` of a run: the trained network is explained.

    Raises
    ------
    ValueError
        If a value is not allowed.
    """

    sample: int = 0
    split: str | None = None
    x: list[float] | None = None
    y: Any = None
    picture: str | None = None
    weights: str | None = None

    trains = False

    def __post_init__(self) -> None:
        if self.split not in (None, *SPLITS):
            allowed = f"{', '.join(SPLITS[:-1])} or {SPLITS[-1]}"
            raise ValueError(f"split is '{self.split}'; it must be {allowed}")
        if self.sample < 0:
            raise ValueError(f"sample is {self.sample}; it must be 0 or more")
        if self.picture is not None and self.x is not None:
            raise ValueError("x and picture are two samples; give one of them")
        if self.picture is None and (self.x is None) != (self.y is None):
            missing = "x" if self.x is None else "y"
            raise ValueError(f"x and y belong together, and task.{missing} is missing")
        for option, numbers in (("x", self.x or []), ("y", self._targets())):
            # The name of a class is looked for when the data is there.
            if isinstance(self.y, str) and option == "y":
                continue
            if not all(_is_number(value) for value in numbers):
                raise ValueError(f"{option} is {numbers}; it must hold finite numbers")

    def run(self, run: Run) -> None:
        # rich and the page are not needed by other tasks.
        from bpframe_explain.page import page
        from bpframe_explain.terminal import printed

        weights = run.cwd / Path(self.weights).expanduser() if self.weights else None
        sample = self._sample(run, weights)
        run.measure_learning_rate()
        explanation = explain(run.trainer, sample, len(run.data.train), weights, run.names)
        run.report("cost", explanation.cost, f"C_x of {sample.name}")
        if math.isfinite(explanation.cost_after):
            run.report("cost_after_step", explanation.cost_after, "the same, after one step")
        if math.isfinite(explanation.largest_difference):
            run.report(
                "largest_difference", explanation.largest_difference, "between backprop and (46)"
            )
        run.notes += printed(explanation)
        run.remark = explanation.remark
        command = shlex.join(["bpframe", *run.overrides])
        run.save("explain.html", page(explanation, run.name, command))

    def _targets(self) -> list[Any]:
        if self.y is None:
            return []
        return list(self.y) if isinstance(self.y, list | tuple) else [self.y]

    def _sample(self, run: Run, weights: Path | None) -> Sample:
        data = run.data
        if self.picture is not None:
            file = run.cwd / Path(self.picture).expanduser()
            return sample_of_picture(data, file, self._targets(), run.network, weights)
        if self.x is None:
            return sample_of_data(data, self.split or [*data.splits()][-1], self.sample)
        return sample_of_numbers(data, self.x, self._targets())


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
