"""The choices that a report compares: runs that differ in their seed alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bpframe.errors import ConfigError, did_you_mean
from bpframe_report.observed import (
    DATA,
    EXPERIMENT,
    SEED,
    Observed,
    counted,
    values_of,
    varying,
)

NAME = ".name"
DATA_NAME = DATA + "name"
# The exact rule that others are measured by.
USUAL_BASELINE = "full_matrix"
# A seed, and the values of the options that are pooled over.
Key = tuple[int, *tuple[str, ...]]
Values = tuple[str, ...]


@dataclass
class Chosen:
    """The runs of each choice on each data set.

    Attributes
    ----------
    by : list of str
        The options that choices differ in, as they are typed: ``backprop`` or ``trainer.epochs``.
    data : dict
        By the name of the data set: choice → seed and pooled values → run. Every data set has the
        same choices, in the same order.
    choices : list of str
        The choices.
    values : dict
        The values of `by` of each choice.
    notes : list of str
        What a reader must know of how they were found.
    """

    by: list[str]
    data: dict[str, dict[str, dict[Key, Observed]]]
    choices: list[str]
    values: dict[str, Values]
    notes: list[str] = field(default_factory=list)

    @property
    def runs(self) -> list[Observed]:
        """All runs."""
        return [
            one for choices in self.data.values() for of in choices.values() for one in of.values()
        ]

    def baseline(self, named: str | None) -> str | None:
        """Return the choice that others are compared with; None if there is only one.

        Parameters
        ----------
        named : str, optional
            The choice, or one of its values. If left out, the first with ``full_matrix`` among its
            values, or else the first.

        Raises
        ------
        ConfigError
            If there is no such choice, or several.
        """
        if named is None:
            usual = (c for c in self.choices if USUAL_BASELINE in self.values[c])
            return next(usual, self.choices[0]) if len(self.choices) > 1 else None
        wanted = tuple(part.strip() for part in named.split(","))
        found = [c for c in self.choices if c == named or self.values[c] == wanted]
        found = found or [c for c in self.choices if named in self.values[c]]
        if len(found) == 1:
            return found[0]
        if found:
            raise ConfigError(
                f"--baseline={named} may be one of {_quoted(found)}; name all of its values"
            )
        raise ConfigError(
            f"there is no choice '{named}' to be the baseline; known are {_quoted(self.choices)}."
            + did_you_mean(named, self.choices)
        )


def choose(runs: Sequence[Observed], by: Sequence[str], pool: Sequence[str]) -> Chosen:
    """Group runs by their data set and their choice.

    Parameters
    ----------
    runs : sequence of Observed
        Those that are finished or have failed.
    by : sequence of str
        The options that choices differ in; if there are none, all that vary but the seed and the
        data, as far as one does not follow from those before it.
    pool : sequence of str
        The options that may differ within a choice.

    Raises
    ------
    ConfigError
        If an option is not known, or if another one varies within a choice.
    """
    known = _known(runs)
    wanted, pooled = (
        [_key(word, known, flag) for word in words]
        for words, flag in ((by, "--by"), (pool, "--pool"))
    )
    if both := [key for key in wanted if key in pooled]:
        raise ConfigError(f"{_typed(both[0])} is named by --by and by --pool; name it once")
    several = [key for key in varying(runs) if key not in pooled]
    of_data = [key for key in several if key.startswith(DATA) and key not in wanted]
    others = [key for key in several if key not in of_data and key not in wanted]
    if not wanted:
        if of_data and not others and DATA_NAME not in of_data:
            of_data, others = [], of_data
        wanted, others = _needed(runs, of_data, _by_weight(runs, others)), []
    group = [*of_data, *wanted]
    if unsettled := [key for key in others if _varies_within(runs, group, key)]:
        raise ConfigError(_conflict(unsettled, wanted, runs))
    chosen = _grouped(runs, wanted, of_data, [key for key in pooled if key not in group])
    if follows := [key for key in several if key not in (*group, EXPERIMENT)]:
        # What only one of two components has is no difference of its own.
        of_kinds = (DATA, *(f"{kind}." for kind in chosen.by))
        settings = dict.fromkeys(_typed(key) for key in follows if not key.startswith(of_kinds))
        if settings and wanted:
            chosen.notes.append(f"differs with {_and(chosen.by)}: {', '.join(settings)}")
    if pooled:
        chosen.notes.append(
            f"pooled over {_and([_typed(key) for key in pooled])}: runs of one seed have much in "
            "common, so that the intervals are too narrow"
        )
    return chosen


def _known(runs: Sequence[Observed]) -> list[str]:
    return list(dict.fromkeys(key for one in runs for key in one.options))


def _key(word: str, known: Sequence[str], flag: str) -> str:
    """Return the option that a word names: for a kind, the name of its component."""
    word = word.rpartition("@")[2]
    if word in known:
        return word
    if word + NAME in known:
        return word + NAME
    if word == SEED:
        raise ConfigError(f"{flag}={SEED}: the seed is what pairs are made of")
    typed = [_typed(key) for key in known]
    raise ConfigError(
        f"{flag}={word}: no run has such an option; a kind or an option is named, such as "
        f"backprop or trainer.epochs.{did_you_mean(word, typed)}"
    )


def _typed(key: str) -> str:
    return key.removesuffix(NAME)


def _by_weight(runs: Sequence[Observed], keys: Iterable[str]) -> list[str]:
    """Return options in order: experiments, what was typed, components, and the rest."""
    asked = {key.rpartition("@")[2] for one in runs for key in one.run.outcome.asked_for}
    return sorted(
        keys, key=lambda k: (k != EXPERIMENT, _typed(k) not in asked, not k.endswith(NAME))
    )


def _needed(runs: Sequence[Observed], of_data: Sequence[str], keys: Iterable[str]) -> list[str]:
    needed: list[str] = []
    for key in keys:
        if _varies_within(runs, [*of_data, *needed], key):
            needed.append(key)
    return needed


def _varies_within(runs: Sequence[Observed], group: Sequence[str], key: str) -> bool:
    values: dict[Values, str | None] = {}
    for one in runs:
        value = one.options.get(key)
        if values.setdefault(values_of(one.options, group), value) != value:
            return True
    return False


def _conflict(keys: Sequence[str], wanted: Sequence[str], runs: Sequence[Observed]) -> str:
    typed = [_typed(key) for key in keys]
    values = list(dict.fromkeys(one.options.get(keys[0], "-") for one in runs))
    shown = ", ".join(values[:4]) + (", …" if len(values) > 4 else "")
    by = ",".join(map(_typed, wanted))
    return (
        f"{_and(typed)} {'varies' if len(typed) == 1 else 'vary'} as well ({typed[0]}: {shown}), "
        f"and runs that differ in it are not of one choice; compare by it too, "
        f"--by {','.join([by, *typed])}, or take all values together, --pool {','.join(typed)}"
    )


def _grouped(
    runs: Sequence[Observed], by: Sequence[str], of_data: Sequence[str], pooled: Sequence[str]
) -> Chosen:
    values: dict[str, Values] = {}
    data: dict[str, dict[str, dict[Key, Observed]]] = {}
    again: list[Observed] = []
    names = _data_names(runs, of_data)
    for one in sorted(runs, key=lambda one: one.place):
        found = values_of(one.options, by)
        choice = ", ".join(found) or "all runs"
        values.setdefault(choice, found)
        same = data.setdefault(names[values_of(one.options, of_data)], {}).setdefault(choice, {})
        key: Key = (one.seed, *values_of(one.options, pooled))
        if key in same:
            again.append(one)
        # The last one counts: what is said again replaces what was said.
        same[key] = one
    ordered = {name: {choice: data[name].get(choice, {}) for choice in values} for name in data}
    chosen = Chosen([_typed(key) for key in by], ordered, list(values), values)
    if again:
        chosen.notes.append(
            f"{counted(len(again), 'run')} had the options and the seed of another; the last one "
            "counts"
        )
    return chosen


def _data_names(runs: Sequence[Observed], of_data: Sequence[str]) -> dict[Values, str]:
    """Return the name of each data set, with the options that tell it from others of that name."""
    sets = {values_of(one.options, of_data): one.options for one in runs}
    named = [options.get(DATA_NAME, "-") for options in sets.values()]
    found = {}
    for values, options in sets.items():
        name = options.get(DATA_NAME, "-")
        alike = [o for o, n in zip(sets.values(), named, strict=True) if n == name]
        more = [
            f"{key.removeprefix(DATA)}={options.get(key, '-')}"
            for key in of_data
            if len({o.get(key) for o in alike}) > 1
        ]
        found[values] = " ".join([name, *more])
    return found


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _and(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
