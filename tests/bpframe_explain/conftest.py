"""Pages of explained samples, in a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from explained import (
    DIGITS,
    Halved,
    infinite_factors,
    make_sample,
    make_trainer,
    random_sample,
    worked_example,
)

from bpframe_activations import Linear, ReLU, Sigmoid, Softmax, Tanh
from bpframe_costs import LogLikelihood
from bpframe_explain import Sample, explain
from bpframe_explain.page import page as page_of
from bpframe_optimizers import L2

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MILLISECONDS = 600_000


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the pages of a network [2, 3, 2], of one [64, 30, 10] with a picture, and others."""
    folder = tmp_path_factory.mktemp("pages")
    trainer = make_trainer((64, 30, 10), Sigmoid())
    picture = np.outer(np.linspace(0, 1, 8), np.linspace(1, 0, 8)).ravel()
    sample = Sample("sample 3 of test", picture, np.eye(10)[4], DIGITS, (8, 8))
    relu = make_trainer((3, 4, 4, 2), ReLU(), Softmax(), LogLikelihood(), regularizer=L2(1.0))
    wide = make_trainer((90, 70, 50), Tanh(), Linear())
    mnist = make_trainer((784, 100, 50, 10), Sigmoid(), regularizer=L2(1.0))
    seven = Sample("sample 0 of test", np.linspace(0, 1, 784), np.eye(10)[7], DIGITS, (28, 28))
    shown = {
        "small": worked_example(),
        "large": explain(trainer, sample, 10),
        "inexact": worked_example(rule=Halved()),
        "deep": explain(
            relu,
            make_sample([1, 2, 0], [0, 1], classes=("small", "a large one, in many words")),
            10,
        ),
        "infinite": infinite_factors(),
        "wide": explain(wide, random_sample(wide, 0), 10),
        "mnist": explain(mnist, seven, 10),
    }
    for name, explanation in shown.items():
        content = page_of(explanation, "a run", f"bpframe task=explain name={name}")
        (folder / f"{name}.html").write_bytes(content)
    return {name: folder / f"{name}.html" for name in shown}


@pytest.fixture
def open_page(browser: Browser, files: dict[str, Path]) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page; at the end nothing may have gone wrong in it."""
    complaints: list[str] = []
    requests: list[str] = []
    pages: list[Page] = []

    def open_(
        name: str,
        *,
        width: int = 1280,
        height: int = 900,
        scheme: Any = "light",
        phone: bool = False,
    ) -> Page:
        page = browser.new_page(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            has_touch=phone,
            is_mobile=phone,
        )
        pages.append(page)
        page.set_default_timeout(MILLISECONDS)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(files[name].as_uri())
        # What a script has raised by now would let everything else wait for nothing.
        assert complaints == []
        page.locator("#drawing .neuron").first.wait_for()
        return page

    yield open_
    for page in pages:
        page.close()
    assert complaints == []
    wanted = {file.as_uri() for file in files.values()}
    assert [u for u in requests if u not in wanted and not u.startswith("data:")] == []
