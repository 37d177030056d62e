"""The data sets that scikit-learn brings along."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from bpframe import Data, Dataset, Numbers, Split, read_targets
from bpframe_data.division import check_fractions, divide


@dataclass(frozen=True)
class SklearnSet(Dataset):
    """A data set that scikit-learn brings along: nothing is downloaded.

    The splits are drawn anew for each seed; each class has the same share of every one.

    Parameters
    ----------
    validation_fraction, test_fraction : float
        Shares of the samples for validation and test; the rest, 70%, is for training.

    Attributes
    ----------
    name : str
        Of the data set; ``sklearn.datasets.load_…`` gives it.
    options : dict
        What that function is given.

    Raises
    ------
    ValueError
        If a fraction is negative, or the two leave nothing to train with.
    """

    name: ClassVar[str]
    options: ClassVar[dict[str, Any]] = {}

    validation_fraction: float = 0.1
    test_fraction: float = 0.2

    def __post_init__(self) -> None:
        check_fractions(self.validation_fraction, self.test_fraction)

    def load(self, rng: np.random.Generator) -> Data:
        """Return the samples: x of shape (n, n_1) in float32, y of shape (n,) or (n, n_L)."""
        from sklearn import datasets

        bunch = getattr(datasets, f"load_{self.name}")(**self.options)
        task = "classification" if bunch.target.dtype.kind == "i" else "regression"
        names = tuple(map(str, bunch.get("target_names", ())))
        targets = read_targets({self.name: bunch.target}, self.name, task, names)
        if targets.classes is not None:
            targets = replace(targets, class_names=names)
        samples = Split(bunch.data.astype(np.float32), targets.y[self.name])
        return targets.data(
            self.name,
            divide(samples, self.validation_fraction, self.test_fraction, rng),
            inputs=Numbers(samples.x.shape[1:], tuple(map(str, bunch.feature_names))),
        )


@dataclass(frozen=True)
class Iris(SklearnSet):
    """150 flowers of three kinds of iris, by the length and width of sepals and petals.

    See `SklearnSet` for the parameters.

    Source: Fisher 1936, "The use of multiple measurements in taxonomic problems".
    """

    name = "iris"


@dataclass(frozen=True)
class Wine(SklearnSet):
    """178 wines of three growers, by 13 numbers of a chemical analysis.

    See `SklearnSet` for the parameters.

    Source: Aeberhard and Forina 1991, "Wine", UCI Machine Learning Repository.
    """

    name = "wine"


@dataclass(frozen=True)
class BreastCancer(SklearnSet):
    """569 tumours, malignant or benign, by 30 numbers of their cells' nuclei.

    See `SklearnSet` for the parameters.

    Source: Wolberg, Mangasarian, Street and Street 1993, "Breast Cancer Wisconsin (Diagnostic)".
    """

    name = "breast_cancer"


@dataclass(frozen=True)
class Diabetes(SklearnSet):
    """442 patients, by ten numbers; the value is how far their diabetes is a year later.

    The numbers are in their own units. See `SklearnSet` for the parameters.

    Source: Efron, Hastie, Johnstone and Tibshirani 2004, "Least Angle Regression".
    """

    name = "diabetes"
    options: ClassVar[dict[str, Any]] = {"scaled": False}


@dataclass(frozen=True)
class Linnerud(SklearnSet):
    """20 men, by three exercises; the values are weight, waist and pulse.

    See `SklearnSet` for the parameters.

    Source: Tenenhaus 1998, "La régression PLS: théorie et pratique".
    """

    name = "linnerud"


@dataclass(frozen=True)
class Sklearn(Iris):
    """iris; with data.name another one: wine, breast_cancer, diabetes, linnerud or digits.

    See `SklearnSet` for the parameters.
    """
