"""The recorder process: carries the journals of one command to MLflow, while they are written.

It is told nothing but where open journals are noted and which of them are its own; a line on its
input asks it to look at once, and the end of its input says that its parent has ended. What it
tells, one JSON object a line, is ``{"ready": true}`` when MLflow is imported; ``{"done": ID,
"run_id": …}``; ``{"trouble": TEXT, "waits": …}`` when a store does not take what it is given, with
an empty text when that is over; and ``{"lost": TEXT}`` for what MLflow never takes. What is wrong
when nobody listens any more it writes to the notes of its open journals.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from bpframe_mlflow import opened
from bpframe_mlflow.carrier import Carrier
from bpframe_mlflow.journal import FILE, is_written
from bpframe_mlflow.opened import Entry
from bpframe_mlflow.store import ADDRESS
from bpframe_mlflow.trouble import TroubleError

POLL_SECONDS = 0.2
# So often is MLflow told of a run that goes on, and not before it is as old as that.
FLUSH_SECONDS = 5.0
# So often are journals looked for that nobody carries.
IDLE_SECONDS = 5.0
# So long does it try when its parent has ended, and whatever hangs is given up.
LEFT_SECONDS = 60.0


class Recorder:
    """Carries what is noted in a place.

    Parameters
    ----------
    where : pathlib.Path
        The place.
    token : str
        That of its own journals.
    """

    def __init__(self, where: Path, token: str) -> None:
        self._where = where
        self._token = token
        self._answers = os.fdopen(os.dup(1), "w", buffering=1)
        # What MLflow and its libraries print must not be taken for an answer.
        os.dup2(2, 1)
        # A parent that is stopped reads no answer.
        os.set_blocking(self._answers.fileno(), False)
        names = (ADDRESS, "MLFLOW_TRACKING_URI")
        addresses = [uri for name in names if (uri := os.environ.get(name))]
        self._carrier = Carrier(addresses, self._tell, lambda line: self._answer(lost=line))
        self._next: dict[Path, float] = {}
        self._looked = 0.0
        self._moved = time.monotonic()
        self._trouble = ""
        self.asked = threading.Event()
        self.left = threading.Event()

    def listen(self) -> None:
        """Note what comes from the parent, until it has ended."""
        for _ in sys.stdin:
            self.asked.set()
        # Whoever reads what the command has printed has read all of it.
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
        self._moved = time.monotonic()
        self.left.set()
        self.asked.set()

    def watch(self) -> None:
        """End the process, if its parent has ended and something hangs."""
        self.left.wait()
        while time.monotonic() < self._moved + LEFT_SECONDS:
            time.sleep(1.0)
        self._trouble = self._trouble or f"MLflow did not answer for {LEFT_SECONDS:g} seconds"
        self._leave_word()
        os._exit(1)

    def work(self) -> None:
        """Carry until the parent has ended, and everything is carried or cannot be now."""
        self._answer(ready=True)
        while True:
            at_once = self.asked.wait(POLL_SECONDS)
            self.asked.clear()
            left = self.left.is_set()
            own, others = self._open()
            goes_on = [entry for entry in own if not self._carry(entry, at_once=at_once)]
            if left and not goes_on:
                break
            if not goes_on and time.monotonic() > self._looked + IDLE_SECONDS:
                self._adopt(others)
            if left and goes_on:
                time.sleep(POLL_SECONDS)
        self._adopt(self._open()[1])
        self._leave_word()
        opened.tidy(self._where)

    def _leave_word(self) -> None:
        """Let the next command say what keeps the store from taking its own runs."""
        if self._trouble:
            for entry in self._open()[0]:
                opened.note(self._where, entry.id, entry.folder, entry.token, self._trouble)

    def _open(self) -> tuple[list[Entry], list[Entry]]:
        entries = opened.entries(self._where)
        own = [entry for entry in entries if entry.token == self._token]
        return own, [entry for entry in entries if entry.token != self._token]

    def _adopt(self, others: list[Entry]) -> None:
        """Carry what other commands have left."""
        for entry in others:
            if not is_written(entry.folder):
                self._carry(entry, at_once=False)
        self._looked = time.monotonic()

    def _carry(self, entry: Entry, *, at_once: bool) -> bool:
        """Carry a journal if it is time to; return whether nothing is to be done for it now."""
        folder = entry.folder
        if not (folder / FILE).exists():
            # It may be about to be written.
            if not is_written(folder):
                entry.close(lambda: not (folder / FILE).exists())
            return True
        try:
            if not self._is_due(folder, at_once=at_once):
                return not self.left.is_set()
            self._next[folder] = time.monotonic() + FLUSH_SECONDS
            done = self._carrier.carry(folder, at_once=at_once)
        except TroubleError as trouble:
            # Of a server that is down nobody knows when it is up again.
            return self.left.is_set() and not trouble.waits
        self._moved = time.monotonic()
        gc.enable()
        return done and self._close(entry)

    def _is_due(self, folder: Path, *, at_once: bool) -> bool:
        digest = self._carrier.digest(folder)
        if digest.news.end or at_once:
            return True
        soon = time.monotonic() + FLUSH_SECONDS
        due = time.monotonic() >= self._next.setdefault(folder, soon)
        if due and digest.news.begin is None and not digest.news.metrics and is_written(folder):
            self._next[folder] = soon
            return False
        return due or (digest.begin is not None and not is_written(folder))

    def _close(self, entry: Entry) -> bool:
        record = self._carrier.record(entry.folder)
        if not entry.close(lambda: self._carrier.is_done(entry.folder)):
            return False
        self._next.pop(entry.folder, None)
        self._carrier.leave(entry.folder)
        # The end of what another command has left is not that of a run which goes on now.
        if record and entry.token == self._token:
            self._answer(done=record.id, run_id=record.run_id)
        return True

    def _tell(self, uri: str, trouble: TroubleError | None) -> None:
        self._trouble, waits = (str(trouble), trouble.waits) if trouble else ("", False)
        self._answer(trouble=self._trouble, waits=waits)

    def _answer(self, **content: object) -> None:
        # A parent that was killed reads no answer.
        with suppress(OSError, ValueError):
            self._answers.write(json.dumps(content) + "\n")


def main() -> None:
    """Carry the journals that are noted in a place under a token."""
    # Collecting garbage while MLflow is imported takes half a second and finds none.
    gc.disable()
    recorder = Recorder(Path(sys.argv[1]), sys.argv[2])
    threading.Thread(target=recorder.listen, daemon=True).start()
    threading.Thread(target=recorder.watch, daemon=True).start()
    import mlflow  # noqa: F401  (while the training begins)

    recorder.work()


if __name__ == "__main__":
    main()
    # Everything is written; taking MLflow's modules apart takes another half second.
    os._exit(0)
