"""Makes the checks of a component, by its kind and by what it declares."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bpframe.core.component import Component
from bpframe.errors import DataError, MissingPackageError, did_you_mean
from bpframe.interruption import is_interruption
from bpframe.testing import (
    activation,
    backprop,
    clipping,
    closed_form,
    cost,
    dataset,
    initializer,
    metric,
    optimizer,
    regularizer,
    schedule,
    settings,
    stopping,
    task,
)
from bpframe.testing import component as every_kind
from bpframe.testing.assertions import NotAvailableError, Trial
from bpframe.testing.partners import Partners, installed
from bpframe.testing.raised import told

OF_KIND: dict[str, Callable[[Any], Iterator[Trial]]] = {
    "activation": activation.checks,
    "clipping": clipping.checks,
    "cost": cost.checks,
    "data": dataset.checks,
    "initializer": initializer.checks,
    "metric": metric.checks,
    "optimizer": optimizer.checks,
    "regularizer": regularizer.checks,
    "schedule": schedule.checks,
    "settings": settings.checks,
    "stopping": stopping.checks,
    "task": task.checks,
}
WITH_PARTNERS: dict[str, Callable[[Any, Partners], Iterator[Trial]]] = {
    "activation": closed_form.checks_of_activation,
    "cost": closed_form.checks_of_cost,
    "backprop": backprop.checks,
}


@dataclass(frozen=True)
class Check:
    """One check of one component; call it to run it.

    Attributes
    ----------
    name : str
        That of its function, which says what is checked.
    component : Component
        What is checked.
    run : callable
        The check without the guards of a call.
    """

    name: str
    component: Component
    run: Callable[[], str | None]

    def __call__(self) -> str | None:
        """Run it, and return a note if there is something to be told.

        Raises
        ------
        AssertionError
            If the component breaks its contract; the message says what, where, what was measured
            and what is allowed. What the component raises itself becomes one too, with the call,
            the line, and what mends it.
        NotAvailableError
            If what it needs is not there.
        """
        with warnings.catch_warnings():
            # NumPy's overflows and invalid values; a deprecation is not the component's contract.
            warnings.simplefilter("error", RuntimeWarning)
            try:
                return self.run()
            except (DataError, MissingPackageError) as error:
                raise NotAvailableError(str(error)) from error
            except (AssertionError, NotAvailableError):
                raise
            # SystemExit too: a component that calls sys.exit(0) must not pass.
            except BaseException as error:
                if is_interruption(error):
                    raise
                raise AssertionError(told(error, self.component)) from error


def checks_of(component: Component, partners: Partners | None = None) -> list[Check]:
    """Return the checks of a component; what does not apply to it is not among them.

    Parameters
    ----------
    component : Component
        Of any kind.
    partners : Partners, optional
        What it is tried with, such as activations and costs for a rule; what is installed if
        left out.
    """
    partners = partners or installed()
    kind, trials = component.kind, list(every_kind.checks(component))
    if kind in OF_KIND:
        trials += OF_KIND[kind](component)
    if kind in WITH_PARTNERS:
        trials += WITH_PARTNERS[kind](component, partners)
    return [Check(trial.name, component, trial.run) for trial in trials]


def check_names(expected_failures: Iterable[str], checks: Iterable[Check]) -> None:
    """Raise ValueError if a failure is expected of a check that there is not."""
    known = list(dict.fromkeys(check.name for check in checks))
    for name in expected_failures:
        if name not in known:
            raise ValueError(
                f"there is no check '{name}'; known are {', '.join(known)}."
                + did_you_mean(name, known)
            )
