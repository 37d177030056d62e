"""What the benchmark does when a part of it fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.importorskip("numba")
from run import report


def broken() -> Iterator[str]:
    yield "## Broken"
    raise RuntimeError("no memory left")


def test_a_part_that_fails_says_so_and_the_others_go_on() -> None:
    parts = {"broken": broken, "whole": lambda: ["## Whole"]}
    lines = list(report(parts, None, 1))
    assert lines.index("Not measured: RuntimeError: no memory left") < lines.index("## Whole")
