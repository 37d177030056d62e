"""With pytest and without: expected failures, what is not there, and errors that say what is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from running import SECONDS
from wrong_activations import DERIVATIVES, OnlyBatches, Right, SlightlyWrongDerivative
from wrong_data import CHECKS, Missing

from bpframe.testing import Result, Status, check_component

HERE = Path(__file__).parent
REASONS = dict.fromkeys(DERIVATIVES, "rounded")


def by_name(results: list[Result]) -> dict[str, Result]:
    return {result.name: result for result in results}


# Without pytest.


def test_an_expected_failure_says_why() -> None:
    results = check_component(SlightlyWrongDerivative(), expected_failures=REASONS)
    assert all(result.ok for result in results)
    for name in DERIVATIVES:
        result = by_name(results)[name]
        assert result.status is Status.EXPECTED_FAILURE
        assert result.message.startswith("rounded (")
    passed = [result for result in results if result.name not in DERIVATIVES]
    assert {result.status for result in passed} == {Status.PASSED}


def test_an_expected_failure_that_passes_is_not_fine() -> None:
    results = check_component(Right(), expected_failures={"pullback_is_a_new_array": "why"})
    (result,) = [result for result in results if not result.ok]
    assert str(result) == "pullback_is_a_new_array: passed, but was expected to fail: why"


def test_a_failure_that_nobody_expected_is_still_one() -> None:
    expected = {"derivative_agrees_with_differences": "rounded"}
    results = check_component(SlightlyWrongDerivative(), expected_failures=expected)
    assert {r.name for r in results if not r.ok} == DERIVATIVES - set(expected)


def test_what_is_not_there_stays_so_whatever_is_expected() -> None:
    results = check_component(Missing(), expected_failures={"inputs_are_floats": "bytes"})
    result = by_name(results)["inputs_are_floats"]
    assert (result.ok, result.status) == (True, Status.NOT_AVAILABLE)
    assert result.message.startswith("there is no file clouds.npz")


def test_an_unknown_check_cannot_be_expected_to_fail() -> None:
    with pytest.raises(ValueError, match="Did you mean 'pullback_is_a_new_array'"):
        check_component(Right(), expected_failures={"pullback_is_new_array": "why"})


def test_another_error_is_a_failure_with_its_place() -> None:
    message = by_name(check_component(OnlyBatches()))["shape_and_dtype_are_kept"].message
    assert re.match(
        r"__call__\(.*\) raised AxisError: .* \(.*wrong_activations\.py:\d+\); ", message
    )


def test_a_warning_is_a_failure_whatever_the_surroundings_filter() -> None:
    code = "from wrong_activations import *; from bpframe.testing import *\n"
    code += "print([r.name for r in check_component(NaiveSigmoid()) if not r.ok])"
    done = run_python("-W", "ignore", "-c", code)
    assert done.stdout == "['extreme_z_give_numbers_without_a_warning']\n"


def test_pytest_is_not_needed() -> None:
    code = "import sys; sys.modules['pytest'] = None\n"
    code += "from bpframe.testing import check_component; from wrong_activations import Right\n"
    code += "print(all(result.ok for result in check_component(Right())))"
    assert run_python("-c", code).stdout == "True\n"


def run_python(*arguments: str, cwd: Path = HERE) -> subprocess.CompletedProcess[str]:
    """Run Python where the wrong components can be imported."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(HERE)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


# With pytest, as a project of somebody else runs it.

TESTS = """\
from wrong_activations import *
from wrong_data import Missing
from bpframe.testing import parametrize_with_checks

@parametrize_with_checks([Right()])
def test_right(check):
    check()

@parametrize_with_checks([SlightlyWrongDerivative()])
def test_wrong(check):
    check()

reasons = dict.fromkeys(DERIVATIVES, "rounded")

@parametrize_with_checks([SlightlyWrongDerivative()], expected_failures=reasons)
def test_expected(check):
    check()

@parametrize_with_checks([Right()], expected_failures={"pullback_is_a_new_array": "why"})
def test_passes_all_the_same(check):
    check()

@parametrize_with_checks([Missing()])
def test_missing(check):
    check()
"""


Outcomes = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """Return what became of the tests above: outcome → test → message."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "test_mine.py").write_text(TESTS)
    done = run_python("-m", "pytest", "--junitxml=report.xml", cwd=folder)
    assert done.returncode == 1, done.stdout + done.stderr
    found: Outcomes = {"passed": {}, "failure": {}, "pytest.xfail": {}, "pytest.skip": {}}
    for case in ElementTree.parse(folder / "report.xml").iter("testcase"):
        result = case[0] if len(case) else case
        outcome = result.get("type", result.tag if len(case) else "passed")
        found[outcome][case.get("name", "")] = result.get("message", "")
    return found


def test_each_check_is_a_test_with_a_name(outcomes: Outcomes) -> None:
    assert "test_right[Right-shape_and_dtype_are_kept]" in outcomes["passed"]


def test_failures_are_those_of_the_other_front_end(outcomes: Outcomes) -> None:
    wrong = {f"test_wrong[SlightlyWrongDerivative-{name}]" for name in DERIVATIVES}
    passing = "test_passes_all_the_same[Right-pullback_is_a_new_array]"
    assert set(outcomes["failure"]) == wrong | {passing}
    assert outcomes["failure"][passing] == "[XPASS(strict)] why"


def test_a_failure_says_what_where_and_what_is_allowed(outcomes: Outcomes) -> None:
    name = "test_wrong[SlightlyWrongDerivative-derivative_agrees_with_differences]"
    message = outcomes["failure"][name]
    assert re.match(r"AssertionError: derivative at \[\d\], z = [\d.-]+: 0\.\d+, where", message)
    assert message.endswith("they may differ by 1.0e-06")


def test_expected_failures_are_marked_with_their_reason(outcomes: Outcomes) -> None:
    names = [f"test_expected[SlightlyWrongDerivative-{name}]" for name in DERIVATIVES]
    assert outcomes["pytest.xfail"] == dict.fromkeys(names, "rounded")


def test_what_is_not_there_is_skipped_with_its_message(outcomes: Outcomes) -> None:
    names = {f"test_missing[Missing-{name}]" for name in CHECKS}
    assert set(outcomes["pytest.skip"]) == names
    for message in outcomes["pytest.skip"].values():
        assert message.startswith("there is no file clouds.npz")
