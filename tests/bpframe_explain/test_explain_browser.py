"""The page in a real browser: what is pointed at is shown with its numbers, offline."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from explained import data_of
from pointing import centre, click, neuron

if TYPE_CHECKING:
    from playwright.sync_api import Page

TEXTS = """() => [...document.querySelectorAll('#drawing text')].map(t => {
    const b = t.getBoundingClientRect();
    return [t.textContent, b.left, b.top, b.right, b.bottom];
})"""

# Clicks on each neuron, and on each weight that its panel lists; returns what the panels say.
WALK = """() => {
    const click = (e) => e.dispatchEvent(new MouseEvent('click', {bubbles: true}));
    const details = document.getElementById('details');
    const said = [];
    const places = [...document.querySelectorAll('#drawing .neuron')].map(e => ({...e.dataset}));
    for (const {layer, j} of places) {
        const find = () => document.querySelector(
            `#drawing .neuron[data-layer='${layer}'][data-j='${j}'] circle`);
        click(find());
        said.push(details.textContent);
        const count = details.querySelectorAll('button').length;
        for (let n = 0; n < count; n++) {
            click(details.querySelectorAll('button')[n]);
            said.push(details.textContent);
            click(find());
        }
        click(find());
    }
    return said;
}"""

pytestmark = pytest.mark.slow


def value_of(page: Page, name: str) -> float:
    """Return the number that the panel shows behind a name."""
    row = page.locator("#details tr").filter(has=page.get_by_text(name, exact=True))
    return as_number(row.locator("td.number").inner_text())


def as_number(text: str) -> float:
    return float(text.replace("−", "-"))


def close_to(value: float) -> Any:
    return pytest.approx(value, rel=1e-3)  # four digits are shown


@pytest.mark.parametrize("name", ["small", "large"])
def test_pointing_at_a_neuron_shows_its_quantities(
    open_page: Callable[..., Page], files: dict[str, Path], name: str
) -> None:
    page, data = open_page(name), data_of(files[name])
    for layer, j in ((2, 1), (3, 0)):
        centre(page, neuron(page, layer, j))
        page.get_by_role("heading", name=f"Neuron {j + 1} of layer {layer}").wait_for()
        held = data["layers"][layer - 1]
        mark = "²³"[layer - 2] + "₁₂"[j]
        assert value_of(page, f"δ{mark}") == close_to(held["delta"][j])
        assert value_of(page, f"z{mark}") == close_to(held["z"][j])
        assert value_of(page, f"a{mark}") == close_to(held["a"][j])
        assert value_of(page, f"f′(z{mark})") == close_to(held["derivative"][j])
        assert value_of(page, f"∂C/∂b{mark}") == close_to(held["delta"][j])
        assert value_of(page, "by differences") == close_to(held["delta"][j])
    page.mouse.move(5, 5)
    page.get_by_text("Point at a neuron").wait_for()


@pytest.mark.parametrize("name", ["small", "large"])
def test_a_click_keeps_what_was_pointed_at(open_page: Callable[..., Page], name: str) -> None:
    page = open_page(name)
    click(page, neuron(page, 2, 2))
    page.mouse.move(5, 5)
    heading = page.get_by_role("heading", name="Neuron 3 of layer 2")
    heading.wait_for()
    centre(page, neuron(page, 3, 1))
    page.get_by_role("heading", name="Neuron 2 of layer 3").wait_for()
    page.mouse.move(5, 5)
    heading.wait_for()
    page.locator("#drawing").focus()
    page.keyboard.press("Escape")
    page.get_by_text("Point at a neuron").wait_for()


def test_a_weight_shows_its_gradient_three_ways(
    open_page: Callable[..., Page], files: dict[str, Path]
) -> None:
    page, data = open_page("small"), data_of(files["small"])
    click(page, neuron(page, 2, 1))
    page.get_by_role("button", name="w²₂₁").click()
    page.get_by_role("heading", name="w²₂₁").wait_for()
    (row,) = (r for r in data["parameters"][0] if (r["j"], r["k"]) == (1, 0))
    for name in ("∂C/∂w²₂₁", "by differences", "by its 2 paths"):
        assert value_of(page, name) == close_to(row["gradient"])
    assert value_of(page, "step") == close_to(row["step"])
    assert value_of(page, "new w²₂₁") == close_to(row["after"])
    items = page.locator("#details li")
    products = []
    for item, (_, factors) in zip(items.all(), row["paths"], strict=True):
        *shown, product = item.locator(".formula").inner_text().removeprefix("= ").split(" = ")
        assert [as_number(f) for f in shown[0].split(" · ")] == [close_to(f) for f in factors]
        products.append(as_number(product))
    assert sum(products) == close_to(row["gradient"])
    assert "∂C/∂a³₁ · ∂a³₁/∂a²₂ · ∂a²₂/∂w²₂₁" in items.first.inner_text()
    # What is on none of its paths is dimmed: all but itself, w³₁₂ and w³₂₂.
    assert page.locator("#drawing text.dimmed").count() == 12 - 3


def test_pointing_at_a_line_shows_the_weight(open_page: Callable[..., Page]) -> None:
    page = open_page("small")
    line = page.locator(".edge[data-layer='2'][data-j='0'][data-k='0'] line.hit")
    box = line.bounding_box()
    assert box
    # Nearer to the neuron that it starts from than where lines cross.
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.8 * box["height"])
    page.get_by_role("heading", name="w²₁₁").wait_for()


def test_the_modes(open_page: Callable[..., Page], files: dict[str, Path]) -> None:
    page, data = open_page("small"), data_of(files["small"])
    label = page.locator(".neuron[data-layer='2'][data-j='0'] text.value")
    name = page.locator(".neuron[data-layer='2'][data-j='0'] text.name")
    bias = next(r for r in data["parameters"][0] if (r["j"], r["k"]) == (0, 2))
    modes = [
        ("weights w", "a²₁", data["layers"][1]["a"][0]),
        ("gradients", "δ²₁", data["layers"][1]["delta"][0]),
        ("the step", "Δb²₁", bias["step"]),
    ]
    for mode, letter, value in modes:
        page.get_by_role("radio", name=mode).check()
        assert name.text_content() == letter
        assert as_number(label.text_content() or "") == pytest.approx(value, rel=2e-2)
    assert page.locator("line.negative").count() == 12


def test_the_keyboard_walks_through_the_network(open_page: Callable[..., Page]) -> None:
    page = open_page("small")
    page.locator("#drawing").focus()
    for key, heading in (
        ("ArrowRight", "a¹₁"),
        ("ArrowDown", "a¹₂"),
        ("ArrowRight", "Neuron 3 of layer 2"),
        ("ArrowUp", "Neuron 2 of layer 2"),
        ("ArrowRight", "Neuron 2 of layer 3"),
        ("ArrowRight", "Neuron 2 of layer 3"),
    ):
        page.keyboard.press(key)
        page.get_by_role("heading", name=heading, exact=True).wait_for()
    page.get_by_role("button", name="w³₂₁").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="w³₂₁").wait_for()


def test_an_image_is_shown_as_one(open_page: Callable[..., Page], files: dict[str, Path]) -> None:
    page, data = open_page("large"), data_of(files["large"])
    box = page.locator("rect.picture").bounding_box()
    assert box
    # The middle of the pixel in row 3, column 6 of 8.
    page.mouse.move(box["x"] + 5.5 / 8 * box["width"], box["y"] + 2.5 / 8 * box["height"])
    page.get_by_text("Input 22, row 3, column 6 of the picture").wait_for()
    assert value_of(page, "a¹₂₂") == close_to(data["layers"][0]["a"][21])
    assert page.locator(".tile").count() == 30
    assert page.locator(".tile canvas").count() == 60
    page.locator(".tile[data-j='4']").click()
    page.get_by_role("heading", name="Neuron 5 of layer 2").wait_for()
    assert page.locator("#details canvas").count() == 2


def test_the_largest_weights_are_drawn_and_that_is_said(open_page: Callable[..., Page]) -> None:
    page = open_page("large")
    assert page.locator(".edge[data-layer='2']").count() == 60
    assert page.locator(".edge[data-layer='3']").count() == 60
    said = page.locator("#drawn").inner_text()
    assert "w²: the 60 largest of 1,920, up to" in said
    assert "w³: the 60 largest of 300, up to" in said


def test_a_rule_that_does_not_promise_the_gradient(open_page: Callable[..., Page]) -> None:
    page = open_page("inexact")
    click(page, neuron(page, 3, 1))
    definition, given = (value_of(page, name) for name in ("∂C/∂b³₂", "by Halved, in its place"))
    assert given == pytest.approx(definition / 2, rel=1e-2)
    assert value_of(page, "by differences") == close_to(definition)


@pytest.mark.parametrize(
    "name",
    [
        *("small", "inexact", "deep", "infinite"),
        *(pytest.param(name, marks=pytest.mark.exhaustive) for name in ("large", "wide")),
    ],
)
def test_every_neuron_and_every_weight_that_is_listed_can_be_looked_at(
    open_page: Callable[..., Page], name: str
) -> None:
    page = open_page(name)
    headings = page.evaluate(WALK)
    assert len(headings) > 5
    assert all(headings)
    assert not any("undefined" in text or "NaN" in text for text in headings)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [800, 1280])
@pytest.mark.parametrize("name", ["small", "large", "wide", "deep"])
def test_labels_stand_clear_of_each_other_and_inside(
    open_page: Callable[..., Page], name: str, width: int, scheme: str
) -> None:
    page = open_page(name, width=width, scheme=scheme)
    drawing = page.locator("#drawing").bounding_box()
    assert drawing
    for mode in ("value", "gradient", "step"):
        page.check(f"input[value={mode}]")
        texts = page.evaluate(TEXTS)
        assert len(texts) >= 6
        for text, left, _, right, _ in texts:
            assert drawing["x"] <= left, text
            assert right <= drawing["x"] + drawing["width"], text
        for (one, *a), (other, *b) in combinations(texts, 2):
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] + 3 or b[3] <= a[1] + 3
            assert apart, (mode, one, other)
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) == 0
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, ground[4:-1].split(", "))) < 200) == (scheme == "dark")
