"""Contenders in turn: short rounds, and ratios of the same round.

A shared machine changes its speed within minutes, so only what ran side by side can be compared.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any

import numpy as np
from children import ONE_THREAD, Child, NoAnswerError, environment, pin
from contenders import contender
from contenders.base import Contender
from memory import peak, start_anew
from work import Work

from bpframe import Array

# A round of a contender that is slower than this is made of fewer samples, and a step that is
# slower is a round.
LONGEST_ROUND, LONGEST_STEP = 1.0, 0.1
SHORTER_ROUND = 0.3
# It then takes part in fewer rounds, and who is not ready or has not finished one after so many
# seconds in none.
FEWER_ROUNDS = 3
LONGEST_START, LONGEST_ANSWER = 150.0, 60.0
# Of a training with one step an epoch.
WHOLE_EPOCHS = 20
# By their outputs for so many samples is seen whether the first steps are those of others. What
# captures a graph has compiled by the third.
LOOK, FIRST_STEPS = 100, 3


@dataclass
class Timing:
    """What was seen of one contender.

    Attributes
    ----------
    samples : int
        Samples of a round; fewer than an epoch has where that would take too long.
    preparation : float
        Seconds before the first epoch, with what is compiled in it.
    note : str
        How it is written, and what differs from the others.
    moved : array, shape (LOOK, n_L), optional
        What the first steps added to the outputs; None of who trains something else.
    seconds : list of float
        Of an epoch, one for each round, scaled up if a round had fewer samples.
    accuracy : float
        On the validation samples, after all rounds.
    megabytes : float
        The most memory beyond that of the process with its imports and the data.
    """

    samples: int
    preparation: float
    note: str
    moved: Array | None = None
    seconds: list[float] = field(default_factory=list)
    accuracy: float = 0.0
    megabytes: float = 0.0

    def partial(self, work: Work) -> bool:
        """Return whether a round has fewer samples than an epoch."""
        return self.samples < work.samples

    @property
    def median(self) -> float:
        """Median of the seconds."""
        return statistics.median(self.seconds)

    def ratio(self, other: Timing) -> float:
        """Return the median of the ratios to another contender in the same round."""
        pairs = zip(self.seconds, other.seconds, strict=False)
        return statistics.median(mine / yours for mine, yours in pairs)


def race(
    names: list[str],
    work: Work,
    folder: str | None,
    rounds: int,
    *,
    one_thread: bool,
    find: Callable[[str], type[Contender]] = contender,
    start: float = LONGEST_START,
    answer: float = LONGEST_ANSWER,
) -> dict[str, Timing | str]:
    """Return the timing of each contender, or why it did not take part.

    Parameters
    ----------
    names : list of str
        The contenders.
    work : Work
        What they train.
    folder : str, optional
        The files of MNIST.
    rounds : int
        Epochs of each that are timed.
    one_thread : bool
        Whether each has one processor.
    find : callable, optional
        Gives the class of a name, in the contender's process.
    start, answer : float, optional
        Seconds within which a contender is ready, and has finished a round.
    """
    children: dict[str, Child] = {}
    results: dict[str, Timing | str] = dict.fromkeys(names, "")
    tasks = [(name, (work, folder, one_thread, find)) for name in names]
    try:
        with environment(ONE_THREAD if one_thread else {}):
            for name, outcome in ready(tasks, children, start):
                results[name] = outcome
                print(".", end="", file=sys.stderr, flush=True)
        for number in range(rounds):
            for name, timing in results.items():
                if isinstance(timing, str) or (timing.partial(work) and number >= FEWER_ROUNDS):
                    continue
                try:
                    seconds = children[name].ask("epoch", answer)
                except NoAnswerError as failure:
                    results[name] = str(failure)
                    children[name].stop()
                else:
                    timing.seconds.append(seconds * work.samples / timing.samples)
            print(".", end="", file=sys.stderr, flush=True)
        for name, timing in results.items():
            if isinstance(timing, Timing):
                try:
                    timing.accuracy, timing.megabytes = children[name].ask("end", answer)
                except NoAnswerError as failure:
                    results[name] = str(failure)
    finally:
        for child in children.values():
            child.stop()
    return results


def ready(
    tasks: list[tuple[str, tuple[Any, ...]]], children: dict[str, Child], seconds: float
) -> Iterator[tuple[str, Timing | str]]:
    """Start contenders, as many at a time as there are processors, and yield what they say.

    Parameters
    ----------
    tasks : list of tuples
        Names, and what `serve` is to be given after the name.
    children : dict
        Where their processes are put.
    seconds : float
        After which one that has said nothing is ended.
    """
    waiting = deque(tasks)
    places = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]
    busy: dict[Connection, tuple[str, int, float]] = {}
    while waiting or busy:
        while waiting and places:
            name, arguments = waiting.popleft()
            place = places.pop()
            child = children[name] = Child(serve, name, place, *arguments)
            busy[child.end] = name, place, time.monotonic() + seconds
        said = wait(list(busy), timeout=1)
        for end, (name, place, until) in list(busy.items()):
            if end not in said and time.monotonic() < until:
                continue
            del busy[end]
            places.append(place)
            try:
                yield name, children[name].answer(0)
            except NoAnswerError as failure:
                children[name].stop()
                late = end not in said
                yield name, f"not ready within {seconds:.0f} s" if late else str(failure)


def serve(
    end: Connection,
    name: str,
    processor: int,
    work: Work,
    folder: str | None,
    one_thread: bool,
    find: Callable[[str], type[Contender]],
) -> None:
    """Be a contender: answer "epoch" with seconds and "end" with accuracy and memory."""
    if one_thread:
        pin(processor)
    own = find(name)
    data = work.load(folder)
    targets = data.targets(data.train, np.dtype(work.dtype))
    before = start_anew()
    started = time.perf_counter()
    trained = own(work, data, targets)
    timing = prepared(trained, time.perf_counter() - started)
    if one_thread:
        # Others were on other processors meanwhile; they are measured on the same.
        pin(max(os.sched_getaffinity(0) | {processor}))
    end.send(timing)
    epochs = WHOLE_EPOCHS if work.whole else 1
    while end.recv() == "epoch":
        end.send(sum(trained.epoch() for _ in range(epochs)) / epochs)
    megabytes = peak() - before
    end.send((trained.accuracy(), megabytes))


def prepared(trained: Contender, preparation: float) -> Timing:
    """Return what is known of a contender before its first round, when it has warmed up."""
    work = trained.work
    few = trained.data.validation.x[:LOOK]
    first = trained.look(few) if trained.same_training else None
    samples = work.batch_size
    trained.take(samples)
    steps = [trained.epoch() for _ in range(FIRST_STEPS)]
    step = min(steps)
    compiling = sum(steps) - FIRST_STEPS * step
    moved = None if first is None else trained.look(few) - first
    if step < LONGEST_STEP and not work.whole:
        twenty = min(work.samples, 20 * work.batch_size)
        trained.take(twenty)
        whole = min(trained.epoch() for _ in range(4)) / twenty * work.samples
        samples = work.samples
        if whole > LONGEST_ROUND:
            share = SHORTER_ROUND / whole
            samples = max(1, int(share * work.samples / work.batch_size)) * work.batch_size
        trained.take(samples)
        # Who compiles for a number of samples has done so three times.
        compiling = max(compiling, trained.epoch() - whole * samples / work.samples)
    return Timing(samples, preparation + compiling, trained.note, moved)
