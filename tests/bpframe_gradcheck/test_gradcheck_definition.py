"""The layers of a gradient that is compared, and the parameters that are drawn."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from builders import quick
from hypothesis import given
from hypothesis import strategies as st

from bpframe import Comparison, Parameters
from bpframe_gradcheck.comparison import LayerComparison, worst_of
from bpframe_gradcheck.task import draw_places

# The worst layer.


def layer(difference: float, allowance: float = 1e-9) -> LayerComparison:
    found = Comparison(0.5, difference, promised=allowance, inexact=0.0, resolution=0.0)
    return LayerComparison(2, 10, 10, angle=0.0, found=found)


@pytest.mark.parametrize("worst", [layer(1), layer(math.nan), layer(2e-10, 1e-10)])
def test_the_worst_layer_is_the_one_nearest_to_what_is_allowed(worst: LayerComparison) -> None:
    others = [layer(1e-10), layer(1e-3, allowance=1), layer(0, allowance=0)]
    assert worst_of([others[0], worst, *others[1:]]) is worst


# The parameters that are compared.

SIZES: Any = st.lists(st.integers(1, 8), min_size=2, max_size=5)


@given(sizes=SIZES, most=st.integers(1, 300), seed=st.integers(0, 2**31))
@quick
def test_drawn_parameters(sizes: list[int], most: int, seed: int) -> None:
    parameters = Parameters(sizes, np.float64)
    places = draw_places(parameters, most, np.random.default_rng(seed))
    count, layers = len(parameters.vector), len(parameters.blocks)
    counts = [len(p) for p in places]
    assert sum(counts) == (count if most >= count else max(most, layers))
    parameters.vector[:] = np.arange(count)
    for drawn, block in zip(places, parameters.blocks, strict=True):
        assert len(set(drawn.tolist())) == len(drawn)
        assert np.isin(drawn, block).all()
    # A layer has fewer than another one only if it has no more.
    assert all(
        n >= max(counts) - 1 or n == block.size
        for n, block in zip(counts, parameters.blocks, strict=True)
    )
