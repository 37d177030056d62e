"""The pictures of a report."""

from __future__ import annotations

from dataclasses import dataclass

from bpframe_report.curves import curves
from bpframe_report.findings import Findings
from bpframe_report.heat_map import heat_map
from bpframe_report.profiles import profiles
from bpframe_report.strip import strip
from bpframe_report.style import content_of


@dataclass(frozen=True)
class Picture:
    """A picture.

    Attributes
    ----------
    shows : str
        In words.
    content : bytes
        The PNG file.
    """

    shows: str
    content: bytes


def pictures(findings: Findings) -> dict[str, Picture]:
    """Return the pictures that there is something for, by the names of their files."""
    drawn = {
        "report_seeds.png": ("each seed, with the mean and its 95% interval", strip(findings)),
        "report_curves.png": ("learning curves: mean and spread over the seeds", curves(findings)),
        "report_heat_map.png": ("the mean, where two options vary", heat_map(findings)),
        "report_profiles.png": ("the share of runs above each score", profiles(findings)),
    }
    return {
        name: Picture(shows, content_of(figure, findings.command))
        for name, (shows, figure) in drawn.items()
        if figure is not None
    }
