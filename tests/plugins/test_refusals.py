"""What a plugin's component refuses when it meets the network is said before anything runs."""

from __future__ import annotations

import pytest
from running import CommandLine

PLUGIN = '''\
from dataclasses import dataclass

import numpy as np

import bpframe


@dataclass(frozen=True)
class Choosy(bpframe.{base}):
    """Refuses everything."""

    {field}

    def bind(self, *arguments):
        raise ValueError("only networks of a hundred layers")
{more}

@bpframe.hookimpl
def bpframe_register_{hook}(register):
    register("choosy", Choosy)
'''
PENALTY = """
    def penalty(self, parameters, n):
        return 0.0
"""


@pytest.mark.parametrize(
    ("kind", "base", "hook", "field", "more"),
    [
        ("backprop", "Backprop", "backprops", "exact = False", ""),
        ("regularizer", "Regularizer", "regularizers", "size: float = 1.0", PENALTY),
        ("optimizer", "Optimizer", "optimizers", "learning_rate: float | str = 0.5", ""),
    ],
    ids=["rule", "regularizer", "optimizer"],
)
def test_one_message(
    cli: CommandLine, kind: str, base: str, hook: str, field: str, more: str
) -> None:
    (cli.folder / "choosy.py").write_text(
        PLUGIN.format(base=base, hook=hook, field=field, more=more)
    )
    result = cli("-P", "choosy.py", "data=xor", f"{kind}=choosy", "plots=none")
    assert result.error() == f"{kind} 'choosy': only networks of a hundred layers"
    assert result.outcome["status"] == "refused"
    assert not (cli.folder / "mlflow.db").exists()
