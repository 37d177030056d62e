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
from hydra.core.utils import run_job, setup_globals

from bpframe.cli.sweeps.loader import number_of
from bpframe.errors import BpframeError
from bpframe.interruption import listen
from bpframe.outcome import Outcome

TARGET = "bpframe.cli.sweeps.joblib_engine.JoblibEngine"
LOOKS_AFTER_SECONDS = 0.5
CLOSING_SECONDS = 3.0


class ProcessDiedError(BpframeError):
    """A process that carried out runs has died, as by a kill or for want of memory."""

    exit_code = 1


class _Work(NamedTuple):
    """What is the same for all runs that a worker carries out."""

    context: Any
    config: Any
    function: Any
    singletons: Any


class JoblibEngine:
    """Carries out runs side by side, each in a process of its own.

    Parameters
    ----------
    hydra_context, config, task_function
        As Hydra gives them to its launchers.
    n_jobs : int
        How many at a time; with -1 as many as there are processors.
    """

    def __init__(self, hydra_context: Any, config: Any, task_function: Any, n_jobs: int) -> None:
        self._work = _Work(hydra_context, config, task_function, None)
        self._n_jobs = n_jobs

    def launch(self, jobs: Sequence[Sequence[str]]) -> Iterator[Outcome]:
        """Yield the outcome of each run when it has ended.

        Parameters
        ----------
        jobs : sequence of sequences of str
            The overrides of each run, and its number.

        Raises
        ------
        ProcessDiedError
            If a process has died; other runs that went on then have ended with it.
        """
        from concurrent.futures.process import BrokenProcessPool

        import cloudpickle
        from joblib import Parallel, delayed

        # Sent with each run as it is, and read once by each process.
        work = cloudpickle.dumps(self._work._replace(singletons=Singleton.get_state()))
        parallel = Parallel(
            n_jobs=self._n_jobs,
            backend="loky",
            return_as="generator_unordered",
            initializer=_end_with_parent,
            initargs=(os.getpid(),),
        )
        outcomes: Iterator[Outcome] = parallel(delayed(_carry_out)(work, list(j)) for j in jobs)
        try:
            yield from outcomes
        except BrokenProcessPool as error:
            raise ProcessDiedError(
                "a process of the sweep has died: killed, or without memory"
            ) from error


def publish_joblib() -> None:
    """Let Hydra know ``hydra/launcher=joblib`` and its option ``hydra.launcher.n_jobs``."""
    node = {"_target_": TARGET, "n_jobs": -1}
    ConfigStore.instance().store(group="hydra/launcher", name="joblib", node=node)


_unpacked: dict[bytes, _Work] = {}


def _carry_out(work: bytes, words: list[str]) -> Outcome:
    if work not in _unpacked:
        import cloudpickle

        setup_globals()
        _unpacked.clear()
        _unpacked[work] = cloudpickle.loads(work)
        Singleton.set_state(_unpacked[work].singletons)
    context, config, function, _ = _unpacked[work]
    composed = context.config_loader.load_sweep_config(config, words)
    composed.hydra.job.id = f"{composed.hydra.job.name}_{number_of(words)}"
    done = run_job(function, composed, "hydra.sweep.dir", "hydra.sweep.subdir", context)
    outcome: Outcome = done.return_value
    return outcome


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
