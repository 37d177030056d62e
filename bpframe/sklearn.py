"""bpframe for scikit-learn: ``from bpframe.sklearn import BackpropClassifier, BackpropRegressor``.

What is here comes from the package that is installed under the entry point ``sklearn`` of the group
``bpframe.fronts``; it is imported when a name is asked for.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any

GROUP = "bpframe.fronts"


@cache
def _package() -> ModuleType:
    found = list(entry_points(group=GROUP, name="sklearn"))
    if not found:
        raise ImportError(
            "no package with estimators for scikit-learn is installed: install bpframe anew"
        )
    package: ModuleType = found[0].load()
    return package


def __getattr__(name: str) -> Any:
    # Python asks modules for names such as __path__, and that must import nothing.
    if name.startswith("__") and name != "__all__":
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    try:
        return getattr(_package(), name)
    except AttributeError:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'") from None


def __dir__() -> list[str]:
    return [*globals(), *_package().__all__]
