"""Costs: C_x of the outputs a^L and the targets y."""

from bpframe_costs.closed_forms import output_error
from bpframe_costs.cross_entropy import CrossEntropy
from bpframe_costs.log_likelihood import LogLikelihood
from bpframe_costs.quadratic import Quadratic

__all__ = ["CrossEntropy", "LogLikelihood", "Quadratic", "output_error"]
