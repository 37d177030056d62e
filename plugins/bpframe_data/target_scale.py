"""Whether a network learns values in standardised form, or as they are."""

from __future__ import annotations

STANDARD, NONE = "standard", "none"


def check_target_scale(target_scale: str) -> None:
    """Raise ValueError unless it is one of the two."""
    if target_scale not in (STANDARD, NONE):
        raise ValueError(f"target_scale is {target_scale!r}; it must be '{STANDARD}' or '{NONE}'")
