"""Spares Hydra the composing that only tells it whether a configuration asks for a sweep."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from hydra._internal.hydra import Hydra

from bpframe.cli.replaced import replaced
from bpframe.options import key_of


@contextmanager
def mode_from_flags(flags: Namespace) -> Iterator[None]:
    """Let ``-m`` alone decide whether there is a sweep, where no configuration can.

    Hydra composes everything once to read ``hydra.mode``, and once more to run it. bpframe's own
    files do not set it, so that it is None unless the line or a file of one's own does.
    """
    own = flags.config_dir or flags.config_name or flags.config_path
    if own or any(key_of(override).startswith("hydra") for override in flags.overrides):
        yield
        return
    with replaced(Hydra, "get_mode", lambda self, config_name, overrides: None):
        yield
