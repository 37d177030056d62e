"""The IDX reader: plain and gzip, and every kind of damage."""

import gzip
import hashlib
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from small_pictures import idx

from bpframe.errors import DataError
from bpframe_data.idx import read_idx, unpacked

IMAGES = np.arange(24).reshape(2, 3, 4)


@pytest.mark.parametrize("name", ["images", "images.gz"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_content_and_not_the_name_says_whether_it_is_gzip(tmp_path: Path, name, pack) -> None:
    file = tmp_path / name
    file.write_bytes(pack(idx(IMAGES)))
    np.testing.assert_array_equal(read_idx(file, 3), IMAGES)
    assert read_idx(file, 3).dtype == np.uint8


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "starts with the bytes ''; expected '00 00 08 03'"),
        (b"<html>not found", "starts with the bytes '3c 68 74 6d 6c"),
        (idx(np.arange(20)), "starts with the bytes '00 00 08 01 .*expected '00 00 08 03'"),
        (
            b"\0\0\x0d\3" + idx(IMAGES)[4:],
            "starts with the bytes '00 00 0d 03 .*of unsigned bytes in 3 dimension",
        ),
        (idx(IMAGES)[:10], "expected '00 00 08 03' and 3 size"),
        (idx(IMAGES)[:-1], "holds 23 bytes of data; expected 2 × 3 × 4"),
        (idx(IMAGES) + b"\0", "holds more than 24 bytes of data; expected 2 × 3 × 4"),
        (idx(IMAGES[:0]), "holds 0 bytes of data; expected 0 × 3 × 4, .* at least one"),
        (b"\0\0\x08\3" + b"\xff" * 12, "holds 0 bytes of data; expected 4294967295 × "),
        (gzip.compress(idx(IMAGES))[:-12], "cannot be read: .*end-of-stream"),
        (gzip.compress(idx(IMAGES))[:10] + b"\xff" * 30, "cannot be read: "),
        (gzip.compress(idx(IMAGES))[:-8] + bytes(8), "cannot be read: CRC"),
    ],
    ids=range(12),
)
def test_damage_is_one_error_that_names_the_file(tmp_path: Path, content, message) -> None:
    file = tmp_path / "images"
    file.write_bytes(content)
    with pytest.raises(DataError, match=message) as caught:
        read_idx(file, 3)
    assert str(caught.value).startswith(str(file))


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"cannot be read: .*directory"):
        read_idx(tmp_path, 3)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_file_must_be_the_one_that_a_digest_is_of(tmp_path: Path, pack) -> None:
    file = tmp_path / "images"
    file.write_bytes(pack(idx(IMAGES)))
    digest = hashlib.sha256(idx(IMAGES)).hexdigest()
    np.testing.assert_array_equal(read_idx(file, 3, digest), IMAGES)
    file.write_bytes(pack(idx(IMAGES + 1)))
    with pytest.raises(DataError, match=f"is not the published file: .* expected {digest}"):
        read_idx(file, 3, digest)


def test_no_more_is_decompressed_than_the_header_says(tmp_path: Path) -> None:
    file = tmp_path / "images.gz"
    file.write_bytes(gzip.compress(idx(IMAGES) + bytes(50_000_000), 1))
    tracemalloc.start()
    with pytest.raises(DataError, match="holds more than 24 bytes"):
        read_idx(file, 3)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_header_that_says_too_much_takes_nothing(tmp_path: Path, pack) -> None:
    file = tmp_path / "images"
    file.write_bytes(pack(b"\0\0\x08\3" + b"\xff" * 12 + b"some"))
    with pytest.raises(DataError, match=r"holds 4 bytes of data; expected 4294967295 × "):
        read_idx(file, 3)


def test_what_decompresses_to_more_than_is_allowed_is_refused() -> None:
    assert unpacked(gzip.compress(bytes(100)), 100) == bytes(100)
    assert unpacked(bytes(100), 10) == bytes(100)
    with pytest.raises(ValueError, match="decompresses to more than 99 bytes"):
        unpacked(gzip.compress(bytes(100)), 99)
