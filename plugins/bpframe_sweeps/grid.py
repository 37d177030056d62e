"""Every combination of the values; options that belong together go side by side."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from typing import Any

from bpframe import Rounds, Span, Strategy, Sweep, Values

# More than anybody waits for.
MOST_RUNS = 10_000


@dataclass(frozen=True)
class Grid(Strategy):
    """Every combination of the values, the last option varying fastest.

    Parameters
    ----------
    together : list
        Options that go side by side: with ``[backprop,optimizer.learning_rate]`` the first rule has
        the first rate, the second the second. ``[[a,b],[c,d]]`` are two such groups.
    """

    together: list[Any] = field(default_factory=list)

    def rounds(self, sweep: Sweep, varying: list[Values | Span]) -> Rounds:
        listed = [_listed(option) for option in varying]
        columns = _columns(listed, _groups(self.together))
        count = math.prod(map(len, columns))
        if count > MOST_RUNS:
            sizes = ", ".join(f"{len(column)} of {'+'.join(column[0])}" for column in columns)
            raise ValueError(
                f"there would be {count:,} runs ({sizes}); at most {MOST_RUNS:,} are allowed"
            )
        order = [option.key for option in listed]
        yield [
            {key: run[key] for key in order}
            for combination in itertools.product(*columns)
            for run in [dict(itertools.chain.from_iterable(c.items() for c in combination))]
        ]


def _listed(option: Values | Span) -> Values:
    if isinstance(option, Span):
        raise ValueError(
            f"{option.key} is an interval, from {option.low:g} to {option.high:g}, and a grid has "
            "values, such as 1,2,5 or range(1,6); sweep=optuna takes intervals"
        )
    return option


def _groups(together: list[Any]) -> list[list[str]]:
    """Return the groups of options that go side by side."""
    if all(isinstance(entry, str) for entry in together):
        return [together] if together else []
    groups = [[entry] if isinstance(entry, str) else entry for entry in together]
    for group in groups:
        if not isinstance(group, list) or not all(isinstance(key, str) for key in group):
            raise ValueError(f"together: '{group}' is no option, and no list of options")
    return groups


def _columns(listed: list[Values], groups: list[list[str]]) -> list[list[dict[str, str]]]:
    """Return the values of each option that varies alone, and of each group at its first option."""
    by_key = {option.key: option for option in listed}
    group_of = {key: group for group in groups for key in group}
    if twice := [key for group in groups for key in group if group_of[key] is not group]:
        raise ValueError(f"together: '{twice[0]}' is there twice")
    for key in group_of:
        if key not in by_key:
            raise ValueError(f"together: '{key}' does not vary; known are {', '.join(by_key)}")
    columns = []
    for option in listed:
        group = group_of.get(option.key, [option.key])
        if option.key == next(o.key for o in listed if o.key in group):
            columns.append(_side_by_side([by_key[key] for key in group]))
    return columns


def _side_by_side(options: list[Values]) -> list[dict[str, str]]:
    counts = {option.key: len(option.values) for option in options}
    if len(set(counts.values())) > 1:
        sizes = ", ".join(f"{count} of {key}" for key, count in counts.items())
        raise ValueError(f"together: there must be as many values of each, and there are {sizes}")
    return [
        dict(zip(counts, row, strict=True))
        for row in zip(*(option.values for option in options), strict=True)
    ]
