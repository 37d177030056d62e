"""Assertions about arrays, whose messages say what, where, what was measured and allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple, ParamSpec

import numpy as np
import numpy.typing as npt

from bpframe.core.arrays import Array

P = ParamSpec("P")


class NotAvailableError(Exception):
    """Tells that what a check needs, such as the files of a data set or a package, is missing."""


class Trial(NamedTuple):
    """A check that has what it needs.

    Attributes
    ----------
    name : str
        That of the function, which says what is checked.
    run : callable
        Raises an AssertionError if the component fails it; may return a note.
    """

    name: str
    run: Callable[[], str | None]


def trial(function: Callable[P, str | None], *arguments: P.args, **keywords: P.kwargs) -> Trial:
    """Return the trial of a check function with what it needs."""
    return Trial(function.__name__, partial(function, *arguments, **keywords))


def require(holds: bool | np.bool_, message: str) -> None:
    """Raise an AssertionError, also where Python runs without assert statements."""
    if not holds:
        raise AssertionError(message)


def require_array(what: str, result: object, shape: tuple[int, ...], dtype: Any) -> None:
    """Require an array of a shape and a type."""
    found = (
        f"shape {result.shape} and type {result.dtype}"
        if isinstance(result, np.ndarray)
        else f"a {type(result).__name__}"
    )
    # The commonest cause by far.
    wider = dtype == np.float32 and getattr(result, "dtype", None) == np.float64
    advice = " (a number such as np.log(2) makes float64 of it, math.log(2) does not)"
    require(
        isinstance(result, np.ndarray) and (result.shape, result.dtype) == (shape, dtype),
        f"{what}: {found}; it must be an array of shape {shape} and type {np.dtype(dtype)}"
        + (advice if wider else ""),
    )


def require_close(
    what: str,
    measured: npt.ArrayLike,
    expected: npt.ArrayLike,
    *,
    relative: float = 0.0,
    absolute: float | Array = 0.0,
    at: Mapping[str, Array] | None = None,
) -> None:
    """Require that two arrays differ nowhere by more than ``absolute + relative · |expected|``.

    Parameters
    ----------
    what : str
        What was measured.
    measured, expected : arrays of one shape
        The numbers.
    relative, absolute : float
        What is allowed; `absolute` may be an array of the same shape.
    at : mapping of str to array, optional
        What else to show of the place where they differ most, such as ``{"z": z}``.
    """
    m, e = np.asarray(measured), np.asarray(expected)
    require(m.shape == e.shape, f"{what}: the shape is {m.shape}; it must be {e.shape}")
    with np.errstate(invalid="ignore", over="ignore"):
        difference = np.abs(m - e)
        allowed = np.broadcast_to(absolute + relative * np.abs(e), e.shape)
        wrong = ~((difference <= allowed) | (m == e))
    if not wrong.any():
        return
    excess = np.where(wrong, np.nan_to_num(difference, nan=np.inf, posinf=np.inf), -1)
    place = np.unravel_index(int(excess.argmax()), e.shape)
    where = [f" at {list(map(int, place))}"] if place else []
    where += [f"{name} = {array[place]:.6g}" for name, array in (at or {}).items()]
    raise AssertionError(
        f"{what}{', '.join(where)}: {m[place]:.8g}, where {e[place]:.8g} is right; "
        f"they may differ by {allowed[place]:.1e}"
    )


@contextmanager
def unchanged(what: str, **arrays: Array) -> Iterator[None]:
    """Require that what happens inside leaves the arrays as they were, bit for bit."""
    before = {name: array.tobytes() for name, array in arrays.items()}
    yield
    changed = [name for name, array in arrays.items() if array.tobytes() != before[name]]
    require(not changed, f"{what} has changed {', '.join(changed)}, which must stay as given")


def require_new(what: str, result: Array, **arrays: Array) -> None:
    """Require that an array shares no memory with others."""
    shared = [name for name, array in arrays.items() if np.shares_memory(result, array)]
    require(
        not shared,
        f"{what} shares its memory with {', '.join(shared)}; it must be a new array, for callers "
        "go on computing in it",
    )
