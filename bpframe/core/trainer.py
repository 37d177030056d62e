"""Stochastic gradient descent over mini-batches."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from bpframe.core.ahead import TrainedAhead
from bpframe.core.checkpoint import Checkpoint
from bpframe.core.data import Data
from bpframe.core.epoch import Epoch
from bpframe.core.portable import as_plain, from_plain
from bpframe.core.position import Position, put_back
from bpframe.core.recipe import Recipe
from bpframe.core.training import StepObserver, Training
from bpframe.errors import CheckpointError
from bpframe.files import write_whole


class Trainer(Recipe):
    """Trains a network by mini-batch steps.

    A training that is left, by ``break``, by not asking for the next epoch, or because its time
    has passed, is taken up by the next `train`, and ends with the same bits as one that was not
    left. So is a finished one when `epochs` has been raised; otherwise the next `train` begins
    another one, from the weights that there are.

    Parameters
    ----------
    network : Network
        Changed in place.
    cost, backprop, optimizer, regularizer
        Components; the regularizer may be left out.
    epochs : int
        Passes over the training set.
    batch_size : int or "full"
        Samples of a mini-batch, or all of them.
    drop_last : bool
        Leave out the last mini-batch of an epoch where it is smaller.
    shuffle : bool
        Take the samples in a new order in each epoch, and not always in their own.
    seed : int
        The order comes from the stream ``shuffle`` of this seed, what a rule draws from
        ``feedback``, and which neurons are left out from ``dropout``.
    schedule, clipping, stopping
        Components: what changes the learning rate, what makes gradients smaller, what ends the
        training early. Each may be left out.
    metrics : mapping of str to Metric, optional
        What is measured beside the cost and, for classes, the accuracy, by name.
    select_by : str, optional
        The metric that names the best epoch; `Epoch.selecting` if left out.
    class_weight : "balanced" or mapping of int to float, optional
        How much the samples of a class count, see `sample_weights`.
    max_seconds : float, optional
        The training ends with the epoch in which so much time has passed.
    output_error : callable, optional
        Closed form of δ^L, see `Objective`.
    train_evaluation_samples : int, optional
        How many training samples ``train/cost`` and ``train/accuracy`` are taken from after
        each epoch, drawn once from the stream ``evaluation``; all if None.
    learning_rate_backprop : Backprop, optional
        The rule that stands in for any other exact one while a learning rate is measured.

    Raises
    ------
    ValueError
        If a number is out of its range, or cost and outputs do not fit.
    """

    _live: Training | None = None
    _ahead: TrainedAhead | None = None
    _ahead_of: Mapping[str, Any] = MappingProxyType({})
    _left: Position | None = None
    _data_of_left: str | None = None

    def train(self, data: Data) -> Iterator[Epoch]:
        """Train, and yield after each epoch; stop taking to leave the training.

        Where the stopping wants the parameters of an earlier epoch back, they are put back when the
        loop has ended behind the last epoch, also by ``break``: while an epoch is looked at, the
        network has its own.

        Raises
        ------
        ValueError
            If the data does not fit the network, or its targets not the cost; if a schedule is
            longer than the training; if a training was left that is one on other data.
        DivergedError
            If the cost is not finite any more.
        ConfigError
            If a metric that something depends on is not there.
        """
        training = self.take_up(data)
        try:
            while training.goes_on:
                epoch = self.next_epoch(training)
                training.look(epoch)
                yield epoch
        finally:
            self.finish(training)

    def fit(self, data: Data) -> list[Epoch]:
        """Train for all epochs that are left and return them; see `train`."""
        return list(self.train(data))

    def take_up(
        self, data: Data, observer: StepObserver | None = None, *, finished: bool = False
    ) -> Training:
        """Return the training that was left, or a new one; `train` and a run go through its epochs.

        Parameters
        ----------
        data : Data
            The samples.
        observer : callable, optional
            Called after each step with the numbers of the epoch and the step, the mini-batch and
            the gradient.
        finished : bool
            Take up one of which nothing is left, too; else another one begins then.
        """
        position = self.position
        over = position and position.finished and self.epochs <= position.epochs
        if over and not finished:
            position = None
        if position:
            self._check_same(data)
        ahead, self._ahead = self._ahead, None
        if ahead and not position and not observer and self._serves(ahead, data):
            self._live = ahead
        else:
            self._live = Training(self, data, position, observer)
        self._left = self._data_of_left = None
        return self._live

    def train_ahead(self, data: Data) -> None:
        """Train now what the next `train` on this data is going to yield, and change nothing yet.

        The epochs are kept, with the weights that each ends with, and `train` yields them one
        after another; where the trainer, or what it trains, is another one then, it trains anew.
        It is for a training of which nobody is to know before its time, such as that of a run
        which waits for its turn. One that has a time, `max_seconds`, is left to `train`.

        Raises
        ------
        ValueError
            As from `train`.
        """
        if self.max_seconds:
            return
        made_of, ahead = self._made_of(), TrainedAhead(self, data)
        ahead.train_ahead()
        self._ahead, self._ahead_of = ahead, made_of

    def _serves(self, ahead: TrainedAhead, data: Data) -> bool:
        """Return whether what has been trained ahead is what is to be trained now."""
        pairs = zip(self._ahead_of.values(), self._made_of().values(), strict=True)
        return ahead.data is data and all(was is now or was == now for was, now in pairs)

    def _made_of(self) -> dict[str, Any]:
        """Return all that a training is made of."""
        return {name: value for name, value in vars(self).items() if name[0] != "_"}

    def _check_same(self, data: Data) -> None:
        """Raise ValueError unless the training that was left is one on this data."""
        known = self._data_of_left
        if self._live and self._live.data is not data:
            known = self._live.data.fingerprint
        if known and known != data.fingerprint:
            raise ValueError(
                "a training was left that is one on other data; it can only go on with them, and "
                "for these another trainer is needed"
            )

    def next_epoch(self, training: Training) -> Epoch:
        """Train for one epoch; what is interrupted within one, no other `train` can take up.

        Raises
        ------
        ValueError
            If another `train` has taken the training up already.
        """
        if training is not self._live:
            raise ValueError(
                "this training has been taken up by another train(), which goes on with it"
            )
        return training.next_epoch()

    def finish(self, training: Training) -> None:
        """Finish a training that has ended, unless another one has begun since."""
        if training is self._live and not training.goes_on and not training.within:
            training.finish()

    def leave(self) -> None:
        """Free what the training needs beside the network, and keep where it stands.

        The next `train` takes it up from there. Without this, a trainer keeps the samples in the
        form that its rule takes them in, as long as it exists.
        """
        left, data = self.position, self._fingerprint()
        self._live, self._left, self._data_of_left = None, left, data

    def _fingerprint(self) -> str | None:
        """Return the digest of the data of the training that was left or has ended."""
        return self._live.data.fingerprint if self._live else self._data_of_left

    @property
    def position(self) -> Position | None:
        """Where the training stands that was left or has ended.

        None before there is one, and where it was interrupted within an epoch.
        """
        if self._live:
            return None if self._live.within else self._live.position()
        return self._left

    @position.setter
    def position(self, position: Position | None) -> None:
        self._live, self._left, self._data_of_left = None, position, None

    @property
    def training(self) -> Training | None:
        """The training that goes on, was left or has ended, if it is one of this process."""
        return self._live

    def save(self, path: str | Path) -> None:
        """Write the trainer into a file: components, weights, and where its training stands.

        The file is whole or not there, and holds no pickle; `load` makes the trainer again.

        Raises
        ------
        ValueError
            If a component is none that a file can hold, such as one that is defined in a function.
        WriteError
            If the file cannot be written.
        """
        position = self.position
        if position is None:
            arrays = {"parameters": self.network.parameters.vector}
            position = Position(0, self.epochs, "", {}, arrays)
        # Those of an earlier epoch may be back.
        arrays = {**position.arrays, "network": self.network.parameters.vector}
        more = {
            "recipe": as_plain(self.parts()),
            "data": self._fingerprint(),
        }
        checkpoint = Checkpoint(dataclasses.replace(position, arrays=arrays), [], more)
        write_whole(Path(path), checkpoint.to_bytes())

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Return the trainer that `save` has written.

        Components are imported by the names of their classes; that of a plugin must be installed.

        Raises
        ------
        CheckpointError
            If the file is damaged, was written by another version, or a component is not there.
        """
        checkpoint = Checkpoint.read(Path(path))
        if "recipe" not in checkpoint.more:
            raise CheckpointError(
                f"{path} is the checkpoint of a run and no trainer; trainer.resume=FOLDER goes on "
                "with it"
            )
        try:
            trainer = cls.from_parts(from_plain(checkpoint.more["recipe"]))
            data, position = checkpoint.more["data"], checkpoint.position
            network = position.arrays.pop("network")
        except (KeyError, TypeError, ValueError) as error:
            raise CheckpointError(f"{path} holds no trainer: {error}") from None
        put_back({"network": network}, {"network": trainer.network.parameters.vector})
        # One that has no streams was never begun.
        trainer.position = position if position.streams else None
        trainer._data_of_left = data
        return trainer

    def __getstate__(self) -> dict[str, Any]:
        data = self._fingerprint()
        kept = {"_left": self.position, "_data_of_left": data}
        return {**vars(self), "_live": None, "_ahead": None, "_ahead_of": {}, **kept}

    def __copy__(self) -> Trainer:
        # One that shared the network would train the original's.
        return copy.deepcopy(self)
