"""The names that arrays have in files, and which of them are the samples."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterable
from pathlib import Path

from bpframe import SPLITS
from bpframe.errors import DataError, did_you_mean

PAIRS = tuple(f"{axis}_{split}" for split in SPLITS for axis in "xy")
WEIGHTS = "weights_train"
ROLES = (*PAIRS, WEIGHTS)
AXES = {
    "x": "x|data|images?|inputs?|features|samples",
    "y": "y|targets?|labels?",
    "weights": "weights?|sample_weights?",
}
WORDS = {
    "train": "train|training",
    "validation": "validation|valid|val|dev",
    "test": "test|testing|t10k",
}


def find_roles(
    file: Path, held: Iterable[str], inputs: str | None, target: str | None
) -> dict[str, str]:
    """Return the names of the arrays to take, each under its role, one of `ROLES`.

    Parameters
    ----------
    file : Path
        What holds them, for errors.
    held : iterable of str
        The names of all its arrays.
    inputs, target : str or None
        The names of ``x_train`` and ``y_train``, if they are others than the usual ones.

    Raises
    ------
    DataError
        If an array is missing, or several could be one.
    """
    names = list(held)
    given = {"x_train": inputs, "y_train": target}
    roles = {role: name for role, name in given.items() if name is not None}
    for option, name in (("inputs", inputs), ("target", target)):
        if name is not None and name not in names:
            raise DataError(
                f"{file} holds no {name!r}; it holds {reprlib.repr(names)}: data.{option} names one"
                + did_you_mean(name, names)
            )
    found = _by_role(file, [name for name in names if name not in roles.values()])
    for role in ROLES:
        if role not in roles and (candidates := found.get(role)):
            if len(candidates) > 1:
                raise DataError(
                    f"{file} holds {' and '.join(map(repr, candidates))}, each of which could be "
                    f"{role}: data.inputs=NAME and data.target=NAME choose"
                )
            roles[role] = candidates[0]
    _check_whole(file, names, roles)
    return {role: roles[role] for role in ROLES if role in roles}


def _by_role(file: Path, names: list[str]) -> dict[str, list[str]]:
    """Return the candidates of each role; those whose name says the split go first."""
    plain: dict[str, list[str]] = {}
    of_split: dict[str, list[str]] = {}
    for name in names:
        if (parsed := _parsed(name)) is None:
            # A slip such as x_tset must not pass for an array that is meant for something else.
            if name.lower().startswith(("x_", "y_", "weights")):
                raise DataError(
                    f"{file} holds {name!r}; expected some of {', '.join(ROLES)}."
                    + did_you_mean(name.lower(), ROLES)
                )
            continue
        axis, split = parsed
        into = of_split if split else plain
        into.setdefault(f"{axis}_{split or 'train'}", []).append(name)
    return plain | of_split


def _parsed(name: str) -> tuple[str, str] | None:
    """Return axis and split that a name says, the split empty if it says none."""
    for axis, axis_words in AXES.items():
        if re.fullmatch(axis_words, name, re.IGNORECASE):
            return axis, ""
        for split, split_words in WORDS.items():
            a, s = f"(?:{axis_words})", f"(?:{split_words})"
            if re.fullmatch(f"{a}[-_. ]?{s}|{s}[-_. ]?{a}", name, re.IGNORECASE):
                return None if axis == "weights" and split != "train" else (axis, split)
    return None


def _check_whole(file: Path, held: list[str], roles: dict[str, str]) -> None:
    pairs = {role[1:] for role in roles if role in PAIRS} | {"_train"}
    needed = {axis + split for split in pairs for axis in "xy"}
    if missing := sorted(needed.difference(roles)):
        choose = (
            ". data.inputs=NAME and data.target=NAME take arrays of other names"
            if any(role.endswith("train") for role in missing)
            else ""
        )
        raise DataError(f"{file} lacks {', '.join(missing)}; it holds {reprlib.repr(held)}{choose}")
