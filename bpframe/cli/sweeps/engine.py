"""What carries out the runs of a sweep: this process, several, or another launcher of Hydra's."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Iterator, Sequence
from typing import Any

from hydra.core.plugins import Plugins as HydraPlugins
from omegaconf import open_dict

from bpframe.cli.sweeps.joblib_engine import TARGET as JOBLIB
from bpframe.cli.sweeps.joblib_engine import JoblibEngine
from bpframe.cli.sweeps.loader import number_of
from bpframe.outcome import Outcome

BASIC = "hydra._internal.core_plugins.basic_launcher"
RAY = "hydra_plugins.hydra_ray_launcher.ray_launcher.RayLauncher"
# They say of each run that it is launched, what bpframe says when it has ended.
TALKATIVE = (BASIC, "hydra_plugins.hydra_ray_launcher", "hydra_plugins.hydra_submitit_launcher")
RAY_TOKEN = ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH")
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
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    if target == RAY:
        _keep_ray_to_itself(given.ray.init)
    launcher = HydraPlugins.instance().instantiate_launcher(
        hydra_context=hydra_context, task_function=task_function, config=config
    )
    if target.startswith(BASIC):
        # It keeps what each run has returned until all have: one at a time takes no memory.
        at_once = 1
    return LauncherEngine(launcher, at_once)


def _keep_ray_to_itself(options: Any) -> None:
    """Let a Ray of this sweep's own show nothing, tell nobody, and write nothing at home.

    One that is there already, at an ``address``, has its settings from those who have started it.
    """
    if options.get("address"):
        return
    with open_dict(options):
        options.setdefault("include_dashboard", False)
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # Two runs that say the same are two runs.
    os.environ.setdefault("RAY_DEDUP_LOGS", "0")
    if not any(name in os.environ for name in RAY_TOKEN):
        # Who may use it: Ray would keep such a word in the home folder.
        os.environ.update(RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=secrets.token_hex(32))
