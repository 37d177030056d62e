"""The commands that docs/diagnostics.md shows run as they stand there, and its figures hold."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from documents import blocks
from running import CommandLine, clean_environment

DOCS = Path(__file__).parents[2] / "docs"
TEXT = (DOCS / "diagnostics.md").read_text()
BLOCKS = [block.splitlines() for block in blocks(TEXT, "sh")]
(SHOW,) = re.findall(r"save this as `show.py`.*?^```python\n(.*?)^```$", TEXT, re.M | re.S)
UNTRAINED = [block for block in BLOCKS if "trainer.epochs=0" in block[0]]
LAYER = re.compile(r"(layer_\d+|network) ([\d.]+)")


def run(cli: CommandLine, block: list[str], *more: str, folder: str = "") -> list[list[str]]:
    """Run the lines of a block, and return what each `show.py` printed, a line a run."""
    (cli.folder / "show.py").write_text(SHOW)
    shown = []
    for line in block:
        program, *arguments = shlex.split(line.replace("FOLDER", folder))
        if program == "bpframe":
            given = {argument.partition("=")[0] for argument in arguments}
            quick = [argument for argument in more if argument.partition("=")[0] not in given]
            result = cli(*arguments, *quick)
            assert result.code == 0, result.err
            assert {outcome["status"] for outcome in result.outcomes} == {"finished"}
        else:
            assert program == "python"
            done = subprocess.run(
                [sys.executable, "-W", "error::UserWarning", *arguments],
                cwd=cli.folder,
                env=clean_environment(),
                capture_output=True,
                text=True,
            )
            assert (done.returncode, done.stderr) == (0, "")
            shown.append(done.stdout.splitlines())
    return shown


def layers(line: str) -> list[float]:
    return [float(value) for _, value in LAYER.findall(line)]


def rows(heading: str) -> list[list[list[float]]]:
    """Return the numbers of a table, a list for each cell, by the words of its heading."""
    lines = TEXT.partition(heading)[2].partition("\n\n")[0].splitlines()[2:]
    cells = ([cell for cell in line.split("|")[1:-1] if cell.strip()] for line in lines)
    return [[[float(n) for n in re.findall(r"[\d.]+\b", cell)] for cell in row] for row in cells]


def test_there_are_some() -> None:
    assert len(BLOCKS) > 6
    assert len(UNTRAINED) == 2
    for picture in re.findall(r"!\[.*\]\((.*)\)", TEXT):
        assert (DOCS / picture).exists()


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_block(cli: CommandLine, number: int, request: pytest.FixtureRequest) -> None:
    block = BLOCKS[number]
    if any("FOLDER" in line for line in block):
        pytest.skip("held below, with its figures")
    for shown in run(cli, block, "tracking=none", "plots=none"):
        assert shown
        assert all(layers(line) for line in shown)


def test_the_norms_before_the_training(cli: CommandLine) -> None:
    (shown,) = run(cli, UNTRAINED[0], "tracking=none", "plots=none", "diagnostics.picture=false")
    table = rows("| hidden layers | layer 2 |")
    assert len(table) == 4
    for line, ((number,), *cells) in zip(shown, table, strict=True):
        *hidden, _ = layers(line)
        assert len(hidden) == number
        assert hidden == pytest.approx([n for cell in cells for n in cell], abs=2e-4)


@pytest.mark.slow
def test_the_books_norms_lie_within_those_of_ten_seeds(cli: CommandLine, mnist: Path) -> None:
    (shown,) = run(cli, UNTRAINED[1], "tracking=none", "plots=none", folder=str(mnist))
    seen = [layers(line)[:-1] for line in shown]
    for (number,), published, ranges in rows("| hidden layers | ‖δ‖ of the hidden layers"):
        of_network = [norms for norms in seen if len(norms) == number]
        assert len(of_network) == 10
        for layer, value in enumerate(published):
            least, most = ranges[2 * layer : 2 * layer + 2]
            assert least <= value <= most
            norms = [norms[layer] for norms in of_network]
            assert (min(norms), max(norms)) == pytest.approx((least, most), abs=2e-4)


@pytest.mark.slow
def test_feedback_alignment_turns_towards_the_gradient(cli: CommandLine) -> None:
    (block,) = (b for b in BLOCKS if "backprop=feedback_alignment,sign_symmetry" in b[0])
    before, later = run(cli, block, "tracking=none", "plots=none")
    table = {row[0][0]: row[1:] for row in rows("| epoch | feedback_alignment, layer 2")}
    columns = [[angles[0] for angles in map(layers, before[i : i + 3])] for i in (0, 3)]
    for column, cell in zip(columns, (table[0][0], table[0][2]), strict=True):
        assert column == pytest.approx(cell, abs=1.5)
    # Later angles depend on rounding; that they have fallen does not.
    for start, end in zip(before[:3], later[:3], strict=True):
        assert layers(start)[0] > 75
        assert layers(end)[0] < 65
