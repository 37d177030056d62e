"""MLflow's page in a real browser: a person finds the run, its charts and its pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from recorded import SECONDS, Work, free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

IS_WHOLE = """heading => heading.getBoundingClientRect().right <= innerWidth
    && [...heading.querySelectorAll('*')].every(
        part => !part.clientWidth || part.scrollWidth <= part.clientWidth + 1)"""
WIDTH_OF_PICTURE = "name => document.querySelector(`img[alt='${name}']`).naturalWidth"

pytestmark = pytest.mark.slow


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return a page of a browser that reaches this machine only."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(1000 * SECONDS)
    page.route("**/*", only_here)
    yield page
    page.close()


def only_here(route: Route) -> None:
    if route.request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
        route.continue_()
    else:
        route.abort()


def test_a_person_sees_the_run_its_charts_and_its_pictures(
    recorded_work: Work, record, page, tmp_path
):
    port = free_port()
    started = recorded_work.bpframe("ui", "--port", str(port))
    started.wait_for_text("runs of bpframe: ")
    page.goto(started.out.read_text().rpartition("runs of bpframe: ")[2].strip())
    row = page.get_by_text(record["name"], exact=True)
    row.wait_for()
    # The page of runs, not the one of language models' traces.
    page.get_by_role("heading", name="Runs", exact=True).wait_for()
    page.get_by_label("Close").first.click()
    for shown in ("test/accuracy", "validation/accuracy", "validation/cost", "train/cost"):
        heading = page.locator(f".ag-header-cell[col-id='metrics.`{shown}`']")
        heading.wait_for()
        assert heading.evaluate(IS_WHOLE), shown
    accuracy = record["metrics"]["test/accuracy"][0][1]
    page.get_by_text(f"{accuracy:.5f}"[:6]).first.wait_for()
    page.screenshot(path=tmp_path / "runs.png")
    row.click()
    page.wait_for_url(f"**/runs/{record['id']}*")
    page.get_by_role("tab", name="Model metrics").click()
    # Charts that are out of sight are not drawn; what is searched for comes to the top.
    page.get_by_placeholder("Search metric charts").fill("validation/")
    page.locator("svg.main-svg .scatterlayer path.js-line").first.wait_for(state="attached")
    page.screenshot(path=tmp_path / "charts.png")
    page.get_by_role("tab", name="Artifacts").click()
    for name in ("learning_curve.png", "confusion_matrix.png"):
        page.get_by_text(name, exact=True).first.click()
        page.get_by_alt_text(name).first.wait_for()
        page.wait_for_function(f"({WIDTH_OF_PICTURE})('{name}') >= 400")
        page.screenshot(path=tmp_path / name)
    started.interrupt()
    started.result()
