"""The picture of the diagnostics: what its panels show, also where little is there."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from drawn import contrast, least_difference, overlaps, run_with
from PIL import Image

from bpframe.pictures import png
from bpframe_diagnostics.labels import apart
from bpframe_diagnostics.panels import PANELS
from bpframe_diagnostics.picture import line_styles, picture_of

BASIC = {
    "gradient_rms": 0.1,
    "delta_norm": 0.2,
    "saturated": 0.3,
    "near_zero_inputs": 0.4,
}
FULL = BASIC | {"angle": 50.0, "z_p05": -2.0, "z_p50": 0.5, "z_p95": 3.0}


def run_of(
    quantities: dict[str, float], epochs: int, sizes: tuple[int, ...] = (3, 4, 2), **more: float
) -> Any:
    """Return what a run has of epochs in which quantities grow with layer and epoch."""

    def metrics(epoch: int) -> dict[str, float]:
        seen = quantities | ({"update_ratio": 1e-3} if epoch else {})
        layers = range(2, len(sizes) + 1)
        grown = {f"{q}/layer_{n}": v * n + epoch / 100 for q, v in seen.items() for n in layers}
        return {"train/cost": 1.0} | grown | more

    return run_with(
        [metrics(number) for number in range(epochs + 1)],
        first=0,
        network=SimpleNamespace(sizes=sizes),
    )


def panels_of(run: Any) -> dict[str, Any]:
    figure = picture_of(run)
    assert figure
    return {axes.get_title(): axes for axes in figure.axes if axes.get_title()}


@pytest.mark.slow
def test_all_numbers_at_an_axis_have_one_size() -> None:
    for axes in panels_of(run_of(FULL, 3)).values():
        axes.figure.draw_without_rendering()
        ticks = [*axes.yaxis.get_major_ticks(), *axes.yaxis.get_minor_ticks()]
        assert len({tick.label1.get_size() for tick in ticks}) == 1


def test_a_panel_a_quantity_and_a_line_a_layer() -> None:
    panels = panels_of(run_of(BASIC, 3))
    assert list(panels) == [p.title for p in PANELS[:5]]
    axes = panels["speed of learning"]
    lines = {line.get_label(): line.get_xydata().tolist() for line in axes.lines}
    assert lines.keys() == {"layer 2", "layer 3"}
    for n in (2, 3):
        assert lines[f"layer {n}"] == [[e, pytest.approx(0.2 * n + e / 100)] for e in range(4)]
    assert (axes.get_xlabel(), axes.get_yscale()) == ("epoch", "log")
    (first, *_) = panels["net change of the weights"].lines[0].get_xdata()
    assert first == 1


def test_the_legend_has_the_layers_by_the_books_numbers() -> None:
    figure = picture_of(run_of(FULL, 3, (3, 4, 5, 2), **{"angle/network": 60.0}))
    assert figure
    (legend,) = (axes.get_legend() for axes in figure.axes if axes.get_legend())
    texts = [text.get_text() for text in legend.get_texts()]
    assert texts == ["layer 2", "layer 3", "layer 4 (output)", "network"]
    assert figure.get_suptitle().startswith("a run\n[3,\N{NO-BREAK SPACE}4,")


def test_a_single_epoch_is_drawn_over_the_layers() -> None:
    run = run_of(FULL, 0, (3, 4, 5, 2), **{"angle/network": 60.0})
    panels = panels_of(run)
    (line,) = panels["speed of learning"].lines
    assert line.get_label() == "before the training"
    assert line.get_xydata().tolist() == [[n, pytest.approx(0.2 * n)] for n in (2, 3, 4)]
    assert panels["speed of learning"].get_xlabel() == "layer"
    # The network as a whole is no layer; the other line is at 90 degrees.
    angles = panels["angle of the rule to the gradient"].lines
    assert [len(line.get_xdata()) for line in angles] == [3, 2]


@pytest.mark.parametrize(("epochs", "sizes", "ticks"), [(0, (3, 2), {2}), (1, (3, 2), {0, 1})])
def test_ticks_are_whole_numbers(epochs: int, sizes: tuple[int, ...], ticks: set[int]) -> None:
    for axes in panels_of(run_of(BASIC, epochs, sizes)).values():
        low, high = axes.get_xlim()
        assert {tick for tick in axes.get_xticks() if low <= tick <= high} == ticks


def test_shares_angles_and_percentiles() -> None:
    panels = panels_of(run_of(FULL, 3, **{"angle/network": 60.0}))
    assert list(panels) == [p.title for p in PANELS]
    assert panels["saturated neurons"].get_ylim() == pytest.approx((-0.03, 1.03))
    angles = panels["angle of the rule to the gradient"]
    assert angles.get_ylim()[1] > 150
    assert {line.get_label() for line in angles.lines} >= {"layer 2", "layer 3", "network"}
    dotted = [line for line in panels["weighted inputs"].lines if line.get_linestyle() == ":"]
    values = sorted(line.get_ydata()[0] for line in dotted)
    assert values == pytest.approx([-6, -4, 6, 9])


@pytest.mark.parametrize(
    ("quantities", "epochs", "sizes"), [(BASIC, 0, (3, 2)), (FULL, 60, (3, *[4] * 30, 2))]
)
def test_a_picture_can_be_read(
    quantities: dict[str, float], epochs: int, sizes: tuple[int, ...]
) -> None:
    figure = picture_of(run_of(quantities, epochs, sizes))
    assert figure
    with Image.open(io.BytesIO(png(figure))) as picture:
        picture.load()
        assert all(400 <= side <= 2000 for side in picture.size)
        assert len(picture.convert("RGB").getcolors(1 << 22)) > 50


@pytest.mark.parametrize("layers", [1, 2, 3, 4, 5, 6])
def test_colours_of_layers_stand_out_and_all_can_tell_them_apart(layers: int) -> None:
    run = run_of(BASIC, 1, (3, *[4] * layers))
    colours = [line_styles(run)[f"layer {number + 2}"]["color"] for number in range(layers)]
    assert min(map(contrast, colours)) >= 3
    # From dark to light by depth.
    assert colours == sorted(colours, key=contrast, reverse=True)
    if layers > 1:
        assert least_difference(colours) >= 10
    assert contrast(line_styles(run)["network"]["color"]) >= 4.5


@pytest.mark.parametrize(
    ("quantities", "epochs", "layers"), [(BASIC, 1, 3), (FULL, 0, 3), (FULL, 9, 1), (FULL, 300, 6)]
)
def test_texts_stand_apart(quantities: dict[str, float], epochs: int, layers: int) -> None:
    run = run_of(quantities, epochs, (64, *[30] * layers))
    figure = picture_of(run)
    assert figure
    assert overlaps(figure) == []


def test_lines_end_with_the_numbers_of_their_layers() -> None:
    # Two layers of one and the same value, and one that is missing at the end.
    run = run_of(BASIC, 5, (3, 4, 5, 2))
    for epoch in run.epochs:
        epoch.metrics["delta_norm/layer_3"] = epoch.metrics["delta_norm/layer_2"]
    del run.epochs[-1].metrics["delta_norm/layer_4"]
    axes = panels_of(run)["speed of learning"]
    texts = {text.get_text(): text for text in axes.texts}
    assert list(texts) == ["2", "3", "4"]
    for line in axes.lines:
        assert texts[line.get_label()[-1]].get_color() == line.get_color()
        # The line stops before its number.
        end = axes.transData.transform(line.get_xydata()[-1])[0]
        assert end < texts[line.get_label()[-1]].get_window_extent().x0


def test_numbers_at_the_ends_move_no_more_than_need_be() -> None:
    far = np.array([0.0, 50.0, 20.0])
    np.testing.assert_allclose(apart(far, 10, 0, 100), far)
    np.testing.assert_allclose(apart(np.array([30.0, 30.0]), 10, 0, 100), [25, 35])
    np.testing.assert_allclose(apart(np.array([1.0, 0.0, 60.0]), 10, 0, 100), [10, 0, 60])
    np.testing.assert_allclose(apart(np.array([99.0, 100.0]), 10, 0, 100), [90, 100])


def test_zeros_have_no_logarithm() -> None:
    run = run_of({}, 0)
    run.epochs[0].metrics["delta_norm/layer_2"] = 0.0
    axes = panels_of(run)["speed of learning"]
    assert axes.get_yscale() == "linear"


def test_without_diagnostics_there_is_no_picture() -> None:
    assert picture_of(run_of({}, 0)) is None
    assert picture_of(run_with([])) is None
