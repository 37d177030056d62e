"""What a component raises itself is told with the call, the line, and what mends it."""

from __future__ import annotations

import pytest
from wrong_calls import SAID

from bpframe import Component
from bpframe.testing import Status, check_component, checks_of

CASES = [
    pytest.param(component, check, words, id=type(component).__name__)
    for component, check, words in SAID
]


@pytest.mark.parametrize(("component", "check", "words"), CASES)
def test_what_was_called_and_what_mends_it(
    component: Component, check: str, words: tuple[str, ...]
) -> None:
    result = next(r for r in check_component(component) if r.name == check)
    assert result.status is Status.FAILED
    assert all(word in result.message for word in words), result.message
    assert "\n" not in result.message
    assert len(result.message) < 500


def test_every_front_end_has_the_message() -> None:
    component, name, words = SAID[0]
    check = next(check for check in checks_of(component) if check.name == name)
    with pytest.raises(AssertionError) as caught:
        check()
    assert all(word in str(caught.value) for word in words)
