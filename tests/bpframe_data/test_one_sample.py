"""The data set of one sample."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest

from bpframe import Network, Trainer
from bpframe.errors import DataError
from bpframe_activations import Sigmoid
from bpframe_backprop import FullMatrix
from bpframe_costs import CrossEntropy, Quadratic, output_error
from bpframe_data import OneSample
from bpframe_initializers import Constant
from bpframe_optimizers import SGD


def test_the_default_is_the_books_neuron() -> None:
    data = OneSample().load(np.random.default_rng(0))
    assert (data.train.x.tolist(), data.train.y.tolist()) == ([[1]], [[0]])
    assert (data.n_inputs, data.n_outputs, data.classes) == (1, 1, None)
    assert list(data.splits()) == ["train"]


def test_a_sample_of_ones_own() -> None:
    data = OneSample([0.6, 0.4, 2], [0.8, 0.2]).load(np.random.default_rng(0))
    np.testing.assert_array_equal(data.train.x, [[0.6, 0.4, 2]])
    np.testing.assert_array_equal(data.train.y, [[0.8, 0.2]])
    assert data.fingerprint != OneSample().load(np.random.default_rng(0)).fingerprint


@pytest.mark.parametrize(("x", "y", "name"), [([], [1.0], "x"), ([1.0], [], "y")])
def test_an_empty_sample_is_refused(x: list[float], y: list[float], name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} is empty; it must hold at least one number"):
        OneSample(x, y)


@pytest.mark.parametrize("values", [[[1]], [[1], [2, 3]], ["1"], [None], [1j]])
@pytest.mark.parametrize("name", ["x", "y"])
def test_what_is_no_list_of_numbers_is_refused(name: str, values: Any) -> None:
    message = re.escape(f"{name} is {values}; it must be a list of numbers")
    with pytest.raises(ValueError, match=message):
        OneSample(**{name: values})


def test_a_number_that_is_not_finite_is_refused() -> None:
    with pytest.raises(DataError, match="NaN or infinite"):
        OneSample([math.nan]).load(np.random.default_rng(0))


@pytest.mark.parametrize("cost", [Quadratic(), CrossEntropy()], ids=repr)
def test_the_neuron_learns_as_its_equations_say(cost: Quadratic | CrossEntropy) -> None:
    network = Network([1, 1], Sigmoid(), Constant(2.0, 2.0), dtype=np.float64)
    rate, error = 0.15, output_error(cost, Sigmoid())
    trainer = Trainer(
        network, cost, FullMatrix(), SGD(rate), epochs=300, batch_size=1, output_error=error
    )
    trainer.fit(OneSample().load(np.random.default_rng(0)))
    w = b = 2.0
    for _ in range(300):
        a = 1 / (1 + math.exp(-w - b))
        delta = a if isinstance(cost, CrossEntropy) else a * a * (1 - a)
        w, b = w - rate * delta, b - rate * delta
    assert network.parameters.vector.tolist() == pytest.approx([w, b], rel=1e-9)
