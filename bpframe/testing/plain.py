"""The front end without pytest: results as a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from bpframe.core.component import Component
from bpframe.testing.assertions import NotAvailableError
from bpframe.testing.check import Check, check_names, checks_of
from bpframe.testing.partners import Partners


class Status(Enum):
    """The ways in which a check can end."""

    PASSED = "passed"
    FAILED = "failed"
    EXPECTED_FAILURE = "expected failure"
    UNEXPECTED_PASS = "passed, but was expected to fail"
    NOT_AVAILABLE = "not available"


@dataclass(frozen=True)
class Result:
    """The end of one check.

    Attributes
    ----------
    name : str
        The check.
    status : Status
        How it ended.
    message : str
        Why it failed, or what it has to tell; empty if there is nothing.
    """

    name: str
    status: Status
    message: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing has to be done about it."""
        return self.status not in (Status.FAILED, Status.UNEXPECTED_PASS)

    def __str__(self) -> str:
        return f"{self.name}: {self.status.value}" + (f": {self.message}" if self.message else "")


def check_component(
    component: Component,
    *,
    expected_failures: Mapping[str, str] | None = None,
    partners: Partners | None = None,
) -> list[Result]:
    """Run every check of a component and return the results; nothing is raised for a failure.

    Parameters
    ----------
    component : Component
        Of any kind.
    expected_failures : mapping, optional
        Name of a check → why it may fail. One that passes all the same is not `Result.ok`.
    partners : Partners, optional
        See `checks_of`.

    Raises
    ------
    ValueError
        If a failure is expected of a check that the component does not have.

    Examples
    --------
    >>> from bpframe.testing import check_component
    >>> from bpframe_activations import LeakyReLU
    >>> all(result.ok for result in check_component(LeakyReLU(0.3)))
    True
    """
    expected = expected_failures or {}
    checks = checks_of(component, partners)
    check_names(expected, checks)
    return [_expected(run_check(c), expected) for c in checks]


def run_check(check: Check) -> Result:
    """Run one check and return how it ended."""
    try:
        return Result(check.name, Status.PASSED, check() or "")
    except NotAvailableError as error:
        return Result(check.name, Status.NOT_AVAILABLE, str(error))
    except AssertionError as error:
        return Result(check.name, Status.FAILED, str(error))


def _expected(result: Result, expected: Mapping[str, str]) -> Result:
    if result.name not in expected or result.status is Status.NOT_AVAILABLE:
        return result
    reason = expected[result.name]
    if result.status is Status.PASSED:
        return Result(result.name, Status.UNEXPECTED_PASS, reason)
    return Result(result.name, Status.EXPECTED_FAILURE, f"{reason} ({result.message})")
