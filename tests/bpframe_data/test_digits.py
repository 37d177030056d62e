"""scikit-learn's digits."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from bpframe_data import Digits
from bpframe_data.digits import _table


def load(seed: int = 0, **fields: float):
    return Digits(**fields).load(np.random.default_rng(seed))


def test_shapes_and_range() -> None:
    data = load()
    assert (len(data.train), len(data.validation), len(data.test)) == (1259, 179, 359)
    assert (data.n_inputs, data.classes, data.image_shape) == (64, 10, (8, 8))
    assert data.train.x.dtype == np.float32
    assert data.train.y.dtype.kind == "i"
    assert (data.train.x.min(), data.train.x.max()) == (0, 1)


def test_every_sample_is_in_one_part() -> None:
    data = load()
    got = np.vstack([np.column_stack((p.x * 16, p.y)) for p in data.splits().values()])
    digits = load_digits()
    want = np.column_stack((digits.data, digits.target))
    np.testing.assert_array_equal(got[np.lexsort(got.T)], want[np.lexsort(want.T)])


def test_each_digit_has_its_share_of_every_part() -> None:
    data = load(3)
    for split, fraction in ((data.validation, 0.1), (data.test, 0.2)):
        expected = fraction * np.bincount(load_digits().target)
        assert np.abs(np.bincount(split.y) - expected).max() <= 2


def test_the_split_follows_the_seed() -> None:
    assert load(1).fingerprint == load(1).fingerprint != load(2).fingerprint


def test_fractions() -> None:
    data = load(validation_fraction=0.0, test_fraction=0.5)
    assert (len(data.train), len(data.validation), len(data.test)) == (899, 0, 898)


def test_without_its_file_scikit_learn_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    table = _table()
    monkeypatch.setattr("bpframe_data.digits.find_spec", lambda _: None)
    np.testing.assert_array_equal(_table(), table)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"validation_fraction": -0.1}, "validation_fraction is -0.1; it must be 0 or more and"),
        ({"test_fraction": 1.0}, "test_fraction is 1.0; it must be 0 or more and less than 1"),
        ({"test_fraction": float("nan")}, "test_fraction is nan; it must be"),
        (
            {"validation_fraction": 0.6, "test_fraction": 0.4},
            "test_fraction is 0.4; it must be less than 1 - validation_fraction, which is 0.4",
        ),
    ],
)
def test_wrong_fractions(fields: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Digits(**fields)
