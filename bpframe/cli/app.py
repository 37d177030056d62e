"""The command line: plugins first, then a command of the first word, or Hydra."""

from __future__ import annotations

import gc
import io
import logging
import os
import sys
import traceback
from pathlib import Path

from bpframe import __version__
from bpframe.cli.completion import answer, is_question
from bpframe.cli.flags import asks_for_completion, split_plugin_flags
from bpframe.errors import (
    TRACEBACK,
    BpframeError,
    ConfigError,
    PluginError,
    complain,
    did_you_mean,
    wants_traceback,
)
from bpframe.interruption import EXIT_CODE, INTERRUPTED, listen
from bpframe.plugins.blame import named_command
from bpframe.plugins.loaded import Plugins
from bpframe.plugins.loading import loaded_plugins, use_local


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return the exit code.

    0: done; 1: a run failed or diverged; 2: wrong configuration or input; 130: interrupted.
    It is the entry point of a process: signals, environment and ``sys.argv`` become its own.

    Parameters
    ----------
    argv : list of str, optional
        The arguments; those of the process by default.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    os.environ.setdefault(TRACEBACK, os.environ.get("HYDRA_FULL_ERROR", ""))
    listen()
    # `bpframe --info | head`: what cannot be written to a reader that has left is not an error.
    logging.raiseExceptions = False
    _make_streams_safe()
    try:
        _check_working_folder()
        if is_question(words):
            return answer(words)
        arguments, local_plugins = split_plugin_flags(words)
        asked_for = use_local(local_plugins)
        loaded_plugins.cache_clear()
        exit_code = _dispatch(arguments, loaded_plugins(), asked_for)
        sys.stdout.flush()
        return exit_code
    except KeyboardInterrupt:
        return _complain(INTERRUPTED, EXIT_CODE)
    except BpframeError as error:
        if wants_traceback():
            traceback.print_exc()
        return _complain(str(error), error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        # One without a file's name is about a stream; what is left in it cannot be written either.
        if error.filename is not None:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _complain(f"cannot write the output: {error.strerror or error}", 1)


def _make_streams_safe() -> None:
    """Let nothing that is printed fail, because a stream is closed or cannot show a character."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _check_working_folder() -> None:
    try:
        here = str(Path.cwd())
    except OSError:
        raise ConfigError("the working folder is not there any more; go to another one") from None
    # Hydra would read it as an interpolation, and write into another folder.
    if "${" in here:
        raise ConfigError(f"the working folder is {here}; its path cannot have '${{' in it")


def _dispatch(arguments: list[str], plugins: Plugins, asked_for: list[str]) -> int:
    first = arguments[0] if arguments else ""
    commands = plugins.registry.commands
    if "--version" in arguments:
        print(f"bpframe {__version__}")
        return 0
    is_command = bool(first) and first[0] not in "-+~" and "=" not in first
    _report_broken(plugins, [] if first == "plugins" else asked_for, arguments)
    if is_command:
        if first not in commands:
            raise ConfigError(
                f"there is no command '{first}'; known are {', '.join(commands)}, and options are "
                f"written KEY=VALUE.{did_you_mean(first, commands)}"
            )
        _collect_garbage()
        with named_command(first, plugins):
            return commands[first](arguments[1:], plugins)
    # Hydra takes a quarter of a second to import, which commands and help can do without.
    if {"-h", "--help"} & set(arguments):
        from bpframe.cli.help.page import help_text

        if known := [word for word in arguments if word in commands]:
            return commands[known[0]](["--help"], plugins)
        print(help_text(plugins.registry, arguments))
        return 0
    from bpframe.cli.hydra_main import run_hydra

    _collect_garbage()
    return run_hydra(arguments, plugins)


def _collect_garbage() -> None:
    """Look for garbage from now on, but not among what is imported, if nobody does yet."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _report_broken(plugins: Plugins, asked_for: list[str], arguments: list[str]) -> None:
    for broken in plugins.broken:
        if broken.source.plugin in asked_for:
            raise PluginError(str(broken))
        if not asks_for_completion(arguments):
            print(f"bpframe: warning: {broken}", file=sys.stderr)


def _complain(message: str, exit_code: int) -> int:
    complain(message)
    return exit_code
