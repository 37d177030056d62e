"""Samples that stay in their file train as those in memory do, and are never read as a whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bpframe import Data, MappedRows, Network, Scaling, Split, Trainer, find_learning_rate, scaled
from bpframe_activations import Sigmoid
from bpframe_backprop import FullMatrix
from bpframe_costs import Quadratic
from bpframe_data import Arrays
from bpframe_data import npy as npy_files
from bpframe_fused import Fused
from bpframe_initializers import ScaledNormal
from bpframe_optimizers import SGD, Momentum

N = 2500
RNG = np.random.default_rng(0)
X = (RNG.random((N, 5)) * [1, 10, 100, 0.1, 1]).astype(np.float32)
Y = (X[:, 0] > 0.5).astype(int)


def mapped(folder: Path) -> MappedRows:
    np.save(folder / "x.npy", X)
    return MappedRows(np.load(folder / "x.npy", mmap_mode="r"), np.float32)


def test_rows_are_those_of_the_array(tmp_path: Path) -> None:
    x = mapped(tmp_path)
    mask = Y == 1
    np.testing.assert_array_equal(x[:], X)
    np.testing.assert_array_equal(np.asarray(x, np.float64), X)
    np.testing.assert_array_equal(x[3:9], X[3:9])
    np.testing.assert_array_equal(x[7], X[7])
    some = x.take(mask).take(np.array([5, 0, 3]))
    np.testing.assert_array_equal(some[:], X[mask][[5, 0, 3]])
    assert (some.shape, some.ndim, some.size, len(some)) == ((3, 5), 2, 15, 3)
    half = Scaling((1.0,), (2.0,))
    np.testing.assert_array_equal(some.scaled(half)[1:], half(X[mask][[0, 3]]))
    assert MappedRows(X, np.float64)[2].dtype == np.float64


@pytest.mark.parametrize("rule", [FullMatrix(), Fused()])
@pytest.mark.parametrize("scale", ["auto", "none"])
def test_they_train_as_in_memory(tmp_path: Path, rule: object, scale: str) -> None:
    x = mapped(tmp_path)
    costs, digests = [], []
    for inputs in (X, x):
        train, held_out = Split(inputs, Y), Split(inputs[:300], Y[:300])
        data = scaled(Data("mine", train, held_out, held_out.head(0), 2), scale)
        network = Network([5, 4, 2], Sigmoid(), ScaledNormal(), seed=0)
        # A step with momentum is none that a product takes along, which rounds otherwise.
        trainer = Trainer(network, Quadratic(), rule, Momentum(0.5), epochs=2)
        costs.append([epoch.metrics["train/cost"] for epoch in trainer.train(data)])
        digests.append(data.fingerprint)
    assert costs[0] == pytest.approx(costs[1], rel=1e-4)
    assert digests[0] == digests[1]
    assert isinstance(data.train.x, MappedRows)


def test_a_training_says_so_and_measures_its_rate(tmp_path: Path) -> None:
    data = Data("mine", Split(mapped(tmp_path), Y), *[Split(X[:0], Y[:0])] * 2, 2)
    network = Network([5, 2], Sigmoid(), ScaledNormal(), seed=0)
    rate = find_learning_rate(Trainer(network, Quadratic(), FullMatrix(), SGD()), data)
    trainer = Trainer(network, Quadratic(), FullMatrix(), SGD(rate), epochs=1)
    for _ in trainer.train(data):
        assert "read from their file" in trainer.training.remark


def test_arrays_of_a_size_stay_in_their_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(npy_files, "MAPPED", X.nbytes)
    np.save(tmp_path / "x_train.npy", X)
    np.save(tmp_path / "y_train.npy", Y)
    dataset = Arrays(path=str(tmp_path))
    data = dataset.prepared(np.random.default_rng(0))
    assert all(isinstance(split.x, MappedRows) for split in data.splits().values())
    monkeypatch.setattr(npy_files, "MAPPED", X.nbytes + 1)
    other = dataset.prepared(np.random.default_rng(0))
    # The same samples, in the order of the file.
    order = np.lexsort(other.test.x.T)
    again = np.lexsort(data.test.x[:].T)
    np.testing.assert_allclose(data.test.x[again], other.test.x[order], rtol=1e-4, atol=1e-6)
    np.testing.assert_array_equal(data.test.y[again], other.test.y[order])
