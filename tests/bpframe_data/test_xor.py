"""Points near the corners of the unit square."""

import math

import numpy as np
import pytest

from bpframe import Network, Trainer
from bpframe_activations import Sigmoid
from bpframe_backprop import FullMatrix
from bpframe_costs import Quadratic
from bpframe_data import Xor
from bpframe_initializers import ScaledNormal
from bpframe_optimizers import SGD


def load(seed: int = 0, **fields):
    return Xor(**fields).load(np.random.default_rng(seed))


def test_shapes() -> None:
    data = load(samples=50)
    assert [len(split) for split in data.splits().values()] == [50, 50, 50]
    assert (data.n_inputs, data.classes, data.image_shape) == (2, 2, None)
    assert data.train.x.dtype == np.float32


def test_without_noise_it_is_the_truth_table() -> None:
    data = load(samples=8, noise=0.0)
    rows = sorted(zip(*data.test.x.T.tolist(), data.test.y.tolist(), strict=True))
    assert rows == sorted([(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)] * 2)


def test_noise_is_the_standard_deviation_from_the_corner() -> None:
    x = load(samples=4000, noise=0.05).train.x
    assert np.std(x - np.round(x)) == pytest.approx(0.05, rel=0.05)


def test_parts_and_seeds_are_independent() -> None:
    data = load(1)
    assert not np.isin(data.train.x, data.test.x).any()
    assert load(1).fingerprint == data.fingerprint != load(2).fingerprint


def test_a_small_network_learns_it() -> None:
    data = load()
    network = Network([2, 3, 2], Sigmoid(), ScaledNormal())
    trainer = Trainer(network, Quadratic(), FullMatrix(), SGD(3.0), epochs=30, batch_size=10)
    trainer.fit(data)
    assert trainer.evaluate(data, data.test)["accuracy"] >= 0.95


@pytest.mark.parametrize("samples", [3, 0, -1])
def test_wrong_samples(samples: int) -> None:
    with pytest.raises(ValueError, match=f"samples is {samples}; it must be 4 or more"):
        Xor(samples=samples)


@pytest.mark.parametrize("noise", [-0.1, math.inf, math.nan])
def test_wrong_noise(noise: float) -> None:
    with pytest.raises(ValueError, match=f"noise is {noise}; it must be"):
        Xor(noise=noise)
