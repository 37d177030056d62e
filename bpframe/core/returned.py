"""Refuse what a component returns against its contract, where it would go on without a word."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np

from bpframe.errors import PluginFailedError
from bpframe.shell import typed_command

Function = TypeVar("Function")


def wrong_shape(
    component: object, what: str, returned: Any, allowed: tuple[int, ...]
) -> PluginFailedError:
    """Return the error that says which shape a component's array has, and which it must have."""
    return PluginFailedError(
        f"{type(component).__name__} gave {what} of shape {np.shape(returned)}; it must be an "
        f"array of shape {allowed}; `{typed_command('check')}` tells more"
    )


def bound(component: object, returned: Function, call: str, *, method: str = "bind") -> Function:
    """Return what a component's method has returned, a function.

    Parameters
    ----------
    component : Component
        Whose it is.
    returned : callable
        What it has returned.
    call : str
        How it is going to be called, such as ``step(gradient)``.
    method : str
        What has returned it.

    Raises
    ------
    PluginFailedError
        If it is no function.
    """
    if not callable(returned):
        raise PluginFailedError(
            f"{type(component).__name__}.{method} returned {returned!r}; it must return a function "
            f"{call}"
        )
    return returned
