"""Data sets of scikit-learn's, and those that are drawn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from bpframe import Dataset, stream
from bpframe_data import (
    BreastCancer,
    Circles,
    Diabetes,
    Iris,
    Linnerud,
    Moons,
    Regression1D,
    Spirals,
    Wine,
)


@pytest.mark.parametrize(
    ("dataset", "samples", "inputs", "classes"),
    [
        (Iris(), 150, 4, ("setosa", "versicolor", "virginica")),
        (Wine(), 178, 13, ("class_0", "class_1", "class_2")),
        (BreastCancer(), 569, 30, ("malignant", "benign")),
        (Diabetes(), 442, 10, ()),
        (Linnerud(), 20, 3, ()),
    ],
)
def test_sets_of_scikit_learn(
    dataset: Dataset, samples: int, inputs: int, classes: tuple[str, ...]
) -> None:
    data = dataset.prepared(stream(0, "split"))
    assert sum(map(len, data.splits().values())) == samples
    assert (data.n_inputs, data.class_names) == (inputs, classes)
    assert len(data.inputs.names) == inputs
    assert np.abs(data.train.x.mean(axis=0)).max() < 1e-5
    assert "inputs are standardised" in data.remarks[1]
    if not classes:
        y = data.in_own_units(data.train.y)
        assert y.mean() > 50
        assert len(data.values.names) == y.shape[1]


@pytest.mark.parametrize(("dataset", "reach"), [(Moons(), 2), (Circles(), 1), (Spirals(), 1)])
def test_points_of_two_classes(dataset: Dataset, reach: float) -> None:
    data = dataset.load(np.random.default_rng(0))
    assert [len(split) for split in data.splits().values()] == [1000] * 3
    assert (data.n_inputs, data.classes, data.train.x.dtype) == (2, 2, np.float32)
    assert data.train.y.sum() == 500
    assert reach - 0.1 < np.abs(data.train.x).max() < reach + 0.5
    # No straight line parts them, and neighbours do.
    line = np.linalg.lstsq(np.c_[data.train.x, np.ones(1000)], data.train.y * 2.0 - 1, rcond=None)
    on_its_side = (np.c_[data.test.x, np.ones(1000)] @ line[0] > 0) == data.test.y
    assert on_its_side.mean() < 0.92
    neighbours = KNeighborsClassifier().fit(data.train.x, data.train.y)
    assert neighbours.score(data.test.x, data.test.y) > 0.95
    other = dataset.load(np.random.default_rng(1))
    assert other.fingerprint != data.fingerprint


def test_a_curve() -> None:
    data = Regression1D(samples=5000, noise=0.25).load(np.random.default_rng(0))
    x, y = data.train.x, data.in_own_units(data.train.y)
    assert (y - (1 + x) * np.sin(2 * np.pi * x) / 2).std() == pytest.approx(0.25, rel=0.05)
    assert (data.classes, data.values.names) == (None, ("y",))


@pytest.mark.parametrize("dataset", [Moons, Regression1D])
def test_wrong_options(dataset: type[Dataset]) -> None:
    with pytest.raises(ValueError, match="samples is 0; it must be"):
        dataset(samples=0)
    with pytest.raises(ValueError, match="noise is -1; it must be a number of 0 or more"):
        dataset(noise=-1)
