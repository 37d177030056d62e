"""Each file of conf/experiment composes and runs."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from running import CommandLine
from small_pictures import pictures, write

FOLDER = Path(__file__).parents[2] / "conf" / "experiment"
FILES = sorted(FOLDER.glob("*.yaml"))
# They are many, and in the form of MNIST each.
BOOK = sorted(f"book/{file.stem}" for file in FOLDER.glob("book/*.yaml"))
AT_HAND = ("digits", "xor", "mnist", "one_sample")


def data_of(file: Path) -> str:
    """Return the name of the data that an experiment asks for."""
    found = re.search(r"override /data: *(\w+)", file.read_text())
    return found[1] if found else "digits"


def test_there_are_some() -> None:
    assert FILES
    assert len(BOOK) > 20
    assert len(FILES) + len(BOOK) == len(list(FOLDER.rglob("*.*")))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_experiment(cli: CommandLine, file: Path, request: pytest.FixtureRequest) -> None:
    data = data_of(file)
    if data not in AT_HAND:
        pytest.skip(f"{file.name} needs the data set {data}, which is not at hand")
    path = [f"data.path={request.getfixturevalue('mnist')}"] if data == "mnist" else []
    result = cli.quick(f"experiment={file.stem}", *path)
    assert result.code == 0, result.err
    assert result.outcomes
    assert {outcome["status"] for outcome in result.outcomes} == {"finished"}


def test_those_of_the_book_on_a_small_set(cli: CommandLine) -> None:
    path = f"data.path={write(cli.folder / 'small', pictures(train=1200, test=50))}"
    untrained = [name for name in BOOK if "vanishing" in name]
    trained = [name for name in BOOK if name not in untrained]
    for names, epochs in ((trained, "trainer.epochs=1"), (untrained, "trainer.epochs=0")):
        chosen = ("data=mnist", f"experiment={','.join(names)}")
        result = cli.quick("-m", *chosen, path, epochs, "console=none")
        result.must_be_fine()
        assert len(result.outcomes) == len(names)
    with (result.folders[0] / "epochs.csv").open() as file:
        (epoch,) = csv.DictReader(file)
    assert epoch["epoch"] == "0"
    assert 0 < float(epoch["delta_norm/layer_2"]) < float(epoch["delta_norm/layer_3"])


def test_a_misspelled_key_in_an_experiment_is_an_error(cli: CommandLine) -> None:
    folder = cli.folder / "own" / "experiment"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text("# @package _global_\ntrainer:\n  epoch: 3\n")
    message = cli.quick(f"--config-dir={folder.parent}", "experiment=mine").error()
    assert "epoch" in message
    assert "Did you mean 'epochs'?" in message


@pytest.mark.parametrize("flag", ["--config-dir={}", "hydra.searchpath=[{}]"])
def test_an_own_experiment_with_the_name_of_a_built_in_one(cli: CommandLine, flag: str) -> None:
    # bpframe's folder comes first, so that it would never be read.
    file = cli.folder / "own" / "experiment" / "xor.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("# @package _global_\nseed: 5\n")
    message = cli.quick(flag.format(cli.folder / "own"), "experiment=xor").error()
    assert str(file) in message
    assert "my_xor.yaml" in message
    file.rename(file.with_name("my_xor.yaml"))
    result = cli.quick(flag.format(cli.folder / "own"), "experiment=my_xor", "data=xor")
    result.must_be_fine()
    assert "seed: 5" in (result.run_folder / "config.yaml").read_text()
