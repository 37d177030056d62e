"""The next values where the best ones are to be expected: a search by Optuna."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bpframe import Epoch, Outcome, Rounds, Run, Span, Strategy, Sweep, Values
from bpframe.errors import MissingPackageError, did_you_mean

# As Optuna calls its classes, and this command line what it names.
PRUNERS = {
    "none": "NopPruner",
    "hyperband": "HyperbandPruner",
    "median": "MedianPruner",
    "percentile": "PercentilePruner",
    "successive_halving": "SuccessiveHalvingPruner",
    "threshold": "ThresholdPruner",
    "wilcoxon": "WilcoxonPruner",
}
# In the folder of the sweep.
FILE = "optuna.journal"
# The first that a run has says how good it is, unless another one is named.
USUAL = ("validation/accuracy", "validation/cost")
# What the reason of a run begins with that was stopped for want of promise.
PRUNED = "pruned"


@dataclass(frozen=True)
class OptunaSearch(Strategy):
    """Values that Optuna chooses by what became of the runs before.

    It needs Optuna, which the extra ``optuna`` installs. The study is in the sweep's folder, in
    ``optuna.journal``. What is drawn follows from the seed and from what became of the runs.

    Parameters
    ----------
    trials : int
        How many combinations are tried. One that is drawn again is not run again.
    at_once : int
        How many of them are drawn, and carried out, at the same time.
    pruner
        What stops a run that lags behind: ``none``, ``median``, ``hyperband``,
        ``successive_halving``, or with options as Optuna calls them, such as
        ``{name:percentile,percentile:25}``.
    trial : int, optional
        Given to each run: the number that the study knows it by.
    """

    trials: int = 20
    at_once: int = 1
    pruner: Any = "none"
    trial: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if find_spec("optuna") is None:
            raise MissingPackageError("it needs Optuna: pip install 'bpframe[optuna]'")
        for name in ("trials", "at_once"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be 1 or more")
        name = self._pruner["name"]
        if not isinstance(name, str) or name not in PRUNERS:
            raise ValueError(
                f"pruner is '{name}'; known are {', '.join(PRUNERS)}."
                + did_you_mean(str(name), PRUNERS)
            )
        if self.prunes and (self.metric or "").startswith("test/"):
            raise ValueError(
                f"pruner is {name} and metric is {self.metric}: the test samples are looked at "
                "when a training has ended; choose a metric of validation or train, or pruner=none"
            )

    @property
    def prunes(self) -> bool:
        """Whether a run may be stopped."""
        return bool(self._pruner["name"] != "none")

    @property
    def pruner_class(self) -> str:
        """What Optuna calls the pruner."""
        return PRUNERS[self._pruner["name"]]

    @property
    def pruner_options(self) -> dict[str, Any]:
        """The options of the pruner, as Optuna calls them."""
        return {key: value for key, value in self._pruner.items() if key != "name"}

    @property
    def _pruner(self) -> dict[str, Any]:
        given = self.pruner
        return {"name": None, **given} if isinstance(given, Mapping) else {"name": given}

    def rounds(self, sweep: Sweep, varying: list[Values | Span]) -> Rounds:
        # Optuna takes half a second to import.
        from bpframe_sweeps.study import Search

        search = Search(self, sweep, varying)
        sweep.artifacts.append(sweep.folder / FILE)
        while (trials := search.ask()) is not None:
            outcomes = (yield list(trials.values())) if trials else []
            search.tell(list(trials), outcomes)

    def measured(self, outcome: Outcome) -> tuple[str, float]:
        """Return the metric of a run that has finished, and its value.

        Raises
        ------
        ValueError
            If it has no such figure.
        """
        figures = outcome.figures
        name = self.metric or next((name for name in USUAL if name in figures), None)
        if name is None:
            raise ValueError(
                "there are no validation samples, so name the metric, such as "
                "sweep.metric=train/cost"
            )
        if name not in figures:
            raise ValueError(
                f"metric is '{name}', and run {outcome.job} has no such figure; it has "
                f"{', '.join(figures)}.{did_you_mean(name, figures)}"
            )
        return name, float(figures[name]["value"])

    def told(self, sweep: Sweep) -> str:
        """Return in a line which run of a sweep is the best; nothing without a study."""
        if not (sweep.folder / FILE).exists():
            return ""
        from bpframe_sweeps.study import best_trial

        best, ended = best_trial(sweep.folder)
        parts = {"pruned": ended["PRUNED"], "failed": ended["FAIL"], "cut off": ended["RUNNING"]}
        counts = ", ".join(f"{count} {word}" for word, count in parts.items() if count)
        count = sum(ended.values())
        trials = f"{count} trial{'s' if count != 1 else ''}" + (f" ({counts})" if counts else "")
        if best is None:
            return f"none of {trials} has a value"
        drawn = " ".join(f"{key}={value}" for key, value in best.params.items())
        job = best.user_attrs["run"]
        outcome = next((o for o in sweep.outcomes if o.job == job), None)
        if outcome is None:
            return f"the best of {trials} is run {job}, whose folder is gone: {drawn}"
        metric, value = self.measured(outcome)
        return f"the best of {trials} is run {job}, {metric} {value:.4g}: {drawn}"

    def score(self, metric: str, value: float) -> float:
        """Return what the study is told: a metric that is named, or of the usual ones a score."""
        return value if self.metric or metric == USUAL[0] else -value

    def lags_behind(self, run: Run, epoch: Epoch) -> str | None:
        """Tell the study of an epoch, and return why the run should end with it, or None."""
        metric = self.metric or epoch.selecting
        if self.trial is None or not run.sweep or not self.prunes or metric is None:
            return None
        value = epoch.metrics.get(metric, math.nan)
        if not math.isfinite(value):
            return None
        from bpframe_sweeps.study import should_prune

        score = self.score(metric, value)
        if not should_prune(self, Path(run.sweep), self.trial, epoch.number, score):
            return None
        name = self._pruner["name"]
        return f"{PRUNED} by {name}: {metric} is {value:.4g} after epoch {epoch.number}"
