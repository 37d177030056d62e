"""A training whose epochs are trained before anybody asks for them."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from typing import NamedTuple

from bpframe.core.data import Data, fingerprint
from bpframe.core.epoch import Epoch
from bpframe.core.position import Position
from bpframe.core.recipe import Recipe
from bpframe.core.training import Training

# What may be kept of epochs that are not asked for yet, and what each takes beside its arrays, in
# bytes.
LARGEST = 2**28
EACH = 2**13


class _Ready(NamedTuple):
    """An epoch that has been trained: where it begins, what it gave, and where it ends."""

    begins: str
    epoch: Epoch
    ends: Position


class TrainedAhead(Training):
    """A training that can go ahead of who goes through its epochs.

    `train_ahead` trains, keeps where each epoch ends, and goes back to the start. `next_epoch` then
    puts the training where the next one ends instead of training it, and everything is as if it had
    been trained there and then. It does so as long as the training stands where the epoch has
    begun, bit for bit: where somebody has changed a weight meanwhile, or has looked at other
    metrics, it trains.
    """

    def __init__(self, recipe: Recipe, data: Data) -> None:
        super().__init__(recipe, data)
        self._ready: deque[_Ready] = deque()

    def train_ahead(self) -> None:
        """Train all epochs that are left, as long as there is room for what is to be kept.

        An error ends it without a word: the epoch raises it again when it is asked for.
        """
        start, kept = self.position(), 0
        with suppress(Exception):
            while self.goes_on and kept < LARGEST:
                begins, epoch = self._here(), super().next_epoch()
                ends = self.position()
                self._ready.append(_Ready(begins, epoch, ends))
                kept += EACH + sum(array.nbytes for array in ends.arrays.values())
                self.look(epoch)
        self._go_to(start)
        self.within = False

    def next_epoch(self) -> Epoch:
        """Return the next epoch, which has been trained already, or train it.

        Raises
        ------
        DivergedError
            If the cost is not finite any more.
        """
        if self._ready and self._ready[0].begins == self._here():
            ready = self._ready.popleft()
            self.within = True
            self._go_to(ready.ends)
            return ready.epoch
        self._ready.clear()
        return super().next_epoch()

    def _here(self) -> str:
        """Return a digest of where the training stands."""
        here = self.position()
        numbers = fingerprint(*here.arrays.values())
        return f"{here.epoch} {here.ended} {here.streams} {numbers}"
