"""Tell the score of `make mutants` from what ``mutmut results --all True`` says of each mutant."""

from __future__ import annotations

import sys
from collections import defaultdict

LEAST = 0.9
# A loop without end is noticed, too.
NOTICED = {"killed", "timeout"}

modules: dict[str, list[bool]] = defaultdict(list)
for line in sys.stdin:
    name, status = line.strip().split(": ")
    modules[name.rpartition(".")[0]].append(status in NOTICED)
    if status not in NOTICED:
        print(f"{name}: {status}")

print("\n| module | mutants | killed | share |\n|---|---|---|---|")
for module, noticed in sorted(modules.items()):
    share = sum(noticed) / len(noticed)
    print(f"| `{module}` | {len(noticed)} | {sum(noticed)} | {share:.0%} |")

killed, total = sum(map(sum, modules.values())), sum(map(len, modules.values()))
print(f"\n{killed:,} of {total:,} mutants killed: {killed / max(total, 1):.1%}, needed {LEAST:.0%}")
sys.exit(killed < LEAST * total or not total)
