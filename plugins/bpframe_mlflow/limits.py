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


def text(value: str, longest: int) -> str:
    """Return a text cut to what is held, in signs that every store can write."""
    return value.encode(errors="replace").decode()[:longest]


def texts(values: Mapping[str, str], longest: int) -> dict[str, str]:
    """Return texts under names, all as MLflow accepts them."""
    return {key(name): text(value, longest) for name, value in values.items()}


def dataset(given: Mapping[str, str]) -> dict[str, str]:
    """Return the description of a data set; where something is empty, MLflow wants a sign."""
    return {name: text(given[name], most) or "-" for name, most in LONGEST_OF_DATASET.items()}
