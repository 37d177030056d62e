"""Checks that the functions of a plugin are hooks, and declared as the hooks want it."""

from __future__ import annotations

import inspect
import re

import pluggy

from bpframe.errors import PluginError, did_you_mean
from bpframe.plugins import hookspecs

OBSERVERS = {
    "bpframe_epoch_metrics",
    "bpframe_epoch_end",
    "bpframe_run_end",
    "bpframe_should_stop",
    "bpframe_step_observer",
    "bpframe_sweep_begin",
    "bpframe_sweep_end",
}


def check_hooks(plugin: object) -> None:
    """Raise a PluginError for a hook function that would never be called as it is declared."""
    for name in vars(hookspecs):
        function = getattr(plugin, name, None)
        if not name.startswith("bpframe_") or function is None:
            continue
        declared = getattr(function, "bpframe_impl", None)
        if declared is None:
            raise PluginError(f"{name} lacks the decorator @bpframe.hookimpl")
        if name in OBSERVERS and (declared["wrapper"] or declared["hookwrapper"]):
            raise PluginError(f"{name} observes, and cannot be a wrapper; bpframe_run can")
        # What another implementation returns would take the place of the task, without a word.
        if name == "bpframe_run" and not (declared["wrapper"] or declared["hookwrapper"]):
            raise PluginError(
                f"{name} must be a wrapper: @bpframe.hookimpl(wrapper=True), one yield"
            )


def reason_of(error: pluggy.PluginValidationError) -> str:
    """Return what is wrong with a hook function, in words that name what is allowed."""
    text = " ".join(str(error).split())
    known = {name: hook for name, hook in vars(hookspecs).items() if name.startswith("bpframe_")}
    name = next(iter(re.findall(r"hook '(\w+)'", text)), "")
    if name not in known:
        return f"there is no hook '{name}'.{did_you_mean(name, known)}"
    arguments = ", ".join(inspect.signature(known[name]).parameters)
    # Behind the plugin, which is named already, pluggy says what is wrong.
    return f"{text[text.find('hook ') :]}; the hook's arguments are {arguments}"
