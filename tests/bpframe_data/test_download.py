"""Downloads from mirrors on this machine, good and bad ones."""

from __future__ import annotations

import gzip
import socket
import threading
from pathlib import Path

import numpy as np
import pytest
from small_pictures import Small, packed, pictures, write

from bpframe import Data
from bpframe.errors import DataError
from bpframe_data.images import FILES


def load(*mirrors: str) -> Data:
    return Small(mirrors=list(mirrors)).load(np.random.default_rng(0))


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


@pytest.fixture
def nobody() -> str:
    """Return an address at which nobody listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{unused.getsockname()[1]}/"


def test_what_is_missing_is_downloaded_once(cache: Path, serve, capsys) -> None:
    mirror = serve(packed(pictures()))
    data = load(mirror.url)
    assert (len(data.train), len(data.validation), len(data.test)) == (50, 10, 20)
    assert {file.name: file.read_bytes() for file in cache.iterdir()} == pictures()
    said = capsys.readouterr()
    assert said.err == f"bpframe: downloading from {mirror.url} to {cache}\n"
    assert not said.out
    assert len(mirror.asked) == 4
    assert load(mirror.url).fingerprint == data.fingerprint
    assert len(mirror.asked) == 4
    assert not capsys.readouterr().err


def test_files_that_a_person_put_into_the_cache_are_used(cache: Path, serve) -> None:
    present = dict(list(packed(pictures()).items())[:3])
    write(cache, present)
    mirror = serve(packed(pictures()))
    load(mirror.url)
    assert mirror.asked == [f"{FILES[3]}.gz"]


def test_an_address_without_its_last_slash(cache: Path, serve) -> None:
    load(serve(packed(pictures())).url.rstrip("/"))
    assert len(names(cache)) == 4


def test_another_compression_of_the_same_content_passes(cache: Path, serve) -> None:
    load(serve({f"{n}.gz": gzip.compress(c, 1) for n, c in pictures().items()}).url)
    assert len(names(cache)) == 4


def test_a_server_that_has_the_browser_decompress(cache: Path, serve) -> None:
    mirror = serve(packed(pictures()))
    mirror.encoding = "gzip"
    load(mirror.url)
    assert len(names(cache)) == 4


def test_a_wrong_digest_goes_on_to_the_next_mirror(cache: Path, serve, capsys) -> None:
    wrong = pictures() | {FILES[1]: b"another content"}
    first, second = serve(packed(wrong)), serve(packed(pictures()))
    load(first.url, second.url)
    assert {file.name: file.read_bytes() for file in cache.iterdir()} == pictures()
    assert first.asked == [f"{name}.gz" for name in FILES[:2]]
    assert second.asked == [f"{name}.gz" for name in FILES[1:]]
    assert second.url in capsys.readouterr().err


def test_an_unreachable_mirror_goes_on_to_the_next(cache: Path, serve, nobody: str) -> None:
    load(nobody, serve(packed(pictures())).url)
    assert len(names(cache)) == 4


@pytest.mark.parametrize(
    ("contents", "cut", "message"),
    [
        ({}, 0, "404 Client Error"),
        (packed(pictures(train=30)), 0, "hash"),
        ({f"{name}.gz": b"<html>log in" for name in FILES}, 0, "hash"),
        (packed(pictures()), 5, "IncompleteRead"),
        ({f"{n}.gz": gzip.compress(c)[:-20] for n, c in pictures().items()}, 0, "end-of-stream"),
        ({f"{name}.gz": b"\x1f\x8b" + b"x" * 30 for name in FILES}, 0, "compression method"),
    ],
)
def test_nothing_is_left_of_a_failed_download(cache: Path, serve, contents, cut, message) -> None:
    mirror = serve(contents)
    mirror.cut = cut
    with pytest.raises(DataError, match=message) as caught:
        load(mirror.url)
    assert f"{mirror.url}{FILES[0]}.gz: " in str(caught.value)
    assert names(cache) == []


def test_a_silent_server_does_not_hang(cache: Path, serve, monkeypatch) -> None:
    monkeypatch.setattr("bpframe_data.download.TIMEOUT", 0.1)
    mirror = serve({})
    mirror.silent = threading.Event()
    with pytest.raises(DataError, match="timed out"):
        load(mirror.url)
    mirror.silent.set()
    assert names(cache) == []


def test_no_network_says_what_to_put_where(cache: Path, serve, nobody: str) -> None:
    with pytest.raises(DataError) as caught:
        load(nobody, serve({}).url)
    first, reason, second, advice = str(caught.value).splitlines()
    assert first == f"small is not in {cache} and cannot be downloaded."
    assert reason.startswith(f"{nobody}{FILES[0]}.gz: ")
    assert "refused" in reason
    assert "404" in second
    assert advice.startswith("Put train-images-idx3-ubyte, ")
    assert all(name in advice for name in FILES)
    assert advice.endswith("data.path=FOLDER")


def test_no_mirror(cache: Path) -> None:
    with pytest.raises(DataError, match=r"No mirror is given\.\nPut train-images"):
        load()
    assert not cache.exists()


def test_a_cache_that_cannot_be_written(cache: Path, serve) -> None:
    write(cache.parent, {"small": b"a file where the folder should be"})
    with pytest.raises(DataError, match="cannot be downloaded"):
        load(serve(packed(pictures())).url)


def test_an_interrupted_download_leaves_nothing(cache: Path, monkeypatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bpframe_data.download._fetch_unpacked", interrupted)
    with pytest.raises(KeyboardInterrupt):
        load("http://127.0.0.1/")
    assert names(cache) == []


@pytest.mark.parametrize("other", [FILES[0], FILES[3]])
def test_another_file_in_the_cache_does_not_pass_for_the_published_one(
    cache: Path, other: str
) -> None:
    noise = bytearray(pictures()[other])
    noise[-1] ^= 1
    write(cache, pictures() | {other: bytes(noise)})
    with pytest.raises(DataError, match=rf"{other} is not the published file: .* Delete it"):
        load()
    write(cache, packed(pictures()) | {other: bytes(noise)})
    with pytest.raises(DataError, match=f"{other} is not the published file"):
        load()


def test_a_folder_that_a_person_names_may_hold_another_set(tmp_path: Path) -> None:
    folder = write(tmp_path, pictures(train=30))
    data = Small(path=str(folder), mirrors=[]).load(np.random.default_rng(0))
    assert len(data.train) == 25


def test_what_decompresses_to_more_than_any_published_file_is_not_taken(
    cache: Path, serve, monkeypatch
) -> None:
    monkeypatch.setattr("bpframe_data.download.LARGEST", 100)
    with pytest.raises(DataError, match="it decompresses to more than 100 bytes"):
        load(serve(packed(pictures())).url)
    assert names(cache) == []
