"""docs/data.md: each command for tables, on small files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from documents import commands_below, quick_words
from in_this_process import Typed
from tables import flowers, houses, passengers, write

PAGE = (Path(__file__).parents[2] / "docs" / "data.md").read_text()
COMMANDS = commands_below(PAGE, "Tables")
# What is said of them, where that is the point.
SAID = {
    "semicolons.csv": "a semicolon between its cells and decimal commas",
    "no_names.data": "no line of names: its columns are called 1 to 5",
    "passengers.csv": "left out: Name (80 different texts)",
    "houses.csv": "the last layer is linear",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with every file that the page names."""
    folder = tmp_path_factory.mktemp("tables")
    frame = flowers()
    kinds = ("flowers.csv", "flowers.tsv", "flowers.xlsx", "flowers.jsonl", "flowers_test.csv")
    for name in kinds:
        write(frame, folder / name)
    write(frame.astype({"species": "category"}), folder / "flowers.parquet")
    frame.to_csv(folder / "semicolons.csv", sep=";", decimal=",", index=False)
    frame.to_csv(folder / "no_names.data", header=False, index=False)
    latin = frame.assign(place="Köln")
    latin.to_csv(folder / "latin.csv.gz", index=False, encoding="latin-1")
    write(passengers(), folder / "passengers.csv")
    write(houses(), folder / "houses.csv")
    return folder


@pytest.mark.parametrize("command", COMMANDS)
def test_command(typed: Typed, files: Path, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(files)
    result = typed(*quick_words(command))
    assert (result.code, result.err) == (0, "")
    (file,) = re.findall(r" data\.path=(\S+)", command)
    if "data.features" not in command:
        assert SAID.get(file, "target 'species': 3 classes") in result.out
