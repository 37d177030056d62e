"""The flags that are read before Hydra's: those that name plugins, and those of Tab."""

from __future__ import annotations

from bpframe.errors import ConfigError

PLUGIN = ("-P", "--plugin")
COMPLETION = ("-sc", "--shell-completion")


def plugin_flag(word: str) -> tuple[str, str]:
    """Return the flag ``-P`` or ``--plugin`` that a word is, and what is behind it in the word.

    Both are empty for another word.
    """
    flag, _, value = word.partition("=") if word.startswith("--") else (word[:2], "", word[2:])
    return (flag, value) if flag in PLUGIN else ("", "")


def asks_for_completion(arguments: list[str]) -> bool:
    """Return whether a shell asks with these arguments, or is to be taught to ask."""
    return not set(COMPLETION).isdisjoint(arguments)


def split_plugin_flags(argv: list[str]) -> tuple[list[str], list[str]]:
    """Return the arguments without ``-P X`` and ``--plugin=X``, and the plugins X.

    Raises
    ------
    ConfigError
        If a flag names nothing.
    """
    arguments, plugins = [], []
    words = iter(argv)
    for word in words:
        flag, value = plugin_flag(word)
        if flag:
            plugins.append(value or next(words, ""))
            if not plugins[-1]:
                raise ConfigError(f"{flag} names no plugin: write {flag} and a file or a module")
        else:
            arguments.append(word)
    return arguments, plugins
