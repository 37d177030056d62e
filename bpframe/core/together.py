"""Several trainings at a time, a thread each."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field

from bpframe.core.arguments import whole_number
from bpframe.core.blas import limited_blas
from bpframe.core.data import Data
from bpframe.core.epoch import Epoch
from bpframe.core.threads import POLL_SECONDS, Threads, processors
from bpframe.core.trainer import Trainer


@dataclass
class Trained:
    """What `train_together` gave for one trainer.

    Attributes
    ----------
    trainer : Trainer
        The trainer, with its network trained.
    epochs : list of Epoch
        What it would have yielded by itself.
    error : exception or None
        What ended it, such as a `DivergedError`; None if nothing did.
    """

    trainer: Trainer
    epochs: list[Epoch] = field(default_factory=list)
    error: BaseException | None = None


# An epoch of a training, or None when it has ended.
News = tuple[Trained, Epoch | None]


def train_together(
    trainers: Iterable[Trainer],
    data: Data | Sequence[Data],
    *,
    threads: int | None = None,
    watch: Callable[[Trainer, Epoch], None] | None = None,
) -> list[Trained]:
    """Train several networks, each as its trainer alone would, to the same bits.

    Those with a rule that leaves Python's lock alone, such as ``fused``, train side by side, in a
    thread each, with one thread of BLAS. Those with others train one after another beside them:
    small operations of NumPy take longer in several threads than in one.

    Parameters
    ----------
    trainers : iterable of Trainer
        No two of them have one network. What they have in common, such as data and components, only
        one that changes itself would spoil.
    data : Data or sequence of Data
        For all of them, or one for each: the division into splits may depend on the seed.
    threads : int, optional
        How many threads there are; as many as processors if left out.
    watch : callable, optional
        Called with the trainer after each epoch, in the thread that has called this function.

    Returns
    -------
    list of Trained
        One for each trainer, in their order. What one of them raises ends none of the others, and
        is handed over as its `error`.

    Raises
    ------
    ValueError
        If a trainer or a network is there twice, or the data are not as many.
    BaseException
        What `watch` raises, and a KeyboardInterrupt; all trainings have ended then.

    Examples
    --------
    >>> import numpy as np
    >>> from bpframe import Data, Network, Split, Trainer, train_together
    >>> from bpframe_activations import Sigmoid
    >>> from bpframe_backprop import FullMatrix
    >>> from bpframe_costs import Quadratic
    >>> from bpframe_initializers import ScaledNormal
    >>> from bpframe_optimizers import SGD
    >>> x = np.linspace(-1, 1, 20)[:, np.newaxis]
    >>> split = Split(x, (x[:, 0] > 0).astype(int))
    >>> data = Data("line", split, split, split, classes=2)
    >>> trainers = [
    ...     Trainer(
    ...         Network([1, 2], Sigmoid(), ScaledNormal(), seed=seed),
    ...         Quadratic(), FullMatrix(), SGD(3.0), epochs=10, seed=seed,
    ...     )
    ...     for seed in range(3)
    ... ]
    >>> for trained in train_together(trainers, data):
    ...     print(trained.trainer.seed, len(trained.epochs), trained.error)
    0 10 None
    1 10 None
    2 10 None
    """
    results = [Trained(trainer) for trainer in trainers]
    each = [data] * len(results) if isinstance(data, Data) else list(data)
    if len(each) != len(results):
        raise ValueError(f"there are {len(results)} trainers, but data for {len(each)}")
    if len({id(trained.trainer.network) for trained in results}) < len(results):
        raise ValueError("two of the trainers have one network; each needs its own")
    most = processors() if threads is None else whole_number("threads", threads, 1)
    news: queue.SimpleQueue[News] = queue.SimpleQueue()
    pairs = list(zip(results, each, strict=True))
    apart = [[pair] for pair in pairs if pair[0].trainer.backprop.side_by_side]
    in_turn = [pair for pair in pairs if not pair[0].trainer.backprop.side_by_side]
    calls = [in_turn, *apart] if in_turn else apart

    def train(some: list[tuple[Trained, Data]]) -> None:
        for trained, own in some:
            try:
                for epoch in trained.trainer.train(own):
                    news.put((trained, epoch))
            # SystemExit too, and a KeyboardInterrupt that nobody has caused.
            except BaseException as error:
                if running.ending:
                    raise
                trained.error = error
            trained.trainer.leave()
            news.put((trained, None))

    at_once = min(most, len(calls))
    left = len(results)
    with limited_blas(1) if at_once > 1 else nullcontext(), Threads(at_once) as running:
        for some in calls:
            running.submit(train, some)
        while left:
            trained, epoch = _next_of(news)
            if epoch is None:
                left -= 1
                continue
            trained.epochs.append(epoch)
            if watch:
                watch(trained.trainer, epoch)
    return results


def _next_of(news: queue.SimpleQueue[News]) -> News:
    while True:
        with suppress(queue.Empty):
            return news.get(timeout=POLL_SECONDS)
