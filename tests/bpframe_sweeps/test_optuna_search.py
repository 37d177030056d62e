"""A search by Optuna: what it draws, what it is told, and how one that was stopped goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.study import StudyDirection
from optuna.trial import TrialState

from bpframe import Outcome, Span, Sweep, Values
from bpframe_sweeps import OptunaSearch

RATE = Span("optimizer.learning_rate", 0.01, 10.0, logarithmic=True)
RULE = Values("activation", ("sigmoid", "tanh"))
Typed = dict[str, str]


class Stopped(BaseException):
    """What stands for a kill."""


def search(
    folder: Path,
    settings: OptunaSearch,
    become: Callable[[int, Typed], Outcome],
    varying: tuple[Values | Span, ...] = (RATE, RULE),
    **sweep: Any,
) -> list[Typed]:
    """Return the runs that a search asked for, in which ``become`` says what became of each."""
    asked: list[Typed] = []
    rounds = settings.rounds(Sweep(folder, folder, "mark", **sweep), list(varying))

    def carried_out(runs: list[Typed]) -> Iterator[Outcome]:
        for run in runs:
            asked.append(run)
            yield become(len(asked) - 1, run)

    runs = next(rounds, None)
    while runs is not None:
        try:
            runs = rounds.send(list(carried_out(runs)))
        except StopIteration:
            runs = None
    return asked


def finished(job: int, stopped: str = "", **figures: float) -> Outcome:
    """Return the outcome of a run with such figures of validation."""
    named = {f"validation/{name}": {"value": value} for name, value in figures.items()}
    return Outcome("finished", 0, "", [], "mark", job, figures=named, stopped=stopped)


def best_at_one(job: int, run: Typed) -> Outcome:
    """Return the outcome of a run that is the better the closer its rate is to 1."""
    return finished(job, cost=abs(float(run[RATE.key]) - 1), accuracy=0.5)


def study_in(folder: Path) -> optuna.Study:
    """Return the study that a search has left."""
    file = str(folder / "optuna.journal")
    return optuna.load_study(study_name=None, storage=JournalStorage(JournalFileBackend(file)))


def states(folder: Path) -> list[TrialState]:
    """Return how each trial ended."""
    return [trial.state for trial in study_in(folder).get_trials(deepcopy=False)]


def test_values_are_among_those_that_were_typed(tmp_path: Path) -> None:
    whole = Span("trainer.batch_size", 1, 30, whole=True)
    settings = OptunaSearch(trials=12, metric="validation/cost")
    runs = search(tmp_path, settings, best_at_one, (RATE, RULE, whole))
    assert len(runs) == 12
    assert [run["sweep.trial"] for run in runs] == [str(n) for n in range(12)]
    for run in runs:
        assert 0.01 <= float(run[RATE.key]) <= 10
        assert run[RULE.key] in RULE.values
        assert 1 <= int(run[whole.key]) <= 30


def test_one_seed_gives_one_search(tmp_path: Path) -> None:
    found = []
    for name, seed in [("a", 0), ("b", 0), ("c", 1)]:
        (tmp_path / name).mkdir()
        settings = OptunaSearch(trials=12, metric="validation/cost")
        found.append(search(tmp_path / name, settings, best_at_one, seed=seed))
    assert found[0] == found[1]
    assert found[0] != found[2]


@pytest.mark.parametrize(
    ("metric", "direction"),
    [
        ("validation/cost", StudyDirection.MINIMIZE),
        ("validation/accuracy", StudyDirection.MAXIMIZE),
        ("test/accuracy_at_best_validation", StudyDirection.MAXIMIZE),
        ("validation/r2", StudyDirection.MAXIMIZE),
        ("train/penalty", StudyDirection.MINIMIZE),
    ],
)
def test_the_direction_follows_from_the_metric(
    tmp_path: Path, metric: str, direction: StudyDirection
) -> None:
    def become(job: int, run: Typed) -> Outcome:
        return Outcome("finished", 0, "", [], job=job, figures={metric: {"value": job / 2}})

    higher = frozenset({"accuracy", "r2"})
    settings = OptunaSearch(trials=3, metric=metric)
    search(tmp_path, settings, become, higher_is_better=higher)
    study = study_in(tmp_path)
    assert study.direction == direction
    assert study.best_value == (1.0 if direction == StudyDirection.MAXIMIZE else 0.0)


@pytest.mark.parametrize("name", ["accuracy", "cost"])
def test_the_usual_metric_is_the_one_that_the_data_have(tmp_path: Path, name: str) -> None:
    # For values there is no accuracy.
    search(tmp_path, OptunaSearch(trials=3), lambda job, run: finished(job, **{name: job}))
    assert study_in(tmp_path).best_trial.number == (2 if name == "accuracy" else 0)


def test_what_failed_is_told_as_failed_whatever_its_figures_are(tmp_path: Path) -> None:
    figures = {"validation/cost": {"value": 1e-9}}
    ends = [
        Outcome("failed", 1, "", [], job=0, figures=figures, error="the cost is not finite"),
        finished(1, cost=float("nan")),
        finished(2, cost=float("inf")),
        Outcome("does not fit", 0, "", [], job=3, figures=figures),
        Outcome("", 1, "", []),
        finished(5, cost=2.0),
        finished(6, "pruned by median: it lags behind", cost=1e-9),
        finished(7, "the cost has not fallen for 5 epochs", cost=3.0),
    ]
    settings = OptunaSearch(trials=len(ends), metric="validation/cost")
    search(tmp_path, settings, lambda job, run: ends[job])
    told = [state.name for state in states(tmp_path)]
    assert told == ["FAIL"] * 5 + ["COMPLETE", "PRUNED", "COMPLETE"]
    study = study_in(tmp_path)
    assert study.best_trial.number == 5
    assert study.trials[0].user_attrs == {"run": 0, "error": "the cost is not finite"}


def test_a_combination_is_run_once(tmp_path: Path) -> None:
    rates = Values("optimizer.learning_rate", ("1", "2"))
    settings = OptunaSearch(trials=20, at_once=4, metric="validation/cost")
    runs = search(tmp_path, settings, best_at_one, (rates, RULE))
    drawn = [(run[rates.key], run[RULE.key]) for run in runs]
    assert len(drawn) == len(set(drawn)) <= 4
    assert states(tmp_path) == [TrialState.COMPLETE] * 20


@pytest.mark.parametrize("at_once", [1, 3])
@pytest.mark.parametrize("before", [1, 4, 5])
def test_a_search_that_was_stopped_goes_on_as_if_it_had_not(
    tmp_path: Path, at_once: int, before: int
) -> None:
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    for folder in (whole, stopped):
        folder.mkdir()
    settings = OptunaSearch(trials=8, at_once=at_once, metric="validation/cost")

    def dying(job: int, run: Typed) -> Outcome:
        if job == before:
            raise Stopped
        return best_at_one(job, run)

    def by_trial(job: int, run: Typed) -> Outcome:
        return best_at_one(int(run["sweep.trial"]), run)

    undisturbed = search(whole, settings, by_trial)
    with pytest.raises(Stopped):
        search(stopped, settings, dying)
    with (stopped / "optuna.journal").open("ab") as journal:
        journal.write(b'{"op_code":4,"wor')  # what a kill in the middle of a line leaves
    # What was told is not asked for again.
    rest = search(stopped, settings, by_trial)
    assert len(rest) == 8 - before // at_once * at_once
    assert rest == undisturbed[-len(rest) :]
    assert [t.params for t in study_in(stopped).trials] == [
        t.params for t in study_in(whole).trials
    ]
    assert states(stopped) == [TrialState.COMPLETE] * 8


def test_a_study_keeps_its_metric(tmp_path: Path) -> None:
    search(tmp_path, OptunaSearch(trials=2, metric="validation/cost"), best_at_one)
    with pytest.raises(ValueError, match=r"was begun with sweep\.metric=validation/cost"):
        search(tmp_path, OptunaSearch(trials=3), best_at_one)


def test_a_study_keeps_its_options(tmp_path: Path) -> None:
    settings = OptunaSearch(trials=3, metric="validation/cost")
    search(tmp_path, settings, best_at_one)
    with pytest.raises(ValueError, match=r"was begun over activation, optimizer\.learning_rate"):
        search(tmp_path, settings, best_at_one, (Values("seed", ("0", "1")),))


def test_more_trials_go_on_with_the_study(tmp_path: Path) -> None:
    settings = OptunaSearch(trials=2, metric="validation/cost")
    search(tmp_path, settings, best_at_one)
    more = search(tmp_path, OptunaSearch(trials=5, metric="validation/cost"), best_at_one)
    assert [run["sweep.trial"] for run in more] == ["2", "3", "4"]


def test_the_best_run_may_have_been_taken_away(tmp_path: Path) -> None:
    settings = OptunaSearch(trials=2, metric="validation/cost")
    search(tmp_path, settings, best_at_one)
    assert "whose folder is gone: " in settings.told(Sweep(tmp_path, tmp_path, "mark"))


def test_a_metric_that_no_run_has_is_named(tmp_path: Path) -> None:
    settings = OptunaSearch(trials=2, metric="validation/costs")
    with pytest.raises(ValueError, match=r"no such figure; .* Did you mean 'validation/cost'"):
        search(tmp_path, settings, best_at_one)


def test_without_validation_samples_the_metric_is_to_be_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"sweep\.metric=train/cost"):
        search(tmp_path, OptunaSearch(), lambda job, run: finished(job))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"trials": 0}, "trials is 0"),
        ({"at_once": 0}, "at_once is 0"),
        ({"threads": 0}, "threads is 0"),
        ({"pruner": "medain"}, "Did you mean 'median'"),
        ({"pruner": {"percentile": 25}}, "pruner is 'None'"),
        ({"pruner": ["median"]}, "pruner is '\\['median'\\]'"),
        ({"pruner": "median", "metric": "test/accuracy"}, "choose a metric of validation or train"),
    ],
)
def test_what_is_not_allowed(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        OptunaSearch(**options)


@pytest.mark.parametrize(
    ("pruner", "message"),
    [
        ({"name": "percentile"}, "missing a required argument: 'percentile'"),
        ({"name": "median", "patience": 3}, "unexpected keyword argument 'patience'"),
        ({"name": "percentile", "percentile": 200}, "between 0 and 100"),
    ],
)
def test_what_a_pruner_refuses(tmp_path: Path, pruner: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        search(tmp_path, OptunaSearch(pruner=pruner), best_at_one)


def test_the_extra_is_named_where_it_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bpframe_sweeps.optuna_search.find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r"pip install 'bpframe\[optuna\]'"):
        OptunaSearch()
