"""Answers what a shell asks when Tab is pressed; whatever goes wrong, nothing is printed."""

from __future__ import annotations

import os
import re
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path

from bpframe.cli.flags import PLUGIN, asks_for_completion, plugin_flag, split_plugin_flags
from bpframe.errors import BpframeError, ConfigError
from bpframe.plugins.loading import loaded_plugins, use_local
from bpframe.shell import typed_command

LINE = "COMP_LINE"
FLAGS = ("--cfg", "--config-dir", "--config-name", "--help", "--info", "--multirun", "--plugin")
SEPARATORS = {"bash": " ", "zsh": " ", "fish": "\n"}
# The shell expands what is offered to it, or takes it apart, if there is more in it.
HARMLESS = re.compile(r"[\w@%+=:,./~\[\]{}-]+")


def is_question(arguments: list[str]) -> bool:
    """Return whether a shell asks with these arguments what may come next."""
    return asks_for_completion(arguments) and any(w.startswith("query=") for w in arguments)


def answer(arguments: list[str]) -> int:
    """Print what may stand where the cursor is, and return the exit code.

    Raises
    ------
    ConfigError
        If it is not a shell that asks.
    """
    shell = next(w.removeprefix("query=") for w in arguments if w.startswith("query="))
    line = os.environ.get(LINE)
    if line is None or shell not in SEPARATORS:
        raise ConfigError(
            f"-sc query={shell} is what a shell asks when Tab is pressed, with the line in {LINE}; "
            f"`{typed_command('-sc', 'install=SHELL')}` prints what makes it ask, for "
            + ", ".join(SEPARATORS)
        )
    found: set[str] = set()
    with (
        Path(os.devnull).open("w") as nowhere,
        redirect_stdout(nowhere),
        redirect_stderr(nowhere),
        # Plugins may do anything when they are imported, and this is no place to say so.
        suppress(Exception, SystemExit),
    ):
        found = completions(line)
    offered = sorted(word for word in found if HARMLESS.fullmatch(word))
    print(SEPARATORS[shell].join(offered))
    return 0


def completions(line: str) -> set[str]:
    """Return what the last word of a line may become.

    Parameters
    ----------
    line : str
        Such as ``bpframe activation=si``; behind a blank the last word is empty.
    """
    *words, word = line.split() if line[-1:].strip() else [*line.split(), ""]
    words = words[1:]
    flag, value = plugin_flag(word)
    if flag and (value or word != flag):
        return {word.removesuffix(value) + file for file in _plugin_files(value)}
    if words and words[-1] in PLUGIN:
        return _plugin_files(word)
    words, plugins = split_plugin_flags(words)
    with suppress(BpframeError):
        use_local(plugins)
    loaded_plugins.cache_clear()
    loaded = loaded_plugins()
    if word.startswith("-"):
        return {flag for flag in FLAGS if flag.startswith(word)}
    commands = loaded.registry.commands
    if words and words[0] in commands:
        return {w for w in loaded.registry.words_of(words[0], loaded) if w.startswith(word)}
    # Hydra takes a quarter of a second to import, which the words of a command can do without.
    from bpframe.cli.option_completion import option_completions

    found = {name for name in commands if name.startswith(word)} if not words else set()
    return found | option_completions(words, word, loaded.registry)


def _plugin_files(start: str) -> set[str]:
    """Return the plugin files, and the folders, that a path may become."""
    folder, _, name = start.rpartition("/")
    inside = Path(f"{folder}/" if "/" in start else ".").expanduser()
    if not inside.is_dir():
        return set()
    found = (path for path in inside.iterdir() if path.name.startswith(name))
    shown = start.removesuffix(name)
    return {
        f"{shown}{path.name}" + ("/" if path.is_dir() else "")
        for path in found
        if (path.is_dir() and path.name[:1] != ".") or path.name == f"{path.stem.split('.')[0]}.py"
    }
