"""docs/scikit-learn.md: its examples give what stands there, and its table of defaults is right."""

from __future__ import annotations

import ast
import doctest
import re
from pathlib import Path

import pytest
from documents import blocks

from bpframe.sklearn import BackpropClassifier, BackpropRegressor

TEXT = (Path(__file__).parents[2] / "docs/scikit-learn.md").read_text()


def test_the_examples_give_what_stands_there() -> None:
    shown = "\n".join(blocks(TEXT, "python")).replace("…", "...")
    example = doctest.DocTestParser().get_doctest(shown, {}, "scikit-learn.md", None, 0)
    told: list[str] = []
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
    failed, tried = runner.run(example, out=told.append)
    assert failed == 0, "".join(told)
    assert tried > 20


@pytest.mark.parametrize("estimator", [BackpropClassifier, BackpropRegressor])
def test_the_docstring_example(estimator: type) -> None:
    example = doctest.DocTestParser().get_doctest(estimator.__doc__ or "", {}, "", None, 0)
    assert example.examples
    assert doctest.DocTestRunner(verbose=False).run(example).failed == 0


def test_the_defaults_are_those_of_the_page() -> None:
    table = TEXT.partition("| parameter | default | says |")[2].partition("\n\n")[0]
    shown = {
        name: ast.literal_eval(default.strip("`"))
        for names, default in re.findall(r"^\| (`.*?`) \| (.*?) \|", table, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", names)
    }
    assert BackpropClassifier().get_params() == shown
    assert BackpropRegressor().get_params() == shown
