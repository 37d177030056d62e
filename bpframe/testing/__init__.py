"""The conformance kit: one bar for the components that come along and for yours.

`checks_of` makes the checks of any component, by its kind and by what it declares. There are two
ways to run them: `parametrize_with_checks` for pytest, and `check_component` without it. The
command ``bpframe check`` runs them over everything that is installed.
"""

from bpframe.testing.assertions import NotAvailableError
from bpframe.testing.check import Check, checks_of
from bpframe.testing.partners import Partners
from bpframe.testing.plain import Result, Status, check_component, run_check
from bpframe.testing.with_pytest import parametrize_with_checks

__all__ = [
    "Check",
    "NotAvailableError",
    "Partners",
    "Result",
    "Status",
    "check_component",
    "checks_of",
    "parametrize_with_checks",
    "run_check",
]
