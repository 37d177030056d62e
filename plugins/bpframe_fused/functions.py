"""Compiles the scalar forms of activations and costs into functions that the kernel calls."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numba import cfunc, njit, types
from numba.core.errors import NumbaError, NumbaExperimentalFeatureWarning

from bpframe import Activation, Cost, MixedActivation, Objective, OutputError

T = TypeVar("T")


class Functions(NamedTuple):
    """Functions that differ from network to network: called for m samples and n neurons.

    Attributes
    ----------
    forwards : tuple
        For each layer after the input, ``(z, a, m, n)``: sets a = f(z).
    pullbacks : tuple
        For each hidden layer and, so that it is never empty, the last one,
        ``(z, a, delta, m, n)``: multiplies delta by f′(z).
    output_error : object
        ``(z, a, y, delta, m, n)``: sets δ^L.
    """

    forwards: tuple[Any, ...]
    pullbacks: tuple[Any, ...]
    output_error: Any


def compile_functions(objective: Objective) -> Functions:
    """Return the functions of a network and its cost.

    Raises
    ------
    ValueError
        If a component has no scalar form, or one that cannot be compiled.
    """
    dtype = objective.network.parameters.dtype
    pairs = [_activation(f, dtype) for f in objective.network.activations]
    forwards, pullbacks = zip(*pairs, strict=True)
    last = objective.output_activation
    error = _output_error(objective.closed_form, objective.cost, last, dtype)
    return Functions(forwards, pullbacks, error)


def _once(function: Callable[..., T]) -> Callable[..., T]:
    """Keep what a function has compiled; components that hold a list cannot be its key."""
    kept = lru_cache(function)

    def once(*key: Any) -> T:
        try:
            hash(key)
        except TypeError:
            return function(*key)
        return kept(*key)

    return once


@_once
def _activation(f: Activation, dtype: np.dtype[np.floating]) -> tuple[Any, Any]:
    value, slope = map(njit, _scalar(f, dtype))
    array = _array(dtype)

    def forward(z: Any, a: Any, m: int, n: int) -> None:
        for s in range(m):
            for j in range(n):
                a[s, j] = value(z[s, j])

    def pullback(z: Any, a: Any, delta: Any, m: int, n: int) -> None:
        for s in range(m):
            for j in range(n):
                delta[s, j] *= slope(z[s, j], a[s, j])

    return _compiled(forward, [array] * 2, f), _compiled(pullback, [array] * 3, f)


@_once
def _output_error(
    closed_form: OutputError | None, cost: Cost, f: Activation, dtype: np.dtype[np.floating]
) -> Any:
    """Compile the closed form of δ^L if there is one, else (BP1)."""
    if closed_form:
        error = njit(_scalar(closed_form, dtype))
    else:
        gradient, slope = njit(_scalar(cost, dtype)), njit(_scalar(f, dtype)[1])
        error = njit(lambda z, a, y: gradient(a, y) * slope(z, a))

    def output_error(z: Any, a: Any, y: Any, delta: Any, m: int, n: int) -> None:
        for s in range(m):
            for j in range(n):
                delta[s, j] = error(z[s, j], a[s, j], y[s, j])

    return _compiled(output_error, [_array(dtype)] * 4, closed_form or cost)


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


def _compiled(function: Callable[..., None], arrays: list[Any], component: object) -> Any:
    signature = types.void(*arrays, types.intp, types.intp)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NumbaExperimentalFeatureWarning)
            return cfunc(signature, error_model="numpy")(function)
    except NumbaError as error:
        lines = [line for line in str(error).splitlines() if line.strip()]
        reason = next((line for line in lines if not line.startswith("Failed in")), "")
        raise ValueError(
            f"the scalar form of {_name(component)} cannot be compiled: {reason}"
        ) from None


def _array(dtype: np.dtype[np.floating]) -> Any:
    return (types.float32 if dtype == np.float32 else types.float64)[:, ::1]


def _name(component: object) -> str:
    return (
        "a layer of mixed neurons"
        if isinstance(component, MixedActivation)
        else type(component).__name__
    )
