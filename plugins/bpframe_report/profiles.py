"""Performance profiles: how many runs are above each score, over all data sets."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from bpframe.statistics import performance_profile
from bpframe_report.findings import Findings
from bpframe_report.style import label, look, title

POINTS = 201


def profiles(findings: Findings) -> Figure | None:
    """Draw the picture: a line for each choice that every data set has; None for one data set."""
    if not findings.scores:
        return None
    entries = -(-len(findings.scores) // 2)
    figure = Figure(figsize=(7.2, 4.2 + 0.22 * entries), layout="constrained")
    axes = figure.subplots()
    every = [v for of in findings.scores.values() for values in of.values() for v in values if v]
    low, high = min(every, default=0), max(every, default=1)
    room = 0.02 * (high - low) or 0.01
    thresholds = np.linspace(low - room, high + room, POINTS)
    places = {choice: n for n, choice in enumerate(findings.chosen.choices)}
    for choice, scores in findings.scores.items():
        found, style = performance_profile(scores, thresholds), look(places[choice])
        axes.plot(
            found.thresholds, found.shares, label=label(choice), drawstyle="steps-post", **style
        )
        axes.fill_between(
            found.thresholds,
            found.low,
            found.high,
            step="post",
            color=style["color"],
            alpha=0.15,
            linewidth=0,
        )
    axes.set(xlabel="score τ", ylabel="share of runs above τ", ylim=(-0.02, 1.02))
    axes.grid(alpha=0.3)
    figure.legend(loc="outside lower center", ncols=2, frameon=False)
    title(
        figure,
        findings,
        [f"over {len(findings.rows)} data sets, with 95% intervals", findings.scale],
    )
    return figure
