"""Components as plain values: what comes back is what went in, and nothing else gets in."""

from __future__ import annotations

import json
import math
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from builders import every_activation, quick, registered
from hypothesis import given
from hypothesis import strategies as st

from bpframe import MixedActivation
from bpframe.core.portable import as_plain, from_plain
from bpframe.errors import CheckpointError
from bpframe_activations import Custom, Sigmoid, Tanh
from bpframe_costs import CrossEntropy, output_error
from bpframe_optimizers import SGD
from bpframe_schedules import Cosine
from bpframe_stopping import EarlyStopping

KINDS = (
    "activation",
    "backprop",
    "clipping",
    "cost",
    "initializer",
    "metric",
    "optimizer",
    "regularizer",
    "schedule",
    "stopping",
)
NUMBERS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(
    NUMBERS,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.integers() | st.text() | st.tuples(st.integers()), inner)
    ),
    max_leaves=12,
)


class Pair(NamedTuple):
    one: int
    two: int


@dataclass(frozen=True)
class Made:
    numbers: tuple[float, ...] = (1.0,)
    inner: Any = None
    twice: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "twice", 2 * self.numbers[0])


def there_and_back(value: Any) -> Any:
    """Return what comes back from a file of JSON."""
    return from_plain(json.loads(json.dumps(as_plain(value))))


@quick
@given(VALUES)
def test_values_come_back_as_they_are(value: Any) -> None:
    back = there_and_back(value)
    assert back == value
    assert repr(back) == repr(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -0.0, 5e-324, 2**70])
def test_every_number_comes_back_bit_for_bit(value: float) -> None:
    assert repr(there_and_back(value)) == repr(value)


@pytest.mark.parametrize(
    ("value", "plain"),
    [(np.float64(0.1), 0.1), (np.float32(0.5), 0.5), (np.int64(3), 3), (np.bool_(True), True)],
)
def test_numpy_numbers_become_plain_ones(value: Any, plain: Any) -> None:
    back = there_and_back(value)
    assert (type(back), back) == (type(plain), plain)


@pytest.mark.parametrize("kind", KINDS)
def test_every_registered_component_comes_back(kind: str) -> None:
    for component in [*registered(kind).values(), *(every_activation().values())]:
        assert there_and_back(component) == component


@pytest.mark.parametrize(
    "component",
    [
        Custom("max(min(z, 2), 0.1*z)", low=-math.inf),
        MixedActivation.of(Sigmoid(), 3, {1: Tanh()}),
        output_error(CrossEntropy(), Sigmoid()),
        output_error(CrossEntropy(), MixedActivation.of(Sigmoid(), 3, {1: Tanh()})),
        Made((3.0, 4.0), Made(inner={"a": [Made()]})),
        EarlyStopping(better="higher"),
        Cosine(each="epoch"),
    ],
)
def test_what_components_are_made_of_comes_back(component: Any) -> None:
    back = there_and_back(component)
    assert back == component
    assert type(back) is type(component)
    assert repr(back) == repr(component)


def local_class() -> Any:
    @dataclass(frozen=True)
    class Local:
        pass

    return Local()


@pytest.mark.parametrize(
    "value",
    [
        lambda z: z,
        len,
        np.zeros(3),
        {1, 2},
        1j,
        b"bytes",
        Path(),
        object(),
        SGD,
        Pair(1, 2),
        OrderedDict,
        np.longdouble(1),
        np.datetime64("2020-01-01"),
        local_class(),
        [{"deep": (len,)}],
        Made(inner=len),
    ],
)
def test_what_no_file_can_hold_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="cannot stand in a file; components, and closed forms"):
        as_plain(value)


@pytest.mark.parametrize(
    ("plain", "words"),
    [
        ({"class": "nowhere.at.all:Thing", "fields": {}}, "nowhere.at.all:Thing cannot be made"),
        ({"class": "bpframe_optimizers:Gone", "fields": {}}, "no attribute 'Gone'"),
        ({"class": "bpframe_optimizers.sgd:SGD", "fields": {"speed": 1}}, "speed"),
        ({"class": "bpframe_optimizers.sgd:SGD", "fields": {"learning_rate": -1}}, "learning_rate"),
        ({"class": "os:system", "fields": {"command": "true"}}, "it is no class"),
        ({"class": "subprocess:Popen", "fields": {"args": "true"}}, "it is no frozen dataclass"),
        ({"class": "bpframe.run:Run", "fields": {}}, "it is no frozen dataclass"),
        ({"class": "builtins:type", "fields": {}}, "it is no frozen dataclass"),
        ({"class": "", "fields": {}}, "cannot be made again"),
        ({"class": ":SGD", "fields": {}}, "cannot be made again"),
        ({"class": "..relative:SGD", "fields": {}}, "cannot be made again"),
        ({"class": 3, "fields": {}}, "is nothing"),
        ({"class": "bpframe_optimizers.sgd:SGD", "fields": [1]}, "is nothing"),
        (
            {"class": "bpframe.core.best:Better", "member": "best"},
            "'best' of bpframe.core.best",
        ),
        ({"class": "bpframe.core.best:Best", "member": "auto"}, "'auto' of bpframe.core.best:Best"),
        ({"class": "bpframe_optimizers.sgd:SGD", "member": "auto"}, "it is no enumeration"),
        ({"unknown": []}, "is nothing"),
        ({"list": 3}, "is nothing"),
        ({"list": [{"tuple": "3"}]}, "is nothing"),
        ({"dict": {}}, "is nothing"),
        ({"member": ["enum"]}, "is nothing"),
        ({}, "is nothing"),
        ([1], "is nothing"),
    ],
)
def test_what_is_no_component_is_refused(plain: Any, words: str) -> None:
    with pytest.raises(CheckpointError, match=words):
        from_plain(plain)
