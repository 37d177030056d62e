"""The base of the data sets in the form of MNIST."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from bpframe import Data, Dataset, Numbers, Scaling, Split, fingerprint, room_for_ones
from bpframe.errors import DataError
from bpframe_data.download import download
from bpframe_data.files import find_idx_files, user_path
from bpframe_data.idx import read_idx

FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)
EXPECTED = f"{', '.join(FILES[:-1])} and {FILES[-1]} (plain or .gz)"
CLASSES = 10
LARGEST_VALIDATION = 10_000

Samples = tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]


@dataclass(frozen=True)
class Images(Dataset):
    """Pictures in ten classes, in four IDX files.

    The last 10,000 samples of the training file are for validation; of a file of fewer than
    60,000 samples, the last sixth. Nothing is drawn: every seed has the same splits.

    Parameters
    ----------
    path : str, optional
        A folder with the four files, plain or gzip; ``~`` is your home. They may be another set
        in the same form, so they are not compared with the published ones. Without it they come
        from the user's cache folder; what is missing there is downloaded, and what is there must
        be the published files.
    mirrors : list of str
        Addresses to download from, tried in order. An empty list forbids downloads.
    train_samples : int, optional
        How many training samples to keep, the first ones; all if left out.

    Attributes
    ----------
    name : str
        Of the data set, and of its folder in the cache.
    digests : tuple of str
        SHA-256 of each of `FILES` when decompressed; files of the cache are held to them.
    class_names : tuple of str
        Of the ten classes; () if their numbers say it all.

    Raises
    ------
    ValueError
        If a value is not allowed.
    """

    name: ClassVar[str]
    digests: ClassVar[tuple[str, str, str, str]]
    class_names: ClassVar[tuple[str, ...]] = ()

    path: str | None = None
    mirrors: list[str] = field(default_factory=list)
    train_samples: int | None = None

    def __post_init__(self) -> None:
        if not all(str(mirror).startswith(("http://", "https://")) for mirror in self.mirrors):
            raise ValueError(
                f"mirrors is {self.mirrors}; it must be a list of http:// or https:// addresses"
            )
        if self.train_samples is not None and self.train_samples < 1:
            raise ValueError(f"train_samples is {self.train_samples}; it must be 1 or more")

    def load(self, rng: np.random.Generator) -> Data:
        """Return the pictures: x of shape (n, height · width), float32, 0 to 1; y of shape (n,).

        Raises
        ------
        DataError
            If a file is missing, damaged or at odds with another one, or holds too few samples.
        """
        files = self._files()
        train_images = files[0]
        # The files of a folder that a person names may be another set.
        digests = self.digests if self.path is None else (None,) * len(FILES)
        images, labels = _read(files[:2], digests[:2])
        test = _read(files[2:], digests[2:])
        if test[0].shape[1:] != images.shape[1:]:
            raise DataError(
                f"{files[2]} holds pictures of {_size(test[0])}; expected {_size(images)}, as in "
                f"{train_images}"
            )
        n = len(images)
        first = n - min(n // 6, LARGEST_VALIDATION)
        if first == n:
            raise DataError(
                f"{train_images} holds {n} samples; expected at least 6, for the last sixth is "
                "for validation"
            )
        if self.train_samples is not None and self.train_samples > first:
            raise DataError(
                f"train_samples is {self.train_samples}; {train_images} has {first} for training"
            )
        kept = self.train_samples or first
        train = images[:kept], labels[:kept]
        validation = images[first:], labels[first:]
        data = Data(
            self.name,
            _split(*train),
            _split(*validation),
            _split(*test),
            CLASSES,
            image_shape=images.shape[1:],
            class_names=self.class_names,
            inputs=Numbers(images.shape[1:], scalings=(Scaling(divide=(255.0,)),)),
        )
        # Of the pixels as they are stored: a quarter as many bytes, and known before the division.
        vars(data)["fingerprint"] = fingerprint(*train, *validation, *test)
        return data

    def _files(self) -> list[Path]:
        """Return the paths of `FILES`, in their order."""
        if self.path is None:
            return self._cached_files()
        folder = user_path(self.path)
        found = find_idx_files(folder, FILES)
        if missing := [name for name in FILES if name not in found]:
            what = f"lacks {', '.join(missing)}" if folder.is_dir() else "is not a folder"
            raise DataError(f"{folder} {what}; expected a folder with {EXPECTED}")
        return [found[name] for name in FILES]

    def _cached_files(self) -> list[Path]:
        # Whoever names a folder need not wait for this import.
        from platformdirs import user_cache_path

        folder = user_cache_path("bpframe") / self.name
        found = find_idx_files(folder, FILES)
        digests = zip(FILES, self.digests, strict=True)
        if missing := {name: digest for name, digest in digests if name not in found}:
            try:
                download(missing, self.mirrors, folder)
            except DataError as error:
                raise DataError(
                    f"{self.name} is not in {folder} and cannot be downloaded.\n{error}\n"
                    f"Put {EXPECTED} into that folder, or name the folder that holds them: "
                    "data.path=FOLDER"
                ) from None
        return [found.get(name, folder / name) for name in FILES]


def _read(files: Sequence[Path], digests: Sequence[str | None]) -> Samples:
    images_file, labels_file = files
    images, labels = read_idx(images_file, 3, digests[0]), read_idx(labels_file, 1, digests[1])
    if len(images) != len(labels):
        raise DataError(
            f"{labels_file} holds {len(labels)} labels; expected {len(images)}, one for each "
            f"image of {images_file}"
        )
    if labels.max() >= CLASSES:
        raise DataError(
            f"{labels_file} holds the label {labels.max()}; expected 0 to {CLASSES - 1}"
        )
    return images, labels


def _size(images: npt.NDArray[np.uint8]) -> str:
    return " × ".join(map(str, images.shape[1:]))


def _split(images: npt.NDArray[np.uint8], labels: npt.NDArray[np.uint8]) -> Split:
    pixels = images.reshape(len(images), -1)
    x = room_for_ones(pixels.shape, np.float32)
    np.divide(pixels, 255, out=x, dtype=np.float32)
    return Split(x, labels.astype(np.intp))
