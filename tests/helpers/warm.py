"""Commands in processes of their own that need not import anything any more.

Half of what a command takes is spent on imports. A server has made them, and each command is a
process that is forked from it: it has its own folder, environment, output and exit code.
"""

from __future__ import annotations

import atexit
import json
import select
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

SERVER = Path(__file__).with_name("warm_server.py")


@cache
def server() -> subprocess.Popen[bytes]:
    """Return the server of this test process: one for all commands, which bring what differs."""
    # Of a session of its own, so that Ctrl-C is for the tests; its input's end is its own.
    started = subprocess.Popen(
        [sys.executable, "-P", SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
        start_new_session=True,
    )
    atexit.register(started.kill)
    return started


def run_warm(
    arguments: Sequence[str],
    folder: Path,
    environment: dict[str, str],
    seconds: float,
) -> subprocess.CompletedProcess[str]:
    """Run ``bpframe ARGUMENT …`` in a folder.

    Parameters
    ----------
    arguments, folder, environment
        Of the command.
    seconds : float
        A limit for what hangs.
    """
    process = server()
    assert process.stdin
    assert process.stdout
    with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as err:
        asked = {
            "arguments": list(arguments),
            "folder": str(folder),
            "environment": environment,
            "out": out.name,
            "err": err.name,
        }
        process.stdin.write(json.dumps(asked).encode() + b"\n")
        if not select.select([process.stdout], [], [], seconds)[0]:
            raise subprocess.TimeoutExpired(list(arguments), seconds)
        code = int(process.stdout.readline())
        texts = (Path(file.name).read_text() for file in (out, err))
        return subprocess.CompletedProcess(list(arguments), code, *texts)
