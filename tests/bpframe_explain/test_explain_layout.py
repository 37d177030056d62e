"""The page on a screen and on a phone: nothing is covered, cut off or too faint."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from explained import data_of
from pointing import click, neuron

from bpframe_explain.notation import parameter

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow
NAMES = ["small", "large", "wide", "deep", "mnist"]
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

# The least contrast of the text of some elements to what is behind them (WCAG 2).
CONTRASTS = """(selectors) => {
    const parse = (c) => c.match(/[\\d.]+/g).map(Number);
    const light = (c) => parse(c).slice(0, 3)
        .map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = (e) => {
        const c = getComputedStyle(e).backgroundColor;
        const clear = parse(c).length === 4 && parse(c)[3] === 0;
        return clear && e.parentElement ? ground(e.parentElement) : c;
    };
    return selectors.map(selector => {
        const e = document.querySelector(selector);
        const style = getComputedStyle(e);
        const one = light(e.closest('svg') ? style.fill : style.color), other = light(ground(e));
        return [selector, (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)];
    });
}"""
TEXTS = [
    *("h1", ".run", ".command code", ".facts dt", ".facts dd", ".modes label", ".legend"),
    *("#drawing text.caption", "#drawing text.output", "#details th", "#details .number"),
    *("#details .equation", "#details .formula", ".slow", ".numbers caption span", ".numbers td"),
    *(".equations th", ".equations td", "#release"),
]


@pytest.mark.parametrize("name", NAMES)
def test_the_drawing_ends_with_the_window(open_page: Callable[..., Page], name: str) -> None:
    page = open_page(name, height=800)
    box = page.locator("#drawing").bounding_box()
    assert box
    assert box["y"] + box["height"] <= 800
    assert box["height"] > 300
    for j in data_layer(page, 2)[:: max(1, len(data_layer(page, 2)) - 1)]:
        click(page, neuron(page, 2, j))
        page.get_by_role("heading", name=f"Neuron {j + 1} of layer 2", exact=True).wait_for()
        click(page, neuron(page, 2, j))


def data_layer(page: Page, layer: int) -> list[int]:
    """Return the neurons of a layer that are drawn."""
    found: list[int] = page.evaluate(
        "(layer) => JSON.parse(document.getElementById('data').textContent)"
        ".layers[layer - 1].drawn",
        layer,
    )
    return found


@pytest.mark.parametrize("name", ["large", "mnist"])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_line_covers_the_picture(open_page: Callable[..., Page], name: str, width: int) -> None:
    page = open_page(name, width=width, phone=width < 500)
    for selected in (False, True):
        if selected:
            found = neuron(page, 2, data_layer(page, 2)[3])
            found.tap() if width < 500 else click(page, found)
        covering = page.evaluate("""() => {
            return [...document.querySelectorAll('.edge line:not(.hit)')]
                .filter(line => Number(line.getAttribute('x1')) <
                    Number(document.querySelector('rect.picture').getAttribute('x')) +
                    Number(document.querySelector('rect.picture').getAttribute('width')) - 0.01)
                .length;
        }""")
        assert covering == 0
    assert page.locator(".edge[data-layer='2']").count() >= 60


def test_the_pixels_of_the_lines_to_a_neuron_are_marked(
    open_page: Callable[..., Page], files: dict[str, Path]
) -> None:
    page, data = open_page("large"), data_of(files["large"])
    assert page.locator("rect.pixel").count() == 0
    ends = [row["j"] for row in data["parameters"][0] if row["k"] < 64]
    j = max(ends, key=ends.count)
    assert 1 < ends.count(j) < 64
    click(page, neuron(page, 2, j))
    assert page.locator("rect.pixel").count() == ends.count(j)


@pytest.mark.parametrize("name", ["small", "large", "mnist"])
def test_on_a_phone_the_panel_leaves_what_was_tapped_in_sight(
    open_page: Callable[..., Page], name: str
) -> None:
    page = open_page(name, width=390, height=844, phone=True)
    for layer in (2, 3):
        drawn = data_layer(page, layer)
        for j in {drawn[0], drawn[len(drawn) // 2], drawn[-1]}:
            found = neuron(page, layer, j)
            found.tap()
            page.get_by_role("heading", name=re.compile(f"^Neuron {j + 1} of layer")).wait_for()
            assert_in_sight(page, neuron(page, layer, j))
            page.get_by_role("button", name="Let go").tap()
            page.get_by_text("Point at a neuron").wait_for(state="attached")
            assert not page.locator("aside.open").count()


def assert_in_sight(page: Page, found: Any) -> None:
    box, panel = found.bounding_box(), page.locator("aside").bounding_box()
    assert box
    assert panel
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= panel["y"]
    assert panel["y"] + panel["height"] <= 844 + 1
    assert panel["height"] >= 200


def test_on_a_phone_a_tapped_picture_stays_in_sight(open_page: Callable[..., Page]) -> None:
    page = open_page("large", width=390, height=844, phone=True)
    for number in (0, 13, 29):
        tile = page.locator(".tile").nth(number)
        tile.tap()
        page.get_by_role("heading", name=f"Neuron {number + 1} of layer 2", exact=True).wait_for()
        box, panel = tile.bounding_box(), page.locator("aside").bounding_box()
        assert box
        assert panel
        # What the finger was on, the middle.
        assert 0 <= box["y"] + box["height"] / 2 < panel["y"]


def test_on_a_phone_the_end_of_the_page_can_be_read(open_page: Callable[..., Page]) -> None:
    page = open_page("small", width=390, height=844, phone=True)
    neuron(page, 2, 0).tap()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    last, panel = page.locator("main p").last.bounding_box(), page.locator("aside").bounding_box()
    assert last
    assert panel
    assert last["y"] + last["height"] <= panel["y"]


@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("name", NAMES)
def test_on_a_phone_tables_scroll_and_the_page_does_not(
    open_page: Callable[..., Page], name: str, width: int
) -> None:
    page = open_page(name, width=width, height=844, phone=True)
    for selected in (False, True):
        if selected:
            neuron(page, 2, data_layer(page, 2)[0]).tap()
        assert page.evaluate(WIDER) == 0
    # Beyond the width of the window there is nothing, but within what scrolls.
    beyond = page.evaluate("""() => [...document.querySelectorAll('body *')]
        .filter(e => !e.closest('.scroll') && e.getBoundingClientRect().right > innerWidth + 1)
        .map(e => e.outerHTML.slice(0, 80))""")
    assert beyond == []
    scrolled = page.evaluate("""() => [...document.querySelectorAll('.layers .scroll')].map(e => {
        e.scrollLeft = 1e6;
        const first = e.querySelector('tbody th').getBoundingClientRect();
        const last = e.querySelector('tbody td:last-child').getBoundingClientRect();
        const box = e.getBoundingClientRect();
        return [e.scrollLeft > 0, first.left - box.left, box.right - last.right];
    })""")
    assert any(moved for moved, *_ in scrolled)
    for _, first, last in scrolled:
        assert abs(first) <= 1  # The name of the row stays.
        assert last >= -1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["small", "large"])
def test_text_stands_out_from_its_ground(
    open_page: Callable[..., Page], name: str, scheme: str
) -> None:
    page = open_page(name, scheme=scheme)
    click(page, neuron(page, 2, 1))
    there = [selector for selector in TEXTS if page.locator(selector).count()]
    assert len(there) >= len(TEXTS) - 1
    for selector, contrast in page.evaluate(CONTRASTS, there):
        assert contrast >= 4.5, selector


def test_escape_lets_go_wherever_the_focus_is(open_page: Callable[..., Page]) -> None:
    page = open_page("small")
    click(page, neuron(page, 2, 1))
    page.get_by_role("button", name="w²₂₁").focus()
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", name="w²₂₁")
    heading.wait_for()
    # The button is gone; the keyboard goes on from the heading.
    assert page.evaluate("document.activeElement.textContent") == "w²₂₁"
    page.keyboard.press("Escape")
    page.get_by_text("Point at a neuron").wait_for()


@pytest.mark.parametrize("name", ["large", "mnist"])
def test_pictures_are_told_in_words(open_page: Callable[..., Page], name: str) -> None:
    page = open_page(name)
    click(page, neuron(page, 2, data_layer(page, 2)[1]))
    silent = page.evaluate("""() => [...document.querySelectorAll('canvas, #drawing image')]
        .filter(e => e.getAttribute('role') !== 'img' || !e.getAttribute('aria-label')).length""")
    assert silent == 0
    assert page.get_by_role("img", name=re.compile("The input as a picture")).count() == 1
    assert (
        page.locator(".scroll[tabindex='0'][aria-label]").count() == page.locator(".scroll").count()
    )


@pytest.mark.parametrize("name", ["small", "large"])
def test_weights_are_written_one_way(
    open_page: Callable[..., Page], files: dict[str, Path], name: str
) -> None:
    page, data = open_page(name), data_of(files[name])
    names = {
        parameter(layer, row["j"], row["k"], data["sizes"][layer - 2])
        for layer, rows in enumerate(data["parameters"], 2)
        for row in rows
    }
    # But for those of formulas, which run over k.
    mark = re.compile("[wb][⁰¹²³⁴⁵⁶⁷⁸⁹]+[₀-₉,]*[₀-₉](?!,?[₀-₉ₖ])")
    # In the tables, which Python writes, and in the panel and the drawing, which the script does.
    shown = set(mark.findall(page.locator(".layers").inner_text()))
    assert shown <= names
    found: set[str] = set()
    for layer in (2, 3):
        for j in data_layer(page, layer):
            click(page, neuron(page, layer, j))
            found |= set(mark.findall(page.locator("#details").inner_text()))
            titles = page.locator("#drawing .edge title").all_text_contents()
            found |= {title.split(" = ")[0] for title in titles}
            click(page, neuron(page, layer, j))
    assert found <= names
    assert len(found) > 15
    assert any("," in text for text in found) == (name == "large")
