"""Hydra's part of the command line: it composes configurations, and hands each to `job`."""

from __future__ import annotations

import dataclasses
import io
import os
import sys
from argparse import Namespace
from contextlib import redirect_stderr
from pathlib import Path

import hydra
from hydra._internal.utils import get_args_parser
from hydra.core.hydra_config import HydraConfig
from hydra.errors import HydraException
from hydra.types import RunMode
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from bpframe.config import publish
from bpframe.errors import ConfigError, NotFittingError
from bpframe.help import help_text
from bpframe.hydra_errors import translate
from bpframe.job import Job, carry_out
from bpframe.observe import observe
from bpframe.outcome import NOT_FITTING, Outcome, load_outcomes
from bpframe.plugins import Plugins
from bpframe.registry import Registry
from bpframe.session import session
from bpframe.shell import typed_command
from bpframe.sweep import sweep_mark, varying_keys, watched_sweep

PRIMARY = "config"
_outcomes: list[Outcome] = []


def run_hydra(arguments: list[str], plugins: Plugins) -> int:
    """Let Hydra carry out its command line and return the exit code.

    Raises
    ------
    BpframeError
        In place of what Hydra raises for a wrong option, value or folder.
    """
    publish(plugins.registry)
    try:
        return _run_hydra(arguments, plugins)
    except (HydraException, OmegaConfBaseException, OSError, ValueError, AssertionError) as error:
        raise translate(error) from error


def _run_hydra(arguments: list[str], plugins: Plugins) -> int:
    if {"-h", "--help"} & set(arguments):
        commands = plugins.registry.commands
        if known := [word for word in arguments if word in commands]:
            return commands[known[0]](["--help"], plugins)
        print(help_text(plugins.registry, arguments))
        return 0
    _outcomes.clear()
    # Hydra's parser wants what it overrides in one place.
    arguments = sorted(arguments, key=_is_override)
    check_config_dir(check_flags(arguments))
    check_choices(arguments, plugins.registry)
    sys.argv = ["bpframe", *arguments]
    # Hydra then raises instead of printing and exiting, and the message is ours to give.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    outcomes: list[Outcome] = []
    with watched_sweep() as sweep:
        try:
            _hydra_job()
        finally:
            # Whatever ended it, what there is has its table.
            if sweep.folder:
                outcomes = _end_sweep(sweep.folder, sweep.mark, plugins)
    if not sweep.folder:
        return _outcomes[0].exit_code if _outcomes else 0
    # Some workers' outcomes may be missing, because they died.
    complete = len(outcomes) == max((o.job for o in outcomes), default=0) + 1
    # What has done nothing must not pass for a success.
    if outcomes and all(outcome.status == NOT_FITTING for outcome in outcomes):
        raise NotFittingError(f"nothing fits in this sweep; the first: {outcomes[0].error}")
    return max(int(not complete), *(outcome.exit_code for outcome in outcomes), 0)


def _end_sweep(folder: Path, mark: str, plugins: Plugins) -> list[Outcome]:
    """Let every plugin see what became of the sweep's runs, and return it."""
    outcomes = load_outcomes(folder, mark)
    if outcomes:
        observe(plugins.hook.bpframe_sweep_end, folder=folder, outcomes=outcomes, notes=[])
    return outcomes


def _is_override(word: str) -> bool:
    return word[:1] in ("~", "+") or ("=" in word and word[:1] != "-")


def check_flags(arguments: list[str]) -> Namespace:
    """Return the flags, or raise a ConfigError where Hydra's parser would print its usage."""
    message = io.StringIO()
    try:
        with redirect_stderr(message):
            return get_args_parser().parse_args(arguments)
    except SystemExit as error:
        if not error.code:
            raise
        text = message.getvalue().rpartition("error: ")[2].strip()
        command = typed_command("--help")
        raise ConfigError(f"{text}; `{command}` lists the flags") from error


def check_config_dir(flags: Namespace) -> None:
    """Raise a ConfigError for a primary configuration that bpframe's own would stand in front of.

    Hydra would take bpframe's and say nothing: another training than the one that was meant.
    """
    name = (flags.config_name or PRIMARY).removesuffix(".yaml")
    if (
        flags.config_dir
        and name == PRIMARY
        and (Path(flags.config_dir) / f"{PRIMARY}.yaml").exists()
    ):
        raise ConfigError(
            f"{flags.config_dir}/{PRIMARY}.yaml would not be read: bpframe's own comes first. To "
            f"repeat a run from its record: {typed_command('rerun', flags.config_dir)}. A "
            "configuration of your own needs another name, and --config-name=NAME"
        )


def check_choices(arguments: list[str], registry: Registry) -> None:
    """Raise a ConfigError for ``activation=null``, which Hydra refuses without saying what fits."""
    for word in arguments:
        group, _, value = word.partition("=")
        if value == "null" and group in registry.entries:
            raise ConfigError(f"{word}: known are {', '.join(registry.entries[group])}")


@hydra.main(version_base="1.3", config_path="pkg://bpframe.conf", config_name=PRIMARY)
def _hydra_job(composed: DictConfig) -> float:
    """Carry out one composed run and return its last validation cost, for optimising sweepers."""
    hydra_config = HydraConfig.get()
    in_sweep = hydra_config.mode == RunMode.MULTIRUN
    job = Job(
        overrides=list(hydra_config.overrides.task),
        folder=Path(hydra_config.runtime.output_dir),
        cwd=Path(hydra_config.runtime.cwd),
    )
    if in_sweep:
        job = dataclasses.replace(
            job,
            sweep=str(hydra_config.sweep.dir),
            mark=sweep_mark(),
            number=int(hydra_config.job.num),
            varying=varying_keys(),
        )
    outcome = carry_out(composed, session(), job)
    _outcomes.append(outcome)
    figure = outcome.figures.get("validation/cost") or outcome.figures.get("train/cost")
    return figure["value"] if figure else float("nan")
