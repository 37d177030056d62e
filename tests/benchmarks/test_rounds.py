"""Who takes part in the benchmark, and what becomes of who does not."""

from __future__ import annotations

import pytest
from odd_contenders import find
from rounds import Timing, race
from work import Work

WORK = Work((8, 3, 2), 8, data="values", samples=64)


def outcome(name: str, *, rounds: int = 30, start: float = 60, answer: float = 60) -> Timing | str:
    race_of_one = race(
        [name], WORK, None, rounds, one_thread=True, find=find, start=start, answer=answer
    )
    return race_of_one[name]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("nowhere", "No module named 'nowhere'"),
        ("Unwilling", "it has no sigmoids"),
        ("Killed", "its process has died of SIGKILL"),
    ],
)
def test_who_does_not_take_part_says_why(name: str, why: str) -> None:
    assert outcome(name) == why


def test_who_is_never_ready_is_not_waited_for() -> None:
    assert outcome("NeverReady", start=1) == "not ready within 1 s"


def test_who_hangs_is_not_waited_for() -> None:
    assert outcome("Hanging", answer=1) == "no answer within 1 s"


def test_memory_is_what_a_contender_takes_beyond_imports_and_data() -> None:
    seen = outcome("Greedy", rounds=1)
    assert isinstance(seen, Timing)
    assert 64 <= seen.megabytes < 80
