"""Data that cannot be used: what is wrong, in which file, and what is expected."""

from __future__ import annotations

import gzip
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from running import CommandLine

NAMES = ("train-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def save(file: Path, **changes: Any) -> Path:
    """Save 20 samples in two classes, with some arrays replaced."""
    rng = np.random.default_rng(0)
    arrays = {"x_train": rng.random((20, 3)), "y_train": np.arange(20) % 2}
    np.savez(file, **(arrays | changes))
    return file


def with_nan() -> Any:
    x = np.zeros((20, 3))
    x[7, 1] = np.nan
    return x


CHANGES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "nan": ({"x_train": with_nan()}, ("x_train", "1 of 60 numbers", "column 1")),
    "objects": ({"y_train": np.array([[1], [1, 2]] * 10, object)}, ("y_train", "astype(float)")),
}


@pytest.mark.parametrize("what", CHANGES)
def test_arrays(cli: CommandLine, what: str) -> None:
    changes, words = CHANGES[what]
    file = save(cli.folder / "own.npz", **changes)
    message = cli.quick("data=arrays", f"data.path={file}").error()
    missing = [word for word in ("own", *words) if word not in message]
    assert not missing, message


def test_the_arrays_are_fine_without_a_change(cli: CommandLine) -> None:
    save(cli.folder / "own.npz")
    cli.quick("data=arrays", "data.path=own.npz").must_be_fine()


def test_a_path_is_relative_to_where_the_command_was_typed(cli: CommandLine) -> None:
    save(cli.folder / "own.npz")
    cli.quick("data=arrays", "data.path=own.npz", "hydra.job.chdir=true").must_be_fine()


@pytest.mark.parametrize("name", ["a#b.npz", "ünï.npz", "a=b.npz", "$x.npz"])
def test_names_that_need_no_quotes(cli: CommandLine, name: str) -> None:
    save(cli.folder / name)
    cli.quick("data=arrays", f"data.path={name}").must_be_fine()


@pytest.mark.parametrize("name", ["[1].npz", "a (1).npz", "a,b.npz", "it's.npz"])
def test_names_that_do_are_shown_as_they_are_typed(cli: CommandLine, name: str) -> None:
    save(cli.folder / name)
    message = cli.quick("data=arrays", f"data.path={name}").error()
    line = shlex.quote(f'data.path="{name}"')
    assert line in message
    cli.quick("data=arrays", *shlex.split(line)).must_be_fine()


def test_numbers_beyond_float32(cli: CommandLine) -> None:
    message = cli.quick("data=one_sample", "data.x=[1e39]").error()
    assert "inputs reach 1e+39, and float32 ends at 3.4e+38: take dtype=float64" in message
    cli.quick("data=one_sample", "data.x=[1e39]", "dtype=float64").must_be_fine()


def test_a_missing_file(cli: CommandLine) -> None:
    message = cli.quick("data=arrays", "data.path=nowhere.npz").error()
    assert "nowhere.npz" in message
    assert "No such file" in message


def test_no_file_given(cli: CommandLine) -> None:
    assert "data.path=" in cli.quick("data=arrays").error()


@pytest.mark.parametrize("damage", ["cut", "text"])
def test_a_damaged_file(cli: CommandLine, damage: str) -> None:
    file = save(cli.folder / "own.npz")
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2] if damage == "cut" else b"x_train = 1")
    message = cli.quick("data=arrays", "data.path=own.npz").error()
    assert "own.npz is not a whole .npz file" in message


def test_a_damaged_array(cli: CommandLine) -> None:
    file = save(cli.folder / "own.npz")
    content = bytearray(file.read_bytes())
    content[200:240] = bytes(40)
    file.write_bytes(content)
    message = cli.quick("data=arrays", "data.path=own.npz").error()
    assert "own.npz, x_train: cannot be read" in message


@pytest.mark.parametrize("folder", ["nowhere", "empty", "file"])
def test_a_folder_without_the_pictures(cli: CommandLine, folder: str) -> None:
    (cli.folder / "empty").mkdir()
    (cli.folder / "file").touch()
    message = cli.quick("data=mnist", f"data.path={folder}").error()
    assert message.startswith(folder)
    assert ("lacks" if folder == "empty" else "is not a folder") in message
    assert all(name in message for name in NAMES)


def test_a_file_that_holds_no_pictures(cli: CommandLine) -> None:
    for name in NAMES[0], "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", NAMES[1]:
        (cli.folder / f"{name}.gz").write_bytes(gzip.compress(b"no pictures"))
    message = cli.quick("data=mnist", "data.path=.").error()
    assert NAMES[0] in message
    assert "IDX" in message


NO_NUMBERS = {
    "data.y=[[1],[2,3]]": "y is [[1], [2, 3]]; it",
    "data.x=[[1]]": "x is [[1]]; it",
    f"data.x=[1{310 * '0'}]": "data.x[0]: int too large",
}


@pytest.mark.parametrize("option", NO_NUMBERS, ids=range(len(NO_NUMBERS)))
def test_a_sample_that_is_no_list_of_numbers(cli: CommandLine, option: str) -> None:
    assert NO_NUMBERS[option] in cli.quick("data=one_sample", option).error()


def test_mirrors_that_are_no_addresses(cli: CommandLine) -> None:
    message = cli.quick("data=mnist", "data.mirrors=[[1],[2]]").error()
    assert "mirrors is [[1], [2]]; it" in message


@pytest.mark.parametrize("task", ["train", "explain", "gradcheck"])
def test_targets_outside_of_the_costs_domain(cli: CommandLine, task: str) -> None:
    message = cli.quick(
        "data=one_sample", "data.y=[5]", "cost=cross_entropy", f"task={task}"
    ).error()
    for word in ("'cross_entropy'", "'one_sample', train", "[0, 1]", "from 5 to 5"):
        assert word in message, message


def test_targets_that_are_written_down_outside_of_the_costs_domain(cli: CommandLine) -> None:
    given = ("task=explain", "task.x=[1]", "task.y=[5]")
    message = cli.quick("data=one_sample", "cost=cross_entropy", *given).error()
    assert "the targets of the given sample do not fit CrossEntropy" in message


def test_class_numbers_as_floats(cli: CommandLine) -> None:
    save(cli.folder / "own.npz", y_train=np.arange(20.0) % 3)
    data = ("data=arrays", "data.path=own.npz", "cost=cross_entropy")
    result = cli.quick(*data)
    assert "target 'y_train': 3 classes, for its numbers are whole and few (data.task=reg" in (
        result.out
    )
    message = cli.quick(*data, "data.task=regression").error()
    assert "the targets as they are standardised do not fit" in message
    message = cli.quick(*data, "data.task=regression", "data.target_scale=none").error()
    for word in ("from 0 to 2", "[0, 1]", "data.task=classification"):
        assert word in message, message


def test_targets_that_are_no_distribution(cli: CommandLine) -> None:
    save(cli.folder / "own.npz", y_train=np.ones((20, 3)))
    likelihood = ("cost=log_likelihood", "activation@output_activation=softmax")
    message = cli.quick(
        "data=arrays", "data.path=own.npz", "data.target_scale=none", *likelihood
    ).error()
    assert "accepts [0, 1] summing to 1: those of one sample sum to 3" in message


def test_more_points_than_memory(cli: CommandLine) -> None:
    message = cli.quick("data=xor", f"data.samples={10**20}").error()
    assert "the 300,000,000,000,000,000,000 points of data 'xor' take" in message
