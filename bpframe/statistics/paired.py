"""Two choices, compared seed by seed."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from bpframe.statistics.confidence import ConfidenceInterval, share_interval
from bpframe.statistics.planning import MEANINGFUL, more_pairs
from bpframe.statistics.summary import Summary, summarize

K = TypeVar("K", bound=Hashable)


class Conclusion(Enum):
    """What a paired comparison allows to be said of A beside B."""

    BETTER = "better"
    WORSE = "worse"
    NO_CLAIM = "no claim"


@dataclass(frozen=True)
class PairedComparison:
    """A beside B over the seeds that both have.

    A run that failed is worse than any that finished, and as good as another that failed: it
    counts among `wins`, `losses` and `ties`, and only the differences are without it.

    Attributes
    ----------
    wins, ties, losses : int
        The pairs in which A is better, as good, or worse.
    differences : Summary
        Of A - B, over the pairs in which both finished.
    probability : float
        P(A > B): the share of pairs in which A is better, ties counted half; NaN without pairs.
    interval : ConfidenceInterval or None
        That of the probability; None for fewer than three pairs.
    failed, baseline_failed : tuple
        The seeds of pairs in which A failed, or B.
    lacking, baseline_lacking : tuple
        The seeds that A lacks and B has, and the other way round: no pairs.
    """

    wins: int
    ties: int
    losses: int
    differences: Summary
    probability: float
    interval: ConfidenceInterval | None
    failed: tuple[Hashable, ...] = ()
    baseline_failed: tuple[Hashable, ...] = ()
    lacking: tuple[Hashable, ...] = ()
    baseline_lacking: tuple[Hashable, ...] = ()

    @property
    def pairs(self) -> int:
        """How many pairs there are."""
        return self.wins + self.ties + self.losses

    @property
    def more(self) -> int | None:
        """How many more pairs would probably settle it, see `more_pairs`: 0 if it is settled."""
        return more_pairs(self.wins + self.ties / 2, self.pairs)

    @property
    def conclusion(self) -> Conclusion:
        """What can be said.

        A is better if P(A > B) is above 0.75 and its interval above 0.5; worse if P(B > A) is.

        Source: Bouthillier et al. 2021, "Accounting for Variance in Machine Learning Benchmarks",
        section 4.
        """
        if self.interval is None:
            return Conclusion.NO_CLAIM
        if self.probability > MEANINGFUL and self.interval.low > 0.5:
            return Conclusion.BETTER
        if self.probability < 1 - MEANINGFUL and self.interval.high < 0.5:
            return Conclusion.WORSE
        return Conclusion.NO_CLAIM


def compare_pairs(
    a: Mapping[K, float], b: Mapping[K, float], *, higher_is_better: bool = True
) -> PairedComparison:
    """Compare A with B, the baseline, over the seeds that both have.

    Parameters
    ----------
    a, b : mapping
        The number of each run by its seed, in any order; NaN or infinite for a run that failed.
    higher_is_better : bool
        Which numbers are better.

    Examples
    --------
    >>> from bpframe.statistics import compare_pairs
    >>> a = {seed: 0.97 for seed in range(8)}
    >>> b = {seed: 0.95 for seed in range(8)}
    >>> found = compare_pairs(a, b)
    >>> found.conclusion.value, found.wins, round(found.interval.low, 2), found.more
    ('better', 8, 0.63, 0)
    """
    both = [seed for seed in a if seed in b]
    scores = [
        (_score(a[seed], higher_is_better), _score(b[seed], higher_is_better)) for seed in both
    ]
    wins = sum(one > other for one, other in scores)
    losses = sum(one < other for one, other in scores)
    pairs, ties = len(both), len(both) - wins - losses
    successes = wins + ties / 2
    finished = [s for s in both if math.isfinite(a[s]) and math.isfinite(b[s])]
    return PairedComparison(
        wins,
        ties,
        losses,
        summarize(a[seed] - b[seed] for seed in finished),
        successes / pairs if pairs else math.nan,
        share_interval(successes, pairs),
        failed=_in_order(s for s in both if not math.isfinite(a[s])),
        baseline_failed=_in_order(s for s in both if not math.isfinite(b[s])),
        lacking=_in_order(seed for seed in b if seed not in a),
        baseline_lacking=_in_order(seed for seed in a if seed not in b),
    )


def _score(value: float, higher_is_better: bool) -> float:
    if not math.isfinite(value):
        return -math.inf
    return value if higher_is_better else -value


def _in_order(seeds: Iterable[Any]) -> tuple[Hashable, ...]:
    """Return seeds in an order that does not depend on that of the runs."""
    seeds = list(seeds)
    try:
        return tuple(sorted(seeds))
    except TypeError:
        return tuple(sorted(seeds, key=str))
