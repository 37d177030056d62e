"""Calls observers one by one, so that one that raises stops neither the others nor the run."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Container, Mapping
from typing import TYPE_CHECKING, Any

from bpframe.errors import ConfigError, message_of, wants_traceback
from bpframe.interruption import is_interruption
from bpframe.traces import place_in
from bpframe.waiting import watch

if TYPE_CHECKING:
    import pluggy

log = logging.getLogger("bpframe")


class NoHooks:
    """The hooks of no plugin: each is there, and has no implementations."""

    def __getattr__(self, name: str) -> NoHooks:
        if name.startswith("bpframe_"):
            return self
        raise AttributeError(name)

    def get_hookimpls(self) -> list[Any]:
        """Return no implementations."""
        return []


def observe(hook: pluggy.HookCaller, **arguments: Any) -> None:
    """Call every implementation of an observing hook; what one raises is reported."""
    _call_each(hook, lambda result: None, arguments)


def announce(hook: pluggy.HookCaller, **arguments: Any) -> None:
    """Call every implementation of an observing hook that may refuse what is to begin.

    Raises
    ------
    ConfigError
        That of an implementation; what else one raises is reported.
    """
    _call_each(hook, lambda result: None, arguments, refusal=ConfigError)


def collect(
    hook: pluggy.HookCaller, known: Mapping[str, float], **arguments: Any
) -> dict[str, float]:
    """Return the metrics that the implementations of an observing hook give, in one dictionary.

    An implementation that raises is reported, and so is one that gives a name that is `known` or
    that another one has given before, a name that is none, or a value that is no number. Nothing
    that it gave is taken then.

    Parameters
    ----------
    hook : pluggy.HookCaller
        Implementations return a mapping of names to numbers, or None.
    known : mapping of str to float
        What is there already.
    arguments
        Of the hook.
    """
    collected: dict[str, float] = {}

    def take(given: Mapping[str, float] | None) -> None:
        if given:
            collected.update(checked_metrics(given, known.keys() | collected.keys()))

    _call_each(hook, take, arguments)
    return collected


def first_reason(hook: pluggy.HookCaller, **arguments: Any) -> str | None:
    """Return the first text that an implementation of an observing hook gives; all are called.

    One that raises, or gives what is neither a text nor None, is reported.
    """
    reasons: list[str] = []

    def take(given: object) -> None:
        if not isinstance(given, str | None):
            raise TypeError(f"it gave {given!r}; it must give a reason, in words, or None")
        if given:
            reasons.append(given)

    _call_each(hook, take, arguments)
    return next(iter(reasons), None)


def gather(hook: pluggy.HookCaller, **arguments: Any) -> list[Callable[..., None]]:
    """Return the functions that the implementations of an observing hook give.

    One that raises when it is called is reported, and called no more.
    """
    gathered: list[Callable[..., None]] = []

    def take(given: object) -> None:
        if given is None:
            return
        if not callable(given):
            raise TypeError(f"it gave {given!r}; it must give a function, or None")
        gathered.append(_ending_with_its_first_error(given, hook.name))

    _call_each(hook, take, arguments)
    return gathered


def _ending_with_its_first_error(function: Callable[..., None], where: str) -> Callable[..., None]:
    calls = [function]

    def call(*arguments: Any) -> None:
        for own in calls:
            try:
                own(*arguments)
            except BaseException as error:
                if is_interruption(error):
                    raise
                calls.clear()
                # An object that can be called has no name of its own.
                name = getattr(own, "__qualname__", type(own).__qualname__)
                _report(name, where, own.__module__, error)

    return call


def _call_each(
    hook: pluggy.HookCaller,
    take: Callable[[Any], None],
    arguments: dict[str, Any],
    refusal: type[Exception] | tuple[()] = (),
) -> None:
    # pluggy lists implementations in the order of registration and calls the last one first.
    for implementation in reversed(hook.get_hookimpls()):
        name, function = implementation.plugin_name, implementation.function
        try:
            with watch.over(f"{name} in {hook.name}"):
                given = function(*(arguments[n] for n in implementation.argnames))
            take(given)
        except refusal:
            raise
        # SystemExit too, and a KeyboardInterrupt that no person has caused.
        except BaseException as error:
            if is_interruption(error):
                raise
            _report(name, hook.name, function.__module__, error)


def _report(name: str, where: str, module: str, error: BaseException) -> None:
    log.warning(
        "%s failed in %s, the run goes on: %s%s",
        name,
        where,
        message_of(error),
        place_in(module, error),
        exc_info=error if log.isEnabledFor(logging.DEBUG) or wants_traceback() else None,
    )


def checked_metrics(given: Mapping[str, float], taken: Container[str]) -> dict[str, float]:
    """Return metrics as plain numbers.

    Raises
    ------
    ValueError, TypeError
        If a name is none, or taken, or a value is no number.
    """
    for name in given:
        if not isinstance(name, str) or not re.fullmatch(r"\w+(/\w+)*", name):
            raise ValueError(
                f"the metric {name!r} must have a name of letters, digits and _, with / between"
            )
        if name in taken:
            raise ValueError(f"the metric '{name}' is there already; choose another name")
    return {name: float(value) for name, value in given.items()}
