"""Carries out a sweep: asks its strategy for runs, numbers them, and sees to it that each ends."""

from __future__ import annotations

import time
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import IntervalSweep, Override
from omegaconf import DictConfig

from bpframe.cli.jobs.place import HeldError, hold, let_go
from bpframe.cli.sweeps.engine import make_engine
from bpframe.cli.sweeps.joblib_engine import ProcessDiedError
from bpframe.cli.sweeps.loader import QuickLoader, numbered
from bpframe.cli.sweeps.run_of_sweep import RunOfSweep
from bpframe.errors import ConfigError, complain
from bpframe.options import is_of_sweep, masked
from bpframe.outcome import UNFINISHED, Outcome, load_outcomes
from bpframe.plugins.blame import named
from bpframe.plugins.loaded import Plugins
from bpframe.sweep import Span, Strategy, Sweep, Values

POLL_SECONDS = 0.2
# Of a process that dies before it has begun anything.
TRIES = 2
# Of a run that has not begun.
NONE = Outcome("", 1, "", [])


class Sweeper:
    """Carries out a sweep, in the place of Hydra's own sweeper.

    Parameters
    ----------
    sweep : Sweep
        The sweep, in its folder.
    strategy : Strategy
        What chooses its runs.
    plugins : Plugins
        Where it is from.
    hydra_context, config
        As Hydra gives them to a sweeper; its loader is a `QuickLoader`.
    """

    def __init__(
        self,
        sweep: Sweep,
        strategy: Strategy,
        plugins: Plugins,
        hydra_context: Any,
        config: DictConfig,
    ) -> None:
        self._sweep, self._strategy, self._config = sweep, strategy, config
        self._plugins = plugins
        self._loader: QuickLoader = hydra_context.config_loader
        self._engine = make_engine(hydra_context, config)
        before = load_outcomes(sweep.folder, sweep.mark) if sweep.resumed else []
        self._numbers = {_key(outcome.overrides): outcome.job for outcome in before}
        self._taken = set(self._numbers.values())
        self._next = 0

    def plan(self, words: list[str]) -> None:
        """Find out which runs come first, and whether they can be composed.

        Parameters
        ----------
        words : list of str
            What was asked for on the command line.

        Raises
        ------
        ConfigError
            If the strategy has no use for what varies.
        hydra.errors.HydraException, omegaconf.errors.OmegaConfBaseException
            If a run cannot be composed.
        """
        params = self._config.hydra.sweeper.get("params") or {}
        all_words = [*(f"{key}={value}" for key, value in params.items()), *words]
        self._overrides = OverridesParser.create(self._loader).parse_overrides(all_words)
        varying = [_varying(o) for o in self._overrides if o.is_sweep_override()]
        self._rounds = self._strategy.rounds(self._sweep, varying)
        self._planned = self._next_round(None)

    def sweep(self, arguments: list[str]) -> None:
        """Carry out every run; Hydra's name of it, and its argument, which `plan` has had."""
        while self._planned is not None:
            outcomes = self._carry_out(self._planned)
            self._planned = self._next_round(outcomes)

    def _next_round(self, outcomes: list[Outcome] | None) -> list[RunOfSweep] | None:
        """Return the runs of the next round; None if there is none."""
        with named(self._plugins):
            try:
                rounds = self._rounds
                runs = next(rounds) if outcomes is None else rounds.send(outcomes)
            except StopIteration:
                return None
            except ValueError as error:
                raise ConfigError(f"sweep: {error}") from error
        return [self._job(_words(self._overrides, run)) for run in runs]

    def _carry_out(self, jobs: list[RunOfSweep]) -> list[Outcome]:
        outcomes: dict[int, Outcome] = {}
        batches, tried, idle = [jobs] if jobs else [], set[int](), 0
        while batches:
            batch = batches.pop(0)
            try:
                for outcome in self._engine.launch(batch):
                    outcomes[outcome.job] = outcome
            except Exception as error:
                left = [job for job in batch if job.number not in outcomes]
                ended = {job.number: self._settled(job) for job in left}
                outcomes |= {n: outcome for n, outcome in ended.items() if outcome}
                died = [job for job in left if outcomes.get(job.number, NONE).status == UNFINISHED]
                idle = 0 if died or len(left) < len(batch) else idle + 1
                if not died and (idle > TRIES or not isinstance(error, ProcessDiedError)):
                    raise
                again = [job for job in died if job.number not in tried]
                tried.update(job.number for job in died)
                _tell(error, again)
                fresh = [job for job in left if job.number not in outcomes]
                # One at a time: what has ended one process would take others with it again.
                batches = [*([fresh] if fresh else []), *([job] for job in again), *batches]
        return [outcomes.get(job.number, NONE) for job in jobs]

    def _job(self, words: list[str]) -> RunOfSweep:
        number = self._number(_key(words))
        words = [*words, numbered(number)]
        folder = self._loader.folder_of(self._config, words)
        return RunOfSweep(number, words, self._sweep.folder / folder)

    def _number(self, key: tuple[str, ...]) -> int:
        """Return the number that a run has had before, or the next one that is free."""
        if key not in self._numbers:
            while self._next in self._taken:
                self._next += 1
            self._numbers[key] = self._next
            self._taken.add(self._next)
        return self._numbers[key]

    def _settled(self, job: RunOfSweep) -> Outcome | None:
        """Return what became of a run when no process has its folder; None if it has not begun."""
        while job.folder.is_dir():
            try:
                let_go(hold(job.folder))
                break
            except HeldError:
                time.sleep(POLL_SECONDS)
        found = load_outcomes(job.folder, self._sweep.mark)
        return next((outcome for outcome in found if outcome.job == job.number), None)


def _key(words: list[str]) -> tuple[str, ...]:
    """Return what a run is known by: its overrides, but for those of the sweep.

    They are masked as they are in its outcome.
    """
    return tuple(sorted(masked(word) for word in words if not is_of_sweep(word)))


def _words(overrides: list[Override], run: dict[str, str]) -> list[str]:
    """Return the overrides of a run, in the order in which they were typed."""
    keys = {override.get_key_element(): override for override in overrides}
    words = [
        f"{key}={run[key]}" if key in run else str(override.input_line)
        for key, override in keys.items()
        if key in run or not override.is_sweep_override()
    ]
    return [*words, *(f"{key}={value}" for key, value in run.items() if key not in keys)]


def _varying(override: Override) -> Values | Span:
    key, value = override.get_key_element(), override.value()
    if isinstance(value, IntervalSweep):
        assert value.start is not None
        assert value.end is not None
        whole = isinstance(value.start, int)
        return Span(key, value.start, value.end, whole, "log" in value.tags)
    return Values(key, tuple(override.sweep_string_iterator()))


def _tell(error: Exception, again: list[RunOfSweep]) -> None:
    numbers = ", ".join(str(job.number) for job in again)
    first = str(error).strip().partition("\n")[0] or type(error).__name__
    complain(f"{first}" + (f"; run {numbers} is carried out again" if again else ""))
