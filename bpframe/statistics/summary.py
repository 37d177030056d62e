"""The numbers of one choice, from several seeds."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from bpframe.statistics.confidence import ConfidenceInterval, finite, mean_interval


@dataclass(frozen=True)
class Summary:
    """Where some numbers lie, and how exactly their mean is known.

    Attributes
    ----------
    n : int
        How many there are.
    mean, median, lowest, highest : float
        NaN if there are none.
    sd : float
        The standard deviation of the sample, with n - 1; NaN for fewer than two.
    interval : ConfidenceInterval or None
        That of the mean; None for fewer than three.
    """

    n: int
    mean: float
    sd: float
    median: float
    lowest: float
    highest: float
    interval: ConfidenceInterval | None


def summarize(values: Iterable[float], within: tuple[float, float] | None = None) -> Summary:
    """Summarize finite numbers of independent runs, whose order does not matter.

    What a run that failed lacks is not among them: count it apart.

    Parameters
    ----------
    values : iterable of float
        The numbers.
    within : pair of float, optional
        What their mean can be, such as (0, 1) for accuracies: the interval keeps to it.

    Raises
    ------
    ValueError
        If a number is not finite.

    Examples
    --------
    >>> from bpframe.statistics import summarize
    >>> found = summarize([0.95, 0.97, 0.96])
    >>> found.n, round(found.mean, 4), round(found.sd, 4), found.interval.method
    (3, 0.96, 0.01, "Student's t")
    """
    sample = finite(values)
    n = sample.size
    if not n:
        nothing = math.nan
        return Summary(0, nothing, nothing, nothing, nothing, nothing, None)
    interval = mean_interval(sample)
    return Summary(
        n,
        # The mean of equal numbers may be rounded.
        float(np.clip(sample.mean(), sample[0], sample[-1])),
        float(sample.std(ddof=1)) if n > 1 else math.nan,
        float(np.median(sample)),
        float(sample[0]),
        float(sample[-1]),
        interval.within(*within) if interval and within else interval,
    )
