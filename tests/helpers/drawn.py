"""Runs to be drawn, and what the tests of pictures look for in a figure."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import Any

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

from bpframe import Array, Epoch

# How people without one kind of cones see linear RGB. Source: Machado, Oliveira and Fernandes
# 2009, "A physiologically-based model for simulation of color vision deficiency", severity 1.
SIGHTS = {
    "usual": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
# Of linear RGB, relative to white. Source: IEC 61966-2-1.
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = XYZ.sum(axis=1)


def run_with(
    epochs: list[dict[str, float]], *, first: int = 1, wanted: int | None = None, **more: Any
) -> Any:
    """Return what a run has of epochs with these metrics, the first of which has the number."""
    numbered = [Epoch(first + n, metrics, 0.1) for n, metrics in enumerate(epochs)]
    trained = numbered[-1].number if numbered else 0
    defaults = {
        "name": "a run",
        "seed": 3,
        "epochs": numbered,
        "trained_epochs": trained,
        "network": SimpleNamespace(sizes=(3, 4, 2)),
        "trainer": SimpleNamespace(
            objective=None,
            optimizer=SimpleNamespace(learning_rate=0.5),
            batch_size=10,
            epochs=trained if wanted is None else wanted,
            select_by=None,
        ),
        "figures": {},
    }
    return SimpleNamespace(**(defaults | more))


def linear(colour: Any) -> Array:
    c = np.array(to_rgb(colour))
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(colour: Any) -> float:
    """Return the contrast to white, from 1 to 21 (WCAG 2)."""
    return float(1.05 / (XYZ[1] @ linear(colour) + 0.05))


def least_difference(colours: list[Any]) -> float:
    """Return the least CIE 1976 difference of two colours, for anybody's sight; 2 is just seen."""

    def lab(rgb: Array) -> Array:
        t = XYZ @ rgb / WHITE
        f = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
        return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])

    return min(
        float(np.linalg.norm(one - other))
        for sight in SIGHTS.values()
        for one, other in itertools.combinations(
            [lab(np.clip(np.array(sight) @ linear(c), 0, 1)) for c in colours], 2
        )
    )


def texts_of(figure: Figure) -> list[Text]:
    """Return all that is written in a figure, without the ticks beyond the ends of their axis."""
    hidden = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            ticks = [*axis.get_major_ticks(), *axis.get_minor_ticks()]
            shown = [tick for tick in ticks if axes.axison and low <= tick.get_loc() <= high]
            hidden |= {t for tick in ticks if tick not in shown for t in (tick.label1, tick.label2)}
    found = [text for text in figure.findobj(Text) if text not in hidden]
    return [text for text in found if text.get_text().strip() and text.get_visible()]


def overlaps(figure: Figure) -> list[tuple[str, str]]:
    """Return the pairs of texts that cover each other, and those that are cut off at the edge."""
    figure.draw_without_rendering()
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts_of(figure)]
    assert len(boxes) > 5
    pairs = [
        (one, other)
        for (one, a), (other, b) in itertools.combinations(boxes, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 1
    ]
    whole = figure.bbox.padded(1)
    return pairs + [
        (text, "the edge")
        for text, box in boxes
        if not all(whole.contains(x, y) for x, y in box.corners())
    ]
