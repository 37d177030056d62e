"""Download of files from the first of several mirrors that has them."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from bpframe.errors import DataError
from bpframe_data.idx import unpacked

TIMEOUT = 10
# Bytes of a file when decompressed; the largest of MNIST has 47,040,016.
LARGEST = 100_000_000


def download(digests: Mapping[str, str], mirrors: Sequence[str], folder: Path) -> None:
    """Put files into a folder, decompressed. Under its name stands a whole, checked file or none.

    Parameters
    ----------
    digests : mapping
        For each file its SHA-256 when decompressed. A mirror has it under its name and ``.gz``.
    mirrors : sequence of str
        Addresses of folders. When one fails, the next one is asked for what is still missing.
    folder : Path
        Made if it does not exist.

    Raises
    ------
    DataError
        If no mirror has every missing file in the right form: what was wrong, a line a mirror.
    """
    import pooch  # type: ignore[import-untyped]

    # It would say the same again, through a handler of its own.
    pooch.get_logger().setLevel("WARNING")
    problems = []
    for mirror in mirrors:
        print(f"bpframe: downloading from {mirror} to {folder}", file=sys.stderr)
        try:
            for name, digest in digests.items():
                url = f"{mirror.rstrip('/')}/{name}.gz"
                pooch.retrieve(url, digest, name, folder, downloader=_fetch_unpacked)
            return
        except (OSError, EOFError, ValueError, zlib.error) as error:
            # Behind "retries exceeded" urllib3 keeps why.
            reason = getattr(error.args[0] if error.args else None, "reason", error)
            problems.append(f"{url}: {reason}")
    raise DataError("\n".join(problems or ["No mirror is given."]))


def _fetch_unpacked(url: str, file: str, _pooch: Any) -> None:
    """Fetch a file and decompress it, for mirrors may compress one content in several ways."""
    import pooch

    content = BytesIO()
    # A streamed answer stays open when it is an error; the files fit into memory.
    pooch.HTTPDownloader(stream=False, timeout=TIMEOUT)(url, content, None)
    Path(file).write_bytes(unpacked(content.getvalue(), LARGEST))
