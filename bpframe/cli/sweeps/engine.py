"""What carries out the runs of a sweep: this process, several, or a launcher of Hydra's."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from hydra.core.plugins import Plugins as HydraPlugins
from hydra.core.utils import configure_log
from omegaconf import DictConfig, OmegaConf, open_dict

from bpframe.cli.replaced import replaced
from bpframe.cli.sweeps.joblib_engine import DIED, JoblibEngine, ProcessDiedError
from bpframe.cli.sweeps.joblib_engine import TARGET as JOBLIB
from bpframe.cli.sweeps.loader import QuickLoader
from bpframe.cli.sweeps.run_of_sweep import RunOfSweep, carry_out_here, carry_out_with_hydra
from bpframe.errors import ConfigError
from bpframe.outcome import Outcome

BASIC = "hydra._internal.core_plugins.basic_launcher.BasicLauncher"
RAY = "hydra_plugins.hydra_ray_launcher.ray_launcher.RayLauncher"
SUBMITIT = "hydra_plugins.hydra_submitit_launcher"
# As Slurm calls a job that waits.
PENDING = "PENDING"
# They say of each run that it is launched, and a run says itself when it has ended.
TALKATIVE = (
    BASIC.rpartition(".")[0],
    "hydra_plugins.hydra_ray_launcher",
    SUBMITIT,
)
LOOPBACK = "127.0.0.1"
RAY_TOKEN = ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH")


class Engine(Protocol):
    """What carries out runs."""

    def launch(self, runs: Sequence[RunOfSweep]) -> Iterator[Outcome]:
        """Yield the outcome of each run, in any order."""


class HereEngine:
    """Carries out runs in this process, one after another.

    Parameters
    ----------
    loader : QuickLoader
        What composes them.
    config : DictConfig
        Of the sweep.
    """

    def __init__(self, loader: QuickLoader, config: DictConfig) -> None:
        self._loader, self._config = loader, config
        configure_log(config.hydra.job_logging, config.hydra.verbose)

    def launch(self, runs: Sequence[RunOfSweep]) -> Iterator[Outcome]:
        """Yield the outcome of each run."""
        for run in runs:
            yield carry_out_here(run, self._loader, self._config)


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
        self._launcher, self._at_once = launcher, at_once

    def launch(self, runs: Sequence[RunOfSweep]) -> Iterator[Outcome]:
        """Yield the outcome of each run."""
        step = self._at_once or len(runs)
        for first in range(0, len(runs), step):
            some = runs[first : first + step]
            words = [run.words for run in some]
            for done in self._launcher.launch(words, initial_job_idx=some[0].number):
                yield done.return_value


class RayEngine(LauncherEngine):
    """Carries out runs with Ray; what dies there once, Ray itself begins again."""

    def launch(self, runs: Sequence[RunOfSweep]) -> Iterator[Outcome]:
        """Yield the outcome of each run.

        Raises
        ------
        ProcessDiedError
            If a process has died a second time; those of other runs have ended with it.
        """
        import ray
        from ray.exceptions import RayError, RayTaskError

        try:
            yield from super().launch(runs)
        except RayError as error:
            # Runs that wait there would begin while they are carried out again here.
            ray.shutdown()
            if isinstance(error, RayTaskError):
                raise
            raise ProcessDiedError(DIED) from error


class SubmititEngine(LauncherEngine):
    """Carries out runs as jobs of submitit's, which end when this process is interrupted."""

    def launch(self, runs: Sequence[RunOfSweep]) -> Iterator[Outcome]:
        """Yield the outcome of each run."""
        from submitit import AutoExecutor

        jobs, submit = [], AutoExecutor.map_array

        def submit_and_keep(executor: Any, *arguments: Any) -> Any:
            submitted = submit(executor, *arguments)
            jobs.extend(submitted)
            return submitted

        try:
            with replaced(AutoExecutor, "map_array", submit_and_keep):
                yield from super().launch(runs)
        except BaseException as error:
            # What has begun comes to its end if another one has died; what waits begins here then.
            ends = not isinstance(error, Exception)
            for job in jobs:
                if ends or job.state == PENDING:
                    job.cancel(check=False)
            raise


def make_engine(hydra_context: Any, config: DictConfig) -> Engine:
    """Return what carries out runs as ``hydra/launcher`` says.

    What somebody wants Hydra to do around each run, only a launcher of Hydra's does.

    Raises
    ------
    ConfigError
        If that is wanted of ``hydra/launcher=joblib``, which is no launcher of Hydra's.
    """
    target, wanted = str(config.hydra.launcher.get("_target_")), _wanted_of_hydra(config)
    if target == BASIC and not wanted:
        return HereEngine(hydra_context.config_loader, config)
    if target == JOBLIB:
        if wanted:
            raise ConfigError(f"hydra/launcher=joblib does not do what {wanted} asks for")
        return JoblibEngine(hydra_context.config_loader, config, config.hydra.launcher.n_jobs)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    if target == RAY:
        _settle_ray(config.hydra.launcher.ray)
    launcher = HydraPlugins.instance().instantiate_launcher(
        hydra_context=hydra_context, task_function=carry_out_with_hydra, config=config
    )
    # The basic one keeps what each run has returned until all have, so it gets one at a time.
    given = 1 if target == BASIC else config.hydra.sweeper.get("max_batch_size")
    if target.startswith(SUBMITIT):
        return SubmititEngine(launcher, given)
    return (RayEngine if target == RAY else LauncherEngine)(launcher, given)


def _settle_ray(options: DictConfig) -> None:
    """Let a Ray of this sweep's own be seen by nobody else, and write nothing at home.

    One that is there already, at an ``address``, has its settings from those who have started it.
    """
    with open_dict(options):
        options.remote.setdefault("max_retries", 1)
        if options.init.get("address"):
            return
        options.init.setdefault("include_dashboard", False)
        options.init.setdefault("_node_ip_address", LOOPBACK)
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # Two runs that say the same are two runs.
    os.environ.setdefault("RAY_DEDUP_LOGS", "0")
    if not any(name in os.environ for name in RAY_TOKEN):
        # Who may use it: Ray would keep such a word in the home folder.
        os.environ.update(RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=secrets.token_hex(32))


def _wanted_of_hydra(config: DictConfig) -> str:
    """Return what asks for something around each run that Hydra alone does; nothing if nothing."""
    hydra = config.hydra
    for key in ("callbacks", "output_subdir", "job.chdir"):
        if OmegaConf.select(hydra, key):
            return f"hydra.{key}"
    written: Any = OmegaConf.to_container(config, resolve=False)
    del written["hydra"]
    # Such as seed=${hydra:job.num}.
    return "${hydra:…}" if "${hydra" in str(written) else ""
