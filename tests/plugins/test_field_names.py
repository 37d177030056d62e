"""A field that repeats an attribute of its kind is refused with the line to write instead."""

from __future__ import annotations

import dataclasses
import inspect
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pytest

from bpframe import Activation, Backprop, Component, Cost, Each, Interval, Schedule, Source
from bpframe.errors import PluginError
from bpframe.plugins.loading import load_plugins
from bpframe.plugins.registry import COMPONENT_HOOKS, Registry
from bpframe_activations import Linear, Softmax
from bpframe_backprop import FullMatrix
from bpframe_schedules import ConstantRate

MINE = Source("mine", "local")
BASES = list(COMPONENT_HOOKS.values())
NAME = {base: "mine/on" if base.kind == "settings" else "mine" for base in BASES}
SHARED = [
    (base, name)
    for base in BASES
    for name in dir(base)
    if not name.startswith("_") and name not in {f.name for f in dataclasses.fields(base)}
]


def component(base: type[Component], annotations: dict[str, Any], values: dict[str, Any]) -> Any:
    """Return a component of a kind that defines its methods, and fields of these types."""
    methods: dict[str, Any] = {name: lambda *_: None for name in base.__abstractmethods__}
    namespace = {**methods, **values, "__annotations__": annotations, "__module__": __name__}
    return dataclass(frozen=True)(type("Mine", (base,), namespace))


def refusal(base: type[Component], cls: type[Component]) -> str:
    with pytest.raises(PluginError) as caught:
        Registry().registrar(base)(NAME[base], cls)
    return str(caught.value)


@pytest.mark.parametrize("base", BASES)
def test_other_fields_are_options(base: type[Component]) -> None:
    Registry().registrar(base)(NAME[base], component(base, {"mine_": int}, {"mine_": 1}))


@pytest.mark.parametrize(("base", "name"), SHARED)
@pytest.mark.parametrize("hint", [int, "int | None"])
def test_every_name_of_every_base_is_refused(base: type[Component], name: str, hint: Any) -> None:
    message = refusal(base, component(base, {name: hint}, {name: 1}))
    assert f"field '{name}' of {__name__}.Mine" in message
    of_base = inspect.getattr_static(base, name)
    if name != "kind" and not callable(of_base) and not isinstance(of_base, classmethod):
        assert f"write {name} = 1" in message or "leave the line out" in message


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize(
    ("name", "hint", "value", "words"),
    [
        ("other_names", tuple[str, ...], ("my",), "write other_names = ('my',), or other_names: "
         "ClassVar[tuple[str, ...]] = ('my',)"),
        ("other_names", tuple[str, ...], (), "leave the line out, for other_names is () without"),
        ("kind", str, "mine", "leave the line out, for kind must be"),
        ("summary", str, "Mine", "would hide the method"),
    ],
)  # fmt: skip
def test_what_every_kind_has(
    base: type[Component], name: str, hint: Any, value: object, words: str
) -> None:
    assert words in refusal(base, component(base, {name: hint}, {name: value}))


@dataclass(frozen=True)
class LateAndSlow(ConstantRate):
    """Has other defaults of the options that every schedule has."""

    warm_up: float = 5.0
    each: Each = Each.epoch


def test_a_component_may_have_defaults_of_its_own_for_the_options_of_its_kind() -> None:
    registry = Registry()
    registry.registrar(Schedule)("late", LateAndSlow)
    assert registry.build("schedule", {"name": "late"}) == LateAndSlow(5.0, Each.epoch)
    assert registry.build("schedule", {"name": "late", "each": "step"}).each is Each.step


@dataclass(frozen=True)
class LateWithoutAType(ConstantRate):
    """Leaves the default as it is, for a dataclass wants the type."""

    warm_up = 5.0


def test_a_default_without_a_type_would_not_be_one() -> None:
    assert LateWithoutAType().warm_up == 0
    message = refusal(Schedule, LateWithoutAType)
    assert message.endswith(
        "LateWithoutAType would not be the default of the option warm_up: write the type, warm_up: "
        "float = 5.0"
    )


# As an author writes them.


@dataclass(frozen=True)
class Kinks(Linear):
    kinks: tuple[float, ...] = (0.0,)


@dataclass(frozen=True)
class KinksByType(Linear):
    kinks: tuple[float, ...]


FROM_ZERO = Interval(0.0)


@dataclass(frozen=True)
class Range(Linear):
    range: Interval = FROM_ZERO


@dataclass(frozen=True)
class MadeRange(Linear):
    range: Interval = dataclasses.field(default_factory=Interval)


@dataclass(frozen=True)
class Link(Linear):
    link: str | None = "logit"


@dataclass(frozen=True)
class Scalar(Linear):
    scalar: bool = False


@dataclass(frozen=True)
class Inexact(FullMatrix):
    exact: bool = False


@dataclass(frozen=True)
class Tolerant(Inexact):
    tolerance: float = 1e-4


@pytest.mark.parametrize(
    ("base", "cls", "words"),
    [
        (Activation, Kinks, "write kinks = (0.0,) without the type, or, where it depends on "
         "options, @property def kinks(self) -> tuple[float, ...]: return …"),
        (Activation, KinksByType, "write kinks = … without the type"),
        (Activation, Range, "write range = Interval(low=0.0, "),
        (Activation, MadeRange, "write range = Interval(low=-inf, "),
        (Activation, Link, "write link = 'logit', or link: ClassVar[str | None] = 'logit'"),
        (Activation, Scalar, "would hide the method Activation.scalar: define the method, or call "
         "an option scalar_, which is activation.scalar on the command line"),
        (Backprop, Inexact, "write exact = False, or exact: ClassVar[bool] = False"),
    ],
)  # fmt: skip
def test_the_line_to_write(base: type[Component], cls: type[Component], words: str) -> None:
    message = refusal(base, cls)
    assert words in message
    assert "\n" not in message


# What a component that is derived from another one has without the field is the other one's.


@dataclass(frozen=True)
class Stochastic(FullMatrix):
    @property
    def exact(self) -> bool:
        return False


@dataclass(frozen=True)
class Exact(Stochastic):
    exact: bool = True


@dataclass(frozen=True)
class Elementwise(Softmax):
    elementwise: bool = True


@dataclass(frozen=True)
class NotElementwise(Softmax):
    elementwise: bool = False


@pytest.mark.parametrize(
    ("base", "cls", "words"),
    [
        (Backprop, Exact, "write exact = True without the type, or"),
        (Activation, Elementwise, "write elementwise = True, or"),
        (Activation, NotElementwise, "leave the line out, for elementwise is False without it"),
    ],
)
def test_the_line_to_write_in_a_derived_one(
    base: type[Component], cls: type[Component], words: str
) -> None:
    assert words in refusal(base, cls)


@pytest.mark.parametrize(
    ("base", "name", "value", "words"),
    [
        (Activation, "range", lambda self: Interval(), "range of {} is a method; write @property"),
        (Activation, "range", (0, 1), "range of {} is (0, 1); its type must be Interval"),
        (Activation, "kinks", 0.0, "its type must be tuple[float, ...]"),
        (Activation, "elementwise", "no", "elementwise of {} is 'no'; its type must be bool"),
        (Activation, "link", 3, "its type must be str | None"),
        (Activation, "pullback", None, "pullback of {} is None; it must be a method"),
        (Cost, "other_names", "mse", "its type must be tuple[str, ...]"),
        (Cost, "separable", lambda self: True, "separable of {} is a method; write @property"),
        (Backprop, "exact", lambda self: False, "exact of {} is a method; write @property"),
        (Backprop, "tolerance", "1e-3", "its type must be float"),
        (Backprop, "bind_epoch", True, "it must be a method"),
    ],
)
def test_what_it_says_of_itself_is_of_its_type(
    base: type[Component], name: str, value: object, words: str
) -> None:
    message = refusal(base, component(base, {}, {name: value}))
    assert words.format(f"{__name__}.Mine") in message


@pytest.mark.parametrize(
    ("name", "value"),
    [("tolerance", 1), ("tolerance", np.float32(1e-3)), ("exact", property(lambda self: False))],
)
def test_what_is_of_its_type_is_taken(name: str, value: object) -> None:
    Registry().registrar(Backprop)("mine", component(Backprop, {}, {name: value}))


@pytest.mark.parametrize(
    ("annotations", "values", "words"),
    [
        ({"w": int, "w_": int}, {"w": 1, "w_": 1}, "'w' and 'w_' of {} would both be the option w"),
        ({"k": int}, {"k": dataclasses.field(default=1, init=False)}, "field 'k' of {} is no arg"),
        ({"s": float}, {"s": "three"}, "default of field 's' of {} is not of its type float"),
    ],
)
def test_fields_that_can_be_no_options(
    annotations: dict[str, Any], values: dict[str, Any], words: str
) -> None:
    message = refusal(Activation, component(Activation, annotations, values))
    assert words.format(f"{__name__}.Mine") in message


@dataclass(frozen=True)
class AsItShallBe(Linear):
    """What the messages say."""

    kinks = (0.0,)
    link: ClassVar[str | None] = "logit"
    elementwise = True
    other_names = ("rectifier",)
    scalar_: bool = False

    @property
    def range(self) -> Interval:
        return Interval(0.0)


def test_the_lines_of_the_messages_are_taken_and_are_no_options() -> None:
    registry = Registry()
    registry.registrar(Activation)("mine", AsItShallBe)
    assert list(registry.entries["activation"]["mine"].options()) == ["scalar"]


def test_none_that_comes_along_has_such_a_field() -> None:
    assert load_plugins().broken == []


# A plugin that fails is taken back whole, its words for Tab too.


def words_of_a_wrong_one(plugins: object) -> list[str]:
    return ["wrong"]


def test_words_of_a_plugin_that_fails_are_taken_back() -> None:
    registry = Registry()

    with pytest.raises(PluginError, match="must be a name"), registry.source(MINE):
        [registry.register_command(name, print, words_of_a_wrong_one) for name in ("greet", "")]
    assert registry.commands == {}
    with registry.source(MINE):
        registry.register_command("greet", print, lambda plugins: ["right"])
    assert registry.words_of("greet", None) == ["right"]
    with pytest.raises(PluginError, match="taken"), registry.source(MINE):
        registry.register_command("greet", print, words_of_a_wrong_one)
    assert registry.words_of("greet", None) == ["right"]
