"""Which samples are kept for validation."""

from __future__ import annotations

from numbers import Real

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import train_test_split

import bpframe


def validation_rows(
    split: bpframe.Split, fraction: float, seed: int, stratified: bool
) -> npt.NDArray[np.bool_]:
    """Return for each sample whether it is kept for validation, drawn from the stream ``split``.

    Parameters
    ----------
    split : Split
        All samples.
    fraction : float
        How many of them, from 0 to below 1.
    seed : int
        That of the training.
    stratified : bool
        Whether as large a part of each class.

    Raises
    ------
    ValueError
        If the fraction is not allowed, or too few samples are there.
    """
    if isinstance(fraction, bool) or not isinstance(fraction, Real) or not 0 <= fraction < 1:
        raise ValueError(
            f"validation_fraction is {fraction!r}; it must be a number from 0 to below 1"
        )
    rows = np.zeros(len(split), bool)
    if fraction:
        drawn = int(bpframe.stream(seed, "split").integers(2**31))
        _, kept = train_test_split(
            np.arange(len(split)),
            test_size=float(fraction),
            random_state=drawn,
            stratify=split.y if stratified else None,
        )
        rows[kept] = True
    return rows
