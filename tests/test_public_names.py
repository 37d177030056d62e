"""The lists of what `bpframe` offers say the same: for types, for `import *` and for imports."""

from __future__ import annotations

import ast
import inspect
from importlib import import_module
from pathlib import Path

import pytest

import bpframe

TREE = ast.parse(Path(bpframe.__file__).read_text())
FOR_TYPES = {
    (node.module, alias.name)
    for block in TREE.body
    if isinstance(block, ast.If)
    for node in block.body
    if isinstance(node, ast.ImportFrom) and node.module != "typing"
    for alias in node.names
}
HOMES = {(module, name) for module, names in bpframe._HOMES.items() for name in names}


def test_what_types_are_checked_by_is_what_is_imported() -> None:
    assert FOR_TYPES == HOMES


def test_everything_is_listed_once_and_sorted() -> None:
    assert sorted(bpframe.__all__) == sorted(name for _, name in HOMES)


@pytest.mark.parametrize(("module", "name"), sorted(HOMES))
def test_a_name_is_that_of_its_home(module: str, name: str) -> None:
    value = getattr(bpframe, name)
    assert value is getattr(import_module(module), name)
    if inspect.isclass(value) or inspect.isfunction(value):
        assert value.__module__ == module


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        bpframe.Nothing  # noqa: B018
    assert set(dir(bpframe)) >= {*bpframe.__all__, "__version__"}


def test_a_former_name_is_the_class_that_it_was() -> None:
    assert bpframe.Figure is bpframe.ReportedFigure
