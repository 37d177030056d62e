"""Vector forms in the place of elementary functions that a scalar form names."""

from __future__ import annotations

import math
from collections.abc import Callable
from math import exp
from typing import Any

import numpy as np
import pytest
from numba import njit

from bpframe_fused.substitution import VECTOR_FORMS, with_vector_forms

UNHASHABLE = [1.0]
own_tanh = math.tanh


@njit
def twice(z: Any) -> Any:
    return 2 * math.exp(z)


def of_module(z: Any) -> Any:
    return math.tanh(z) + math.floor(z) + math.pi


def of_numpy(z: Any) -> Any:
    return np.log1p(np.exp(z)) + np.float64(1) * np.sign(z)


def imported(z: Any) -> Any:
    return exp(z) + own_tanh(z)


def of_a_helper(z: Any) -> Any:
    return twice(z) + math.expm1(z)


def of_whole_numbers(z: Any) -> Any:
    return z * (math.exp(2) + math.tanh(1) + math.log(3) + math.log1p(4) + math.expm1(-1))


def of_whole_angles(z: Any) -> Any:
    angles = math.sin(2) + math.cos(3) + math.atan(4) + math.asin(1) + math.acos(0)
    return z * (angles + math.sinh(1) + math.cosh(2) + math.asinh(3) + math.acosh(4) + math.erf(1))


def with_default(z: Any, factor: float = 3.0) -> Any:
    return factor * math.exp(z)


def closure() -> Callable[[Any], Any]:
    module, function, number = np, math.tanh, np.float64(0.5)
    return lambda z: module.expm1(z) + function(z) * number


@pytest.mark.parametrize(
    "function",
    [
        of_module,
        of_numpy,
        imported,
        of_a_helper,
        of_whole_numbers,
        of_whole_angles,
        with_default,
        closure(),
    ],
    ids=lambda function: function.__name__,
)
def test_a_function_has_the_same_values(function: Any) -> None:
    compiled = njit(with_vector_forms(function))
    for z in (-3.7, -1e-3, 0.4, 2.0):
        assert compiled(z) == pytest.approx(function(z), rel=4 * np.finfo(float).eps)


def test_elementary_functions_are_replaced_and_nothing_else_is() -> None:
    made = with_vector_forms(of_module)
    assert made.__globals__["math"].tanh is VECTOR_FORMS["tanh"]
    assert made.__globals__["math"].floor is math.floor
    assert made.__globals__["UNHASHABLE"] is UNHASHABLE
    assert made.__globals__["own_tanh"] is VECTOR_FORMS["tanh"]
    assert of_module.__globals__["math"] is math
    assert with_vector_forms(twice) is twice
