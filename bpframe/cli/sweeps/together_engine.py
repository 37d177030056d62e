"""Trains the runs of a sweep side by side in threads of this process: hydra/launcher=together."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, NamedTuple

from hydra.core.config_store import ConfigStore
from hydra.core.utils import configure_log
from omegaconf import DictConfig

from bpframe.cli.jobs.job import threads_of
from bpframe.cli.jobs.shared_data import SharedData
from bpframe.cli.sweeps.joblib_engine import checked_jobs
from bpframe.cli.sweeps.loader import QuickLoader
from bpframe.cli.sweeps.run_of_sweep import RunOfSweep, build_here, carry_out_here
from bpframe.core.blas import limited_blas
from bpframe.core.threads import Threads, processors
from bpframe.outcome import Outcome
from bpframe.run import Run

TARGET = "bpframe.cli.sweeps.together_engine.TogetherEngine"


class _Begun(NamedTuple):
    """A run that waits for its turn; `trained` is set when a thread has trained it."""

    run: RunOfSweep
    built: Run | None
    trained: threading.Event | None


class TogetherEngine:
    """Carries out runs one after another, while threads train those whose turn is yet to come.

    Plugins see one run after another, as they do without threads: what they keep between two hooks,
    what they print and draw is of one run alone. Only the training of the next runs goes on
    meanwhile, of which nobody is told before its turn: `Run.train_ahead`.

    Parameters
    ----------
    loader : QuickLoader
        What composes the runs.
    config : DictConfig
        Of the sweep.
    n_jobs : int
        How many threads; with -1 as many as there are processors.

    Raises
    ------
    ConfigError
        If `n_jobs` is no such number.
    """

    def __init__(self, loader: QuickLoader, config: DictConfig, n_jobs: Any) -> None:
        n_jobs = checked_jobs(n_jobs)
        self._n_jobs = processors() if n_jobs == -1 else n_jobs
        self._loader, self._config = loader, config
        configure_log(config.hydra.job_logging, config.hydra.verbose)

    def launch(self, runs: Sequence[RunOfSweep]) -> Iterator[Outcome]:
        """Yield the outcome of each run."""
        shared, left = SharedData(), iter(runs)
        with Threads(self._n_jobs) as threads:
            # One more than there are threads: none waits while a run has its turn.
            first = list(islice(left, self._n_jobs + 1))
            begun = deque(self._begin(run, shared, threads) for run in first)
            while begun:
                outcome = self._carry_out(begun.popleft())
                begun.extend(self._begin(run, shared, threads) for run in islice(left, 1))
                yield outcome

    def _carry_out(self, begun: _Begun) -> Outcome:
        run, built, trained = begun
        return carry_out_here(run, self._loader, self._config, built, trained)

    def _begin(self, run: RunOfSweep, shared: SharedData, threads: Threads) -> _Begun:
        built = build_here(run, self._loader, self._config, shared)
        trains = built and built.task.trains and built.trainer.backprop.side_by_side
        return _Begun(run, built, threads.submit(_train_ahead, built) if trains else None)


def publish_together() -> None:
    """Let Hydra know ``hydra/launcher=together`` and its option ``hydra.launcher.n_jobs``."""
    node = {"_target_": TARGET, "n_jobs": -1}
    ConfigStore.instance().store(group="hydra/launcher", name="together", node=node)


def _train_ahead(run: Run) -> None:
    # What goes wrong goes wrong again when the run has its turn, and is said then.
    with suppress(Exception), limited_blas(threads_of(run.config)):
        run.train_ahead()
