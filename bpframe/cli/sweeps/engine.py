"""What carries out the runs of a sweep: this process, several, or a launcher of Hydra's."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from hydra.core.plugins import Plugins as HydraPlugins
from hydra.core.utils import configure_log
from omegaconf import DictConfig, OmegaConf

from bpframe.cli.sweeps.joblib_engine import TARGET as JOBLIB
from bpframe.cli.sweeps.joblib_engine import JoblibEngine
from bpframe.cli.sweeps.run_of_sweep import RunOfSweep, carry_out_here, carry_out_with_hydra
from bpframe.errors import ConfigError
from bpframe.outcome import Outcome

BASIC = "hydra._internal.core_plugins.basic_launcher.BasicLauncher"


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

    def __init__(self, loader: Any, config: DictConfig) -> None:
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
    launcher = HydraPlugins.instance().instantiate_launcher(
        hydra_context=hydra_context, task_function=carry_out_with_hydra, config=config
    )
    # The basic one keeps what each run has returned until all have, so it gets one at a time.
    logging.getLogger(BASIC.rpartition(".")[0]).setLevel(logging.WARNING)
    given = 1 if target == BASIC else config.hydra.sweeper.get("max_batch_size")
    return LauncherEngine(launcher, given)


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
