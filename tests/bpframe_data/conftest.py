"""A cache of the test's own, and a web server that offers files."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from small_pictures import FileContents


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of `Small` in a cache of the test's own."""
    monkeypatch.setattr("platformdirs.user_cache_path", lambda app: tmp_path / "cache" / app)
    return tmp_path / "cache" / "bpframe" / "small"


@dataclass
class Mirror:
    """What a server offers, how it misbehaves, and what it was asked for."""

    url: str
    files: FileContents
    cut: int = 0
    silent: threading.Event | None = None
    encoding: str | None = None
    asked: list[str] = field(default_factory=list)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer a GET."""
        name = handler.path.removeprefix("/")
        self.asked.append(name)
        if self.silent:
            self.silent.wait(10)
            return
        if name not in self.files:
            handler.send_error(404)
            return
        content = self.files[name]
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        if self.encoding:
            handler.send_header("Content-Encoding", self.encoding)
        handler.end_headers()
        handler.wfile.write(content[: len(content) - self.cut])


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[FileContents], Mirror]]:
    """Return a function that starts a mirror with the given files."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    servers: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def start(files: FileContents) -> Mirror:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                mirror.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        mirror = Mirror(f"http://127.0.0.1:{server.server_port}/", files)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        servers.append((server, thread))
        return mirror

    yield start
    for server, thread in servers:
        server.shutdown()
        server.server_close()
        thread.join()
