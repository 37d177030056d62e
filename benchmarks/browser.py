"""A sweep in MLflow's page, looked at in Chromium, with a screenshot of each view."""

from __future__ import annotations

import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from commands import Commands, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

RULES, SEEDS = ("full_matrix", "feedback_alignment"), 3
SWEEP = (
    "-m",
    "data=digits",
    f"backprop={','.join(RULES)}",
    f"seed=range({SEEDS})",
    "trainer.epochs=10",
    "optimizer.learning_rate=3",
)
NAME = "backprop × seed"
PICTURES = ("report_curves.png", "report_seeds.png")
SIZE = (1280, 720)
WAIT_MILLISECONDS = 120_000
# MLflow's elements have no other names.
EXPANDER = "button[data-component-id*='runnamecellrenderer']"
LINKS = ".ag-row a[href*='/runs/']"
# Two runs may have one colour, and each is drawn twice: as it is, and smoothed by nothing.
CURVES = """Math.max(0, ...[...document.querySelectorAll('svg.main-svg')]
    .map(chart => [...chart.querySelectorAll('.scatterlayer path.js-line')])
    .map(lines => new Set(lines.map(line => line.getAttribute('d'))).size))"""
WIDTH_OF_PICTURE = "name => document.querySelector(`img[alt='${name}']`).naturalWidth"


def look(work: Commands, screenshots: Path) -> list[str]:
    """Make a sweep of six runs, look at it, and return what is not there.

    Parameters
    ----------
    work : Commands
        Where the sweep is made.
    screenshots : pathlib.Path
        A folder for them.
    """
    screenshots.mkdir(parents=True, exist_ok=True)
    lost = ["the sweep fails"] if work.run(*SWEEP) else []
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    serving = work.start("ui", "--port", port)
    try:
        with chromium_page() as page:
            url = f"http://127.0.0.1:{port}"
            view = "workflowType=machine_learning&viewStateShareKey=bpframe"
            wait_until(lambda: _answers(page, url))
            lost += _children(page, f"{url}/#/experiments/1/runs?{view}", screenshots)
            charts = f"{url}/#/experiments/1/runs?compareRunsMode=CHART&{view}"
            lost += _curves(page, charts, screenshots)
            lost += _pictures(page, screenshots)
    finally:
        serving.send_signal(signal.SIGINT)
        serving.wait()
    return lost


@contextmanager
def chromium_page() -> Iterator[Page]:
    """Give a page of a browser that reaches this machine only."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        program = shutil.which("chromium")
        browser = started.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
        page.set_default_timeout(WAIT_MILLISECONDS)
        page.route("**/*", _only_here)
        yield page
        browser.close()


def _only_here(route: Route) -> None:
    if route.request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
        route.continue_()
    else:
        route.abort()


def _answers(page: Page, url: str) -> bool:
    from playwright.sync_api import Error

    try:
        page.goto(url)
    except Error:
        return False
    return True


def _children(page: Page, url: str, screenshots: Path) -> list[str]:
    page.goto(url)
    page.locator(EXPANDER).first.click()
    wanted = 1 + len(RULES) * SEEDS
    page.locator(LINKS).nth(wanted - 1).wait_for()
    page.get_by_label("Close").first.click()
    page.screenshot(path=screenshots / "mlflow_runs.png")
    seen = page.locator(LINKS).count()
    return [] if seen == wanted else [f"{seen} runs are shown, not {wanted}"]


def _curves(page: Page, url: str, screenshots: Path) -> list[str]:
    page.goto(url)
    page.locator(EXPANDER).first.click()
    page.get_by_placeholder("Search metric charts").fill("validation/")
    wanted = len(RULES) * SEEDS
    page.wait_for_function(f"{CURVES} >= {wanted}")
    page.screenshot(path=screenshots / "mlflow_curves.png")
    seen = page.evaluate(CURVES)
    return [] if seen == wanted else [f"{seen} curves are drawn in a chart, not {wanted}"]


def _pictures(page: Page, screenshots: Path) -> list[str]:
    page.get_by_text(NAME, exact=True).first.click()
    page.get_by_role("tab", name="Artifacts").click()
    lost = []
    for name in PICTURES:
        page.get_by_text(name, exact=True).first.click()
        page.get_by_alt_text(name).first.wait_for()
        page.wait_for_function(f"({WIDTH_OF_PICTURE})('{name}') > 0")
        page.screenshot(path=screenshots / f"mlflow_{name}")
        if page.evaluate(WIDTH_OF_PICTURE, name) < 400:
            lost.append(f"{name} is too small")
    return lost
