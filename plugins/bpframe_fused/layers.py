"""Loops over layers that no function of single numbers serves: softmax, neurons of their own.

Each is compiled, and is called as ``(m, first, last, *arrays)``: it works on the first m rows of
some arrays, in the columns from first to last.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from bpframe import Activation, Cost, MixedActivation, MixedOutputError, OutputError
from bpframe.errors import NotTakenError

# As in C: what is divided by 0 is infinite.
looped = njit(error_model="numpy")
DType = np.dtype[np.floating[Any]]
Columns = tuple[int, ...]


def loops_of(f: Activation, dtype: DType) -> tuple[Any, Any]:
    """Return the loops of f, over ``z, a``, and of its pullback, over ``z, a, delta``.

    The second makes ∂C/∂z of ∂C/∂a in delta.

    Raises
    ------
    NotTakenError
        If f, or that of a neuron of its own, has neither a scalar form nor a row form.
    """
    if isinstance(f, MixedActivation):
        pieces = [(columns, loops_of(own, dtype)) for columns, own in _alike(f.pieces)]
        forward = _in_pieces((columns, loops[0]) for columns, loops in pieces)
        return forward, _in_pieces((columns, loops[1]) for columns, loops in pieces)
    if scalar := scalar_of(f, dtype):
        return _elementwise(*scalar)
    if row := _form(f, "row", dtype):
        return _of_rows(*row)
    raise _lacking(f, "scalar" if f.elementwise else "row")


def error_loop(form: OutputError | None, cost: Cost, f: Activation, dtype: DType) -> Any:
    """Return the loop of δ^L over ``z, a, y, delta``: the closed form if there is one, or (BP1).

    Raises
    ------
    NotTakenError
        If the closed form, or what (BP1) needs, has neither a scalar form nor a row form.
    """
    if isinstance(form, MixedOutputError):
        pieces = _alike((columns, (own, g)) for columns, g, own in form.pieces)
        return _in_pieces(
            (columns, error_loop(own, form.cost, g, dtype)) for columns, (own, g) in pieces
        )
    if form is None:
        return _bp1(_gradient_loop(cost, dtype), loops_of(f, dtype)[1])
    if scalar := scalar_of(form, dtype):
        return _elementwise_error(scalar)
    if row := _form(form, "row", dtype):
        return _error_of_rows(row)
    raise _lacking(form, "scalar")


def weighted_loop(error: Any) -> Any:
    """Return the loop of δ^L times the weight of each sample, which stands behind its targets."""

    @looped
    def weighted(m: int, first: int, last: int, z: Any, a: Any, y: Any, delta: Any) -> None:
        error(m, first, last, z, a, y, delta)
        for s in range(m):
            for j in range(first, last):
                delta[s, j] *= y[s, last]

    return weighted


def scalar_of(part: Any, dtype: DType) -> Any:
    """Return the scalar form of a component or of a closed form; None if it has none."""
    return _form(part, "scalar", dtype)


def name_of(part: object) -> str:
    """Return what a message calls a function, or an object of a class."""
    if isinstance(part, MixedActivation | MixedOutputError):
        return "a layer with neurons of their own"
    return getattr(part, "__qualname__", type(part).__qualname__)


def _form(part: Any, name: str, dtype: DType) -> Any:
    # A closed form may be any callable: it has such a form only if its author gave it one.
    make = getattr(part, name, None)
    return make and make(dtype.type)


def _lacking(part: object, form: str) -> NotTakenError:
    return NotTakenError(f"{name_of(part)} has no {form} form")


def _alike(pieces: Iterable[tuple[Columns, Any]]) -> list[tuple[Columns, Any]]:
    """Return pieces with the columns of equal components in one: each is compiled by itself."""
    found: list[tuple[Columns, Any]] = []
    for columns, part in pieces:
        place = next((i for i, (_, known) in enumerate(found) if known == part), None)
        if place is None:
            found.append((columns, part))
        else:
            found[place] = (found[place][0] + columns, part)
    return found


def _in_pieces(loops: Iterable[tuple[Columns, Any]]) -> Any:
    """Return the loop that has for each of some columns, from 0, a loop of their own."""
    whole = None
    for columns, loop in loops:
        whole = _with_piece(whole, _runs(columns), loop)
    return whole


def _runs(columns: Columns) -> npt.NDArray[np.int64]:
    """Return where columns that stand side by side begin and end, shape (runs, 2)."""
    ordered = sorted(columns)
    gaps = [(i + 1, j) for i, j in pairwise(ordered) if j > i + 1]
    firsts = [ordered[0], *(j for _, j in gaps)]
    return np.array([firsts, [*(i for i, _ in gaps), ordered[-1] + 1]]).T.copy()


def _with_piece(before: Any, runs: npt.NDArray[np.int64], loop: Any) -> Any:
    @looped
    def piece(m: int, first: int, last: int, *arrays: Any) -> None:
        for r in range(len(runs)):
            loop(m, runs[r, 0], runs[r, 1], *arrays)

    @looped
    def both(m: int, first: int, last: int, *arrays: Any) -> None:
        before(m, first, last, *arrays)
        piece(m, first, last, *arrays)

    return both if before else piece


def _elementwise(f: Any, derivative: Any) -> tuple[Any, Any]:
    value, slope = looped(f), looped(derivative)

    @looped
    def forward(m: int, first: int, last: int, z: Any, a: Any) -> None:
        for s in range(m):
            for j in range(first, last):
                a[s, j] = value(z[s, j])

    @looped
    def pullback(m: int, first: int, last: int, z: Any, a: Any, delta: Any) -> None:
        for s in range(m):
            for j in range(first, last):
                delta[s, j] *= slope(z[s, j], a[s, j])

    return forward, pullback


def _of_rows(f: Any, pullback_of_row: Any) -> tuple[Any, Any]:
    value, pull = looped(f), looped(pullback_of_row)

    @looped
    def forward(m: int, first: int, last: int, z: Any, a: Any) -> None:
        for s in range(m):
            value(z[s, first:last], a[s, first:last])

    @looped
    def pullback(m: int, first: int, last: int, z: Any, a: Any, delta: Any) -> None:
        grad_a = np.empty(last - first, delta.dtype)
        for s in range(m):
            grad_a[:] = delta[s, first:last]
            pull(grad_a, z[s, first:last], a[s, first:last], delta[s, first:last])

    return forward, pullback


def _gradient_loop(cost: Cost, dtype: DType) -> Any:
    """Return the loop of ∂C/∂a over ``a, y, delta``, which writes it into delta."""
    if scalar := scalar_of(cost, dtype):
        derivative = looped(scalar)

        @looped
        def elementwise(m: int, first: int, last: int, a: Any, y: Any, delta: Any) -> None:
            for s in range(m):
                for j in range(first, last):
                    delta[s, j] = derivative(a[s, j], y[s, j])

        return elementwise
    if row := _form(cost, "row", dtype):
        gradient = looped(row)

        @looped
        def of_rows(m: int, first: int, last: int, a: Any, y: Any, delta: Any) -> None:
            for s in range(m):
                gradient(a[s, first:last], y[s, first:last], delta[s, first:last])

        return of_rows
    raise _lacking(cost, "scalar")


def _bp1(gradient: Any, pullback: Any) -> Any:
    @looped
    def bp1(m: int, first: int, last: int, z: Any, a: Any, y: Any, delta: Any) -> None:
        gradient(m, first, last, a, y, delta)
        pullback(m, first, last, z, a, delta)

    return bp1


def _elementwise_error(form: Any) -> Any:
    error = looped(form)

    @looped
    def elementwise(m: int, first: int, last: int, z: Any, a: Any, y: Any, delta: Any) -> None:
        for s in range(m):
            for j in range(first, last):
                delta[s, j] = error(z[s, j], a[s, j], y[s, j])

    return elementwise


def _error_of_rows(form: Any) -> Any:
    error = looped(form)

    @looped
    def of_rows(m: int, first: int, last: int, z: Any, a: Any, y: Any, delta: Any) -> None:
        for s in range(m):
            own = slice(first, last)
            error(z[s, own], a[s, own], y[s, own], delta[s, own])

    return of_rows
