"""The heading of a picture holds any name, and drawing it gives no warning."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest
from drawn import overlaps, run_with
from matplotlib.figure import Figure
from PIL import Image

from bpframe.pictures import BLACK, BLUE, GREEN, VERMILLION, heading, png
from bpframe_plots.learning_curve import learning_curve

NAMES = {
    "formula": r"100 % of $x_{1}^2$ and \frac{1}{2} {",
    "half a formula": "costs $ 5",
    "brackets": "{{}} __init__ %s {name}",
    "other alphabets": "ночь שלום العربية हिन्दी 名前 😀",
    "long": "a name with many words " * 30,
    "one long word": "x" * 900,
    "wide letters": "名" * 200,
    "lines": "one\nother\ttab\x07",
    "nothing": "",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("width", [4.5, 10.0])
def test_any_name_fits(name: str, width: float) -> None:
    figure = Figure(figsize=(width, 4), layout="constrained")
    figure.subplots()
    height = heading(figure, run_with([], name=name), "and more")
    assert height <= 1.1
    with Image.open(io.BytesIO(png(figure))) as picture:
        picture.load()
    figure.draw_without_rendering()
    shown = figure._suptitle.get_window_extent()
    assert shown.x0 >= 0
    assert shown.x1 <= figure.bbox.x1
    text = figure.get_suptitle()
    assert text.count("\n") <= 4
    assert text.startswith((name[:3].strip(), "□"))
    assert "seed\N{NO-BREAK SPACE}3" in text


def test_dollars_are_no_formula() -> None:
    figure = learning_curve(run_with([{"train/cost": 1.0}], name="$a_1$"))
    assert figure.get_suptitle().startswith("$a_1$\n")
    assert not figure._suptitle.get_parse_math()


def test_a_long_name_leaves_the_axes_their_room() -> None:
    figure = learning_curve(run_with([{"train/cost": 1.0}], name=NAMES["long"]))
    assert overlaps(figure) == []
    assert figure.axes[0].get_position().height > 0.4


def test_an_optimizer_without_a_learning_rate() -> None:
    for optimizer in (SimpleNamespace(), SimpleNamespace(learning_rate="auto")):
        run = run_with([{"train/cost": 1.0}])
        run.trainer.optimizer = optimizer
        assert "rate" not in learning_curve(run).get_suptitle()


def test_deep_networks_are_cut_short() -> None:
    run = run_with([{"train/cost": 1.0}], network=SimpleNamespace(sizes=(784, *[30] * 100, 10)))
    figure = learning_curve(run)
    assert figure.get_suptitle().count("\n") <= 4
    assert overlaps(figure) == []


def test_colours_are_those_of_a_palette_for_everybody() -> None:
    assert {BLACK, BLUE, GREEN, VERMILLION} <= {"#000000", "#0072B2", "#009E73", "#D55E00"}
