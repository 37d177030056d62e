"""A limit on the size of files: one message, and nothing half-written."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from running import CommandLine

from bpframe.errors import WriteError
from bpframe.files import write_whole

LIMITED = """\
import resource, sys
from bpframe.cli.start import main

# Cut bytecode would be found by others.
sys.dont_write_bytecode = True
resource.setrlimit(resource.RLIMIT_FSIZE, ({bytes}, {bytes}))
sys.exit(main())
"""


def test_weights_that_are_too_large(cli: CommandLine) -> None:
    script = cli.folder.parent / "limited.py"
    script.write_text(LIMITED.format(bytes=6000))
    limited = CommandLine(cli.folder, (*cli.command[:1], script))
    result = limited.quick("data=digits", "console=none")
    message = result.error(1)
    assert message == f"cannot write {result.run_folder}/weights.npz: File too large"
    assert (result.outcome["status"], result.outcome["error"]) == ("failed", message)
    assert "weights.npz" not in {file.name for file in result.run_folder.iterdir()}
    assert not list(result.run_folder.glob(".weights*"))


def test_not_even_an_outcome(cli: CommandLine) -> None:
    script = cli.folder.parent / "limited.py"
    script.write_text(LIMITED.format(bytes=1))
    limited = CommandLine(cli.folder, (*cli.command[:1], script))
    result = limited.quick("data=xor", "console=none")
    assert result.code in (1, 2)
    assert "Traceback" not in result.err
    assert "File too large" in result.err


def test_the_message_names_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(WriteError, match=f"^cannot write {tmp_path}/file: No space left"):
        write_whole(tmp_path / "file", b"content")
    assert list(tmp_path.iterdir()) == []
