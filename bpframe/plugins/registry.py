"""What the plugins registered: kind → name → component, plugin and distribution."""

from __future__ import annotations

import inspect
import keyword
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from bpframe.core.backprop import Backprop
from bpframe.core.components import (
    Activation,
    Component,
    Cost,
    Dataset,
    Initializer,
    Optimizer,
    Regularizer,
)
from bpframe.errors import ConfigError, PluginError, did_you_mean
from bpframe.options import OUTPUT_ACTIVATION, OUTPUT_CHOICE
from bpframe.plugins.entry import Entry, Source, as_declared, check_options
from bpframe.plugins.hints import depth, nesting
from bpframe.run import Settings, Task

# What the hooks that register components are called, behind `bpframe_register_`.
HOOKS: dict[str, type[Component]] = {
    "activations": Activation,
    "costs": Cost,
    "backprops": Backprop,
    "datasets": Dataset,
    "initializers": Initializer,
    "optimizers": Optimizer,
    "regularizers": Regularizer,
    "tasks": Task,
    "settings": Settings,
}
KINDS = {kind.kind: kind for kind in HOOKS.values() if kind is not Settings}
# Keys of the configuration that are not a section's.
RESERVED = {
    "defaults",
    "dtype",
    "experiment",
    "hydra",
    "name",
    "network",
    OUTPUT_ACTIVATION,
    "seed",
    "trainer",
}


class Registry:
    """Components, settings and commands by name; filled by plugins as they are loaded."""

    def __init__(self) -> None:
        self._entries: dict[str, dict[str, Entry]] = {kind: {} for kind in KINDS}
        self._commands: dict[str, tuple[Callable[..., int], Source]] = {}
        self._words: dict[str, Callable[..., Iterable[str]]] = {}
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
            check_options(entry)
            options = self._entries.setdefault(group, {})
            if name in options:
                raise PluginError(
                    f"{group} '{name}' is taken: {options[name].source} has registered it already"
                )
            options[name] = entry

        return register

    def register_command(
        self,
        name: str,
        command: Callable[..., int],
        words: Callable[..., Iterable[str]] = lambda plugins: (),
    ) -> None:
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
    def commands(self) -> dict[str, Callable[..., int]]:
        """The commands by name."""
        return {name: command for name, (command, _) in self._commands.items()}

    def source_of_command(self, name: str) -> Source:
        """Return who registered a command."""
        return self._commands[name][1]

    def words_of(self, command: str, plugins: object) -> Iterable[str]:
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
                **{options[o][1].name: as_declared(typed[o], options[o][0]) for o in values}
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

    def entries_with(self, group: str, option: str) -> list[Entry]:
        """Return the parts of a group that have an option."""
        kind = "activation" if group == OUTPUT_ACTIVATION else group
        return [e for e in self._entries.get(kind, {}).values() if option in e.options()]

    def where_known(self, group: str, option: str) -> str:
        """Return a sentence with the choices of a group that have an option, or nothing."""
        key = OUTPUT_CHOICE if group == OUTPUT_ACTIVATION else group
        choices = [f"{key}={entry.name}" for entry in self.entries_with(group, option)]
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
