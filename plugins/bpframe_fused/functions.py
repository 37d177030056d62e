"""Compiles activations and costs into functions that the kernel calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numba import cfunc, types
from numba.core.errors import NumbaError

from bpframe import (
    Activation,
    Array,
    Cost,
    Objective,
    OutputError,
    ThinnedActivation,
    WeightedCost,
    WeightedOutputError,
)
from bpframe.errors import NotTakenError
from bpframe_fused.layers import error_of, layer_of, name_of, weighted

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
        ``(z, a, delta, m, n)``: makes ∂C/∂z of ∂C/∂a in delta.
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
    NotTakenError
        If a component has no form for it, or one that cannot be compiled.
    """
    dtype = objective.network.parameters.dtype
    activations = [without_mask(f)[0] for f in objective.network.activations]
    pairs = [_activation(f, dtype) for f in activations]
    forwards, pullbacks = zip(*pairs, strict=True)
    form, cost = objective.closed_form, objective.cost
    is_weighted = isinstance(cost, WeightedCost)
    cost = cost.cost if isinstance(cost, WeightedCost) else cost
    form = form.error if isinstance(form, WeightedOutputError) else form
    error = _output_error(form, cost, activations[-1], dtype, is_weighted)
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
    array = real(dtype)[:, ::1]
    forward, pullback = layer_of(f, dtype)
    return (
        compile_function(forward, [array] * 2, name_of(f)),
        compile_function(pullback, [array] * 3, name_of(f)),
    )


@once
def _output_error(
    closed_form: OutputError | None,
    cost: Cost,
    f: Activation,
    dtype: np.dtype[np.floating],
    is_weighted: bool,
) -> Any:
    """Compile the closed form of δ^L if there is one, else (BP1)."""
    error = error_of(closed_form, cost, f, dtype)
    function, arrays = weighted(error) if is_weighted else error, [real(dtype)[:, ::1]] * 4
    return compile_function(function, arrays, name_of(closed_form or cost))


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
        What the message calls the component whose form it calls.
    options
        See `numba.cfunc`.

    Raises
    ------
    NotTakenError
        If it cannot be compiled.
    """
    signature = types.void(*arrays, *others)
    try:
        return cfunc(signature, error_model="numpy", **options)(function)
    except NumbaError as error:
        lines = [line for line in str(error).splitlines() if line.strip()]
        reason = next((line for line in lines if not line.startswith("Failed in")), "")
        raise NotTakenError(f"{name} cannot be compiled: {reason}") from None


def real(dtype: np.dtype[np.floating]) -> Any:
    """Return Numba's name of a type of numbers."""
    return types.float32 if dtype == np.float32 else types.float64
