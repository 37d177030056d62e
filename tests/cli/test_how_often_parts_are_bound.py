"""How often a whole run binds its rule, optimizer and regularizer: as the contract says."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from running import CommandLine

from bpframe.core.learning_rate import GRID

PLUGIN = """\
from dataclasses import dataclass
from pathlib import Path

import bpframe
from bpframe_backprop import FullMatrix
from bpframe_optimizers import L2, SGD


def count(what):
    with Path("bound.txt").open("a") as file:
        file.write(what + "\\n")


@dataclass(frozen=True)
class Counted(FullMatrix):
    whole_epochs: bool = False

    def bind(self, objective, rng):
        count("rule")
        return super().bind(objective, rng)

    def bind_epoch(self, objective, rng, training, plan):
        count("rule, epochs")
        return (lambda order, rates: 0) if self.whole_epochs else None


@dataclass(frozen=True)
class Other(FullMatrix):
    def bind(self, objective, rng):
        count("other rule")
        return super().bind(objective, rng)


@dataclass(frozen=True)
class CountedSGD(SGD):
    def bind(self, parameters):
        count("optimizer")
        return super().bind(parameters)


@dataclass(frozen=True)
class CountedL2(L2):
    def bind(self, parameters, n):
        count("regularizer")
        return super().bind(parameters, n)


@bpframe.hookimpl
def bpframe_register_backprops(register):
    register("counted", Counted)
    register("other", Other)


@bpframe.hookimpl
def bpframe_register_optimizers(register):
    register("counted", CountedSGD)


@bpframe.hookimpl
def bpframe_register_regularizers(register):
    register("counted", CountedL2)
"""
COUNTED = ("backprop=counted", "optimizer=counted", "regularizer=counted")
OTHER, OWN = (f"trainer.learning_rate_backprop={name}" for name in ("other", "null"))
GIVEN = "optimizer.learning_rate=0.1"
RATES = len(GRID)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            (OTHER, "diagnostics=basic", "trainer.epochs=3"),
            {
                "rule": 1 + 1,
                "rule, epochs": 1,
                "other rule": 1 + RATES,
                "optimizer": RATES + 1,
                "regularizer": 1 + RATES + 1,
            },
        ),
        (
            (OWN, "trainer.epochs=2"),
            {
                "rule": 1 + RATES + 1,
                "rule, epochs": 1,
                "optimizer": RATES + 1,
                "regularizer": 1 + RATES + 1,
            },
        ),
        (
            (OTHER, GIVEN, "diagnostics=full", "trainer.epochs=3"),
            {"rule": 1 + 1 + 1, "rule, epochs": 1, "optimizer": 1 + 1, "regularizer": 1 + 1},
        ),
        (
            (OTHER, GIVEN, "backprop.whole_epochs=true", "trainer.epochs=3"),
            {"rule": 1, "rule, epochs": 1, "optimizer": 1 + 1, "regularizer": 1 + 1},
        ),
        ((OTHER, GIVEN, "task=gradcheck"), {"rule": 1 + 1, "optimizer": 1, "regularizer": 1}),
        ((OTHER, GIVEN, "task=explain"), {"rule": 1 + 1, "optimizer": 1 + 1, "regularizer": 1 + 1}),
    ],
    ids=["another rule measures", "it measures", "rate given", "whole epochs", "check", "explain"],
)
def test_a_whole_run(
    cli: CommandLine, arguments: tuple[str, ...], expected: dict[str, int]
) -> None:
    (cli.folder / "counted.py").write_text(PLUGIN)
    network = ("data=xor", "network.hidden=[2]")
    cli.quick("-P", "counted.py", *COUNTED, *network, *arguments).must_be_fine()
    assert Counter(Path(cli.folder, "bound.txt").read_text().splitlines()) == expected
