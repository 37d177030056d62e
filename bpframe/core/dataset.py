"""The base class of a source of samples."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from bpframe.core.component import Component
from bpframe.core.data import Data
from bpframe.core.scaling import AUTO, scaled


@dataclass(frozen=True)
class Dataset(Component):
    """A source of training, validation and test samples.

    Parameters
    ----------
    scale : str
        ``standard`` makes each input have the mean 0 and the deviation 1, ``minmax`` go from 0 to
        1, both on the training samples; ``none`` leaves them; ``auto`` scales only pixels, and
        numbers whose size is far from 1, and says so.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> import numpy as np
    >>> from bpframe import Data, Dataset, Split
    >>> @dataclass(frozen=True)
    ... class Line(Dataset):
    ...     samples: int = 4
    ...
    ...     def load(self, rng):
    ...         x = rng.uniform(-1, 1, (self.samples, 1))
    ...         split = Split(x, (x[:, 0] > 0).astype(int))
    ...         return Data("line", split, split.head(0), split.head(0), classes=2)
    >>> Line().load(np.random.default_rng(0))
    Data('line', 1 inputs, 2 classes: 4 train)
    """

    kind: ClassVar[str] = "data"

    scale: str = field(default=AUTO, kw_only=True)

    @abstractmethod
    def load(self, rng: np.random.Generator) -> Data:
        """Return the data.

        Parameters
        ----------
        rng : numpy.random.Generator
            The stream ``split``, for all that is drawn: a division into splits, noise.

        Returns
        -------
        Data
            Inputs are float32 or float64, shape (n, n_1); targets are class numbers from 0,
            shape (n,) of a whole number type, or float values, shape (n, n_L).

        Raises
        ------
        bpframe.errors.DataError
            If a file is missing or damaged, or the data cannot be used.
        """

    def prepared(self, rng: np.random.Generator) -> Data:
        """Return the data with its inputs scaled: what a run trains with.

        Override it where `load` scales the inputs by itself.

        Parameters
        ----------
        rng : numpy.random.Generator
            As for `load`.

        Raises
        ------
        bpframe.errors.DataError
            As from `load`, or if there is no such `scale`.
        """
        return scaled(self.load(rng), self.scale)
