"""How well the rule's gradient, (46) and (53) agree, in words."""

from __future__ import annotations

import numpy as np

from bpframe_explain.computation import MOST_DIFFERENCES, MOST_PATHS
from bpframe_explain.explanation import ROUNDED, Explanation
from bpframe_explain.notation import number


def verdicts(explanation: Explanation) -> list[str]:
    """Return a line for (46) and one for (53): what was compared, and with what result."""
    rule = type(explanation.trainer.backprop)
    if not rule.exact:
        result = f"{rule.__name__} does not promise the gradient"
    elif explanation.unresolved:
        result = f"(46) cannot resolve this: {explanation.unresolved}"
    else:
        result = "they agree" if explanation.agrees else "THEY DO NOT AGREE"
    total, compared = len(explanation.gradient.vector), explanation.compared
    extent = f"all {total:,} weights and biases"
    if compared < total:
        extent = (
            f"the {compared:,} weights and biases that the page shows; (46) for all {total:,} "
            f"takes long, and is left out above {MOST_DIFFERENCES:,}"
        )
    lines = [
        f"largest difference between backprop and (46): {explanation.largest_difference:.1e}; "
        f"{result}",
        f"  compared: {extent}; gradients are up to {number(explanation.largest_gradient)}",
        "  (46) by central differences in float64, ε = 2⁻¹⁷",
    ]
    count = f"{explanation.path_count:,} paths"
    if explanation.path_sums:
        difference = abs(explanation.gradient.vector - explanation.path_sums.vector).max()
        line = f"largest difference between backprop and (53): {difference:.1e}, {count}"
        if not np.isfinite(explanation.path_sums.vector).all():
            line += "; (53) cannot resolve this: a factor is not finite"
        elif explanation.at_end and any(explanation.layers[-1].closed_form):
            # There ∂C/∂a · f′(z) is taken of the rounded output.
            line += f"; (53) cannot resolve this: {ROUNDED}"
        lines.append(line)
    else:
        lines.append(f"(53) is left out: {count} are more than {MOST_PATHS:,}")
    return lines
