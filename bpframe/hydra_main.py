"""Hydra's part of the command line: it composes configurations, and hands each to `job`."""

from __future__ import annotations

import io
import os
import re
import sys
import uuid
from argparse import Namespace
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

import hydra
from hydra._internal.utils import get_args_parser
from hydra.core.hydra_config import HydraConfig
from hydra.experimental.callback import Callback
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from bpframe.config import publish
from bpframe.errors import ConfigError, NotFittingError
from bpframe.help import help_text
from bpframe.hydra_errors import is_about_input, translate
from bpframe.job import carry_out
from bpframe.observe import observe
from bpframe.outcome import NOT_FITTING, Outcome, load_outcomes
from bpframe.override_checks import check_overrides, check_own_files
from bpframe.override_text import read_override
from bpframe.plugins import Plugins
from bpframe.registry import Registry
from bpframe.session import session

_outcomes: list[Outcome] = []
_sweeps: list[Path] = []
SWEEP = "BPFRAME_SWEEP"


class SweepEnd(Callback):
    """Marks the runs of a sweep, and notes its folder when it has come to its end."""

    def on_multirun_start(self, config: DictConfig, **kwargs: Any) -> None:
        """Put the mark into the environment, which worker processes inherit."""
        os.environ[SWEEP] = uuid.uuid4().hex

    def on_multirun_end(self, config: DictConfig, **kwargs: Any) -> None:
        """Take the folder from the sweep's configuration."""
        _sweeps.append(Path(config.hydra.sweep.dir))


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
    except Exception as error:
        if not is_about_input(error):
            raise
        raise translate(error, plugins.registry) from error


def _run_hydra(arguments: list[str], plugins: Plugins) -> int:
    if {"-h", "--help"} & set(arguments):
        print(help_text(plugins.registry, [word for word in arguments if word[:1] != "-"]))
        return 0
    _outcomes.clear()
    _sweeps.clear()
    # Hydra's parser wants what it overrides in one place.
    arguments = sorted(arguments, key=_is_override)
    flags = check_flags(arguments)
    sys.argv = ["bpframe", *arguments]
    if not flags.shell_completion:
        sys.argv[1:] = read_overrides(arguments, flags, plugins.registry)
    # Hydra then raises instead of printing and exiting, and the message is ours to give.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    _hydra_job()
    if _sweeps:
        outcomes = load_outcomes(_sweeps[0], os.environ.pop(SWEEP))
        observe(
            plugins.hook.bpframe_sweep_end,
            folder=_sweeps[0].resolve(),
            outcomes=outcomes,
            notes=[],
        )
        # Some workers' outcomes may be missing, because they died.
        complete = len(outcomes) == max((o.job for o in outcomes), default=0) + 1
        if not outcomes:
            raise ConfigError("this sweep left no outcome: there was nothing to run, or it died")
        # What has done nothing must not pass for a success.
        if outcomes and all(outcome.status == NOT_FITTING for outcome in outcomes):
            raise NotFittingError(f"nothing fits in this sweep; the first: {outcomes[0].error}")
        return max(int(not complete), *(outcome.exit_code for outcome in outcomes), 0)
    return _outcomes[0].exit_code if _outcomes else 0


def _is_override(word: str) -> bool:
    return word[:1] in ("~", "+") or ("=" in word and word[:1] != "-")


def _is_dashed_override(word: str) -> bool:
    known = {flag for action in get_args_parser()._actions for flag in action.option_strings}
    return bool(re.match(r"--?[A-Za-z_][\w.@/]*=", word)) and word.partition("=")[0] not in known


def check_flags(arguments: list[str]) -> Namespace:
    """Return the flags; raise a ConfigError where Hydra's parser would print its long usage."""
    message = io.StringIO()
    try:
        with redirect_stderr(message):
            flags = get_args_parser().parse_args(arguments)
    except SystemExit as error:
        text = message.getvalue().rpartition("error: ")[2].strip()
        if dashed := next(filter(_is_dashed_override, arguments), None):
            text = f"{dashed}: options are written without dashes: {dashed.lstrip('-')}"
        raise ConfigError(f"{text}; `bpframe --help` lists the flags") from error
    if flags.experimental_rerun:
        raise ConfigError(
            "--experimental-rerun is not used: it would run what a file of Hydra's says. "
            "`bpframe rerun RUN` repeats a run from its folder"
        )
    return flags


def read_overrides(arguments: list[str], flags: Namespace, registry: Registry) -> list[str]:
    """Return the arguments with each override as Hydra can read it."""
    for word in flags.overrides:
        if not _is_override(word):
            raise ConfigError(f"'{word}' is no option: options are written KEY=VALUE")
    overrides = [read_override(word, registry) for word in flags.overrides]
    check_overrides(overrides, registry)
    if flags.config_dir:
        check_own_files([flags.config_dir])
    kept = (word for word in arguments if not _is_override(word))
    return [*kept, *(str(override.input_line) for override in overrides)]


@hydra.main(version_base="1.3", config_path="pkg://bpframe.conf", config_name="config")
def _hydra_job(composed: DictConfig) -> float:
    """Carry out one composed run and return its last validation cost, for optimising sweepers."""
    config: Any = OmegaConf.to_container(
        composed, resolve=True, throw_on_missing=True, enum_to_str=True
    )
    hydra_config = HydraConfig.get()
    in_sweep = hydra_config.mode == RunMode.MULTIRUN
    outcome = carry_out(
        config,
        session(),
        overrides=list(hydra_config.overrides.task),
        job=int(hydra_config.job.num) if in_sweep else 0,
        folder=Path(hydra_config.runtime.output_dir),
        cwd=Path(hydra_config.runtime.cwd),
        sweep=str(hydra_config.sweep.dir) if in_sweep else None,
        mark=os.environ[SWEEP] if in_sweep else "",
    )
    _outcomes.append(outcome)
    figure = outcome.figures.get("validation/cost") or outcome.figures.get("train/cost")
    return figure["value"] if figure else float("nan")
