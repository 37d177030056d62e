"""The message about a plugin that cannot be loaded points at the plugin's own line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpframe.errors import ConfigError
from bpframe.plugins.loading import load_plugins, use_local

PART = '''\
from dataclasses import dataclass
import bpframe

{decorator}
class Mine(bpframe.Activation):
    """f(z) = z."""

    def __call__(self, z, out=None):
        return z

    def derivative(self, z, a):
        return z * 0 + 1

@bpframe.hookimpl
def bpframe_register_activations(register):
    register("mine", Mine)
'''
# Behind the file's path: the line, and what the message must say.
WRONG = {
    "x = 1\ny = (\n": (":2)", "SyntaxError: '(' was never closed"),
    "def f():\nreturn 1\n": (":2)", "IndentationError"),
    PART.format(decorator="@dataclass"): (":4)", "class Mine", "non-frozen dataclass"),
    "import json\n\njson.loads('{')\n": (":3)", "JSONDecodeError"),
    "import nowhere\n": (":1)", "No module named 'nowhere'"),
    "def f():\n    1 / 0\n\n\nf()\n": (":2)", "ZeroDivisionError"),
    "exec('x = (')\n": (":1)", "SyntaxError"),
    "": ("", "no hook", "@bpframe.hookimpl"),
    "def helper():\n    return 1\n": ("", "no hook", "@bpframe.hookimpl"),
}


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the path of a plugin file that is asked for."""
    # Modules stay imported, so that each test needs a name of its own.
    file = tmp_path / f"odd_{abs(hash(tmp_path))}.py"
    monkeypatch.setenv("BPFRAME_PLUGINS", str(file))
    return file


@pytest.mark.parametrize("source", WRONG)
def test_place(plugin: Path, source: str) -> None:
    plugin.write_text(source)
    (broken,) = load_plugins().broken
    line, *words = WRONG[source]
    message = str(broken)
    assert all(word in message for word in words), message
    assert message.endswith(f"{plugin}{line}" if line else "@bpframe.hookimpl"), message
    assert "importlib" not in message
    assert "dataclasses.py" not in message


def test_a_good_one_has_a_hook(plugin: Path) -> None:
    plugin.write_text(PART.format(decorator="@dataclass(frozen=True)"))
    plugins = load_plugins()
    assert plugins.broken == []
    assert "mine" in plugins.registry.entries["activation"]


def test_what_is_not_there_has_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BPFRAME_PLUGINS", "surely_nowhere")
    (broken,) = load_plugins().broken
    assert str(broken).endswith("No module named 'surely_nowhere'")


def test_a_file_name_with_a_dot(plugin: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # `a.b.py` would be read as the module b of a package a, which another file may be.
    odd = plugin.with_name("first.second.py")
    for file in (odd, plugin.with_name("first.py")):
        file.write_text("raise RuntimeError('this is not the file that was asked for')\n")
    monkeypatch.setenv("BPFRAME_PLUGINS", str(odd))
    (broken,) = load_plugins().broken
    assert "has no dot" in str(broken)


def test_a_path_that_the_environment_would_take_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "a:b"
    folder.mkdir()
    (folder / "odd.py").touch()
    monkeypatch.setenv("BPFRAME_PLUGINS", "")
    with pytest.raises(ConfigError, match="cannot have a ':'"):
        use_local([str(folder / "odd.py")])
    # Relative to such a folder, the path that counts is the absolute one.
    monkeypatch.chdir(folder)
    with pytest.raises(ConfigError, match="a:b"):
        use_local(["odd.py"])
