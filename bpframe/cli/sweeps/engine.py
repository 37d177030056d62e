"""What carries out the runs of a sweep: this process, several, or another launcher of Hydra's."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from hydra.core.plugins import Plugins as HydraPlugins

from bpframe.cli.sweeps.joblib_engine import TARGET as JOBLIB
from bpframe.cli.sweeps.joblib_engine import JoblibEngine
from bpframe.cli.sweeps.loader import number_of
from bpframe.outcome import Outcome

BASIC = "hydra._internal.core_plugins.basic_launcher"
Jobs = Sequence[Sequence[str]]


class LauncherEngine:
    """Carries out runs with a launcher of Hydra's.

    Parameters
    ----------
    launcher
        The launcher.
    at_once : int, optional
        How many runs it is given at a time; all of a round if left out.
    """

    def __init__(self, launcher: Any, at_once: int | None) -> None:
        self._launcher = launcher
        self._at_once = at_once

    def launch(self, jobs: Jobs) -> Iterator[Outcome]:
        """Yield the outcome of each run."""
        step = self._at_once or len(jobs)
        for first in range(0, len(jobs), step):
            some = jobs[first : first + step]
            for done in self._launcher.launch(some, initial_job_idx=number_of(some[0])):
                yield done.return_value


def make_engine(hydra_context: Any, config: Any, task_function: Any) -> Any:
    """Return what carries out runs as ``hydra/launcher`` says: its ``launch`` yields outcomes."""
    given, at_once = config.hydra.launcher, config.hydra.sweeper.get("max_batch_size")
    target = str(given.get("_target_"))
    if target == JOBLIB:
        return JoblibEngine(hydra_context, config, task_function, given.n_jobs)
    launcher = HydraPlugins.instance().instantiate_launcher(
        hydra_context=hydra_context, task_function=task_function, config=config
    )
    if target.startswith(BASIC):
        # It keeps what each run has returned until all have: one at a time takes no memory.
        at_once = 1
        logging.getLogger(BASIC).setLevel(logging.WARNING)
    return LauncherEngine(launcher, at_once)
