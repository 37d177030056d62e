"""What the plugins registered: kind → name → component, plugin and distribution."""

from __future__ import annotations

import dataclasses
import inspect
import keyword
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from bpframe.components import KINDS, Component, Settings
from bpframe.errors import ConfigError, PluginError, did_you_mean
from bpframe.hints import depth, nesting

if TYPE_CHECKING:
    from bpframe.plugins import Plugins

# Keys of the configuration that are not a section's.
RESERVED = {
    "defaults",
    "dtype",
    "experiment",
    "hydra",
    "name",
    "network",
    "output_activation",
    "seed",
    "trainer",
}
Command = Callable[[list[str], "Plugins"], int]
Words = Callable[["Plugins"], Iterable[str]]


@dataclass(frozen=True)
class Source:
    """Where a component comes from.

    Attributes
    ----------
    plugin : str
        Name of the entry point, or path of the file.
    distribution : str
        Name and version of the installed distribution, or ``local``.
    """

    plugin: str
    distribution: str

    def __str__(self) -> str:
        return f"plugin '{self.plugin}' ({self.distribution})"


@dataclass(frozen=True)
class Entry:
    """A registered component.

    Attributes
    ----------
    name : str
        The name on the command line.
    component : type of Component
        The frozen dataclass; its fields are the options.
    source : Source
        Who registered it.
    """

    name: str
    component: type[Component]
    source: Source

    def options(self) -> dict[str, tuple[Any, dataclasses.Field[Any]]]:
        """Return the type and the field of each option, by the option's name.

        A trailing underscore of a field's name is dropped: `lambda_` is the option ``lambda``.
        """
        fields = ", ".join(f.name for f in dataclasses.fields(self.component))
        try:
            hints = get_type_hints(self.component)
        except NameError as error:
            where = f"{self.component.__module__}.{self.component.__name__}"
            raise PluginError(f"the types of {where}'s fields {fields}: {error}") from error
        return {
            f.name.removesuffix("_"): (_widened(hints[f.name]), f)
            for f in dataclasses.fields(self.component)
        }

    def schema(self) -> type[Any]:
        """Return the dataclass that Hydra holds: the options, and ``name``."""
        hints: dict[str, Any] = {"name": str}
        values: dict[str, Any] = {"name": self.name}
        for option, (hint, f) in self.options().items():
            hints[option] = hint
            made = f.default_factory is not dataclasses.MISSING
            values[option] = (
                dataclasses.field(default_factory=f.default_factory) if made else f.default
            )
        node = type(self.component.__name__, (), {"__annotations__": hints, **values})
        # Without an __init__ an option may be called `lambda`; make_dataclass refuses keywords.
        return dataclasses.dataclass(init=False, repr=False, eq=False)(node)

    def values(self) -> dict[str, Any]:
        """Return the plain values of a configuration that chooses it with its defaults."""
        node = OmegaConf.structured(self.schema())
        values: Any = OmegaConf.to_container(node, enum_to_str=True)
        return dict(values)


class Registry:
    """Components, settings and commands by name; filled by plugins as they are loaded."""

    def __init__(self) -> None:
        self._entries: dict[str, dict[str, Entry]] = {kind: {} for kind in KINDS}
        self._commands: dict[str, tuple[Command, Source]] = {}
        self._words: dict[str, Words] = {}
        self._source = Source("bpframe", "bpframe")

    @contextmanager
    def source(self, source: Source) -> Iterator[None]:
        """Count what is registered inside as the source's; take all of it back on an error."""
        before = {group: dict(entries) for group, entries in self._entries.items()}
        commands = dict(self._commands)
        self._source = source
        try:
            yield
        except BaseException:
            self._entries, self._commands = before, commands
            raise

    def registrar(self, kind: type[Component]) -> Callable[[str, type[Component]], None]:
        """Return the function ``register(name, component)`` of one kind."""

        def register(name: str, component: type[Component]) -> None:
            if not (isinstance(component, type) and issubclass(component, kind)):
                raise PluginError(f"'{name}' must be a class derived from {kind.__name__}")
            if "__dataclass_fields__" not in vars(component):
                raise PluginError(
                    f"{component.__name__} must be a dataclass: write @dataclass(frozen=True)"
                )
            if inspect.isabstract(component):
                missing = ", ".join(sorted(component.__abstractmethods__))
                raise PluginError(f"{component.__name__} does not define {missing}")
            group = kind.kind
            if kind is Settings:
                group, _, name = name.partition("/")
                _check_section(group, name)
            entry = Entry(name, component, self._source)
            _check_options(entry)
            options = self._entries.setdefault(group, {})
            if name in options:
                raise PluginError(
                    f"{group} '{name}' is taken: {options[name].source} has registered it already"
                )
            options[name] = entry

        return register

    def register_command(self, name: str, command: Command, words: Words = lambda _: ()) -> None:
        """Register a command of the first word, and what may stand behind it, for Tab."""
        if not name.isidentifier() or not callable(command):
            raise PluginError(f"command '{name}' must be a name and a function")
        if name in self._commands:
            raise PluginError(
                f"command '{name}' is taken: {self._commands[name][1]} has registered it already"
            )
        self._commands[name] = (command, self._source)
        self._words[name] = words

    @property
    def entries(self) -> Mapping[str, Mapping[str, Entry]]:
        """All entries: kind or section → name → entry."""
        return self._entries

    @property
    def names(self) -> dict[type[Component], str]:
        """What each component's class is called on the command line."""
        kinds = (self._entries[kind] for kind in KINDS)
        return {e.component: e.name for entries in kinds for e in entries.values()}

    @property
    def sections(self) -> list[str]:
        """The sections that settings were registered for."""
        return [group for group in self._entries if group not in KINDS]

    @property
    def commands(self) -> dict[str, Command]:
        """The commands by name."""
        return {name: command for name, (command, _) in self._commands.items()}

    def source_of_command(self, name: str) -> Source:
        """Return who registered a command."""
        return self._commands[name][1]

    def words_of(self, command: str, plugins: Plugins) -> Iterable[str]:
        """Return the words that may stand behind a command."""
        return self._words[command](plugins)

    def build(self, group: str, config: Mapping[str, Any]) -> Any:
        """Return the component that ``{name: …, option: value, …}`` describes.

        Raises
        ------
        ConfigError
            If the name is unknown or an option has a value that the component refuses.
        """
        if not isinstance(config, Mapping):
            raise ConfigError(
                f"{group} is '{config}'; it is chosen with {group}=NAME, and NAME is one of "
                + ", ".join(self._entries[group])
            )
        values = dict(config)
        name = values.pop("name", None)
        entries = self._entries[group]
        if name not in entries:
            raise ConfigError(
                f"{group}.name is '{name}'; known are {', '.join(entries)}."
                + self.suggestion(group, str(name))
            )
        options = entries[name].options()
        if unknown := [option for option in values if option not in options]:
            raise ConfigError(
                f"{group} '{name}' has no option '{unknown[0]}'; "
                f"it has {', '.join(options) or 'none'}."
                + (self.where_known(group, unknown[0]) or did_you_mean(unknown[0], options))
            )
        try:
            # Through the schema, so that an enum arrives as one and not as its name.
            node = OmegaConf.merge(OmegaConf.structured(entries[name].schema()), values)
            typed: Any = OmegaConf.to_container(node)
            for option in values:
                if nesting(typed[option]) > depth(options[option][0]):
                    raise ValueError(f"{option} is {typed[option]}; it holds no lists or mappings")
            return entries[name].component(
                **{options[o][1].name: _as_declared(typed[o], options[o][0]) for o in values}
            )
        except OmegaConfBaseException as error:
            reason = f"{error.full_key}: {str(error).splitlines()[0]}"
            raise ConfigError(f"{group} '{name}': {reason}") from error
        except (ValueError, TypeError, ArithmeticError) as error:
            raise ConfigError(f"{group} '{name}': {error}") from error

    def suggestion(self, group: str, name: str) -> str:
        """Return `` Did you mean 'x'?`` for the part that a wrong name may mean, or nothing."""
        entries = self._entries[group]
        called = name.lower().replace("-", "_")
        ours = (n for n, e in entries.items() if called in e.component.other_names)
        return did_you_mean(next(ours, name), entries)

    def parts_with(self, group: str, option: str) -> list[Entry]:
        """Return the parts of a group that have an option."""
        kind = "activation" if group == "output_activation" else group
        return [e for e in self._entries.get(kind, {}).values() if option in e.options()]

    def where_known(self, group: str, option: str) -> str:
        """Return a sentence with the choices of a group that have an option, or nothing."""
        key = "activation@output_activation" if group == "output_activation" else group
        choices = [f"{key}={entry.name}" for entry in self.parts_with(group, option)]
        return f" It is an option of {', '.join(choices)}." if choices else ""

    def defaults(self, kind: str, names: Iterable[str] | None = None) -> dict[str, Any]:
        """Return each component of a kind that can be built with its defaults, or some, by name."""
        built = {}
        for name in self._entries[kind] if names is None else names:
            with suppress(ValueError, TypeError):
                built[name] = self._entries[kind][name].component()
        return built


def _check_section(section: str, option: str) -> None:
    if not option or section in KINDS:
        raise PluginError(f"settings '{section}' need a name like 'section/option'")
    if not section.isidentifier() or keyword.iskeyword(section) or section in RESERVED:
        raise PluginError(f"settings cannot have the section '{section}': choose another name")


def _widened(hint: Any) -> Any:
    # A whole number is a float to a person; in a union OmegaConf wants it said.
    is_union = get_origin(hint) in (Union, UnionType)
    return hint | int if is_union and float in get_args(hint) else hint


def _as_declared(value: Any, hint: Any) -> Any:
    # A configuration knows lists only.
    alternatives = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    declared = any(get_origin(h) is tuple for h in alternatives)
    return tuple(value) if declared and isinstance(value, list) else value


def _check_options(entry: Entry) -> None:
    where = f"{entry.component.__module__}.{entry.component.__name__}"
    if not entry.name.isidentifier():
        raise PluginError(f"'{entry.name}' for {where} is no name: letters, digits and _ only")
    for option, (_, f) in entry.options().items():
        if option == "name":
            raise PluginError(f"field '{f.name}' of {where}: 'name' is the component's own name")
        if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING:
            raise PluginError(f"field '{f.name}' of {where} needs a default")
    try:
        OmegaConf.structured(entry.schema())
    except OmegaConfBaseException:
        for option, (hint, f) in entry.options().items():
            _check_field(option, hint, f, where)
        raise


def _check_field(option: str, hint: Any, f: dataclasses.Field[Any], where: str) -> None:
    probe = type("Probe", (), {"__annotations__": {option: hint}, option: f})
    try:
        OmegaConf.structured(dataclasses.dataclass(init=False, repr=False, eq=False)(probe))
    except OmegaConfBaseException as error:
        raise PluginError(
            f"field '{f.name}' of {where} has the type {f.type}, which a configuration cannot "
            "hold; allowed are bool, int, float, str, bytes, pathlib.Path, enums, None, and "
            f"lists, dicts, tuples and unions of them ({str(error).splitlines()[0]})"
        ) from error
