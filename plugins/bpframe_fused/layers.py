"""Functions of layers, made of the scalar and the row forms of components.

They are called as ``(*arrays, m, n)``, for m samples and n neurons, and are to be compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from bpframe import Activation, Cost, MixedActivation, MixedOutputError, OutputError
from bpframe.errors import NotTakenError
from bpframe_fused.substitution import with_vector_forms
from bpframe_fused.vectors import in_vectors

DType = np.dtype[np.floating[Any]]
Columns = tuple[int, ...]
LayerFunction = Callable[..., None]
HEAD = """
def function({arrays}, m, n):
    for s in range(m):
"""
# What is done for the neurons of one kind: from where to where they stand side by side.
PIECE = """
        for r in range(len(runs{i})):
            for j in range(runs{i}[r, 0], runs{i}[r, 1]):
                {work}
"""


def looped(function: Any) -> Any:
    """Compile a function into the loops that call it; as in C, what is divided by 0 is infinite."""
    return njit(error_model="numpy", forceinline=True)(with_vector_forms(function))


def layer_of(f: Activation, dtype: DType) -> tuple[LayerFunction, LayerFunction]:
    """Return ``(z, a, m, n)``, which sets a = f(z), and ``(z, a, delta, m, n)``, its pullback.

    The second makes ∂C/∂z of ∂C/∂a in delta.

    Raises
    ------
    NotTakenError
        If f, or that of a neuron of its own, has not the form for it.
    """
    if isinstance(f, MixedActivation):
        pieces = _alike(f.pieces)
        forms = [(columns, _scalar_of(own, dtype)) for columns, own in pieces]
        for (_, own), (_, form) in zip(pieces, forms, strict=True):
            if form is None:
                raise _lacking(own, "scalar")
        values, slopes = ([(columns, form[i]) for columns, form in forms] for i in range(2))
        return (
            _in_pieces("z, a", "a[s, j] = part{i}(z[s, j])", values),
            _in_pieces("z, a, delta", "delta[s, j] *= part{i}(z[s, j], a[s, j])", slopes),
        )
    if scalar := _scalar_of(f, dtype):
        value, slope = scalar
        return _elementwise(looped(value), looped(slope), dtype)
    if row := _form(f, "row", dtype):
        return _of_rows(*map(looped, row))
    raise _lacking(f, "scalar" if f.elementwise else "row")


def error_of(form: OutputError | None, cost: Cost, f: Activation, dtype: DType) -> LayerFunction:
    """Return ``(z, a, y, delta, m, n)``, which sets δ^L by the closed form, or by (BP1).

    Raises
    ------
    NotTakenError
        If the closed form, or what (BP1) needs, has not the form for it.
    """
    if isinstance(form, MixedOutputError):
        pieces = _alike((columns, (g, own)) for columns, g, own in form.pieces)
        errors = [(columns, _scalar_error(own, cost, g, dtype)) for columns, (g, own) in pieces]
        if None in [error for _, error in errors]:
            raise NotTakenError("a neuron of the last layer has no δ in scalar form")
        work = "delta[s, j] = part{i}(z[s, j], a[s, j], y[s, j])"
        return _in_pieces("z, a, y, delta", work, errors)
    if scalar := _scalar_error(form, cost, f, dtype):
        return _elementwise_error(looped(scalar), dtype)
    if form:
        if row := _form(form, "row", dtype):
            return _error_of_rows(looped(row))
        raise _lacking(form, "scalar")
    return _bp1(looped(_gradient_of(cost, dtype)), looped(layer_of(f, dtype)[1]))


def weighted(error: LayerFunction) -> LayerFunction:
    """Return δ^L times the weight of each sample, which stands behind its targets."""
    unweighted = looped(error)

    def weighted_error(z: Any, a: Any, y: Any, delta: Any, m: int, n: int) -> None:
        unweighted(z, a, y, delta, m, n)
        for s in range(m):
            for j in range(n):
                delta[s, j] *= y[s, n]

    return weighted_error


def name_of(part: object) -> str:
    """Return what a message calls a function, or an object of a class."""
    if isinstance(part, MixedActivation | MixedOutputError):
        return "a layer with neurons of their own"
    return getattr(part, "__qualname__", type(part).__qualname__)


def _scalar_of(part: Any, dtype: DType) -> Any:
    """Return the scalar form of a component or of a closed form; None if it has none."""
    return _form(part, "scalar", dtype)


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


def _in_pieces(arrays: str, work: str, parts: Iterable[tuple[Columns, Any]]) -> LayerFunction:
    """Return what does some work with a part for each of its columns, from 0."""
    names: dict[str, Any] = {}
    code = HEAD.format(arrays=arrays)
    for i, (columns, part) in enumerate(parts):
        names |= {f"runs{i}": _runs(columns), f"part{i}": looped(part)}
        code += PIECE.format(i=i, work=work.format(i=i))
    # No text of a user is in it.
    exec(code, names)
    function: LayerFunction = names["function"]
    return function


def _runs(columns: Columns) -> npt.NDArray[np.int64]:
    """Return where columns that stand side by side begin and end, shape (runs, 2)."""
    ordered = sorted(columns)
    gaps = [(i + 1, j) for i, j in pairwise(ordered) if j > i + 1]
    ends, begins = zip(*gaps, strict=True) if gaps else ((), ())
    return np.column_stack([[ordered[0], *begins], [*ends, ordered[-1] + 1]])


def _elementwise(value: Any, slope: Any, dtype: DType) -> tuple[LayerFunction, LayerFunction]:
    zero, one = dtype.type(0), dtype.type(1)

    # Vectors without a rest, which take in what fills up the last one.
    def forward(z: Any, a: Any, m: int, n: int) -> None:
        for s in range(m):
            for j in range(in_vectors(n)):
                own = value(z[s, j])
                behind = one if j == n else zero
                a[s, j] = own if j < n else behind

    def pullback(z: Any, a: Any, delta: Any, m: int, n: int) -> None:
        for s in range(m):
            for j in range(in_vectors(n)):
                own = delta[s, j] * slope(z[s, j], a[s, j])
                delta[s, j] = own if j < n else zero

    return forward, pullback


def _of_rows(value: Any, pull: Any) -> tuple[LayerFunction, LayerFunction]:
    def forward(z: Any, a: Any, m: int, n: int) -> None:
        for s in range(m):
            value(z[s, :n], a[s, :n])

    def pullback(z: Any, a: Any, delta: Any, m: int, n: int) -> None:
        grad_a = np.empty(n, delta.dtype)
        for s in range(m):
            # An assignment of arrays takes seconds to compile.
            for j in range(n):
                grad_a[j] = delta[s, j]
            pull(grad_a, z[s, :n], a[s, :n], delta[s, :n])

    return forward, pullback


def _elementwise_error(error: Any, dtype: DType) -> LayerFunction:
    zero = dtype.type(0)

    def elementwise(z: Any, a: Any, y: Any, delta: Any, m: int, n: int) -> None:
        for s in range(m):
            for j in range(in_vectors(n)):
                own = error(z[s, j], a[s, j], y[s, j])
                delta[s, j] = own if j < n else zero

    return elementwise


def _scalar_error(form: OutputError | None, cost: Cost, f: Activation, dtype: DType) -> Any:
    """Return δ of a neuron as a function of numbers, its closed form or (BP1); None without one."""
    if form:
        return _scalar_of(form, dtype)
    of_cost, of_f = _scalar_of(cost, dtype), _scalar_of(f, dtype)
    if not (of_cost and of_f):
        return None
    gradient, slope = looped(of_cost), looped(of_f[1])
    return lambda z, a, y: gradient(a, y) * slope(z, a)


def _gradient_of(cost: Cost, dtype: DType) -> LayerFunction:
    """Return ``(a, y, delta, m, n)``, which sets ∂C/∂a."""
    if scalar := _scalar_of(cost, dtype):
        derivative = looped(scalar)

        def elementwise(a: Any, y: Any, delta: Any, m: int, n: int) -> None:
            for s in range(m):
                for j in range(n):
                    delta[s, j] = derivative(a[s, j], y[s, j])

        return elementwise
    if row := _form(cost, "row", dtype):
        gradient = looped(row)

        def of_rows(a: Any, y: Any, delta: Any, m: int, n: int) -> None:
            for s in range(m):
                gradient(a[s, :n], y[s, :n], delta[s, :n])

        return of_rows
    raise _lacking(cost, "scalar")


def _bp1(gradient: Any, pullback: Any) -> LayerFunction:
    def bp1(z: Any, a: Any, y: Any, delta: Any, m: int, n: int) -> None:
        gradient(a, y, delta, m, n)
        pullback(z, a, delta, m, n)

    return bp1


def _error_of_rows(error: Any) -> LayerFunction:
    def of_rows(z: Any, a: Any, y: Any, delta: Any, m: int, n: int) -> None:
        for s in range(m):
            error(z[s, :n], a[s, :n], y[s, :n], delta[s, :n])

    return of_rows
