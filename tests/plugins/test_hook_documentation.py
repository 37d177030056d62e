"""Each hook is documented with its signature, has a test, and is used by a real plugin."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest

from bpframe.plugins import hookspecs
from bpframe.plugins.loading import load_plugins

TESTS = Path(__file__).parents[1]
HOOKS = {name: f for name, f in vars(hookspecs).items() if name.startswith("bpframe_")}
DOCUMENT = TESTS.parent / "docs" / "contracts.md"


def section(name: str) -> str:
    """Return what docs/contracts.md says below the heading of a hook."""
    text = DOCUMENT.read_text()
    heading = f"#### `{name}{signature(name)}`"
    found = re.search(rf"^{re.escape(heading)}$\n(.*?)(?=^#|\Z)", text, re.M | re.S)
    assert found, f"docs/contracts.md has no heading '{heading}'"
    return found[1]


def signature(name: str) -> str:
    """Return what a hook takes and returns, as its heading shows it."""
    return str(inspect.signature(HOOKS[name])).replace("'", "")


def test_there_are_hooks() -> None:
    assert len(HOOKS) >= 15


@pytest.mark.parametrize("name", HOOKS)
def test_documented_with_its_arguments(name: str) -> None:
    text = section(name)
    assert text.strip()
    missing = [a for a in inspect.signature(HOOKS[name]).parameters if f"`{a}`" not in text]
    assert not missing


@pytest.mark.parametrize("name", HOOKS)
def test_has_a_docstring(name: str) -> None:
    assert HOOKS[name].__doc__


def test_nothing_else_is_documented() -> None:
    headings = re.findall(r"^###+ `?(bpframe_\w+)", DOCUMENT.read_text(), re.MULTILINE)
    assert sorted(headings) == sorted(HOOKS)


@pytest.mark.parametrize("name", HOOKS)
def test_named_in_a_test(name: str) -> None:
    texts = (file.read_text() for file in TESTS.rglob("*.py"))
    assert any(re.search(rf"\b{name}\b", text) for text in texts)


@pytest.mark.parametrize("name", HOOKS)
def test_used_by_a_plugin(name: str) -> None:
    implementations = getattr(load_plugins().hook, name).get_hookimpls()
    sample = ast.parse(
        (Path(__file__).parent / "bpframe_sample/src/bpframe_sample/plugin.py").read_text()
    )
    functions = {node.name for node in ast.walk(sample) if isinstance(node, ast.FunctionDef)}
    assert name in functions or any(i.plugin_name != "core" for i in implementations)
