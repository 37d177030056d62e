"""The recorder process: reads messages, one JSON object a line, and writes them with MLflow.

The first message describes a run; the others are ``{"metrics": {…}, "step": …, "time": …}``
and at last ``{"end": STATUS, …}``. Then one line is answered, ``{"run_id": …}`` or
``{"error": …}`` or both, and the next run may follow. Before that there may be lines
``{"waiting": …}``. ``{"interrupted": true}`` behind the end of a run says that somebody did not
wait for the answer. An input that stops before the end of a run means that the training process
has died.
"""

from __future__ import annotations

import gc
import json
import os
import queue
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import IO

from bpframe_mlflow.marker import its_turn
from bpframe_mlflow.patience import Patience
from bpframe_mlflow.writing import Message, Writer

FLUSH_SECONDS = 5.0


def main() -> None:
    """Record the runs that standard input describes, one after another."""
    # Collecting garbage while MLflow is imported takes half a second and finds none.
    gc.disable()
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    # What MLflow and its libraries print must not be taken for an answer.
    os.dup2(2, 1)

    def answer(**content: str) -> None:
        # A training process that was killed reads no answer.
        with suppress(BrokenPipeError):
            answers.write(json.dumps(content) + "\n")

    messages: queue.Queue[Message] = queue.Queue()
    ended, interrupted = threading.Event(), threading.Event()
    patience = Patience(ended, lambda lock: answer(waiting=lock))
    # Reading goes on while MLflow is imported, so that the training never waits for the pipe.
    read_all = (sys.stdin, messages, ended, interrupted)
    threading.Thread(target=read, args=read_all, daemon=True).start()
    while "end" not in (start := messages.get()):
        result = record(start, messages, patience, interrupted)
        # The next run is described when this answer has been read.
        ended.clear()
        answer(**result)


def read(
    lines: IO[str],
    messages: queue.Queue[Message],
    ended: threading.Event,
    interrupted: threading.Event,
) -> None:
    """Put every line into the queue, and behind the last one the end of the run and of all."""
    # A training process that was killed may leave half a line.
    with suppress(json.JSONDecodeError):
        for line in lines:
            message = json.loads(line)
            if "interrupted" in message:
                interrupted.set()
                continue
            messages.put(message)
            if "end" in message:
                ended.set()
    messages.put({"end": "KILLED"})
    messages.put({"end": "of all runs"})
    ended.set()


def record(
    start: Message,
    messages: queue.Queue[Message],
    patience: Patience,
    interrupted: threading.Event,
) -> dict[str, str]:
    """Create a run, write what arrives until its end, and return the answer."""
    message = start
    answer: dict[str, str] = {}
    try:
        # MLflow is imported when this is the only recorder of the run.
        with its_turn(start, patience) as is_mine:
            if not is_mine:
                raise TimeoutError("the run has gone on in another process, which records it")
            writer = Writer(start, patience)
            answer["run_id"] = writer.run_id
            status = "FAILED"
            try:
                writer.describe()
                for message in batches(messages):
                    writer.write(message)
                    if "end" not in message:
                        gc.enable()
                status = message["end"]
            finally:
                writer.close("KILLED" if interrupted.is_set() else status)
    except Exception as error:
        first = str(error).partition("\n")[0]
        answer["error"] = f"{type(error).__name__}: {first}"
    finally:
        # What is left of this run must not be taken for the next one's start.
        while "end" not in message:
            message = messages.get()
    return answer


def batches(messages: queue.Queue[Message]) -> Iterator[Message]:
    """Yield what has come together, every few seconds and at the end of the run."""
    message: Message = {}
    while "end" not in message:
        due = time.monotonic() + FLUSH_SECONDS
        metrics: list[Message] = []
        while "end" not in message and (wait := due - time.monotonic()) > 0:
            try:
                message = messages.get(timeout=wait)
            except queue.Empty:
                break
            if "metrics" in message:
                metrics.append(message)
        yield {**message, "metrics": metrics}


if __name__ == "__main__":
    main()
    # Everything is written; taking MLflow's modules apart takes another half second.
    os._exit(0)
