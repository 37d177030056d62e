"""Samples of one's own, from files of arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from bpframe import (
    SPLITS,
    Array,
    Data,
    Dataset,
    MappedRows,
    Numbers,
    Split,
    is_exact_in_float32,
    read_targets,
)
from bpframe.errors import DataError
from bpframe_data.array_files import opened, read_array
from bpframe_data.array_names import find_roles
from bpframe_data.checked_arrays import NamedArrays, check_arrays, rows_of
from bpframe_data.division import check_fractions, divide
from bpframe_data.files import user_path
from bpframe_data.target_scale import STANDARD, check_target_scale


@dataclass(frozen=True)
class Arrays(Dataset):
    """Your own samples, from a .npz, .npy or .mat file, or a folder of .npy or of IDX files.

    The arrays are called ``x_train`` and ``y_train``, and if you like ``x_validation`` and
    ``y_validation``, ``x_test`` and ``y_test``; ``X`` and ``y``, ``data`` and ``target``,
    ``images`` and ``labels`` and the like will do, in capital or small letters. A split that is
    not there is taken off the training samples: each class in its share, drawn anew for each seed.
    ``weights_train``, of shape (n,), says how much each training sample counts in the cost: finite
    numbers, 0 or more, of which only the ratios matter.

    Inputs have a row a sample; (n, height, width) and deeper shapes are flattened, (n,) becomes
    (n, 1). They are float32, or float64 where that is needed to keep a number as it is. Targets
    are class labels or values: `bpframe.read_targets` tells how that is found out, and a line of
    the run what was taken.

    Parameters
    ----------
    path : str
        The file or folder; ``~`` is your home. It must be given. Of several sets of IDX files in
        one folder, ``FOLDER/emnist-letters`` is the one whose names begin so.
    inputs, target : str, optional
        The names of the arrays to train with, where they are not the usual ones. Beside one .npy
        file, `target` is the file of its targets.
    task : str
        ``classification`` or ``regression`` says what the targets are; ``auto`` finds out.
    target_scale : str
        ``standard`` has the network learn values with the mean 0 and the deviation 1, and gives
        figures in their own units; ``none`` leaves them as they are, such as probabilities for
        cost=cross_entropy.
    validation_fraction, test_fraction : float
        Shares of the training arrays that are taken off for a split that is not there; 0 leaves
        that split empty. Without effect on splits that are there.

    Raises
    ------
    ValueError
        If a fraction is negative, or the two leave nothing to train with, or there is no such
        `target_scale`.
    """

    path: str | None = None
    inputs: str | None = None
    target: str | None = None
    task: str = "auto"
    target_scale: str = STANDARD
    validation_fraction: float = 0.1
    test_fraction: float = 0.2

    def __post_init__(self) -> None:
        check_fractions(self.validation_fraction, self.test_fraction)
        check_target_scale(self.target_scale)

    def load(self, rng: np.random.Generator) -> Data:
        """Return the samples: x of shape (n, n_1), y of shape (n,) or (n, n_L).

        Raises
        ------
        DataError
            If a file cannot be read, or its arrays cannot be used.
        """
        if self.path is None:
            raise DataError(
                "data 'arrays' needs a file: data.path=FILE.npz with the arrays x_train and y_train"
            )
        file = user_path(self.path)
        with opened(file, self.target) as held:
            names = find_roles(file, held, self.inputs, self.target)
            read = {role: read_array(file, held, name) for role, name in names.items()}
            arrays, remarks = check_arrays(file, names, read)
            class_names: Mapping[str, str] = getattr(held, "class_names", {})
            remarks += getattr(held, "remarks", ())
        places = {role: f"{file}, {name}" for role, name in names.items() if role[0] == "y"}
        targets = read_targets(
            {place: arrays[role] for role, place in places.items()}, names["y_train"], self.task
        )
        told = tuple(class_names.get(name, name) for name in targets.class_names)
        targets = replace(targets, class_names=told)
        y = {role: targets.y[place] for role, place in places.items()}
        shape = arrays["x_train"].shape[1:]
        return targets.data(
            file.stem,
            self._divided(_splits(arrays, y), rng),
            standardise=self.target_scale == STANDARD,
            remarks=remarks,
            image_shape=_image_shape(shape),
            inputs=Numbers(shape or (1,)),
        )

    def _divided(
        self, given: Mapping[str, Split], rng: np.random.Generator
    ) -> tuple[Split, Split, Split]:
        train, validation, test = divide(
            given["train"],
            0 if "validation" in given else self.validation_fraction,
            0 if "test" in given else self.test_fraction,
            rng,
        )
        return train, given.get("validation", validation), given.get("test", test)


def _splits(arrays: NamedArrays, y: NamedArrays) -> dict[str, Split]:
    inputs = [x for role, x in arrays.items() if role[0] == "x"]
    dtype = np.float32 if all(map(is_exact_in_float32, inputs)) else np.float64
    return {
        split: Split(
            _inputs(rows_of(arrays[f"x_{split}"]), dtype),
            y[f"y_{split}"],
            arrays.get(f"weights_{split}"),
        )
        for split in SPLITS
        if f"x_{split}" in arrays
    }


def _inputs(x: npt.NDArray[Any], dtype: npt.DTypeLike) -> Array:
    if isinstance(x, np.memmap):
        # It is one for all who take some of its rows.
        return cast(Array, MappedRows(x, dtype))
    return x.astype(dtype, copy=False)


def _image_shape(shape: tuple[int, ...]) -> tuple[int, int] | None:
    """Return the height and width of samples of such a shape, one channel or none."""
    sides = shape[:2] if shape[2:] == (1,) else shape
    return (sides[0], sides[1]) if len(sides) == 2 else None
