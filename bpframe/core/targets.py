"""Targets as classes with their names, or as values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy.typing as npt

from bpframe.core.data import Data, Split
from bpframe.core.target_values import TargetValues


@dataclass(frozen=True)
class Targets:
    """Targets as a `Data` wants them, but for values, which are not yet standardised.

    Attributes
    ----------
    y : dict
        For each array that was given, under its name: class numbers from 0, shape (n,), or values
        in their own units, float, shape (n, n_L).
    classes : int or None
        How many classes there are; None for values.
    class_names : tuple of str
        The labels, in the order of their numbers; () for values.
    value_names : tuple of str
        What the values are called, one an output; () for classes.
    remark : str
        What was taken, for people: ``target 'species': 3 classes``.
    """

    y: dict[str, npt.NDArray[Any]]
    classes: int | None
    class_names: tuple[str, ...]
    value_names: tuple[str, ...]
    remark: str

    def data(
        self,
        name: str,
        splits: Sequence[Split],
        *,
        standardise: bool = True,
        remarks: Sequence[str] = (),
        **more: Any,
    ) -> Data:
        """Return the samples as a `Data` with these classes or values.

        Parameters
        ----------
        name : str
            Of the data set.
        splits : sequence of Split
            Training, validation and test samples, with targets out of `y`.
        standardise : bool
            Whether values are standardised, by the training samples.
        remarks : sequence of str
            Lines behind that about the targets.
        **more
            Other fields of `Data`.

        Raises
        ------
        bpframe.errors.DataError
            As from `Data`.
        """
        values = None
        if self.classes is None and standardise and len(splits[0]):
            values = TargetValues.of(self.value_names, splits[0].y)
            splits = [replace(split, y=values.standardised(split.y)) for split in splits]
        train, validation, test = splits
        return Data(
            name,
            train,
            validation,
            test,
            self.classes,
            class_names=self.class_names,
            values=values,
            remarks=(self.remark, *remarks),
            **more,
        )
