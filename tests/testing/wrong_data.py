"""Data sets that are wrong in one way each, and the checks that must notice it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bpframe import Array, Data, Dataset, Split
from bpframe.errors import DataError


@dataclass(frozen=True)
class Right(Dataset):
    """Clouds of points, with a place for each mistake."""

    def load(self, rng: np.random.Generator) -> Data:
        splits = self.splits(rng)
        return Data("clouds", *splits, 2, image_shape=self.image_shape())

    def splits(self, rng: np.random.Generator) -> list[Split]:
        return [self.draw(n, rng) for n in (40, 10, 20)]

    def draw(self, n: int, rng: np.random.Generator) -> Split:
        y = np.arange(n) % 2
        return Split(rng.standard_normal((n, 4)) + y[:, np.newaxis], y)

    def image_shape(self) -> tuple[int, int] | None:
        return (2, 2)


@dataclass(frozen=True)
class TruthTable(Right):
    """The same four samples again and again: splits share them, and nothing leaks."""

    def draw(self, n: int, rng: np.random.Generator) -> Split:
        rows = rng.permutation(n) % 4
        return Split(np.eye(4)[rows], rows % 2)


@dataclass(frozen=True)
class Lines(Right):
    """Values, the same for every seed, and no test set."""

    def load(self, rng: np.random.Generator) -> Data:
        x = np.linspace(0, 1, 30)[:, np.newaxis]
        splits = [Split(x[rows], 2 * x[rows]) for rows in (slice(20), slice(20, 30), slice(0))]
        return Data("lines", *splits, None)


@dataclass(frozen=True)
class ValidationFromTraining(Right):
    """Validates on samples that it trains with."""

    def splits(self, rng: np.random.Generator) -> list[Split]:
        train, _, test = super().splits(rng)
        return [train, train.head(10), test]


@dataclass(frozen=True)
class TestIsValidation(Right):
    """Reports what it selected on."""

    __test__ = False

    def splits(self, rng: np.random.Generator) -> list[Split]:
        train, validation, _ = super().splits(rng)
        return [train, validation, validation]


@dataclass(frozen=True)
class GlobalState(Right):
    """Draws from NumPy's global state."""

    def draw(self, n: int, rng: np.random.Generator) -> Split:
        return Split(np.random.standard_normal((n, 4)), np.arange(n) % 2)


@dataclass(frozen=True)
class WholeNumbers(Right):
    """Gives bytes, as pictures are stored."""

    def draw(self, n: int, rng: np.random.Generator) -> Split:
        return Split(rng.integers(0, 256, (n, 4), np.uint8), np.arange(n) % 2)


@dataclass(frozen=True)
class AClassTooMany(Right):
    """Its training set lacks a class."""

    def draw(self, n: int, rng: np.random.Generator) -> Split:
        return Split(rng.standard_normal((n, 4)), np.zeros(n, int))


@dataclass(frozen=True)
class WrongPictures(Right):
    """Pictures of three by three for four numbers."""

    def image_shape(self) -> tuple[int, int]:
        return (3, 3)


@dataclass(frozen=True)
class SizeOfTheSeed(Right):
    """As many inputs as are drawn."""

    def splits(self, rng: np.random.Generator) -> list[Split]:
        n_inputs = 4 + int(rng.integers(1000))
        return [Split(rng.standard_normal((n, n_inputs)), np.arange(n) % 2) for n in (40, 10, 20)]

    def image_shape(self) -> None:
        return None


@dataclass(frozen=True)
class NotANumber(Right):
    """Inputs that are not a number."""

    def draw(self, n: int, rng: np.random.Generator) -> Split:
        x: Array = np.full((n, 4), np.nan)
        return Split(x, np.arange(n) % 2)


@dataclass(frozen=True)
class Missing(Right):
    """Its files are not there."""

    def splits(self, rng: np.random.Generator) -> list[Split]:
        raise DataError("there is no file clouds.npz\nput it there")


@dataclass(frozen=True)
class Downloads(Right):
    """Wants to download its files."""

    def splits(self, rng: np.random.Generator) -> list[Split]:
        from urllib.request import urlopen

        with urlopen("http://127.0.0.1:9/clouds.npz") as file:
            return file.read()


CHECKS = {
    "one_seed_gives_one_content",
    "inputs_are_floats",
    "every_class_has_training_samples",
    "pictures_have_a_number_for_each_input",
    "splits_share_no_samples",
    "another_seed_gives_data_of_the_same_form",
}
RIGHT = [Right(), TruthTable(), Lines()]
ABSENT = [Missing(), Downloads()]
WRONG: list[tuple[Dataset, set[str]]] = [
    (ValidationFromTraining(), {"splits_share_no_samples"}),
    (TestIsValidation(), {"splits_share_no_samples"}),
    (GlobalState(), {"one_seed_gives_one_content"}),
    (WholeNumbers(), {"inputs_are_floats"}),
    (AClassTooMany(), {"every_class_has_training_samples"}),
    (WrongPictures(), {"pictures_have_a_number_for_each_input"}),
    (SizeOfTheSeed(), {"another_seed_gives_data_of_the_same_form"}),
    (NotANumber(), CHECKS),
]
