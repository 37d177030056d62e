"""The angle between two gradients."""

from __future__ import annotations

import math

import numpy as np
import pytest
from builders import quick
from hypothesis import given
from hypothesis import strategies as st

from bpframe import angle


@given(degrees=st.floats(0, 180), lengths=st.tuples(*[st.floats(1e-6, 1e6)] * 2))
@quick
def test_the_angle_of_two_vectors(degrees: float, lengths: tuple[float, float]) -> None:
    turned = math.radians(degrees)
    u, v = np.array([1.0, 0.0]), np.array([math.cos(turned), math.sin(turned)])
    assert angle(lengths[0] * u, lengths[1] * v) == pytest.approx(degrees, abs=1e-9)


def test_small_angles_are_exact() -> None:
    # The arc cosine of their cosine, which is rounded to 1, is 0.
    u, v = np.array([1.0, 0.0]), np.array([1.0, 1e-10])
    assert angle(u, v) == pytest.approx(math.degrees(1e-10), rel=1e-6)


def test_the_angle_to_nothing() -> None:
    u, nothing = np.array([1.0, 2.0]), np.zeros(2)
    assert (angle(u, nothing), angle(nothing, u), angle(nothing, nothing)) == (90, 90, 0)
    assert math.isnan(angle(u, np.array([math.nan, 0.0])))


def test_numbers_whose_squares_are_0_in_float32_have_an_angle() -> None:
    u = np.array([[1e-30, 0], [0, 1e-30]], np.float32)
    assert angle(u, u) == 0
    assert angle(u, -u) == 180


@given(
    st.floats(0.001, 179.999),
    st.integers(2, 40),
    st.floats(1e-20, 1e20),
    st.integers(0, 10**6),
)
@quick
def test_the_angle_is_that_of_the_product(degrees: float, n: int, size: float, seed: int) -> None:
    u, other = np.linalg.qr(np.random.default_rng(seed).standard_normal((n, 2)))[0].T
    turn = math.radians(degrees)
    v = size * (math.cos(turn) * u + math.sin(turn) * other)
    assert angle(u, v) == pytest.approx(degrees, rel=1e-9)
    assert angle(v, u) == pytest.approx(degrees, rel=1e-9)
    by_product = math.degrees(math.acos(np.clip(u @ v / size, -1, 1)))
    assert angle(u, v) == pytest.approx(by_product, abs=1e-4)
