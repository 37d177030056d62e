"""Checks of Hydra's flags: what its parser refuses in its own words, or Hydra runs without one."""

from __future__ import annotations

import io
import re
from argparse import Namespace
from contextlib import redirect_stderr
from pathlib import Path

from hydra._internal.utils import get_args_parser

from bpframe.cli.overrides.checks import check_own_files
from bpframe.cli.schema import PRIMARY
from bpframe.errors import ConfigError
from bpframe.shell import typed_command


def checked_flags(arguments: list[str]) -> Namespace:
    """Return the flags, and the overrides between them.

    Raises
    ------
    ConfigError
        Where Hydra's parser would print its long usage, and for flags that are not used here.
    """
    flags = _parsed(arguments)
    if flags.experimental_rerun:
        raise ConfigError(
            "--experimental-rerun is not used: it would run what a file of Hydra's says. "
            f"`{typed_command('rerun', 'RUN')}` repeats a run from its folder"
        )
    if flags.config_dir:
        _check_primary(flags)
        if not flags.shell_completion:
            check_own_files([flags.config_dir])
    return flags


def _parsed(arguments: list[str]) -> Namespace:
    message = io.StringIO()
    try:
        with redirect_stderr(message):
            return get_args_parser().parse_args(arguments)
    except SystemExit as error:
        text = message.getvalue().rpartition("error: ")[2].strip()
        if dashed := next(filter(_is_dashed_override, arguments), None):
            text = f"{dashed}: options are written without dashes: {dashed.lstrip('-')}"
        raise ConfigError(f"{text}; `{typed_command('--help')}` lists the flags") from error


def _is_dashed_override(word: str) -> bool:
    known = {flag for action in get_args_parser()._actions for flag in action.option_strings}
    return bool(re.match(r"--?[A-Za-z_][\w.@/]*=", word)) and word.partition("=")[0] not in known


def _check_primary(flags: Namespace) -> None:
    """Raise a ConfigError for a primary configuration that bpframe's own would stand in front of.

    Hydra would take bpframe's and say nothing: another training than the one that was meant.
    """
    name = (flags.config_name or PRIMARY).removesuffix(".yaml")
    if name == PRIMARY and (Path(flags.config_dir) / f"{PRIMARY}.yaml").exists():
        raise ConfigError(
            f"{flags.config_dir}/{PRIMARY}.yaml would not be read: bpframe's own comes first. To "
            f"repeat a run from its record: {typed_command('rerun', flags.config_dir)}. A "
            "configuration of your own needs another name, and --config-name=NAME"
        )
