"""What bpframe refuses, in the errors that scikit-learn's users expect."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bpframe.errors import BpframeError, DivergedError, PluginFailedError


@contextmanager
def as_value_errors() -> Iterator[None]:
    """Turn what bpframe says to people into a ValueError; a plugin's fault stays as it is.

    Raises
    ------
    ValueError
        In place of a BpframeError, which is its cause.
    """
    try:
        yield
    except (PluginFailedError, ValueError):
        raise
    except DivergedError as error:
        raise ValueError(
            f"{error} Scale the inputs, such as with StandardScaler, or take a smaller "
            "learning_rate."
        ) from error
    except BpframeError as error:
        raise ValueError(str(error)) from error
