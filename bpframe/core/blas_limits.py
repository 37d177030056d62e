"""How many threads BLAS has, where several threads of a process ask for fewer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threadpoolctl import LibController, ThreadpoolController

# What is asked for, by the file of each library, and how many threads it has otherwise.
_asked: dict[str, list[int]] = {}
_own: dict[str, int] = {}
_lock = threading.Lock()


def own_threads(library: LibController) -> int:
    """Return how many threads a library has, or would have if nobody had limited them."""
    with _lock:
        is_limited = _asked.get(library.filepath)
        threads: int = _own[library.filepath] if is_limited else library.num_threads
        return threads


@contextmanager
def limited(controller: ThreadpoolController, threads: int) -> Iterator[None]:
    """Let some libraries use so many threads at most.

    The number is the process's: of what several threads ask for the least counts, and a library has
    its own number again when the last of them has ended. threadpoolctl's own context would put back
    what another one has set meanwhile.

    Parameters
    ----------
    controller : threadpoolctl.ThreadpoolController
        The libraries.
    threads : int
        How many.
    """
    libraries: list[LibController] = controller.lib_controllers
    with _lock:
        for library in libraries:
            asked = _asked.setdefault(library.filepath, [])
            if not asked:
                _own[library.filepath] = library.num_threads
            asked.append(threads)
            _set(library, min(asked))
    try:
        yield
    finally:
        with _lock:
            for library in libraries:
                asked = _asked[library.filepath]
                asked.remove(threads)
                _set(library, min(asked, default=_own[library.filepath]))


def _set(library: LibController, threads: int) -> None:
    """Let a library have so many threads.

    As threadpoolctl publishes it, it does nothing for OpenBLAS while another thread is alive that
    has called it before: so it settles what is settled here by counting.
    """
    getattr(library, "_real_set_num_threads", library.set_num_threads)(threads)
