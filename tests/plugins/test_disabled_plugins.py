"""BPFRAME_DISABLE_PLUGINS leaves plugins out by name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from running import CommandLine


def test_a_broken_one(cli: CommandLine, install: Callable[..., str]) -> None:
    result = cli("plugins", PYTHONPATH=install("odd", "1 / 0"), BPFRAME_DISABLE_PLUGINS="odd")
    assert (result.code, result.err) == (0, "")
    assert "odd" not in result.out


@pytest.mark.parametrize("names", ["mlflow,plots", " mlflow , plots ", "plots,nothing,mlflow"])
def test_several(cli: CommandLine, names: str) -> None:
    result = cli("data=xor", "trainer.epochs=1", BPFRAME_DISABLE_PLUGINS=names)
    result.must_be_fine()
    files = {file.name for file in result.run_folder.iterdir() if file.is_file()}
    assert files == {
        "config.yaml",
        "environment.json",
        "epochs.csv",
        "model.json",
        "outcome.json",
        "weights.npz",
    }
    assert not (cli.folder / "mlflow.db").exists()


def test_its_commands_and_options_are_gone(cli: CommandLine) -> None:
    out = {"BPFRAME_DISABLE_PLUGINS": "mlflow"}
    assert "there is no command 'ui'" in cli("ui", **out).error()
    assert "'tracking'" in cli("tracking=none", **out).error()


def test_a_part_that_the_default_needs(cli: CommandLine) -> None:
    message = cli(BPFRAME_DISABLE_PLUGINS="activations").error()
    assert "there is no activation 'sigmoid'" in message
