"""Weights and biases that are written down."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from builders import make_network

from bpframe_activations import Sigmoid
from bpframe_initializers import Given

WEIGHTS = [[[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]], [[0.2, 0.3, 0.4]]]
BIASES = [[0.7, 0.8, 0.9], [1.0]]


def test_they_are_the_networks() -> None:
    parameters = make_network((2, 3, 1), Sigmoid(), initializer=Given(WEIGHTS, BIASES)).parameters
    for given, actual in ((WEIGHTS, parameters.weights), (BIASES, parameters.biases)):
        for numbers, array in zip(given, actual, strict=True):
            np.testing.assert_array_equal(array, numbers)


def test_whole_numbers_are_numbers() -> None:
    parameters = make_network((1, 1), Sigmoid(), initializer=Given([[[2]]], [[-1]])).parameters
    np.testing.assert_array_equal(parameters.vector, [2, -1])


def test_biases_that_are_left_out_are_0() -> None:
    parameters = make_network((2, 3, 1), Sigmoid(), initializer=Given(WEIGHTS)).parameters
    assert not any(b.any() for b in parameters.biases)


@pytest.mark.parametrize(
    ("sizes", "given", "message"),
    [
        ((2, 4, 1), Given(WEIGHTS, BIASES), r"weights .*\(3, 2\).* needs \[\(4, 2\), \(1, 4\)\]"),
        ((2, 3), Given(WEIGHTS), r"weights .* a network \[2, 3\] needs \[\(3, 2\)\]"),
        ((2, 3, 1), Given(WEIGHTS, BIASES[:1]), r"biases .*\[\(3,\)\].* needs \[\(3,\), \(1,\)\]"),
    ],
)
def test_what_does_not_fit_the_network_is_refused(
    sizes: tuple[int, ...], given: Given, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make_network(sizes, Sigmoid(), initializer=given)


@pytest.mark.parametrize(
    ("weights", "biases", "message"),
    [
        ([], None, "weights must be given: initializer.weights="),
        ([[[math.nan]]], None, r"weights\[0\] is \[\[nan\]\]; it must hold rows of finite numbers"),
        ([[[1.0]]], [[math.inf]], r"biases\[0\] is \[inf\]; it must hold finite numbers"),
        ([[[1]], [[1], [1, 2]]], None, r"weights\[1\] .* all of one length"),
        ([[1, 2]], None, r"weights\[0\] is \[1, 2\]; it must hold rows"),
        ([[["one"]]], None, r"weights\[0\] is \[\['one'\]\]"),
        ([[[1]]], [3], r"biases\[0\] is 3; it must hold finite numbers"),
        ([[[1]]], [[None]], r"biases\[0\] is \[None\]"),
    ],
)
def test_wrong_numbers(weights: Any, biases: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Given(weights, biases)


def test_single_layers_cannot_be_asked_for() -> None:
    with pytest.raises(ValueError, match="of a whole network: call fill"):
        Given(WEIGHTS).weights(np.random.default_rng(0), 2, 3)
