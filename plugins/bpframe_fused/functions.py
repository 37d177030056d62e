"""Compiles the scalar forms of activations and costs into functions that the kernel calls."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numba import cfunc, njit, types
from numba.core.errors import NumbaError, NumbaExperimentalFeatureWarning

from bpframe import (
    Activation,
    Array,
    Cost,
    MixedActivation,
    Objective,
    OutputError,
    ThinnedActivation,
    WeightedCost,
    WeightedOutputError,
)
from bpframe_fused.substitution import with_vector_forms

T = TypeVar("T")


class Functions(NamedTuple):
    """Functions that differ from network to network: called for m samples and n neurons.

    They loop over whole rows, with what fills them up, for that is faster; and restore what stands
    behind the n numbers of a row: a 1 and zeros in a, and zeros in delta.

    Attributes
    ----------
    forwards : tuple
        For each layer after the input, ``(z, a, m, n)``: sets a = f(z).
    pullbacks : tuple
        For each hidden layer and, so that it is never empty, the last one,
        ``(z, a, delta, m, n)``: multiplies delta by f′(z).
    output_error : object
        ``(z, a, y, delta, m, n)``: sets δ^L, times what stands behind the targets of a sample, if
        samples have weights.
    """

    forwards: tuple[Any, ...]
    pullbacks: tuple[Any, ...]
    output_error: Any


def compile_functions(objective: Objective) -> Functions:
    """Return the functions of a network and its cost; where neurons are left out, of all neurons.

    Raises
    ------
    ValueError
        If a component has no scalar form, or one that cannot be compiled.
    """
    dtype = objective.network.parameters.dtype
    activations = [without_mask(f)[0] for f in objective.network.activations]
    pairs = [_activation(f, dtype) for f in activations]
    forwards, pullbacks = zip(*pairs, strict=True)
    form, cost = objective.closed_form, objective.cost
    weighted = isinstance(cost, WeightedCost)
    cost = cost.cost if isinstance(cost, WeightedCost) else cost
    form = form.error if isinstance(form, WeightedOutputError) else form
    error = _output_error(form, cost, activations[-1], dtype, weighted)
    return Functions(forwards, pullbacks, error)


def without_mask(f: Activation) -> tuple[Activation, Array | None]:
    """Return a layer's own activation, and the mask of one that is thinned."""
    return (f.f, f.mask) if isinstance(f, ThinnedActivation) else (f, None)


def once(function: Callable[..., T]) -> Callable[..., T]:
    """Keep what a function has compiled; components that hold a list cannot be its key."""
    kept = lru_cache(function)

    def compile_once(*key: Any) -> T:
        try:
            hash(key)
        except TypeError:
            return function(*key)
        return kept(*key)

    return compile_once


@once
def _activation(f: Activation, dtype: np.dtype[np.floating]) -> tuple[Any, Any]:
    value, slope = map(_compiled, _scalar(f, dtype))
    array = real(dtype)[:, ::1]

    def forward(z: Any, a: Any, m: int, n: int) -> None:
        for s in range(m):
            for j in range(z.shape[1]):
                a[s, j] = value(z[s, j])
            a[s, n] = 1
            a[s, n + 1 :] = 0

    def pullback(z: Any, a: Any, delta: Any, m: int, n: int) -> None:
        for s in range(m):
            for j in range(z.shape[1]):
                delta[s, j] *= slope(z[s, j], a[s, j])
            delta[s, n:] = 0

    return (
        compile_function(forward, [array] * 2, _name(f)),
        compile_function(pullback, [array] * 3, _name(f)),
    )


@once
def _output_error(
    closed_form: OutputError | None,
    cost: Cost,
    f: Activation,
    dtype: np.dtype[np.floating],
    weighted: bool,
) -> Any:
    """Compile the closed form of δ^L if there is one, else (BP1)."""
    if closed_form:
        error = _compiled(_scalar(closed_form, dtype))
    else:
        gradient, slope = _compiled(_scalar(cost, dtype)), _compiled(_scalar(f, dtype)[1])
        error = _compiled(lambda z, a, y: gradient(a, y) * slope(z, a))

    def output_error(z: Any, a: Any, y: Any, delta: Any, m: int, n: int) -> None:
        for s in range(m):
            for j in range(z.shape[1]):
                delta[s, j] = error(z[s, j], a[s, j], y[s, j])
            delta[s, n:] = 0

    def weighted_error(z: Any, a: Any, y: Any, delta: Any, m: int, n: int) -> None:
        for s in range(m):
            weight = y[s, n]
            for j in range(z.shape[1]):
                delta[s, j] = error(z[s, j], a[s, j], y[s, j]) * weight
            delta[s, n:] = 0

    function, arrays = weighted_error if weighted else output_error, [real(dtype)[:, ::1]] * 4
    return compile_function(function, arrays, _name(closed_form or cost))


def _compiled(scalar: Any) -> Any:
    return njit(error_model="numpy", forceinline=True)(with_vector_forms(scalar))


def _scalar(component: Any, dtype: np.dtype[np.floating]) -> Any:
    # A closed form may be any callable: it has a scalar form only if its author gave it one.
    scalar = getattr(component, "scalar", None)
    function = scalar and scalar(dtype.type)
    if function is None:
        raise ValueError(
            f"it compiles functions of single numbers, and {_name(component)} has none. "
            + (
                "Leave network.neurons out, or take backprop=full_matrix"
                if isinstance(component, MixedActivation)
                else "If it is elementwise, its author can give it a method scalar(real), see "
                "docs/contracts.md; otherwise take backprop=full_matrix"
            )
        )
    return function


def compile_function(
    function: Callable[..., None],
    arrays: list[Any],
    name: str,
    others: Sequence[Any] = (types.intp, types.intp),
    **options: Any,
) -> Any:
    """Compile a function that the kernel calls through a pointer.

    Parameters
    ----------
    function : callable
        ``(*arrays, *others)``.
    arrays, others : sequences of types of Numba
        The types of its arguments.
    name : str
        What the message calls the component of which it calls the scalar form.
    options
        See `numba.cfunc`.

    Raises
    ------
    ValueError
        If it cannot be compiled.
    """
    signature = types.void(*arrays, *others)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NumbaExperimentalFeatureWarning)
            return cfunc(signature, error_model="numpy", **options)(function)
    except NumbaError as error:
        lines = [line for line in str(error).splitlines() if line.strip()]
        reason = next((line for line in lines if not line.startswith("Failed in")), "")
        raise ValueError(f"the scalar form of {name} cannot be compiled: {reason}") from None


def real(dtype: np.dtype[np.floating]) -> Any:
    """Return Numba's name of a type of numbers."""
    return types.float32 if dtype == np.float32 else types.float64


def _name(component: object) -> str:
    return (
        "a layer of mixed neurons"
        if isinstance(component, MixedActivation)
        else type(component).__name__
    )
