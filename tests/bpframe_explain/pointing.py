"""Points at parts of a page, as a person does."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def neuron(page: Page, layer: int, j: int) -> Locator:
    return page.locator(f"#drawing .neuron[data-layer='{layer}'][data-j='{j}'] circle").last


def centre(page: Page, found: Locator) -> None:
    """Point at the middle of an element."""
    box = found.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def click(page: Page, found: Locator) -> None:
    centre(page, found)
    page.mouse.down()
    page.mouse.up()
