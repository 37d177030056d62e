"""The command line as Hydra reads it: it composes configurations, and hands each to `job`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from bpframe.cli.hydra_errors import is_about_input, translate
from bpframe.cli.hydra_flags import checked_flags
from bpframe.cli.hydra_mode import mode_from_flags
from bpframe.cli.jobs.job import Job, carry_out
from bpframe.cli.jobs.resume import named_run, resume
from bpframe.cli.overrides.checks import checked_overrides
from bpframe.cli.schema import PACKAGE, PRIMARY, VERSION_BASE, publish
from bpframe.cli.sweeps.joblib_engine import publish_joblib
from bpframe.cli.sweeps.run_of_sweep import carry_out_with_hydra, typed_overrides
from bpframe.cli.sweeps.together_engine import publish_together
from bpframe.cli.sweeps.watching import all_runs, watched_sweep
from bpframe.errors import ConfigError, NotFittingError
from bpframe.options import is_override
from bpframe.outcome import NOT_FITTING, Outcome
from bpframe.plugins.loaded import Plugins
from bpframe.plugins.loading import loaded_plugins

_outcomes: list[Outcome] = []


def run_hydra(arguments: list[str], plugins: Plugins) -> int:
    """Let Hydra carry out its command line and return the exit code.

    Raises
    ------
    BpframeError
        In place of what Hydra raises for a wrong option, value or folder.
    """
    publish(plugins.registry)
    publish_joblib()
    publish_together()
    try:
        return _run_hydra(arguments, plugins)
    except Exception as error:
        if not is_about_input(error):
            raise
        raise translate(error, plugins.registry) from error


def _run_hydra(arguments: list[str], plugins: Plugins) -> int:
    _outcomes.clear()
    # Hydra's parser wants what it overrides in one place.
    arguments = sorted(arguments, key=is_override)
    flags = checked_flags(arguments)
    sys.argv = ["bpframe", *arguments]
    if not flags.shell_completion:
        overrides = checked_overrides(flags.overrides, plugins.registry)
        if run := named_run(overrides, flags):
            return resume(run, overrides, plugins).exit_code
        sys.argv[1:] = [*(word for word in arguments if not is_override(word)), *overrides]
    # Hydra then raises instead of printing and exiting, and the message is ours to give.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    with watched_sweep(plugins) as watched, mode_from_flags(flags):
        _hydra_job()
    if not watched.sweep:
        return _outcomes[0].exit_code if _outcomes else 0
    outcomes = watched.sweep.outcomes
    # Some workers' outcomes may be missing, because they died.
    complete = len(outcomes) == max((o.job for o in outcomes), default=0) + 1
    if not outcomes:
        raise ConfigError("this sweep left no outcome: there was nothing to run, or it died")
    # What has done nothing must not pass for a success.
    if all(outcome.status == NOT_FITTING for outcome in outcomes):
        raise NotFittingError(f"nothing fits in this sweep; the first: {outcomes[0].error}")
    return max(int(not complete), *(outcome.exit_code for outcome in outcomes), 0)


@hydra.main(version_base=VERSION_BASE, config_path=f"pkg://{PACKAGE}", config_name=PRIMARY)
def _hydra_job(composed: DictConfig) -> float:
    """Carry out one composed run; return a figure of it for sweepers of Hydra's that optimise."""
    hydra_config = HydraConfig.get()
    if hydra_config.mode == RunMode.MULTIRUN:
        outcome = carry_out_with_hydra(composed)
    else:
        cwd = Path(hydra_config.runtime.cwd)
        written: Any = OmegaConf.to_container(hydra_config.run, resolve=False)
        job = Job(
            overrides=typed_overrides(hydra_config),
            folder=Path(hydra_config.runtime.output_dir),
            cwd=cwd,
            below=all_runs(str(written["dir"]), cwd),
        )
        outcome = carry_out(composed, loaded_plugins(), job)
    _outcomes.append(outcome)
    # What has failed is no candidate, whatever its last figures were.
    named = OmegaConf.select(composed, "sweep.metric")
    usual = ("validation/cost", "train/cost")
    figures = (outcome.figures.get(name) for name in ([named] if named else usual))
    figure = next(filter(None, figures), None)
    return figure["value"] if figure and not outcome.exit_code else float("nan")
