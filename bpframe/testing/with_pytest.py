"""The front end for pytest: a test for each check."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from bpframe.core.component import Component
from bpframe.testing.assertions import NotAvailableError
from bpframe.testing.check import Check, check_names, checks_of
from bpframe.testing.partners import Partners

if TYPE_CHECKING:
    import pytest


def parametrize_with_checks(
    components: Iterable[Component],
    *,
    expected_failures: Mapping[str, str] | None = None,
    partners: Partners | None = None,
) -> pytest.MarkDecorator:
    """Parametrize a test with every check of some components; the test calls ``check()``.

    Parameters
    ----------
    components : iterable of Component
        Of any kinds.
    expected_failures : mapping, optional
        Name of a check → why it may fail, for all the components that have it. Such a test is
        marked xfail; one that passes all the same fails.
    partners : Partners, optional
        See `checks_of`.

    Raises
    ------
    ValueError
        If a failure is expected of a check that no component has.

    Examples
    --------
    >>> from bpframe.testing import parametrize_with_checks
    >>> from bpframe_activations import LeakyReLU
    >>> @parametrize_with_checks([LeakyReLU(), LeakyReLU(0.3)])
    ... def test_leaky_relu(check):
    ...     check()
    """
    # Only who runs pytest has it.
    import pytest

    expected = expected_failures or {}
    checks = [check for c in components for check in checks_of(c, partners)]
    check_names(expected, checks)
    parameters = []
    for check in checks:
        reason = expected.get(check.name)
        marks = [] if reason is None else [pytest.mark.xfail(reason=reason, strict=True)]
        name = f"{_label(check.component)}-{check.name}"
        parameters.append(pytest.param(_Skipping(check), id=name, marks=marks))
    return pytest.mark.parametrize("check", parameters)


class _Skipping:
    """A check that skips its test if what it needs is not there."""

    def __init__(self, check: Check) -> None:
        self._check = check

    def __call__(self) -> str | None:
        import pytest

        try:
            return self._check()
        except NotAvailableError as error:
            pytest.skip(str(error))


def _label(component: Component) -> str:
    """Return the class's name with the fields that are not the defaults."""
    changed = [
        f"{f.name}={getattr(component, f.name)!r}"
        for f in dataclasses.fields(component)
        if f.default_factory is dataclasses.MISSING and getattr(component, f.name) != f.default
    ]
    return type(component).__name__ + (f"({', '.join(changed)})" if changed else "")
