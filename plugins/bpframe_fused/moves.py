"""Compiles what is done to each parameter by itself: additions to its derivative, and steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numba import njit, types

from bpframe import (
    Addition,
    ElementwiseAddition,
    ElementwiseStep,
    GradientStep,
    Step,
    WeightDecay,
)
from bpframe.errors import NotTakenError
from bpframe_fused.compiling import OPTIONS
from bpframe_fused.functions import compile_function, once, real
from bpframe_fused.layers import name_of

# A quotient may be a product with a reciprocal: where all are divided by the same number, that is
# one division for all.
MOVES: dict[str, Any] = OPTIONS | {"fastmath": {*OPTIONS["fastmath"], "arcp"}}
# Each number that is remembered stands in it by itself: over a tuple of them the compiler makes no
# vector instructions.
LOOP = """
def move(w, g, remembered, rate, t, factor, bound):
    rate_, t_, factor_, bound_ = real(rate), real(t), real(factor), real(bound)
    for i in range(len(w)):
        clipped = min(max(g[i] * factor_, -bound_), bound_)
        w[i], {kept} = scalar(w[i], clipped, rate_, t_, {kept})
        g[i] = 0
"""


def compile_addition(addition: Addition | None, dtype: np.dtype[np.floating]) -> Any:
    """Return ``(w, g)``, which adds to derivatives g what an addition adds for weights w, if any.

    Raises
    ------
    NotTakenError
        If the addition is another function of the weights than that of each by itself.
    """
    if addition is None:
        return None
    number = dtype.type
    if type(addition) is WeightDecay:
        c = number(addition.coefficient)
        return _addition(_Scalar(lambda w: c * w), "", dtype)
    # A subclass may add something else than what it says of one number.
    called = type(addition).__call__
    if isinstance(addition, ElementwiseAddition) and called is ElementwiseAddition.__call__:
        return _addition(_scalar(addition, number), name_of(addition), dtype)
    raise NotTakenError(f"{name_of(addition)} is not just an elementwise addition")


def compile_step(step: Step, dtype: np.dtype[np.floating]) -> Any:
    """Return ``(w, g, remembered, rate, t, factor, bound)``, which takes a step.

    It changes the parameters w and what is remembered of each, an array (count, numbers of w), by
    the derivatives g times a factor, cut off at ±bound, and leaves zeros in g.

    Raises
    ------
    NotTakenError
        If the step is not one of each parameter by itself.
    """
    if type(step) is GradientStep:
        return _step(_Scalar(lambda w, g, rate, t: (w - rate * g,)), 0, "", dtype)
    if isinstance(step, ElementwiseStep) and type(step).__call__ is ElementwiseStep.__call__:
        scalar = _scalar(step, dtype.type)
        return _step(scalar, len(step.remembered), name_of(step), dtype)
    raise NotTakenError(f"{name_of(step)} is not just an elementwise step")


@dataclass(frozen=True)
class _Scalar:
    """A function of numbers, equal to any other that is made of the same code and numbers."""

    function: Callable[..., Any] = field(compare=False)
    code: Any = field(init=False)
    around: Any = field(init=False)

    def __post_init__(self) -> None:
        f: Any = self.function
        cells = [cell.cell_contents for cell in f.__closure__ or ()]
        around = [(type(value), value) for value in (*cells, *(f.__defaults__ or ()))]
        object.__setattr__(self, "code", f.__code__)
        object.__setattr__(self, "around", tuple(around))


@once
def _addition(scalar: _Scalar, name: str, dtype: np.dtype[np.floating]) -> Any:
    arrays = [real(dtype)[::1]] * 2
    of = njit(**MOVES)(scalar.function)

    def add(w: Any, g: Any) -> None:
        for i in range(len(w)):
            g[i] += of(w[i])

    return compile_function(add, arrays, name, (), fastmath=MOVES["fastmath"])


@once
def _step(scalar: _Scalar, count: int, name: str, dtype: np.dtype[np.floating]) -> Any:
    kept = "".join(f"remembered[{k}, i], " for k in range(count))
    names = {"real": dtype.type, "scalar": njit(**MOVES)(scalar.function)}
    exec(LOOP.format(kept=kept), names)
    arrays = [real(dtype)[::1], real(dtype)[::1], real(dtype)[:, ::1]]
    numbers = [types.float64] * 4
    return compile_function(names["move"], arrays, name, numbers, fastmath=MOVES["fastmath"])


def _scalar(part: ElementwiseStep | ElementwiseAddition, number: Any) -> _Scalar:
    function = part.scalar(number)
    if function is None:
        raise NotTakenError(f"{name_of(part)} has no scalar form")
    return _Scalar(function)
