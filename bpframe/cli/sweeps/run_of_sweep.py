"""One run of a sweep, in whatever process carries it out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

from bpframe.cli.jobs.job import Job, carry_out
from bpframe.cli.sweeps.environment import sweep_mark, varying_keys
from bpframe.cli.sweeps.loader import NUMBER
from bpframe.errors import BpframeError, complain
from bpframe.outcome import Outcome
from bpframe.plugins.loading import loaded_plugins


def carry_out_run(composed: DictConfig) -> Outcome:
    """Carry out a run of a sweep, as Hydra's configuration of it says; a task function of Hydra's.

    Raises
    ------
    KeyboardInterrupt
        If it was interrupted; its outcome is written before.
    """
    hydra = HydraConfig.get()
    job = Job(
        overrides=typed_overrides(hydra),
        folder=Path(hydra.runtime.output_dir),
        cwd=Path(hydra.runtime.cwd),
        sweep=str(hydra.sweep.dir),
        mark=sweep_mark(),
        number=_number(hydra),
        varying=varying_keys(),
    )
    try:
        return carry_out(composed, loaded_plugins(), job)
    except BpframeError as error:
        # Its outcome could not be written: that must stop no other run.
        complain(str(error))
        return Outcome(
            "failed", error.exit_code, "", job.overrides, job.mark, job.number, error=str(error)
        )


def typed_overrides(hydra: Any) -> list[str]:
    """Return what was typed, from Hydra's own configuration, with its interpolations in it.

    Read one by one, as from any list, they would be resolved, and against Hydra's options.
    """
    words: Any = OmegaConf.to_container(hydra.overrides.task, resolve=False)
    return list(words)


def _number(hydra: Any) -> int:
    words: Any = OmegaConf.to_container(hydra.overrides.hydra, resolve=False)
    given = [word.partition("=")[2] for word in words if word.startswith(f"{NUMBER}=")]
    return int(given[0] if given else hydra.job.num)
