"""``bpframe reproduce``: what it runs, what it does not run again, and the page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from made_up import run, untrained
from recorded_runs import figure, record
from running import CommandLine
from small_pictures import pictures, write

from bpframe.errors import ConfigError, WriteError
from bpframe.plugins.loading import loaded_plugins
from bpframe_reproduce import carrying_out
from bpframe_reproduce.carrying_out import Place, carry_out
from bpframe_reproduce.command import reproduce
from bpframe_reproduce.page import page_text, write_page
from bpframe_reproduce.pictures import pictures_of
from bpframe_reproduce.rows import ROWS, Row
from bpframe_reproduce.verdict import RULE, judge

BY_NAME = {row.name: row for row in ROWS}


def place_in(folder: Path, seeds: int = 3) -> Place:
    return Place(folder, None, seeds, 1)


def finish(place: Place, row: Row, seed: int, status: str = "finished") -> None:
    """Write what a run would have left."""
    folder = record(
        place.folder(row) / str(seed),
        seed,
        {"seed": seed},
        status=status,
        mark="m",
        job=seed,
        figures={"test/accuracy": figure(0.95)},
    )
    (folder / "epochs.csv").write_text("epoch,test/accuracy,validation/accuracy\n1,0.95,0.96\n")


class FakeProcess:
    """Finishes every seed, or none, in the place of a sweep."""

    words: list[list[str]]

    def __init__(self, words: list[str], **_: Any) -> None:
        FakeProcess.words.append(words)

    def wait(self) -> int:
        return 0


def test_what_has_finished_is_not_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying_out.subprocess, "Popen", FakeProcess)
    FakeProcess.words = []
    place, row, lines = place_in(tmp_path), ROWS[0], list[str]()
    for seed in range(2):
        finish(place, row, seed)
    finish(place, row, 2, "interrupted")
    assert not carry_out([row], place, lines.append)
    ((*_, seeds, launcher, jobs, folder),) = FakeProcess.words
    assert seeds == "seed=0,1,2"
    assert (launcher, jobs) == ("hydra/launcher=joblib", "hydra.launcher.n_jobs=1")
    assert folder == f"hydra.sweep.dir='{place.folder(row)}'"
    assert "2 of 3 seeds have finished" in lines[-1]
    assert str(tmp_path / f"{row.name}.log") in lines[-1]
    # What a sweep has begun goes on.
    (place.folder(row) / "sweep.json").write_text("{}")
    assert not carry_out([row], place, lines.append)
    assert FakeProcess.words[-1][-1] == f"sweep.resume='{place.folder(row)}'"
    finish(place_in(tmp_path), row, 3)
    finish(Place(tmp_path, None, 5, 1), row, 4)
    assert not carry_out([row], place_in(tmp_path), lines.append)
    # The first two seeds alone are complete.
    FakeProcess.words = []
    assert carry_out([row], place_in(tmp_path, seeds=2), lines.append)
    assert FakeProcess.words == []
    assert lines[-1] == f"{row.name}: 2 seeds, all finished before"


def test_another_experiment_has_another_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, row = place_in(tmp_path), ROWS[0]
    before, text = place.folder(row), carrying_out.experiment_text(row.name)
    monkeypatch.setattr(carrying_out, "experiment_text", lambda name: "# new words\n" + text)
    assert place.folder(row) == before
    monkeypatch.setattr(carrying_out, "experiment_text", lambda name: text + "seed: 3\n")
    assert place.folder(row) != before


def curves(*start: float) -> list[float]:
    return [*start, 0.9537]


def made_up_page(*names: str) -> str:
    runs = {
        name: [run(seed, curves(0.9 + seed / 1000)) for seed in range(4)]
        for name in names
        if "vanishing" not in name
    }
    runs |= {
        name: [untrained(seed, (0.07 + seed / 100, 0.31, 0.5)) for seed in range(4)]
        for name in names
        if "vanishing" in name
    }
    judged = [judge(BY_NAME[name], runs) for name in names]
    return page_text(judged, {"images/x.png": "A picture"}, {"Python": "3.12.0"}, 4)


def test_the_page() -> None:
    page = made_up_page("quadratic_30", "cross_entropy_30", "vanishing_2")
    # The rule stands before the numbers.
    assert page.index(RULE) < page.index("## The verdicts") < page.index("95.37")
    (line,) = [text for text in page.splitlines() if text.startswith("| [quadratic_30]")]
    assert line == (
        "| [quadratic_30](#quadratic_30) | 95.42 | peak epoch, best of three runs, test | "
        "95.37 ± 0.00 (95.37 to 95.37) | no | **partly** |"
    )
    assert "![A picture](images/x.png)" in page
    section = page.partition("### quadratic_30\n")[2].partition("\n### ")[0]
    assert "| test | 95.37 ± 0.00 [95.37, 95.37] | 95.37 ± 0.00 [95.37, 95.37] | 95.37" in section
    assert "bpframe experiment=book/quadratic_30 " in section
    assert "Not said: the seed." in section
    assert "4 runs finished; a run takes 10 s" in section
    assert "| 1 | 0.0657 | 0.0850 ± 0.0129 [" in page
    assert "Python: 3.12.0" in page
    assert "3 rows: " in page
    assert re.search(r"All 12 runs together take \d+ minutes", page)


def test_nothing_has_been_run(tmp_path: Path) -> None:
    page = tmp_path / "new" / "page.md"
    write_page(page, ROWS, place_in(tmp_path))
    text = page.read_text()
    assert f"{len(ROWS)} rows: {len(ROWS)} too few runs." in text
    assert "![" not in text
    assert "nan" not in text


def test_a_page_on_some_rows_names_them_and_knows_the_others(tmp_path: Path) -> None:
    place, page = place_in(tmp_path), tmp_path / "page.md"
    for name in ("l2_30", "cross_entropy_30"):
        for seed in range(3):
            finish(place, BY_NAME[name], seed)
    write_page(page, [BY_NAME["l2_30"], BY_NAME["l2_100"]], place)
    text = page.read_text()
    assert "\nbpframe reproduce l2_30 l2_100 --seeds 3 " in text
    assert "cross_entropy_30 over paired seeds: **no**" in text
    assert "### cross_entropy_30" not in text


@pytest.mark.parametrize("words", [["--page-only"], ["l2_30"]])
def test_a_folder_that_cannot_be_made(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WriteError, match="cannot make the folder"):
        reproduce([*words, "--output", str(tmp_path / "file" / "in_it")], loaded_plugins())


def test_the_pictures_of_all_rows() -> None:
    runs: dict[str, Any] = {}
    for row in ROWS:
        norms = [published.value for published in row.published]
        runs[row.name] = [
            untrained(seed, [*norms, 1.0]) if "vanishing" in row.name else run(seed, curves(0.9))
            for seed in range(3)
        ]
    drawn = pictures_of([judge(row, runs) for row in ROWS])
    assert len(drawn) == 6
    for _, content in drawn.values():
        assert content.startswith(b"\x89PNG")
        assert len(content) < 200_000


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["quadratic"], r"no row 'quadratic'; .* Did you mean 'quadratic_30'\?"),
        (["--data", "nowhere"], "no folder nowhere"),
    ],
)
def test_refusals(words: list[str], reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        reproduce(words, loaded_plugins())


@pytest.mark.slow
def test_really(cli: CommandLine) -> None:
    data = write(cli.folder / "small", pictures(train=1200, test=50))
    words = ("reproduce", "vanishing_2", "rate_too_low", "--seeds", "3", "--data", str(data))
    first = cli(*words)
    assert (first.code, first.err) == (0, "")
    assert "rate_too_low: 3 of 3 seeds have finished" in first.out
    page = (cli.folder / "reproduction" / "reproduction.md").read_text()
    assert "3 runs finished" in page
    assert "too few runs" not in page.partition("## The verdicts")[2]
    for picture in re.findall(r"!\[.*\]\((.*)\)", page):
        assert (cli.folder / "reproduction" / picture).stat().st_size
    again = cli(*words)
    assert again.code == 0
    assert again.out.count("all finished before") == 2
    assert (cli.folder / "reproduction" / "reproduction.md").read_text() == page
