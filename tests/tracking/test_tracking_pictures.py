"""What the pictures of a run show."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bpframe import Epoch
from bpframe_plots import pictures

TRUE = np.array([0, 0, 1, 1, 1, 2])
PREDICTED = np.array([0, 1, 1, 1, 2, 2])


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return a list that collects the figures instead of their PNG files."""
    figures: list[Any] = []

    def keep(figure: Any) -> bytes:
        figures.append(figure)
        return b""

    monkeypatch.setattr(pictures, "_png", keep)
    return figures


class Part:
    y = TRUE

    def __len__(self) -> int:
        return len(TRUE)


def test_the_confusion_matrix_counts_true_against_predicted(figures, monkeypatch):
    evaluator = SimpleNamespace(predictions=lambda: PREDICTED)
    monkeypatch.setattr(pictures, "Evaluator", lambda *_: evaluator)
    data = SimpleNamespace(n_outputs=3, parts=lambda: {"train": None, "test": Part()})
    run = SimpleNamespace(
        data=data, trainer=SimpleNamespace(objective=None), figures={"test/accuracy": None}
    )
    pictures.confusion_matrix(run)
    (axes,) = figures[0].axes
    counts = {(t.get_position()[1], t.get_position()[0]): t.get_text() for t in axes.texts}
    assert counts == {(0, 0): "1", (0, 1): "1", (1, 1): "2", (1, 2): "1", (2, 2): "1"}
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("predicted", "true")
    assert axes.get_title() == "test: 66.7% of 6 right"


def test_the_learning_curve_shows_each_quantity_of_each_part(figures):
    epochs = [
        Epoch(number, {"train/cost": 1 / number, "validation/cost": 2 / number}, 0.1)
        for number in (1, 2, 3)
    ]
    pictures.learning_curve(SimpleNamespace(name="a name", epochs=epochs))
    (axes,) = figures[0].axes
    lines = {line.get_label(): line.get_xydata().tolist() for line in axes.lines}
    assert lines == {
        "train": [[1, 1], [2, 1 / 2], [3, 1 / 3]],
        "validation": [[1, 2], [2, 1], [3, 2 / 3]],
    }
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "cost")
    assert figures[0].get_suptitle() == "a name"
