"""The kinds of plugin that can be made."""

from __future__ import annotations

from dataclasses import dataclass

from bpframe import COMPONENT_HOOKS

OBSERVER = "observer"
# It is chosen in a list, and so are its options.
METRIC = "metric"


@dataclass(frozen=True)
class Kind:
    """A kind of plugin, and the option that its template has.

    Attributes
    ----------
    component : str
        The kind of component; nothing if it is a section of the plugin's own.
    hook : str
        The hook that registers it.
    base : str
        The class in `bpframe` that they are derived from.
    field, other, wrong : str
        A field of the component, another value of it, and one that is refused.
    """

    component: str
    hook: str
    base: str
    field: str
    other: str
    wrong: str

    def chosen(self, name: str) -> str:
        """Return what chooses the component of a name on the command line."""
        if self.component == METRIC:
            return f"metrics=[{name}]"
        return f"{self.component}={name}" if self.component else f"{name}=watch"

    def example(self, name: str) -> str:
        """Return what chooses it with another value of the option, as it is typed."""
        option = self.field.removesuffix("_")
        if self.component == METRIC:
            return f"'metrics=[{{name: {name}, {option}: {self.other}}}]'"
        return f"{self.chosen(name)} {self.component or name}.{option}={self.other}"


FIELDS = {
    "activation": ("steepness", "2.0", "0.0"),
    "cost": ("width", "0.5", "0.0"),
    "backprop": ("strength", "0.5", "0.0"),
    "data": ("samples", "100", "5"),
    "initializer": ("scale", "1.0", "0.0"),
    "optimizer": ("momentum", "0.8", "1.0"),
    "regularizer": ("lambda_", "1.0", "-1.0"),
    "clipping": ("most", "0.5", "0.0"),
    "schedule": ("slowing", "0.5", "-1.0"),
    "stopping": ("cost", "0.02", "-1.0"),
    METRIC: ("margin", "0.5", "1.0"),
    "task": ("accuracy", "0.5", "2.0"),
    "settings": ("every", "5", "0"),
}
KINDS = {
    OBSERVER if cls.kind == "settings" else cls.kind: Kind(
        "" if cls.kind == "settings" else cls.kind, hook, cls.__name__, *FIELDS[cls.kind]
    )
    for hook, cls in COMPONENT_HOOKS.items()
}
