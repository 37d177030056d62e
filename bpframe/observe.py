"""Calls observers one by one, so that one that raises stops neither the others nor the run."""

from __future__ import annotations

import logging
from typing import Any

import pluggy

log = logging.getLogger("bpframe")


def observe(hook: pluggy.HookCaller, **arguments: Any) -> None:
    """Call every implementation of an observing hook; what one raises is reported."""
    # pluggy lists implementations in the order of registration and calls the last one first.
    for implementation in reversed(hook.get_hookimpls()):
        try:
            implementation.function(*(arguments[name] for name in implementation.argnames))
        except Exception as error:
            log.warning(
                "plugin '%s' failed in %s, the run goes on: %s: %s",
                implementation.plugin_name,
                hook.name,
                type(error).__name__,
                error,
                exc_info=log.isEnabledFor(logging.DEBUG),
            )
