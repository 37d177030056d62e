"""Confidence intervals of a mean and of a share."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import stats

LEVEL = 0.95
LEAST = 3
# Below it a resample cannot be far enough from the mean: see docs/report.md.
LEAST_RESAMPLED = 8
RESAMPLES = 9999
# Numbers in memory at a time.
BATCH = 2**20

BCA = "BCa bootstrap"
PERCENTILE = "percentile bootstrap"
STUDENT = "Student's t"
CONSTANT = "all equal"
EXACT = "Clopper-Pearson"


@dataclass(frozen=True)
class ConfidenceInterval:
    """An interval that covers the true number in `LEVEL` of all cases: 95%.

    Attributes
    ----------
    low, high : float
        Its ends.
    method : str
        How it was found: ``BCa bootstrap``, ``percentile bootstrap``, ``Student's t``,
        ``all equal``, where no spread was seen, or ``Clopper-Pearson``.
    """

    low: float
    high: float
    method: str

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def within(self, lowest: float, highest: float) -> ConfidenceInterval:
        """Return the part of it that is possible: the true number lies in both or in neither."""
        low, high = (min(max(end, lowest), highest) for end in (self.low, self.high))
        return ConfidenceInterval(low, high, self.method)

    def mirrored(self) -> ConfidenceInterval:
        """Return that of -x, where this one is of x."""
        return ConfidenceInterval(-self.high, -self.low, self.method)


def mean_interval(values: Iterable[float]) -> ConfidenceInterval | None:
    """Return the interval of the mean of independent numbers; None for fewer than three.

    From 8 numbers on it is the bias-corrected and accelerated bootstrap. It takes quantiles so far
    out that for normal numbers it is as wide as Student's interval, which the plain bootstrap falls
    short of by the root of (n - 1)/n and more. Of fewer numbers it is Student's.

    Parameters
    ----------
    values : iterable of float
        Finite numbers; their order does not matter. That of the negative numbers is the mirror
        image, bit for bit.

    Raises
    ------
    ValueError
        If a number is not finite.

    Source: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", section 14.3; Hesterberg
    2015, "What Teachers Should Know About the Bootstrap", for the expanded quantiles.
    """
    sample = finite(values)
    if sample.size < LEAST:
        return None
    if sample[0] == sample[-1]:
        return ConfidenceInterval(float(sample[0]), float(sample[0]), CONSTANT)
    mirror = -sample[::-1]
    if tuple(mirror) < tuple(sample):
        return _mean_interval(mirror).mirrored()
    found = _mean_interval(sample)
    if tuple(mirror) == tuple(sample):
        half = (found.high - found.low) / 2
        return ConfidenceInterval(-half, half, found.method)
    return found


def share_interval(successes: float, n: int) -> ConfidenceInterval | None:
    """Return the interval of the share of successes among n trials; None for fewer than three.

    A bootstrap would have no width where all trials agree. This one is exact for a binomial
    number, so that it covers the true share in at least 95% of all cases, whatever n is.

    Parameters
    ----------
    successes : float
        Their number; a tie is half a success.
    n : int
        The number of trials.

    Raises
    ------
    ValueError
        If the successes are not between 0 and n.

    Source: Clopper and Pearson 1934, "The use of confidence or fiducial limits illustrated in the
    case of the binomial".
    """
    if not 0 <= successes <= n:
        raise ValueError(f"there are {successes} successes among {n} trials")
    if n < LEAST:
        return None
    low = _lower_end(successes, n)
    return ConfidenceInterval(low, 1 - _lower_end(n - successes, n), EXACT)


def _lower_end(successes: float, n: int) -> float:
    """Return the lower end of the interval of a share."""
    tail = (1 - LEVEL) / 2
    return float(stats.beta.ppf(tail, successes, n - successes + 1)) if successes else 0.0


def finite(values: Iterable[float]) -> npt.NDArray[np.float64]:
    """Return numbers in order of their size, shape (n,).

    Raises
    ------
    ValueError
        If one is not finite.
    """
    sample = np.sort(np.fromiter(values, np.float64))
    if not np.isfinite(sample).all():
        raise ValueError(
            "a number is infinite or NaN; a run without a number is none of the sample"
        )
    return sample


def _mean_interval(sample: npt.NDArray[np.float64]) -> ConfidenceInterval:
    n = sample.size
    far = float(stats.t.ppf((1 + LEVEL) / 2, n - 1))
    # Scaled, so that no square is too large or small for a float.
    scale = float(np.abs(sample).max())
    scaled = sample / scale
    if n < LEAST_RESAMPLED:
        middle, room = float(scaled.mean()), far * float(scaled.std(ddof=1)) / math.sqrt(n)
        return ConfidenceInterval(scale * (middle - room), scale * (middle + room), STUDENT)
    level = 1 - 2 * float(stats.norm.cdf(-far * math.sqrt(n / (n - 1))))
    low, high = _resampled(scaled, level, "BCa")
    name = BCA
    if not (math.isfinite(low) and math.isfinite(high)):
        low, high = _resampled(scaled, level, "percentile")
        name = PERCENTILE
    return ConfidenceInterval(scale * low, scale * high, name)


def _resampled(
    sample: npt.NDArray[np.float64], level: float, method: Literal["BCa", "percentile"]
) -> tuple[float, float]:
    with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
        found = stats.bootstrap(
            [sample],
            np.mean,
            n_resamples=RESAMPLES,
            batch=max(1, BATCH // sample.size),
            confidence_level=level,
            method=method,
            rng=np.random.default_rng(0),
        ).confidence_interval
    return float(found.low), float(found.high)
