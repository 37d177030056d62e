"""docs/architecture.md: the modules that it names are there, and in the order of the contracts."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/architecture.md").read_text()
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
    "contracts"
]


@pytest.mark.parametrize("room", ["core", "plugins"])
def test_the_rooms_are_drawn_as_the_contracts_have_them(room: str) -> None:
    (contract,) = (c for c in CONTRACTS if c.get("containers") == [f"bpframe.{room}"])
    (drawn,) = re.findall(rf"^\| `{room}/` \| (.*?) \|", TEXT, re.MULTILINE)
    floors = [sorted(re.findall(r"`(\w+)`", floor)) for floor in drawn.split("←")]
    assert floors == [sorted(layer.split(" | ")) for layer in reversed(contract["layers"])]


@pytest.mark.parametrize("file", sorted(set(re.findall(r"`([\w/]+\.py)`", TEXT))))
def test_a_file_that_is_named_is_there(file: str) -> None:
    found = [*ROOT.glob(file), *ROOT.glob(f"bpframe/{file}"), *ROOT.glob(f"bpframe/*/{file}")]
    assert found or list(ROOT.glob(f"bpframe/cli/*/{file}"))
