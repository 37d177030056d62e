"""Carries out the runs of a sweep in several processes of this machine: hydra/launcher=joblib."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from hydra.core.config_store import ConfigStore
from hydra.core.singleton import Singleton
from hydra.core.utils import configure_log, setup_globals
from omegaconf import DictConfig

from bpframe.cli.sweeps.loader import QuickLoader
from bpframe.cli.sweeps.run_of_sweep import RunOfSweep, carry_out_here
from bpframe.errors import BpframeError, ConfigError
from bpframe.interruption import listen
from bpframe.outcome import Outcome

TARGET = "bpframe.cli.sweeps.joblib_engine.JoblibEngine"
LOOKS_AFTER_SECONDS = 0.5
CLOSING_SECONDS = 3.0
DIED = "a process of the sweep has died: killed, or without memory"


class ProcessDiedError(BpframeError):
    """A process that carried out runs has died, as by a kill or for want of memory."""

    exit_code = 1


class _Common(NamedTuple):
    """What is the same for all runs of a sweep."""

    loader: QuickLoader
    config: DictConfig
    singletons: Any


class JoblibEngine:
    """Carries out runs side by side, each in a process of its own.

    Parameters
    ----------
    loader : QuickLoader
        What composes them.
    config : DictConfig
        Of the sweep.
    n_jobs : int
        How many at a time; with -1 as many as there are processors.

    Raises
    ------
    ConfigError
        If `n_jobs` is no such number.
    """

    def __init__(self, loader: QuickLoader, config: DictConfig, n_jobs: Any) -> None:
        self._common = _Common(loader, config, None)
        self._n_jobs = checked_jobs(n_jobs)

    def launch(self, runs: Sequence[RunOfSweep]) -> Iterator[Outcome]:
        """Yield the outcome of each run when it has ended.

        Raises
        ------
        ProcessDiedError
            If a process has died; other runs that went on then have ended with it.
        """
        from concurrent.futures.process import BrokenProcessPool

        import cloudpickle
        from joblib import Parallel, delayed

        # Sent with each run as it is, and read once by each process.
        common = cloudpickle.dumps(self._common._replace(singletons=Singleton.get_state()))
        parallel = Parallel(
            n_jobs=self._n_jobs,
            backend="loky",
            return_as="generator_unordered",
            initializer=_end_with_parent,
            initargs=(os.getpid(),),
        )
        outcomes: Iterator[Outcome] = parallel(delayed(_carry_out)(common, run) for run in runs)
        try:
            yield from outcomes
        except BrokenProcessPool as error:
            raise ProcessDiedError(DIED) from error


def checked_jobs(n_jobs: Any) -> int:
    """Return how many runs go on at a time, or -1 for as many as there are processors.

    Raises
    ------
    ConfigError
        If it is no such number.
    """
    if not isinstance(n_jobs, int) or (n_jobs != -1 and n_jobs < 1):
        raise ConfigError(
            f"hydra.launcher.n_jobs is {n_jobs}; it must be -1 or a whole number from 1"
        )
    return n_jobs


def publish_joblib() -> None:
    """Let Hydra know ``hydra/launcher=joblib`` and its option ``hydra.launcher.n_jobs``."""
    node = {"_target_": TARGET, "n_jobs": -1}
    ConfigStore.instance().store(group="hydra/launcher", name="joblib", node=node)


_unpacked: dict[bytes, _Common] = {}


def _carry_out(common: bytes, run: RunOfSweep) -> Outcome:
    if common not in _unpacked:
        import cloudpickle

        setup_globals()
        _unpacked.clear()
        _unpacked[common] = cloudpickle.loads(common)
        _, config, singletons = _unpacked[common]
        Singleton.set_state(singletons)
        configure_log(config.hydra.job_logging, config.hydra.verbose)
        os.environ.update(config.hydra.job.env_set)
    loader, config, _ = _unpacked[common]
    return carry_out_here(run, loader, config)


def _end_with_parent(parent: int) -> None:
    """Let this process end when the one that has started it has died, as by a kill."""
    listen()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOKS_AFTER_SECONDS)
        # A run that goes on closes what it has open; then other runs would follow.
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(CLOSING_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
