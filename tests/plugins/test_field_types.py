"""What a component gets for a field is of the type that the field declares."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bpframe import Run, Task
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
