"""What the confusion matrix shows, of two classes to thousands."""

from __future__ import annotations

import tracemalloc
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from drawn import contrast, overlaps, run_with

from bpframe.pictures import BLUE, DPI, png
from bpframe_plots import shown as shown_module
from bpframe_plots.cells import ERRORS, HITS, brightness
from bpframe_plots.confusion_matrix import confusion_matrix
from bpframe_plots.counts import MOST_CELLS, count

NAMES = ["setosa", "versicolor", "a name of more letters than there is room for"]


@pytest.fixture
def draw(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that draws the classes of samples, and what they were taken for."""

    def draw(y: Any, predictions: Any, classes: int, names: Any = None, **more: Any) -> Any:
        y, predictions = np.asarray(y), np.asarray(predictions)
        evaluator = SimpleNamespace(predictions=lambda: predictions)
        monkeypatch.setattr(shown_module, "Evaluator", lambda *_: evaluator)
        splits = dict.fromkeys(("validation", "test"), Samples(y))
        data = SimpleNamespace(
            n_outputs=classes,
            classes=classes,
            splits=lambda: dict(splits),
            class_names=names or [str(number) for number in range(classes)],
        )
        run = run_with([{}], data=data, **({"figures": {"test/accuracy": None}} | more))
        return confusion_matrix(run, shown_module.shown(run))

    return draw


class Samples:
    def __init__(self, y: Any) -> None:
        self.y = y

    def __len__(self) -> int:
        return len(self.y)


def mostly_right(classes: int, samples: int) -> tuple[Any, Any]:
    """Return as many samples of each class, of which a tenth is taken for the next class."""
    y = np.repeat(np.arange(classes), samples)
    return y, np.where(np.arange(len(y)) % 10 == 0, (y + 1) % classes, y)


def numbers_of(axes: Any) -> dict[tuple[int, int], str]:
    return {(t.get_position()[1], t.get_position()[0]): t.get_text() for t in axes.texts}


def test_it_counts_true_against_predicted(draw: Any) -> None:
    figure = draw([0, 0, 1, 1, 1, 2], [0, 1, 1, 1, 2, 2], 3)
    matrix, recall, *_ = figure.axes
    assert numbers_of(matrix) == {(0, 0): "1", (0, 1): "1", (1, 1): "2", (1, 2): "1", (2, 2): "1"}
    assert (matrix.get_xlabel(), matrix.get_ylabel()) == ("predicted", "true")
    assert [text.get_text() for text in recall.texts] == ["50.0%", "66.7%", "100.0%"]
    assert [bar.get_width() for bar in recall.patches] == pytest.approx([1 / 2, 2 / 3, 1])
    heading = figure.get_suptitle().replace("\N{NO-BREAK SPACE}", " ")
    assert "test: 66.67% of 6 right" in heading.replace("\n", " ")


def test_the_part_is_the_last_that_was_looked_at(draw: Any) -> None:
    assert "validation:" in draw([0, 1], [0, 1], 2, figures={}).get_suptitle()


def test_a_single_error_among_many_stands_out(draw: Any) -> None:
    y = np.repeat([0, 1], 5000)
    predictions = y.copy()
    predictions[0] = 1
    matrix = draw(y, predictions, 2).axes[0]
    hits, errors = matrix.images
    assert numbers_of(matrix) == {(0, 0): "4,999", (0, 1): "1", (1, 1): "5,000"}
    assert contrast(errors.to_rgba(errors.get_array())[0, 1]) >= 3
    # An empty cell has no colour.
    assert errors.get_array().mask.tolist() == [[True, False], [True, True]]
    assert hits.get_array().mask.tolist() == [[False, True], [True, False]]


def test_errors_have_a_scale_of_their_own_with_a_bar(draw: Any) -> None:
    figure = draw(*mostly_right(10, 100), 10)
    hits, errors = figure.axes[0].images
    assert (hits.norm.vmin, hits.norm.vmax) == (0, 1)
    assert (errors.norm.vmin, errors.norm.vmax) == pytest.approx((0, 0.1))
    assert (hits.get_cmap().name, errors.get_cmap().name) == (HITS.name, ERRORS.name)
    bars = [axes.get_title() for axes in figure.axes if "share" in axes.get_title()]
    assert bars == ["right: share of the true class", "wrong: share of the true class"]


def test_without_errors_there_is_no_scale_for_them(draw: Any) -> None:
    figure = draw([0, 1, 2], [0, 1, 2], 3)
    assert len(figure.axes[0].images) == 1
    assert overlaps(figure) == []


def test_a_class_without_samples_has_no_recall(draw: Any) -> None:
    matrix, recall, *_ = draw([0, 0, 2], [0, 1, 2], 4).axes
    texts = [text.get_text() for text in recall.texts]
    assert texts == ["50.0%", "no samples", "100.0%", "no samples"]
    assert numbers_of(matrix) == {(0, 0): "1", (0, 1): "1", (2, 2): "1"}


def test_the_lightest_colours_stand_out_against_white() -> None:
    for colours in (HITS, ERRORS):
        assert brightness(np.array(colours(0.0))) < 0.65
    assert contrast(BLUE) >= 3


@pytest.mark.parametrize("classes", [2, 3, 10, 26])
def test_numbers_can_be_read(draw: Any, classes: int) -> None:
    figure = draw(*mostly_right(classes, 1500), classes)
    matrix = figure.axes[0]
    assert len(matrix.texts) == 2 * classes
    assert "1,350" in {text.get_text() for text in matrix.texts}
    cell = matrix.bbox.width / classes
    for text in matrix.texts:
        assert text.get_window_extent().width < cell
        column, row = text.get_position()
        image = matrix.images[int(row != column)]
        ground = contrast(image.to_rgba(image.get_array())[row, column])
        assert (ground if text.get_color() == "white" else 21 / ground) >= 4.5
    assert overlaps(figure) == []


def test_numbers_without_room_are_left_out(draw: Any) -> None:
    assert not draw(*mostly_right(30, 150_000), 30).axes[0].texts


@pytest.mark.parametrize("classes", [31, 100, 200])
def test_many_classes_have_no_numbers_and_some_names(draw: Any, classes: int) -> None:
    figure = draw(*mostly_right(classes, 20), classes)
    matrix, recall, *_ = figure.axes
    assert not matrix.texts + recall.texts
    ticks = [tick for tick in matrix.get_yticks() if 0 <= tick < classes]
    assert 5 <= len(ticks) <= 12
    assert all(tick == round(tick) for tick in ticks)
    assert overlaps(figure) == []
    # Each cell has pixels of its own.
    assert matrix.bbox.width / figure.dpi * DPI > 2 * classes


@pytest.mark.parametrize("classes", [2, 200, 5000])
def test_the_picture_and_its_memory_are_bounded(draw: Any, classes: int) -> None:
    y, predictions = mostly_right(classes, 10)
    png(draw([0, 1], [0, 1], 2))  # What is loaded once does not count.
    tracemalloc.start()
    figure = draw(y, predictions, classes)
    assert png(figure)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert max(figure.get_size_inches()) * DPI < 1600
    # Some buffers of the size of the picture, which has 9 MB.
    assert peak < 200e6


def test_neighbours_share_a_cell_where_there_are_too_many() -> None:
    classes = 2 * MOST_CELLS - 1
    y = np.array([0, 1, 1, 2, classes - 1])
    predictions = np.array([0, 0, 1, classes - 1, 2])
    counts = count(y, predictions, classes)
    assert counts.width == 2
    assert counts.errors.shape == (MOST_CELLS, MOST_CELLS)
    assert counts.errors.sum() == 3
    assert counts.errors[0, 0] == counts.errors[1, -1] == counts.errors[-1, 1] == 1
    assert counts.hit_shares[0, 0] == pytest.approx(2 / 3)
    assert counts.recall[:3].tolist() == [1, 0.5, 0]
    assert counts.accuracy == pytest.approx(2 / 5)


def test_classes_go_by_their_names(draw: Any) -> None:
    figure = draw(*mostly_right(3, 50), 3, NAMES)
    matrix, *_ = figure.axes
    for axis in (matrix.xaxis, matrix.yaxis):
        labels = [label.get_text() for label in axis.get_ticklabels()]
        assert labels[:2] == NAMES[:2]
        assert labels[2].endswith("…")
        assert NAMES[2].startswith(labels[2][:-1])
    assert overlaps(figure) == []
