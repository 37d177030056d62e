"""Contenders in turn: short rounds, and ratios of the same round.

A shared machine changes its speed within minutes, so only what ran side by side can be compared.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import statistics
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from contenders import Contender, make
from work import Work

# A round of a contender that is slower than this is made of fewer samples.
LONGEST_ROUND = 3.0
SHORTER_ROUND = 0.5
# It then takes part in fewer rounds, and who has not begun after so many seconds in none.
FEWER_ROUNDS = 3
PATIENCE = 60

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}


@dataclass
class Timing:
    """What was seen of one contender.

    Attributes
    ----------
    samples : int
        Samples of a round; fewer than an epoch has where that would take too long.
    preparation : float
        Seconds before the first epoch.
    note : str
        What differs from the others.
    seconds : list of float
        Of an epoch, one for each round, scaled up if a round had fewer samples.
    accuracy : float
        On the validation samples, after all rounds.
    megabytes : float
        The largest memory of its process.
    """

    samples: int
    preparation: float
    note: str
    seconds: list[float] = field(default_factory=list)
    accuracy: float = 0.0
    megabytes: float = 0.0

    @property
    def median(self) -> float:
        """Median of the seconds."""
        return statistics.median(self.seconds)

    def ratio(self, other: Timing) -> float:
        """Return the median of the ratios to another contender in the same round."""
        pairs = zip(self.seconds, other.seconds, strict=False)
        return statistics.median(mine / yours for mine, yours in pairs)


def race(
    names: list[str], work: Work, folder: str | None, rounds: int, *, one_thread: bool
) -> dict[str, Timing | str]:
    """Return the timing of each contender, or why it did not take part."""
    results: dict[str, Timing | str] = {}
    ends: dict[str, Connection] = {}
    processes = []
    for name in names:
        here, there = multiprocessing.Pipe()
        with environment(ONE_THREAD if one_thread else {}):
            process = multiprocessing.get_context("spawn").Process(
                target=serve, args=(there, name, work, folder, one_thread), daemon=True
            )
            process.start()
        there.close()
        processes.append(process)
        results[name] = ask(here)
        if isinstance(results[name], Timing):
            ends[name] = here
        else:
            process.terminate()
        print(".", end="", file=sys.stderr, flush=True)
    for number in range(rounds):
        for name, end in list(ends.items()):
            timing = results[name]
            assert isinstance(timing, Timing)
            if timing.samples < work.samples and number >= FEWER_ROUNDS:
                continue
            answer = ask(end, "epoch")
            if isinstance(answer, str):
                results[name] = answer
                del ends[name]
            else:
                timing.seconds.append(answer * work.samples / timing.samples)
        print(".", end="", file=sys.stderr, flush=True)
    for name, end in ends.items():
        answer, timing = ask(end, "end"), results[name]
        assert isinstance(timing, Timing)
        if isinstance(answer, str):
            results[name] = answer
        else:
            timing.accuracy, timing.megabytes = answer
    for process in processes:
        process.terminate()
    for process in processes:
        process.join()
    print(file=sys.stderr)
    return results


def ask(end: Connection, question: str | None = None) -> Any:
    """Return what a contender answers, or a text that says why it does not."""
    try:
        if question:
            end.send(question)
        return end.recv() if end.poll(PATIENCE) else f"no answer within {PATIENCE} s"
    except (EOFError, BrokenPipeError):
        return "its process has died"


def serve(end: Connection, name: str, work: Work, folder: str | None, one_thread: bool) -> None:
    """Be a contender: answer "epoch" with seconds and "end" with accuracy and memory."""
    if one_thread and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    try:
        contender, samples = prepared(name, work, folder)
    except (ImportError, ValueError) as error:
        end.send(str(error))
        return
    end.send(Timing(samples, contender.preparation, contender.note))
    while end.recv() == "epoch":
        end.send(contender.epoch())
    # Linux counts kilobytes.
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    end.send((contender.accuracy(), megabytes))


def prepared(name: str, work: Work, folder: str | None) -> tuple[Contender, int]:
    """Return the contender, warmed up, and the number of samples that it takes a round."""
    samples = min(work.samples, 20 * work.batch_size)
    probe = make(name, work, work.load(folder, samples))
    # One mini-batch shows whether twenty would take for ever.
    if (first := make(name, work, work.load(folder, work.batch_size))).epoch() > 1:
        return first, work.batch_size
    a_sample = min(probe.epoch() for _ in range(4)) / samples
    if a_sample * work.samples > LONGEST_ROUND:
        steps = max(1, int(SHORTER_ROUND / a_sample / work.batch_size))
        samples = steps * work.batch_size
    else:
        samples = work.samples
    contender = make(name, work, work.load(folder, samples))
    contender.epoch()
    return contender, samples


@contextmanager
def environment(values: dict[str, str]) -> Iterator[None]:
    """Set variables for processes that start meanwhile.

    OPENBLAS_CORETYPE is taken away: it overrules what NumPy's BLAS would choose for the
    processor, which no other contender suffers.
    """
    before = dict(os.environ)
    os.environ.update(values)
    os.environ.pop("OPENBLAS_CORETYPE", None)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
