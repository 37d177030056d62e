"""How many pairs a comparison needs."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import stats

from bpframe.statistics.confidence import LEAST, LEVEL

# From this probability on a difference is worth a claim, see `PairedComparison.conclusion`.
MEANINGFUL = 0.75
POWER = 0.8
MOST = 1000
# Each number up to the first, then steps of a twentieth.
EXACTLY, STEP = 40, 1.05


def pairs_for(probability: float, power: float = 0.95) -> int:
    """Return how many pairs a sign test needs to find P(A > B) different from 0.5.

    It is N = ((z_α + z_β) / (2 (P - ½)))², for α = 0.05 on one side, and β = 1 - `power`. For two
    samples without pairs the 2 is a √6, and P = 0.75 needs the 29 runs of Bouthillier et al.

    Parameters
    ----------
    probability : float
        P(A > B), which is not 0.5.
    power : float
        How probable it is to be that the test finds it.

    Source: Noether 1987, "Sample Size Determination for Some Common Nonparametric Tests", section
    2.1.
    """
    far = stats.norm.ppf(LEVEL) + stats.norm.ppf(power)
    return int(np.ceil((far / (2 * (probability - 0.5))) ** 2))


def more_pairs(successes: float, n: int) -> int | None:
    """Return how many more pairs would settle a comparison with probability 0.8.

    It is settled if there is a claim, or if the interval of P(A > B) is within [0.25, 0.75]: then
    there is none to come. The pairs to come are thought of as like those that there are: their
    share of successes is as probable as these make it, from the prior Beta(½, ½), so that what
    three pairs promise is taken with the doubt that is due.

    Parameters
    ----------
    successes : float
        The pairs in which A is better, with half of the ties.
    n : int
        The number of pairs so far.

    Returns
    -------
    int or None
        0 if it is settled; above 40 to a twentieth; None if 1,000 are not enough, or without pairs.

    Source: Spiegelhalter, Abrams and Myles 2004, "Bayesian Approaches to Clinical Trials and
    Health-Care Evaluation", section 6.5, for predictive power.
    """
    if not n:
        return None
    if n >= LEAST and _is_settled(successes, n):
        return 0
    prior = successes + 0.5, n - successes + 0.5
    for more in _steps():
        total = n + more
        if total >= LEAST and _chance(successes, total, more, prior) >= POWER:
            return more
    return None


def _chance(successes: float, total: int, more: int, prior: tuple[float, float]) -> float:
    """Return how probable it is that the rule is settled at a number of pairs."""
    wins = np.arange(more + 1, dtype=np.float64)
    settled = _settles(successes + wins, total)
    return float(stats.betabinom.pmf(wins[settled], more, *prior).sum())


def _is_settled(successes: float, n: int) -> bool:
    return bool(_settles(np.array([successes]), n)[0])


def _settles(successes: npt.NDArray[np.floating], n: int) -> npt.NDArray[np.bool_]:
    """Return for each number of successes whether there is a claim, or none to come."""
    tail, share = (1 - LEVEL) / 2, successes / n
    low = np.where(successes > 0, stats.beta.ppf(tail, successes, n - successes + 1), 0.0)
    high = np.where(successes < n, stats.beta.ppf(1 - tail, successes + 1, n - successes), 1.0)
    better = (share > MEANINGFUL) & (low > 0.5)
    worse = (share < 1 - MEANINGFUL) & (high < 0.5)
    neither = (low >= 1 - MEANINGFUL) & (high <= MEANINGFUL)
    settled: npt.NDArray[np.bool_] = better | worse | neither
    return settled


@lru_cache(maxsize=1)
def _steps() -> tuple[int, ...]:
    steps = list(range(1, EXACTLY + 1))
    while (step := round(steps[-1] * STEP)) <= MOST:
        steps.append(step)
    return tuple(steps)
