"""One choice's scores on several data sets, looked at together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from bpframe.statistics.confidence import LEVEL, PERCENTILE, ConfidenceInterval

RESAMPLES = 2000
QUARTER = 0.25
Numbers = npt.NDArray[np.float64]
# The numbers of runs by their data set.
Scores = Mapping[str, Iterable[float]]


@dataclass(frozen=True)
class PooledScore:
    """A number that sums up scores on all data sets.

    Attributes
    ----------
    value : float
        The number.
    interval : ConfidenceInterval or None
        None if there are fewer than three scores on some data set.
    """

    value: float
    interval: ConfidenceInterval | None


@dataclass(frozen=True)
class PerformanceProfile:
    """How many of all runs are above a score, for each of some scores.

    Attributes
    ----------
    thresholds : array of float64, shape (k,)
        The scores τ.
    shares, low, high : arrays of float64, shape (k,)
        The share of runs above τ, each data set counted alike, and its interval, point by point.
    """

    thresholds: Numbers
    shares: Numbers
    low: Numbers
    high: Numbers


def interquartile_mean(scores: Scores) -> PooledScore:
    """Return the mean of the middle half of all scores, with its interval.

    It stands between the mean, which one bad run moves, and the median, which hardly anything
    does. The interval is from a bootstrap that resamples the runs of each data set apart.

    Parameters
    ----------
    scores : mapping
        The scores of the runs by their data set, on one scale. A run that failed has the worst.

    Source: Agarwal et al. 2021, "Deep Reinforcement Learning at the Edge of the Statistical
    Precipice", section 4.
    """
    strata = _strata(scores)
    value = float(stats.trim_mean(np.concatenate(strata), QUARTER))
    if min(map(len, strata)) < 3:
        return PooledScore(value, None)
    means = stats.trim_mean(_resampled(strata), QUARTER, axis=1)
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return PooledScore(value, ConfidenceInterval(float(low), float(high), PERCENTILE))


def performance_profile(scores: Scores, thresholds: Iterable[float]) -> PerformanceProfile:
    """Return the shares of runs whose scores are above each threshold, with their intervals.

    Where the profile of one choice is above that of another, its runs are better, whatever score
    is asked for.

    Parameters
    ----------
    scores : mapping
        As for `interquartile_mean`.
    thresholds : iterable of float
        The scores τ, in any order.

    Source: Dolan and Moré 2002, "Benchmarking optimization software with performance profiles";
    over runs, Agarwal et al. 2021, section 4.
    """
    strata, at = _strata(scores), np.fromiter(thresholds, np.float64)
    shares = np.mean([(s[:, np.newaxis] > at).mean(axis=0) for s in strata], axis=0)
    rng = np.random.default_rng(0)
    resampled = np.mean([_resampled_shares(rng, s, at) for s in strata], axis=0)
    low, high = np.quantile(resampled, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return PerformanceProfile(at, shares, low, high)


def _strata(scores: Scores) -> list[Numbers]:
    """Return the scores of each data set in order of their size, the data sets by their names."""
    return [np.sort(np.fromiter(scores[name], np.float64)) for name in sorted(scores)]


def _resampled_shares(rng: np.random.Generator, sample: Numbers, at: Numbers) -> Numbers:
    """Return the shares above each threshold in resamples of some scores, shape (RESAMPLES, k).

    How many scores a resample has between two thresholds is a multinomial number: that takes no
    more room for a thousand runs than for ten.
    """
    order = np.argsort(at)
    # Intervals that are open below: a score at a threshold is not above it.
    places = np.searchsorted(at[order], sample, side="left")
    counts = np.bincount(places, minlength=at.size + 1)
    drawn = rng.multinomial(sample.size, counts / sample.size, RESAMPLES)
    above = np.cumsum(drawn[:, ::-1], axis=1)[:, ::-1][:, 1:] / sample.size
    shares = np.empty_like(above)
    shares[:, order] = above
    return shares


def _resampled(strata: Sequence[Numbers]) -> Numbers:
    """Return resamples of all runs, shape (RESAMPLES, runs), each data set drawn from apart."""
    rng = np.random.default_rng(0)
    drawn = [s[rng.integers(0, len(s), (RESAMPLES, len(s)))] for s in strata]
    resampled: Numbers = np.concatenate(drawn, axis=1)
    return resampled
