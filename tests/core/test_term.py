"""Formulas as terms: what they are worth, and what they may not hold."""

from __future__ import annotations

import numpy as np
import pytest

from bpframe import Term


def test_a_term_is_worth_what_its_operations_give() -> None:
    z, x = Term("z"), np.array([[-1.0, 0.5], [2.0, 3.0]])
    for term, expected in (
        (2 + z - 1, x + 1),
        (1 - z * 3, 1 - 3 * x),
        (2 / (z + 4) + 3 * z, 2 / (x + 4) + 3 * x),
        (-(z**2), -(x**2)),
        (z.apply("max", 0.0), np.maximum(x, 0)),
        (z.apply("exp").apply("layer_sum"), np.exp(x).sum(axis=1, keepdims=True)),
    ):
        np.testing.assert_allclose(term.value(x), expected)
    # What is used again and again is computed once: else this would take for ever.
    for _ in range(200):
        z = z * 0.5 + z * 0.5
    np.testing.assert_allclose(z.value(x), x)


def test_what_is_no_operation() -> None:
    with pytest.raises(ValueError, match=r"no operation 'tahn'\. Did you mean 'tan'"):
        Term("z").apply("tahn")
    with pytest.raises(ValueError, match=r"max takes 2 argument\(s\), and not 1"):
        Term("z").apply("max")
