"""What is typed is read as it was meant, or the message shows the line to type."""

from __future__ import annotations

import shlex
from typing import Any

import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import ChoiceSweep
from hypothesis import given
from hypothesis import strategies as st

from bpframe.cli.overrides.text import read_override
from bpframe.errors import ConfigError
from bpframe.plugins.loading import load_plugins

REGISTRY = load_plugins().registry
READ: dict[str, Any] = {
    # texts that Hydra's lexer has no place for
    "data.path=~/x": "~/x",
    "data.path=~/my data/é.npz": "~/my data/é.npz",
    "name=héllo": "héllo",
    "name=数字": "数字",
    "data.path=a#b.npz": "a#b.npz",
    "tracking.uri=sqlite:///runs.db?mode=ro": "sqlite:///runs.db?mode=ro",
    "name=a;b&c<d>!": "a;b&c<d>!",
    "name=\\é\\": "\\é\\",
    # texts that look like numbers
    "name=1e5": "1e5",
    "name=007": "007",
    "name=1_000": "1_000",
    "name=true": "true",
    "data.path=2024": "2024",
    "name=null": None,
    # whole floats where integers are wanted
    "trainer.epochs=1e3": 1000,
    "trainer.epochs=3.0": 3,
    "seed=-1e2": -100,
    "network.hidden=[1e2,30.0]": [100, 30],
    "task.sample=2e1": 20,
    "trainer.train_evaluation_samples=1e4": 10_000,
    # what is no whole number, or too long for one, is left to the check of types
    "trainer.epochs=1.5": 1.5,
    "trainer.epochs=1e30": 1e30,
    "trainer.epochs=1e999999999": float("inf"),
    # what is read well is left alone
    "optimizer.learning_rate=1e-3": 0.001,
    "activation.slope=1e0": 1.0,
    "name='a b'": "a b",
    'activation.f="sin(z)"': "sin(z)",
    "activation=tanh": "tanh",
    "cost=": "",
}


@pytest.mark.parametrize("word", READ)
def test_read(word: str) -> None:
    override = read_override(word, REGISTRY)
    value = override.value()
    assert (value, type(value)) == (READ[word], type(READ[word]))
    # Hydra reads the line again, not what was read here.
    (again,) = OverridesParser.create().parse_overrides([str(override.input_line)])
    assert again.value() == value


@pytest.mark.parametrize(
    ("word", "values"),
    [
        ("name=é,ü", ["é", "ü"]),
        ("data.path=~/a,b", ["~/a", "b"]),
        ("name=1e5,x", ["1e5", "x"]),
        ("trainer.epochs=1e1,20", [10, 20]),
    ],
)
def test_each_value_of_a_sweep(word: str, values: list[Any]) -> None:
    sweep = read_override(word, REGISTRY).value()
    assert isinstance(sweep, ChoiceSweep)
    assert [getattr(value, "text", value) for value in sweep.list] == values


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1))
def test_any_plain_text(text: str) -> None:
    text = text.strip()
    if not text or set(text) & set("()[]{}'\",\\$") or text.lower() in ("null", "???"):
        return
    assert read_override(f"name={text}", REGISTRY).value() == text


REFUSED = {
    "network.hidden=(30,20)": ("square brackets", "'network.hidden=[30,20]'"),
    "activation.f=sin(z)": ("quotes", """'activation.f="sin(z)"'"""),
    "activation.f=z/(1+abs(z))": ("quotes", """'activation.f="z/(1+abs(z))"'"""),
    "data.path=a (copy).npz": ("""'data.path="a (copy).npz"'""",),
    "name=it's": ('name="it',),
    "network.hidden=[30,20": ("[1,2]",),
    "activation=[": ("activation=[", "[1,2]"),
    "seed=range(a)": ("seed=range(a)", "str is incompatible"),
    "seed=choice()": ("empty choice",),
    "=3": ("'=3'", "KEY=VALUE"),
    "==": ("'=='", "KEY=VALUE"),
    "+x": ("'+x'", "KEY=VALUE"),
    "a b=3": ("'a b'", "letters"),
    "trainer..epochs=3": ("'trainer..epochs'", "trainer.epochs"),
    "name=a\x00b": ("cannot be printed",),
    "name=\udcff": ("cannot be printed",),
}
FOREIGN = ("Lexer", "Exception", "expecting", "EOF", "BRACKET", "mismatched", "hydra.cc")


@pytest.mark.parametrize("word", REFUSED)
def test_refused(word: str) -> None:
    with pytest.raises(ConfigError) as error:
        read_override(word, REGISTRY)
    message = str(error.value)
    assert not [text for text in REFUSED[word] if text not in message], message
    assert not [text for text in FOREIGN if text in message], message


@pytest.mark.parametrize("word", ["activation.f=sin(z)", "data.path=a (copy).npz", "name=it's"])
def test_the_line_that_is_shown_can_be_typed(word: str) -> None:
    with pytest.raises(ConfigError) as error:
        read_override(word, REGISTRY)
    line = str(error.value).rpartition("around them: ")[2]
    (typed,) = shlex.split(line)
    assert read_override(typed, REGISTRY).value() == word.partition("=")[2]
