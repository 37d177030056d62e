"""What a component gets for a field is of the type that the field declares."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from pathlib import Path
from types import GenericAlias
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from omegaconf import OmegaConf

from bpframe import Run, Task
from bpframe.plugins.hints import is_plain, widened
from bpframe.plugins.registry import Registry


class Colour(enum.Enum):
    red = 1
    blue = 2


@dataclass(frozen=True)
class Fields(Task):
    """A task with a field of each type that a configuration changes on its way."""

    pair: tuple[int, int] = (1, 2)
    names: tuple[str, ...] | None = None
    numbers: list[int] = field(default_factory=lambda: [1])
    colour: Colour = Colour.red
    path: Path = Path("here")

    def run(self, run: Run) -> None:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("option", "configured", "expected"),
    [
        ("pair", [3, 4], (3, 4)),
        ("names", ["a", "b"], ("a", "b")),
        ("names", None, None),
        ("numbers", [3], [3]),
        ("colour", "blue", Colour.blue),
        ("path", "there", Path("there")),
    ],
)
def test_a_value_has_the_declared_type(option: str, configured: Any, expected: object) -> None:
    registry = Registry()
    registry.registrar(Task)("fields", Fields)
    built = registry.build("task", {"name": "fields", option: configured})
    assert getattr(built, option) == expected
    assert registry.build("task", {"name": "fields"}) == Fields()


SCALARS = st.sampled_from([bool, int, float, str])
DEFAULTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(Colour.red),
    lambda inner: st.lists(inner, max_size=2),
    max_leaves=3,
)
HINTS = (
    SCALARS
    | st.just(Colour)
    | st.just(Any)
    | st.builds(lambda inner: GenericAlias(list, inner), SCALARS | st.just(Any))
    | st.builds(lambda one, other: one | other, SCALARS, SCALARS)
    | st.builds(lambda one: one | None, SCALARS | st.just(Colour))
    | st.just(list[int] | None)
)


@given(HINTS, DEFAULTS)
def test_any_configuration_holds_what_is_plain(hint: Any, default: Any) -> None:
    hint = widened(hint)
    if is_plain(hint, default):
        fields = {
            "__annotations__": {"option": hint},
            "option": field(default_factory=lambda: default),
        }
        node = OmegaConf.structured(dataclass(type("Node", (), fields)))
        assert repr(OmegaConf.to_container(node)) == repr({"option": default})


@pytest.mark.parametrize(
    ("hint", "default"),
    [
        (int, True),
        (int, "1"),
        (str, "${x}"),
        (list[int], [1.0]),
        (tuple[int, int], (1, 2)),
        (int, None),
    ],
)
def test_what_a_configuration_may_not_hold_is_not_plain(hint: Any, default: Any) -> None:
    assert not is_plain(hint, default)
