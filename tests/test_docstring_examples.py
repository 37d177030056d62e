"""The examples in docstrings run and give what stands there; each contract has one."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import pytest

import bpframe.core
import bpframe.plugins.by_name
import bpframe.run
import bpframe.statistics
import bpframe.testing
from bpframe import COMPONENT_HOOKS, Component, Interval


def modules() -> Iterator[ModuleType]:
    yield bpframe.run
    yield bpframe.plugins.by_name
    for package in (bpframe.core, bpframe.statistics, bpframe.testing):
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(found.name)


EXAMPLES = [
    pytest.param(test, id=test.name)
    for module in modules()
    for test in doctest.DocTestFinder().find(module)
    if test.examples
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_example(example: doctest.DocTest) -> None:
    told: list[str] = []
    failed, _ = doctest.DocTestRunner(verbose=False).run(example, out=told.append)
    assert failed == 0, "".join(told)


@pytest.mark.parametrize("contract", [*COMPONENT_HOOKS.values(), Component, Interval])
def test_each_contract_has_an_example(contract: type) -> None:
    assert ">>> " in (contract.__doc__ or "")
