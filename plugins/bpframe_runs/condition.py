"""A condition on a run, such as ``trainer.epochs>10``."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from bpframe.errors import ConfigError

# A key has none of these signs; the first operator counts, the longer before the shorter.
CONDITION = re.compile(r"([^=<>!]+)(==|=|!=|>=|<=|>|<)(.*)", re.DOTALL)

ORDER: dict[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


@dataclass(frozen=True)
class Condition:
    """A condition on a row of `bpframe.RecordedRun`.

    Attributes
    ----------
    key : str
        A column.
    sign : str
        One of ``= != > >= < <=``.
    value : str
        As typed.
    """

    key: str
    sign: str
    value: str

    @classmethod
    def of(cls, text: str) -> Condition:
        """Return the condition that a text says.

        Raises
        ------
        ConfigError
            If it says none.
        """
        found = CONDITION.fullmatch(text)
        if not found:
            raise ConfigError(
                f"'{text}' is no condition; expected KEY=VALUE, or !=, >, >=, < or <= in the place "
                "of =, such as --where 'test/accuracy>0.95'"
            )
        key, sign, value = (part.strip() for part in found.groups())
        return cls(key, "=" if sign == "==" else sign, value)

    def holds(self, row: Mapping[str, Any]) -> bool:
        """Return whether a row has such a value; one that lacks it has not.

        Raises
        ------
        ConfigError
            If an order is asked for with what is no number.
        """
        if self.key not in row or (row[self.key] is None and self.value != "null"):
            return False
        value = row[self.key]
        if self.sign in ("=", "!="):
            return self._equals(value) == (self.sign == "=")
        if isinstance(value, datetime):
            # Written so that the order of texts is that of times.
            return ORDER[self.sign](str(value), self.value)
        bound = typed_value(self.value)
        if not _is_number(bound):
            raise ConfigError(
                f"'{self.key}{self.sign}{self.value}': {self.sign} compares numbers and "
                "times; = and != compare everything"
            )
        return _is_number(value) and ORDER[self.sign](value, bound)

    def _equals(self, value: Any) -> bool:
        typed = typed_value(self.value)
        if isinstance(value, datetime):
            return str(value).startswith(self.value)
        # True is 1 for Python, and not for who types it.
        alike = type(typed) is type(value) or {type(typed), type(value)} == {int, float}
        if alike and typed == value:
            return True
        return isinstance(value, str) and fnmatchcase(value, self.value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def typed_value(text: str) -> Any:
    """Return the value that a text is in a configuration: a number, a list, true, or a text."""
    import yaml

    try:
        # YAML wants a point in 1e-3.
        return float(text) if re.fullmatch(r"[+-]?\d+e[+-]?\d+", text) else yaml.safe_load(text)
    # A date that there is not, too.
    except (yaml.YAMLError, ValueError):
        return text
