"""One sample, explained: every quantity of backpropagation, beside its definition."""

from bpframe_explain.computation import explain
from bpframe_explain.explanation import Explanation
from bpframe_explain.sample import Sample, sample_of_data
from bpframe_explain.task import Explain

__all__ = ["Explain", "Explanation", "Sample", "explain", "sample_of_data"]
