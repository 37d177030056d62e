"""What MLflow accepts as names and texts."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

LONGEST_KEY = 250
LONGEST_PARAM = 6000
LONGEST_TAG = 5000
LONGEST_OF_DATASET = {"name": 500, "digest": 36, "source": 65_535, "profile": 1_000_000}


def key(name: str) -> str:
    """Return a name of a parameter, metric or tag with ``_`` for each sign that MLflow refuses."""
    # MLflow takes a name for a path, which must not lead anywhere else.
    path = posixpath.normpath(re.sub(r"[^\w/.\- :]", "_", name)).lstrip("./")
    return path[:LONGEST_KEY].rstrip("/") or "_"


class Keys:
    """The names of one run's parameters, metrics or tags, each as MLflow accepts it.

    Two names that are one after that are both kept: the later gets a number.
    """

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}
        self._taken: set[str] = set()

    def __call__(self, name: str) -> str:
        """Return the accepted name; always the same for one name."""
        found = self._keys.get(name)
        if found is None:
            found = self._keys[name] = self._free(key(name))
            self._taken.add(found)
        return found

    def of(self, values: Mapping[str, str], longest: int) -> dict[str, str]:
        """Return texts under names, all as MLflow accepts them."""
        return {self(name): text(value, longest) for name, value in values.items()}

    def _free(self, wanted: str) -> str:
        free, number = wanted, 1
        while free in self._taken:
            number += 1
            free = f"{wanted[: LONGEST_KEY - len(str(number)) - 1]}_{number}"
        return free


def text(value: str, longest: int) -> str:
    """Return a text cut to what is held, in signs that every store can write."""
    # A database may refuse a text with the sign of no number.
    return value.replace("\0", "?").encode(errors="replace").decode()[:longest]


def dataset(given: Mapping[str, str]) -> dict[str, str]:
    """Return the description of a data set; where something is empty, MLflow wants a sign."""
    return {name: text(given[name], most) or "-" for name, most in LONGEST_OF_DATASET.items()}
