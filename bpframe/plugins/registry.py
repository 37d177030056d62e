"""The registered components and commands: kind → name → component and its source."""

from __future__ import annotations

import inspect
import keyword
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from bpframe.core.activation import Activation
from bpframe.core.backprop import Backprop
from bpframe.core.clipping import Clipping
from bpframe.core.component import Component
from bpframe.core.cost import Cost
from bpframe.core.dataset import Dataset
from bpframe.core.initializer import Initializer
from bpframe.core.metric import Metric
from bpframe.core.optimizer import Optimizer
from bpframe.core.regularizer import Regularizer
from bpframe.core.schedule import Schedule
from bpframe.core.stopping import Stopping
from bpframe.errors import ConfigError, PluginError, did_you_mean
from bpframe.options import OUTPUT_ACTIVATION, OUTPUT_CHOICE
from bpframe.plugins.entry import Entry, Source
from bpframe.plugins.field_checks import check_attributes, check_fields
from bpframe.run import Settings, Task

# What each hook that registers components registers.
COMPONENT_HOOKS: dict[str, type[Component]] = {
    "bpframe_register_activations": Activation,
    "bpframe_register_costs": Cost,
    "bpframe_register_backprops": Backprop,
    "bpframe_register_datasets": Dataset,
    "bpframe_register_initializers": Initializer,
    "bpframe_register_optimizers": Optimizer,
    "bpframe_register_regularizers": Regularizer,
    "bpframe_register_clippings": Clipping,
    "bpframe_register_schedules": Schedule,
    "bpframe_register_stoppings": Stopping,
    "bpframe_register_metrics": Metric,
    "bpframe_register_tasks": Task,
    "bpframe_register_settings": Settings,
}
ALL_KINDS = {kind.kind: kind for kind in COMPONENT_HOOKS.values() if kind is not Settings}
# Of a metric a run has any number, in the list ``metrics``; of each other kind it has one.
KINDS = {name: kind for name, kind in ALL_KINDS.items() if kind is not Metric}
# Keys of the configuration that are not a section's.
RESERVED = {
    "defaults",
    "dtype",
    "experiment",
    "hydra",
    "metrics",
    "name",
    "network",
    OUTPUT_ACTIVATION,
    "seed",
    "trainer",
}


class _Registered(NamedTuple):
    """A command, and who registered it."""

    command: Callable[..., int]
    words: Callable[..., Iterable[str]]
    source: Source


class Registry:
    """Components, settings and commands by name; filled by plugins as they are loaded."""

    def __init__(self) -> None:
        self._entries: dict[str, dict[str, Entry]] = {kind: {} for kind in ALL_KINDS}
        self._commands: dict[str, _Registered] = {}
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
            _check_class(name, component, kind)
            group = kind.kind
            if kind is Settings:
                group, _, name = name.partition("/")
                _check_section(group, name)
            if not name.isidentifier():
                raise PluginError(
                    f"'{name}' for {component.__module__}.{component.__name__} is no name: "
                    "letters, digits and _ only"
                )
            entry = Entry(name, component, self._source)
            check_fields(entry, kind)
            check_attributes(entry, kind)
            choices = self._entries.setdefault(group, {})
            if name in choices:
                raise PluginError(
                    f"{group} '{name}' is taken: {choices[name].source} has registered it already"
                )
            choices[name] = entry

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
                f"command '{name}' is taken: {self._commands[name].source} has registered it "
                "already"
            )
        self._commands[name] = _Registered(command, words, self._source)

    @property
    def entries(self) -> Mapping[str, Mapping[str, Entry]]:
        """All entries: kind or section → name → entry."""
        return self._entries

    @property
    def names(self) -> dict[type[Component], str]:
        """The name on the command line of each component's class."""
        kinds = (self._entries[kind] for kind in ALL_KINDS)
        return {e.component: e.name for entries in kinds for e in entries.values()}

    @property
    def sections(self) -> list[str]:
        """The sections that settings were registered for."""
        return [group for group in self._entries if group not in ALL_KINDS]

    @property
    def higher_is_better(self) -> frozenset[str]:
        """The metrics, without their split, of which the highest is the best."""
        metrics: Iterable[tuple[str, Any]] = (
            (name, entry.component) for name, entry in self._entries["metric"].items()
        )
        return frozenset({"accuracy", *(name for name, m in metrics if m.higher_is_better)})

    def has_key(self, name: str) -> bool:
        """Return whether the configuration has a key of this name: a kind, a section or another."""
        return name in self._entries or name in RESERVED

    @property
    def commands(self) -> dict[str, Callable[..., int]]:
        """The commands by name."""
        return {name: registered.command for name, registered in self._commands.items()}

    def source_of_command(self, name: str) -> Source:
        """Return who registered a command."""
        return self._commands[name].source

    def words_of(self, command: str, plugins: object) -> Iterable[str]:
        """Return the words that may stand behind a command."""
        return self._commands[command].words(plugins)

    def build(self, group: str, config: Mapping[str, Any]) -> Any:
        """Return the component that ``{name: …, option: value, …}`` describes.

        Raises
        ------
        ConfigError
            If the name is unknown or an option has a value that the component refuses.
        """
        from omegaconf.errors import OmegaConfBaseException

        if not isinstance(config, Mapping):
            raise ConfigError(
                f"{group} is '{config}'; it is chosen with {group}=NAME, and NAME is one of "
                + ", ".join(self._entries[group])
            )
        values = dict(config)
        entry = self._chosen(group, values.pop("name", None))
        options = entry.options()
        if unknown := [option for option in values if option not in options]:
            raise ConfigError(
                f"{group} '{entry.name}' has no option '{unknown[0]}'; "
                f"it has {', '.join(options) or 'none'}."
                + (self.where_known(group, unknown[0]) or did_you_mean(unknown[0], options))
            )
        try:
            return entry.build(values)
        except OmegaConfBaseException as error:
            reason = f"{error.full_key}: {str(error).splitlines()[0]}"
            raise ConfigError(f"{group} '{entry.name}': {reason}") from error
        except (ValueError, TypeError, ArithmeticError) as error:
            raise ConfigError(f"{group} '{entry.name}': {error}") from error

    def _chosen(self, group: str, name: object) -> Entry:
        entries = self._entries[group]
        if name not in entries:
            raise ConfigError(
                f"{group}.name is '{name}'; known are {', '.join(entries)}."
                + self.suggestion(group, str(name))
            )
        return entries[str(name)]

    def suggestion(self, group: str, name: str) -> str:
        """Return `` Did you mean 'x'?`` for the choice that a wrong name may mean, or nothing."""
        entries = self._entries[group]
        called = name.lower().replace("-", "_")
        ours = (n for n, e in entries.items() if called in e.component.other_names)
        return did_you_mean(next(ours, name), entries)

    def entries_with(self, group: str, option: str) -> list[Entry]:
        """Return the choices of a kind or section that have an option."""
        kind = "activation" if group == OUTPUT_ACTIVATION else group
        return [e for e in self._entries.get(kind, {}).values() if option in e.options()]

    def where_known(self, group: str, option: str) -> str:
        """Return a sentence with the choices that have an option, or nothing."""
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


def _check_class(name: str, component: type[Component], kind: type[Component]) -> None:
    if not (isinstance(component, type) and issubclass(component, kind)):
        raise PluginError(f"'{name}' must be a class derived from {kind.__name__}")
    if "__dataclass_fields__" not in vars(component):
        raise PluginError(
            f"{component.__name__} must be a dataclass: write @dataclass(frozen=True)"
        )
    if inspect.isabstract(component):
        missing = ", ".join(sorted(component.__abstractmethods__))
        raise PluginError(f"{component.__name__} does not define {missing}")


def _check_section(section: str, choice: str) -> None:
    if not choice or section in ALL_KINDS:
        raise PluginError(f"settings '{section}' need a name like 'section/choice'")
    if not section.isidentifier() or keyword.iskeyword(section) or section in RESERVED:
        raise PluginError(f"settings cannot have the section '{section}': choose another name")


def typed_choice(group: str, name: str) -> str:
    """Return what one types to choose a component: ``cost=quadratic``, but ``metrics=[r2]``."""
    return f"metrics=[{name}]" if group == Metric.kind else f"{group}={name}"
