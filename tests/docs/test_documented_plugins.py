"""The plugins that the documentation shows run as they stand there, and so do the commands."""

from __future__ import annotations

import csv
import re
import shlex
from pathlib import Path

import pytest
from documents import blocks
from running import CommandLine

import bpframe

DOCS = Path(__file__).parents[2] / "docs"
GUIDE, REFERENCE = ((DOCS / f"{name}.md").read_text() for name in ("plugins", "contracts"))
TEXT = GUIDE + REFERENCE
SAVED = re.compile(
    r"[Ss]ave this as\s`([\w.]+)`.*?^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
FILES = dict(SAVED.findall(TEXT))
BLOCKS = blocks(TEXT, "python")
WHOLE = [block for block in BLOCKS if "import bpframe\n" in block]
SHELL = blocks(TEXT, "sh")
LINES = [line for block in SHELL for line in block.splitlines()]
WITH_A_FILE = [line for line in LINES if line.startswith("bpframe -P") and "src/" not in line]


def test_every_kind_of_plugin_is_shown() -> None:
    shown = {
        "my_plugin",
        "output_only",
        "elu",
        "taylor_softmax",
        "one_layer",
        "rings",
        "lion",
        "early_stopping",
        "diary",
    }
    assert {file.removesuffix(".py") for file in FILES} == shown
    # One block is for metrics alone.
    assert len(WHOLE) == len(FILES) + 1


@pytest.mark.parametrize("command", WITH_A_FILE)
def test_command(cli: CommandLine, command: str) -> None:
    for name, content in FILES.items():
        (cli.folder / name).write_text(content)
    program, *arguments = shlex.split(command)
    assert program == "bpframe"
    if "check" in arguments:
        result = cli(*arguments)
        assert "0 failed, 0 not available" in result.out
    else:
        # In one epoch each.
        given = [a for a in arguments if not a.startswith("trainer.epochs=")]
        result = cli.quick(*given)
        assert {outcome["status"] for outcome in result.outcomes} == {"finished"}
    assert result.code == 0, result.err
    assert result.err == "" or "-m" in arguments


def test_a_file_has_commands() -> None:
    for file in FILES:
        assert any(f"-P {file} " in line for line in WITH_A_FILE), file


def test_a_new_project_is_made_as_it_is_told(cli: CommandLine) -> None:
    first = next(block for block in SHELL if "bpframe new" in block).splitlines()
    making, entering, training, checking = map(shlex.split, first)
    assert cli(*making[1:]).code == 0
    project = CommandLine(cli.folder / entering[1], cli.command)
    project.quick(*training[1:], "data=xor").must_be_fine()
    assert project(*checking[1:]).code == 0


def test_early_stopping_goes_back_to_the_best(cli: CommandLine) -> None:
    (cli.folder / "early_stopping.py").write_text(FILES["early_stopping.py"])
    options = ("task=early_stopping", "task.patience=2", "trainer.epochs=400", "data=xor")
    result = cli.quick("-P", "early_stopping.py", *options, "network.hidden=[3]")
    with (result.run_folder / "outcome.json").open() as file:
        assert "lowest validation cost" in file.read()
    stopped = re.search(r"stopped after epoch (\d+)", result.out)
    selected = result.outcome["figures"]["test/cost"]["selected"]
    best = int(re.findall(r"\d+", selected)[0])
    assert stopped is None or int(stopped[1]) == best + 2


def test_the_diary_tells_of_a_run_and_how_it_ended(cli: CommandLine) -> None:
    (cli.folder / "diary.py").write_text(FILES["diary.py"])
    result = cli.quick("-P", "diary.py", "diary=text", "data=xor", "trainer.epochs=2")
    *epochs, last = (result.run_folder / "diary.txt").read_text().splitlines()
    assert [line.split()[1] for line in epochs] == ["0", "1", "2"]
    assert all("'diary/largest_weight'" in line for line in epochs)
    assert last.startswith("ended well after")
    assert "diary.txt tells of 2 epochs\n" in result.out
    diverging = ("activation=square", "optimizer.learning_rate=50")
    ended = cli.quick("-P", "diary.py", "diary=text", *diverging)
    assert "ended by DivergedError" in (ended.run_folder / "diary.txt").read_text()


def test_further_metrics_are_recorded_and_not_shown(cli: CommandLine) -> None:
    (cli.folder / "further.py").write_text(next(b for b in WHOLE if "largest_weight/" in b))
    result = cli.quick("-P", "further.py", "data=xor")
    result.must_be_fine()
    assert "largest_weight" not in result.out
    with (result.run_folder / "epochs.csv").open() as file:
        untrained, first = csv.DictReader(file)
    assert (untrained["epoch"], first["epoch"]) == ("0", "1")
    assert 0 < float(untrained["largest_weight/layer_3"]) != float(first["largest_weight/layer_3"])


def test_every_public_name_is_listed_and_nothing_else() -> None:
    table = REFERENCE.partition("\n## Public names\n")[2]
    listed = re.findall(r"^\| `(\w+)` \| \S", table, re.MULTILINE)
    assert sorted(listed) == sorted(bpframe.__all__)


SECTIONS = {"Data": bpframe.Data, "Run": bpframe.Run}


@pytest.mark.parametrize("name", SECTIONS)
def test_every_attribute_that_is_described_is_there_and_none_is_missing(name: str) -> None:
    table = REFERENCE.partition(f"\n### {name}\n")[2].partition("\n### ")[0]
    first_cells = re.findall(r"^\| (.*?) \|", table, re.MULTILINE)[1:]
    described = {n for cell in first_cells for n in re.findall(r"`(\w+)", cell)}
    public = {n for n in dir(SECTIONS[name]) if n[0] != "_"}
    public |= {n for n in vars(SECTIONS[name])["__dataclass_fields__"] if n[0] != "_"}
    of_the_core = "hook plugins"
    assert described - public == set()
    assert public - described <= set(of_the_core.split())


def test_links_lead_somewhere() -> None:
    headings = {
        f"{name}.md": {
            re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-")
            for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
        }
        for name, text in (("plugins", GUIDE), ("contracts", REFERENCE))
    }
    links = re.findall(r"\]\((?!http)([\w.]+)(?:#([\w-]+))?\)", TEXT)
    assert links
    for page, anchor in links:
        assert (DOCS / page).exists(), page
        assert not anchor or anchor in headings[page], (page, anchor)
