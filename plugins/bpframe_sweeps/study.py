"""The study that Optuna keeps of a sweep: what was tried, and what became of it."""

from __future__ import annotations

import functools
import inspect
import math
import os
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from filelock import FileLock
from optuna.samplers import TPESampler
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileSymlinkLock
from optuna.study import Study
from optuna.trial import FrozenTrial, Trial, TrialState

from bpframe import Outcome, Span, Sweep, Values
from bpframe_sweeps.optuna_search import FILE, PRUNED, OptunaSearch

LOCK = ".optuna.lock"
# What the study remembers of itself, and of each trial.
METRIC, OPTIONS, RUN, ERROR = "metric", "options", "run", "error"


class Search:
    """Asks a study for trials, and tells it what became of them.

    Parameters
    ----------
    settings : OptunaSearch
        What was asked for.
    sweep : Sweep
        The sweep; its folder has the study, or gets it.
    varying : list of Values or Span
        The options that vary.

    Raises
    ------
    ValueError
        If the study there is about another metric or other options, or the pruner refuses one of
        its own.
    """

    def __init__(self, settings: OptunaSearch, sweep: Sweep, varying: list[Values | Span]) -> None:
        self._settings, self._seed, self._varying = settings, sweep.seed, varying
        self._study = _begun_study(settings, sweep, sorted(option.key for option in varying))
        self._repeated: dict[int, int] = {}

    def ask(self) -> dict[int, dict[str, str]] | None:
        """Return the values of each trial of the next round by its number; None after the last.

        What was asked for and never told comes first: the process that did so has died. What was
        tried before is not among them, and is told with the others.
        """
        known = self._study.get_trials(deepcopy=False)
        left = [trial.number for trial in known if not trial.state.is_finished()]
        at_once, end = self._settings.at_once, len(known)
        # What was left may be all of its round.
        if not left or end % at_once:
            end = max(end, min(self._settings.trials, (end // at_once + 1) * at_once))
        numbers = [*left, *range(len(known), end)]
        for number in numbers:
            self._draw(number, is_new=number >= len(known))
        first: dict[tuple[Any, ...], int] = {}
        for trial in self._study.get_trials(deepcopy=False):
            drawn = tuple(trial.params[option.key] for option in self._varying)
            if first.setdefault(drawn, trial.number) != trial.number and trial.number in numbers:
                self._repeated[trial.number] = first[drawn]
        fresh = [number for number in numbers if number not in self._repeated]
        return {number: self._typed(number) for number in fresh} if numbers else None

    def tell(self, numbers: list[int], outcomes: list[Outcome]) -> None:
        """Tell the study what became of its trials.

        Raises
        ------
        ValueError
            If a run has finished without the metric.
        """
        for number, outcome in zip(numbers, outcomes, strict=True):
            self._tell(number, outcome)
        for number, before in self._repeated.items():
            same = self._study.get_trials(deepcopy=False)[before]
            values = same.value if same.state == TrialState.COMPLETE else None
            self._remember(number, RUN, same.user_attrs.get(RUN))
            self._study.tell(number, values, same.state)
        self._repeated.clear()

    def _draw(self, number: int, is_new: bool) -> None:
        study = self._study
        # From the number, so that a search that was stopped goes on as if it had not been.
        drawn_from = np.random.SeedSequence([self._seed, number]).generate_state(1)
        several = self._settings.at_once > 1
        study.sampler = TPESampler(seed=int(drawn_from[0]), constant_liar=several)
        trial = study.ask() if is_new else Trial(study, _id_of(study, number))
        for option in self._varying:
            if isinstance(option, Values):
                trial.suggest_categorical(option.key, option.values)
            elif option.whole:
                low, high = int(option.low), int(option.high)
                trial.suggest_int(option.key, low, high, log=option.logarithmic)
            else:
                trial.suggest_float(option.key, option.low, option.high, log=option.logarithmic)

    def _typed(self, number: int) -> dict[str, str]:
        drawn = self._study.get_trials(deepcopy=False)[number].params
        typed = {option.key: str(drawn[option.key]) for option in self._varying}
        return {**typed, "sweep.trial": str(number)}

    def _tell(self, number: int, outcome: Outcome) -> None:
        self._remember(number, RUN, outcome.job)
        if outcome.status != "finished" or outcome.exit_code:
            self._remember(number, ERROR, outcome.error or outcome.status)
            self._study.tell(number, state=TrialState.FAIL)
        elif outcome.stopped.startswith(PRUNED):
            self._study.tell(number, state=TrialState.PRUNED)
        else:
            name, value = self._settings.measured(outcome)
            if math.isfinite(value):
                self._study.tell(number, self._settings.score(name, value))
            else:
                self._remember(number, ERROR, f"{name} is {value}")
                self._study.tell(number, state=TrialState.FAIL)

    def _remember(self, number: int, what: str, value: Any) -> None:
        study = self._study
        study._storage.set_trial_user_attr(_id_of(study, number), what, value)


def should_prune(
    settings: OptunaSearch, folder: Path, number: int, epoch: int, score: float
) -> bool:
    """Report the score of an epoch to a trial, and return whether it lags behind.

    Parameters
    ----------
    settings : OptunaSearch
        With the pruner.
    folder : pathlib.Path
        Of the sweep.
    number : int
        Of the trial.
    epoch : int
        The number of the epoch.
    score : float
        What it reached.
    """
    study = optuna.load_study(study_name=None, storage=_storage(folder), pruner=_pruner(settings))
    trial = Trial(study, _id_of(study, number))
    trial.report(score, epoch)
    return trial.should_prune()


def best_trial(folder: Path) -> tuple[FrozenTrial | None, Counter[str]]:
    """Return the best trial of the study in a folder, if one has a value, and how many ended how.

    Of trials that are equally good it is the first.
    """
    study = optuna.load_study(study_name=None, storage=_storage(folder))
    trials = study.get_trials(deepcopy=False)
    counts = Counter(trial.state.name for trial in trials)
    if not counts[TrialState.COMPLETE.name]:
        return None, counts
    best = study.best_trial.value
    return next(t for t in trials if t.state == TrialState.COMPLETE and t.value == best), counts


def _begun_study(settings: OptunaSearch, sweep: Sweep, options: list[str]) -> Study:
    """Return the study of a sweep: a new one, or that which its folder has."""
    pruner = _pruner(settings)
    storage = _storage(sweep.folder)
    # A study has a direction from its beginning. Which metric is the usual one, the data say later:
    # until then what is told is a score, the more the better.
    wants_more = settings.metric is None or sweep.wants_more(settings.metric)
    names = optuna.get_all_study_names(storage)
    study = optuna.create_study(
        storage=storage,
        study_name=names[0] if names else sweep.name,
        load_if_exists=True,
        direction="maximize" if wants_more else "minimize",
        pruner=pruner,
    )
    begun = study.user_attrs
    if (metric := begun.get(METRIC, settings.metric)) != settings.metric:
        raise _another(sweep, f"with sweep.metric={metric}" if metric else "with no sweep.metric")
    if (known := begun.get(OPTIONS, options)) != options:
        raise _another(sweep, f"over {', '.join(known) or 'no option'}")
    if OPTIONS not in begun:
        study.set_user_attr(METRIC, settings.metric)
        study.set_user_attr(OPTIONS, options)
    return study


def _another(sweep: Sweep, how: str) -> ValueError:
    return ValueError(
        f"the study in {sweep.folder} was begun {how}: leave it at that, or begin another sweep"
    )


def _pruner(settings: OptunaSearch) -> Any:
    pruner = getattr(optuna.pruners, settings.pruner_class)
    try:
        inspect.signature(pruner).bind(**settings.pruner_options)
    except TypeError as error:
        raise ValueError(f"pruner is {settings.pruner}: {error}") from None
    return pruner(**settings.pruner_options)


def _id_of(study: Study, number: int) -> int:
    return study._storage.get_trial_id_from_study_id_trial_number(study._study_id, number)


@functools.lru_cache(maxsize=1)
def _storage(folder: Path) -> JournalStorage:
    """Return the storage of a sweep's study; it remembers how far it has read the file."""
    # What it says of each trial, the table of the sweep says.
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    file = folder / FILE
    return JournalStorage(JournalFileBackend(str(file), lock_obj=_Lock(file)))


class _Lock(JournalFileSymlinkLock):
    """Lets one process at a time write, and cuts off what one that was killed has half written.

    Optuna's own would keep the others waiting for half a minute when a process dies with it.
    """

    def __init__(self, file: Path) -> None:
        super().__init__(str(file))
        self._file, self._held = file, FileLock(file.parent / LOCK)

    def acquire(self) -> bool:
        self._held.acquire()
        with self._file.open("r+b") as journal:
            if journal.seek(0, os.SEEK_END) and not _ends_a_line(journal):
                journal.seek(0)
                journal.truncate(journal.read().rfind(b"\n") + 1)
        return True

    def release(self) -> None:
        self._held.release()


def _ends_a_line(journal: Any) -> bool:
    journal.seek(-1, os.SEEK_END)
    return bool(journal.read(1) == b"\n")
