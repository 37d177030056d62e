"""Puts vector forms in the place of the elementary functions that a scalar form calls."""

from __future__ import annotations

import math
from functools import cache
from types import CellType, FunctionType, ModuleType
from typing import Any

import numpy as np

from bpframe_fused import elementary, erf, hyperbolic, inverse_trigonometric, trigonometric

# By the names that they have in `math` and `numpy`.
VECTOR_FORMS = {
    name: getattr(module, name)
    for module in (elementary, erf, hyperbolic, inverse_trigonometric, trigonometric)
    for name in module.NAMES
}
# By their identity, for what stands around a function may be anything, also what has no hash.
FORMS = {
    id(getattr(module, name)): form
    for module in (math, np)
    for name, form in VECTOR_FORMS.items()
    if hasattr(module, name)
}


def with_vector_forms(function: Any) -> Any:
    """Return a function that calls vector forms of what it calls of `math` and `numpy`.

    They are found where its globals and what it is a closure of hold the modules, or functions of
    them. What is no function of Python's is returned as it is.
    """
    if not isinstance(function, FunctionType):
        return function
    around = {name: _form(value) for name, value in function.__globals__.items()}
    cells = function.__closure__ and tuple(map(_cell, function.__closure__))
    own = function.__name__, function.__defaults__, cells
    return FunctionType(function.__code__, around, *own)


def _cell(cell: CellType) -> CellType:
    return CellType(_form(cell.cell_contents))


def _form(value: Any) -> Any:
    if value is math or value is np:
        return _module(value)
    return FORMS.get(id(value), value)


@cache
def _module(module: ModuleType) -> ModuleType:
    """Return a module with vector forms, and with all else that a module has."""
    made = ModuleType(module.__name__)
    vars(made).update(
        {name: _form(value) for name, value in vars(module).items() if value is not module}
    )
    return made
