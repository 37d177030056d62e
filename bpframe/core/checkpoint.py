"""The file that a training can go on from: arrays and JSON in one `.npz`, with a digest."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bpframe.core.epoch import Epoch
from bpframe.core.position import Arrays, Position
from bpframe.errors import CheckpointError

# Raised where a file of before could not be read any more.
FORMAT = 1
HEADER, DIGEST = "header", "digest"


@dataclass(frozen=True)
class Checkpoint:
    """Where a training stands, and what it has been through.

    Attributes
    ----------
    position : Position
        Where it stands.
    epochs : list of Epoch
        Those so far.
    more : dict
        What else is needed to go on, as plain values: numbers, texts, lists and dictionaries.
    """

    position: Position
    epochs: list[Epoch] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """Return the content of the file."""
        position = dataclasses.asdict(dataclasses.replace(self.position, arrays={}))
        header = {
            "format": FORMAT,
            "position": position,
            "epochs": [
                {**vars(epoch), "higher_is_better": sorted(epoch.higher_is_better)}
                for epoch in self.epochs
            ],
            "more": self.more,
        }
        text = json.dumps(header).encode()
        arrays = self.position.arrays
        buffer = io.BytesIO()
        np.savez(
            buffer,
            allow_pickle=False,
            **{
                **{f"array/{name}": array for name, array in arrays.items()},
                HEADER: np.frombuffer(text, np.uint8),
                DIGEST: np.frombuffer(_digest(text, arrays), np.uint8),
            },
        )
        return buffer.getvalue()

    @classmethod
    def read(cls, path: Path) -> Checkpoint:
        """Return the checkpoint in a file.

        Raises
        ------
        CheckpointError
            If there is none, it is damaged, or another version of bpframe has written it.
        """
        header, arrays = _read(path)
        if header.get("format") != FORMAT:
            raise CheckpointError(
                f"{path} has the format {header.get('format')}, and this version of bpframe reads "
                f"the format {FORMAT}: go on with the version that wrote it"
            )
        try:
            position = Position(**{**header["position"], "arrays": arrays})
            epochs = [
                Epoch(**{**values, "higher_is_better": frozenset(values["higher_is_better"])})
                for values in header["epochs"]
            ]
            return cls(position, epochs, dict(header["more"]))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise CheckpointError(f"{path} is no checkpoint of a training: {error}") from None


def _read(path: Path) -> tuple[dict[str, Any], Arrays]:
    if not path.is_file():
        raise CheckpointError(f"there is no checkpoint {path}")
    # A damaged archive raises any of a dozen kinds of exceptions.
    try:
        # A file that it opens itself stays open where it is none.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            # As it is written; a packed one could grow beyond the memory.
            if any(m.compress_type != zipfile.ZIP_STORED for m in archive.zip.infolist()):
                raise ValueError("its members are compressed")
            text = archive[HEADER].tobytes()
            arrays = {
                name.removeprefix("array/"): archive[name]
                for name in archive.files
                if name.startswith("array/")
            }
            whole = archive[DIGEST].tobytes() == _digest(text, arrays)
        if whole:
            header = json.loads(text)
            return dict(header), arrays
    except Exception as error:
        raise CheckpointError(f"{path} is damaged, or no checkpoint: {error}") from None
    raise CheckpointError(f"{path} is damaged: its content has changed since it was written")


def _digest(text: bytes, arrays: Arrays) -> bytes:
    digest = hashlib.sha256(text)
    for name, array in sorted(arrays.items()):
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.digest()
