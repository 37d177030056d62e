"""The digits that scikit-learn holds."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bpframe import Data, Dataset, Numbers, Scaling, Split
from bpframe_data.division import check_fractions, divide


@dataclass(frozen=True)
class Digits(Dataset):
    """1,797 handwritten digits of 8×8 pixels that scikit-learn brings along.

    The pixels, 0 to 16, are divided by 16. The splits are drawn anew for each seed; each
    digit has the same share of every one.

    Parameters
    ----------
    validation_fraction, test_fraction : float
        Shares of the samples for validation and test; the rest, 70%, is for training.

    Raises
    ------
    ValueError
        If a fraction is negative, or the two leave nothing to train with.

    Source: Alpaydin and Kaynak 1998, the test set of "Optical Recognition of Handwritten Digits".
    """

    validation_fraction: float = 0.1
    test_fraction: float = 0.2

    def __post_init__(self) -> None:
        check_fractions(self.validation_fraction, self.test_fraction)

    def load(self, rng: np.random.Generator) -> Data:
        """Return the digits: x of shape (n, 64) in float32, 0 to 1; y of shape (n,)."""
        table = _table()
        samples = Split(np.divide(table[:, :-1], 16, dtype=np.float32), table[:, -1].astype(int))
        train, validation, test = divide(samples, self.validation_fraction, self.test_fraction, rng)
        inputs = Numbers((8, 8), scalings=(Scaling(divide=(16.0,)),))
        return Data("digits", train, validation, test, 10, image_shape=(8, 8), inputs=inputs)


def _table() -> npt.NDArray[Any]:
    """Return pixels and, as the last column, labels; shape (1797, 65)."""
    # Importing sklearn.datasets takes two seconds, reading the file that it holds 5 ms.
    for folder in getattr(find_spec("sklearn"), "submodule_search_locations", None) or ():
        file = Path(folder, "datasets", "data", "digits.csv.gz")
        if file.is_file():
            return np.loadtxt(file, np.uint8, delimiter=",")
    from sklearn.datasets import load_digits

    digits = load_digits()
    return np.column_stack((digits.data, digits.target)).astype(np.uint8)
