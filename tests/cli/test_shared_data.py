"""Which runs of one process have the same data."""

from __future__ import annotations

import copy
import gc
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from builders import class_data

from bpframe import Data, Dataset, stream
from bpframe.cli.jobs.shared_data import SharedData


@dataclass(frozen=True)
class Cloud(Dataset):
    """Points that use a random stream in some way."""

    use: Callable[[np.random.Generator], Any] = lambda rng: None
    n: int = 5

    def load(self, rng: np.random.Generator) -> Data:
        self.use(rng)
        return class_data(self.n)


def test_what_needs_no_stream_is_the_same_for_all_seeds() -> None:
    shared = SharedData()
    data = shared.load(Cloud(), 0)
    assert shared.load(Cloud(), 1) is data
    assert shared.load(Cloud(n=6), 0) is not data


@pytest.mark.parametrize(
    "use",
    [
        lambda rng: rng.random(),
        lambda rng: rng.spawn(1),
        lambda rng: copy.deepcopy(rng).random(),
        lambda rng: rng.bit_generator.seed_seq.entropy,
        lambda rng: np.random.default_rng(rng).permutation(3),
        lambda rng: np.random.Generator.random(rng),
    ],
)
def test_what_has_touched_the_stream_is_of_one_seed(use: Any) -> None:
    shared = SharedData()
    data = shared.load(Cloud(use), 0)
    assert shared.load(Cloud(use), 0) is data
    assert shared.load(Cloud(use), 1) is not data


def test_what_is_drawn_is_drawn_from_the_stream_split() -> None:
    drawn = []
    SharedData().load(Cloud(lambda rng: drawn.append(rng.random(3).tolist())), 7)
    assert drawn == [stream(7, "split").random(3).tolist()]


def test_what_no_run_has_any_more_is_not_kept() -> None:
    shared = SharedData()
    data = weakref.ref(shared.load(Cloud(), 0))
    gc.collect()
    assert data() is None
    assert shared.load(Cloud(), 0).classes == 2
