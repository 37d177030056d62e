"""One run of a sweep, in whatever process carries it out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

from bpframe.cli.jobs.job import Job, carry_out
from bpframe.cli.sweeps.environment import sweep_mark, varying_keys
from bpframe.cli.sweeps.loader import NUMBER, QuickLoader
from bpframe.errors import BpframeError, complain
from bpframe.files import make_folder
from bpframe.outcome import Outcome
from bpframe.plugins.loading import loaded_plugins


class RunOfSweep(NamedTuple):
    """A run that is to be carried out.

    Attributes
    ----------
    number : int
        Its number in the sweep.
    words : list of str
        Its overrides, and its number.
    folder : pathlib.Path
        Where it runs, unless that is taken.
    """

    number: int
    words: list[str]
    folder: Path


def carry_out_here(run: RunOfSweep, loader: QuickLoader, config: DictConfig) -> Outcome:
    """Carry out a run of a sweep without what Hydra does around one.

    Parameters
    ----------
    run : RunOfSweep
        The run.
    loader : QuickLoader
        What composes it.
    config : DictConfig
        Of the sweep.
    """
    composed = loader.options_of(config, run.words)
    words = [word for word in run.words if not word.startswith(f"{NUMBER}=")]
    cwd = Path(str(config.hydra.runtime.cwd))
    return _carried_out(
        composed, Job(words, run.folder, cwd, str(config.hydra.sweep.dir), number=run.number)
    )


def carry_out_with_hydra(composed: DictConfig) -> Outcome:
    """Carry out a run of a sweep as Hydra's configuration says; a task function of Hydra's."""
    hydra = HydraConfig.get()
    return _carried_out(
        composed,
        Job(
            typed_overrides(hydra),
            Path(hydra.runtime.output_dir),
            Path(hydra.runtime.cwd),
            str(hydra.sweep.dir),
            number=_number(hydra),
        ),
    )


def typed_overrides(hydra: Any) -> list[str]:
    """Return what was typed, from Hydra's own configuration, with its interpolations in it.

    Read one by one, as from any list, they would be resolved, and against Hydra's options.
    """
    words: Any = OmegaConf.to_container(hydra.overrides.task, resolve=False)
    return list(words)


def _carried_out(composed: DictConfig, job: Job) -> Outcome:
    job = replace(job, mark=sweep_mark(), varying=varying_keys())
    try:
        make_folder(job.folder)
        return carry_out(composed, loaded_plugins(), job)
    except BpframeError as error:
        # Its folder or outcome could not be written: that must stop no other run.
        complain(str(error))
        return Outcome(
            "failed", error.exit_code, "", job.overrides, job.mark, job.number, error=str(error)
        )


def _number(hydra: Any) -> int:
    words: Any = OmegaConf.to_container(hydra.overrides.hydra, resolve=False)
    given = [word.partition("=")[2] for word in words if word.startswith(f"{NUMBER}=")]
    return int(given[0] if given else hydra.job.num)
