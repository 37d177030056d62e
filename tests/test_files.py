"""Files are whole or not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bpframe.errors import WriteError
from bpframe.files import write_whole


def test_a_file_is_written_and_nothing_else(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.txt", b"content")
    assert (tmp_path / "a.txt").read_bytes() == b"content"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_an_older_file_is_replaced(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.txt", b"old and longer")
    write_whole(tmp_path / "a.txt", b"new")
    assert (tmp_path / "a.txt").read_bytes() == b"new"


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600)])
def test_permissions_follow_the_umask_which_stays(tmp_path: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        write_whole(tmp_path / "a.txt", b"")
        assert (tmp_path / "a.txt").stat().st_mode & 0o777 == mode
    finally:
        assert os.umask(before) == umask


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.chmod", "pathlib.Path.replace"])
@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()], ids=repr)
def test_an_error_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    (tmp_path / "a.txt").write_bytes(b"old")

    def fail(*arguments: object) -> None:
        raise error

    monkeypatch.setattr(step, fail)
    raised = WriteError if isinstance(error, OSError) else type(error)
    with pytest.raises(raised) as caught:
        write_whole(tmp_path / "a.txt", b"new")
    assert str(caught.value).endswith(str(error))
    monkeypatch.undo()
    assert (tmp_path / "a.txt").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_the_name_of_a_folder_is_an_error_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(WriteError, match="folder"):
        write_whole(tmp_path / "folder", b"content")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_folder_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match=r"missing.a\.txt: No such file"):
        write_whole(tmp_path / "missing" / "a.txt", b"content")
    assert list(tmp_path.iterdir()) == []


def test_the_content_is_on_disk_before_it_has_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = []
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr("os.fsync", lambda file: (steps.append("fsync"), fsync(file)))
    monkeypatch.setattr(
        "pathlib.Path.replace", lambda one, other: (steps.append("replace"), replace(one, other))
    )
    write_whole(tmp_path / "a.txt", b"content")
    assert steps == ["fsync", "replace"]
