"""What bpframe refuses, in the errors that scikit-learn's users expect."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bpframe.errors import BpframeError, DivergedError, PluginFailedError


@contextmanager
def as_value_errors(*, validated: bool = True) -> Iterator[None]:
    """Turn what bpframe says to people into a ValueError; a plugin's fault stays as it is.

    Parameters
    ----------
    validated : bool
        Whether some samples are kept for validation.

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
        message = str(error)
        if not validated and "validation" in message:
            message += "; or take validation_fraction=0.1, which keeps some samples for it"
        raise ValueError(message) from error
