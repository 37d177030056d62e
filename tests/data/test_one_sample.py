"""One sample that is written down."""

import math

import numpy as np
import pytest

from bpframe.errors import DataError
from bpframe_data import OneSample

RNG = np.random.default_rng(0)


def test_it_is_the_training_set_and_the_test_set() -> None:
    data = OneSample(x=[1, 0.1, 3], y=[0.5]).load(RNG)
    assert {name: len(part) for name, part in data.parts().items()} == {"train": 1, "test": 1}
    assert (data.n_inputs, data.n_outputs, data.classes) == (3, 1, None)
    for part in data.parts().values():
        assert part.x.dtype == part.y.dtype == np.float64
        assert part.x.tolist() == [[1, 0.1, 3]]
        assert part.y.tolist() == [[0.5]]


def test_the_defaults_are_the_worked_example() -> None:
    assert (OneSample().x, OneSample().y) == ([0.6, 0.4], [0.8, 0.2])


def test_other_numbers_have_another_fingerprint() -> None:
    prints = {OneSample(x=[x]).load(RNG).fingerprint for x in (0.0, 1.0)}
    assert len(prints) == 2


@pytest.mark.parametrize("fields", [{"x": []}, {"y": []}])
def test_no_numbers(fields) -> None:
    with pytest.raises(ValueError, match="each needs at least one number"):
        OneSample(**fields)


def test_numbers_that_are_not_finite() -> None:
    with pytest.raises(DataError, match="NaN or infinite"):
        OneSample(x=[math.nan]).load(RNG)
