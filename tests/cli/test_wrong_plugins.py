"""A plugin that returns what it must not: the run ends in one message that names it."""

from __future__ import annotations

from pathlib import Path

import pytest
from in_this_process import Typed

HEAD = """
from dataclasses import dataclass
import numpy as np
import bpframe
from bpframe_backprop import FullMatrix
from bpframe_activations import Tanh
from bpframe_costs import Quadratic

@dataclass(frozen=True)
class Wrong({base}):
    '''Wrong.'''
    {body}

@bpframe.hookimpl
def bpframe_register_{hook}(register):
    register("{name}", Wrong)
"""
PERHAPS = "perhaps because of what {kind} '{name}' of plugin "
RAISED = "{kind} '{name}' of plugin "
# Kind, hook, base class, what is wrong, and what the message says.
WRONG: dict[str, tuple[str, str, str, str, tuple[str, ...]]] = {
    "no_slope": ("activation", "activations", "Tanh", "def derivative(self, z, a): pass",
                 (RAISED, "TypeError", "'NoneType'")),
    "no_out": ("activation", "activations", "Tanh", "def __call__(self, z): return np.tanh(z)",
               (RAISED, "takes 2 positional arguments")),
    "no_value": ("cost", "costs", "Quadratic", "def value(self, a, y): pass",
                 ("gave values of shape ()",)),
    "no_rule": ("backprop", "backprops", "FullMatrix", "def bind(self, objective, rng): pass",
                ("Wrong.bind returned None", "gradient(batch, out)")),
    "no_out_rule": ("backprop", "backprops", "FullMatrix",
                    "def bind(self, objective, rng): return lambda batch: None",
                    (RAISED, "takes 1 positional argument")),
    "no_data": ("data", "datasets", "bpframe.Dataset", "def load(self, rng): pass",
                (PERHAPS, "AttributeError", "check no_data")),
    "generator": ("task", "tasks", "bpframe.Task", "def run(self, run): yield from run.train()",
                  ("Wrong.run has a yield in it", "for epoch in run.train()")),
    "takes_a_name": ("task", "tasks", "bpframe.Task",
                     "def run(self, run): [*run.train(measure=lambda: {'train/cost': 0.0})]",
                     (PERHAPS, "'train/cost' is there already")),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_one_message_and_no_traceback(typed: Typed, name: str) -> None:
    kind, hook, base, body, words = WRONG[name]
    Path(f"{name}.py").write_text(HEAD.format(base=base, body=body, hook=hook, name=name))
    others = ["data=xor"] if kind != "data" else []
    result = typed(
        "-P", f"{name}.py", f"{kind}={name}", *others, "trainer.epochs=1", "tracking=none",
        "plots=none", "console=none",
    )  # fmt: skip
    assert result.code == 1
    assert "Traceback" not in result.err
    for word in words:
        assert word.format(kind=kind, name=name) in result.error(1), result.err


def test_a_task_that_trains_nothing_is_warned_of(typed: Typed) -> None:
    body = "def run(self, run): run.train()"
    Path("idle.py").write_text(
        HEAD.format(base="bpframe.Task", body=body, hook="tasks", name="idle")
    )
    result = typed("-P", "idle.py", "task=idle", "data=xor", "tracking=none", "plots=none")
    assert result.code == 0
    assert "warning: Wrong has trained no epoch" in " ".join(result.out.split())
    assert "trains = False" in " ".join(result.out.split())
