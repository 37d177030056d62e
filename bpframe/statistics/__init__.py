"""What can be said of numbers from several seeds: summaries, paired comparisons, pooled scores.

`summarize` gives mean, spread and a confidence interval of one choice's numbers. `compare_pairs`
compares two choices seed by seed, up to a conclusion. `interquartile_mean` and
`performance_profile` look at several data sets together. Nothing depends on the order of the
numbers, and nothing on luck: what is drawn at random comes from one fixed seed.
"""

from bpframe.statistics.confidence import ConfidenceInterval, mean_interval, share_interval
from bpframe.statistics.paired import Conclusion, PairedComparison, compare_pairs
from bpframe.statistics.planning import more_pairs, pairs_for
from bpframe.statistics.pooled import (
    PerformanceProfile,
    PooledScore,
    interquartile_mean,
    performance_profile,
)
from bpframe.statistics.summary import Summary, summarize

__all__ = [
    "Conclusion",
    "ConfidenceInterval",
    "PairedComparison",
    "PerformanceProfile",
    "PooledScore",
    "Summary",
    "compare_pairs",
    "interquartile_mean",
    "mean_interval",
    "more_pairs",
    "pairs_for",
    "performance_profile",
    "share_interval",
    "summarize",
]
