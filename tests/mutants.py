"""Tell the score of `make mutants` from what ``mutmut results --all True`` says of each mutant."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable

LEAST = 0.9
# A loop without end is noticed, too.
NOTICED = {"killed", "timeout"}


def summary(lines: Iterable[str]) -> tuple[str, float]:
    """Return a table of the modules, what was not noticed, and the score; and the score."""
    modules: dict[str, list[bool]] = defaultdict(list)
    missed = []
    for line in lines:
        name, status = line.strip().split(": ")
        modules[name.rpartition(".")[0]].append(status in NOTICED)
        if status not in NOTICED:
            missed.append(f"{name}: {status}")
    rows = [
        f"| `{module}` | {len(noticed)} | {sum(noticed)} | {sum(noticed) / len(noticed):.0%} |"
        for module, noticed in sorted(modules.items())
    ]
    killed, total = sum(map(sum, modules.values())), sum(map(len, modules.values()))
    score = killed / total if total else 0.0
    end = f"mutants: {killed:,} of {total:,} killed, {score:.1%}; at least {LEAST:.0%} must be"
    return "\n".join(
        [*missed, "", "| module | mutants | killed | |", "|---|---|---|---|", *rows, "", end]
    ), score


if __name__ == "__main__":
    text, score = summary(sys.stdin)
    print(text)
    sys.exit(score < LEAST)
