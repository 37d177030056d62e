"""The registered activations and costs, for a component to be tried with."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from functools import cache, cached_property

from bpframe.core.activation import Activation
from bpframe.core.cost import Cost, OutputError
from bpframe.interruption import is_interruption
from bpframe.plugins.blame import named
from bpframe.plugins.loaded import Plugins
from bpframe.plugins.loading import loaded_plugins
from bpframe.testing import activation, cost
from bpframe.testing.assertions import Trial


class Partners:
    """The registered activations and costs, with their defaults, and the closed forms of δ^L.

    Only those that pass their own checks are used, so that no other component is blamed for them.

    Parameters
    ----------
    plugins : Plugins
        Where they come from.
    """

    def __init__(self, plugins: Plugins) -> None:
        self._plugins = plugins

    @cached_property
    def activations(self) -> dict[str, Activation]:
        """The activations by name."""
        registered = self._plugins.registry.defaults("activation")
        return {name: f for name, f in registered.items() if is_sound(activation.checks(f))}

    @cached_property
    def costs(self) -> dict[str, Cost]:
        """The costs by name."""
        registered = self._plugins.registry.defaults("cost")
        return {name: c for name, c in registered.items() if is_sound(cost.checks(c))}

    def closed_form(self, cost: Cost, f: Activation) -> OutputError | None:
        """Return the closed form of δ^L that a plugin knows for a pair that fits."""
        if not cost.domain.holds(f.range):
            return None
        with named(self._plugins):
            return self._plugins.closed_form(cost, f)


def is_sound(trials: Iterable[Trial]) -> bool:
    """Return whether every check passes; nothing is raised or printed if not."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        try:
            for trial in trials:
                trial.run()
        except BaseException as error:
            if is_interruption(error):
                raise
            return False
    return True


@cache
def installed() -> Partners:
    """Return the partners that are installed."""
    return Partners(loaded_plugins())
