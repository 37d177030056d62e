"""MLflow's server as a process of its own."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from typing import IO

from bpframe.errors import BpframeError
from bpframe_mlflow.process import tell
from bpframe_mlflow.rest import Rest
from bpframe_mlflow.store import environment, python

SLOW_SECONDS = 20.0
POLL_SECONDS = 0.2
ERROR = re.compile(r"(\w+(?:Error|Exception))[:)] +(.*\S)")


class ServerError(BpframeError):
    """MLflow's server that cannot start, or has ended by itself."""

    exit_code = 1


class Server:
    """Serves a store: a context that ends the server.

    Parameters
    ----------
    uri : str
        The store.
    host, port
        Where to serve.

    Attributes
    ----------
    url : str
        What a browser on this machine opens.
    """

    def __init__(self, uri: str, host: str, port: int) -> None:
        self.url = address(host, port)
        self.rest = Rest(self.url)
        self._uri = uri
        command = [*python("mlflow"), "ui", "--backend-store-uri", uri, "--workers", "1"]
        # uvicorn puts a folder of applications first on its search path: the working folder, if
        # it is told no other. There is nothing to import from the null device.
        options = ["--app-dir", os.devnull, "--log-level", "warning"]
        command += ["--host", host, "--port", str(port), "--uvicorn-opts", shlex.join(options)]
        # In a session of its own, so that Ctrl-C reaches this process, which ends it in order.
        self._process = subprocess.Popen(
            command,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._said: deque[str] = deque(maxlen=200)
        self._answers = threading.Event()
        assert self._process.stderr
        reading = threading.Thread(target=self._listen, args=(self._process.stderr,), daemon=True)
        reading.start()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        # The whole group: what was killed itself has not ended what it had started.
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait()

    def wait_until_it_answers(self) -> None:
        """Wait until the server answers, and say so if it takes long.

        Raises
        ------
        ServerError
            If it ends before.
        """
        slow = time.monotonic() + SLOW_SECONDS
        while not self.rest.answers():
            self._must_be_alive()
            time.sleep(POLL_SECONDS)
            if time.monotonic() > slow:
                slow = float("inf")
                tell(f"MLflow's server starts{self._reason()}", "ends it")
        self._answers.set()

    def wait(self) -> None:
        """Wait until it ends.

        Raises
        ------
        ServerError
            If it ends by itself.
        """
        self._process.wait()
        self._must_be_alive()

    def _must_be_alive(self) -> None:
        code = self._process.poll()
        if code is None:
            return
        cause = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        raise ServerError(f"MLflow's server of {self._uri} ended {cause}{self._reason()}")

    def _listen(self, lines: IO[str]) -> None:
        for line in lines:
            self._said.append(line.rstrip())
            # What it says at its start is of use only if that fails.
            if self._answers.is_set():
                sys.stderr.write(line)

    def _reason(self) -> str:
        """Return ``: `` and the last error that it has printed, or nothing if there is none."""
        for line in reversed(list(self._said)):
            if found := ERROR.search(line):
                name, text = found.groups()
                return f": {text}" if name == "MlflowException" else f": {name}: {text}"
        return ""


def address(host: str, port: int) -> str:
    """Return the address at which this machine reaches what is served on a host."""
    name = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"
