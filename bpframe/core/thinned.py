"""Dropout: a thinned network for each mini-batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from bpframe.core.activation import Activation
from bpframe.core.arrays import Array
from bpframe.core.interval import Interval
from bpframe.core.network import Network
from bpframe.core.one_training import OfOneTraining

T = TypeVar("T")


@dataclass(frozen=True, eq=False, repr=False)
class ThinnedActivation(Activation):
    """The activation of a layer in which some neurons are left out, and the others are louder.

    a = m ⊙ f(z), with m_j = 0 for a neuron j that is left out and 1/(1 - p) for one that stays, so
    that the mean over all masks is f(z).

    Parameters
    ----------
    f : Activation
        The layer's own.
    mask : array, shape (n,)
        m; its numbers change with each mini-batch.
    """

    f: Activation
    mask: Array

    def __post_init__(self) -> None:
        object.__setattr__(self, "elementwise", self.f.elementwise)

    def __repr__(self) -> str:
        return f"{self.f!r}, thinned"

    @property
    def range(self) -> Interval:
        """The interval of the outputs, 0 included."""
        scale = float(self.mask.max(initial=1))
        return Interval(min(0.0, self.f.range.low * scale), max(0.0, self.f.range.high * scale))

    @property
    def kinks(self) -> tuple[float, ...]:
        """Those of f."""
        return self.f.kinks

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        """Return m ⊙ f(z)."""
        a: Array = np.multiply(self.f(z, out), self.mask, out=out)
        return a

    # f′ may be had from f(z), which cannot be had back from m ⊙ f(z).
    def derivative(self, z: Array, a: Array) -> Array:
        """Return m ⊙ f′(z)."""
        return np.multiply(self.f.derivative(z, self.f(z)), self.mask)

    def pullback(self, grad_a: Array, z: Array, a: Array) -> Array:
        """Return ∂C/∂z from ∂C/∂a: f's pullback of m ⊙ ∂C/∂a."""
        return self.f.pullback(np.multiply(grad_a, self.mask), z, self.f(z))

    def jacobian(self, z: Array) -> Array:
        """Return Σ′(z) of one sample: that of f, with its rows times m."""
        return self.mask[:, np.newaxis] * self.f.jacobian(z)


class Thinning(OfOneTraining):
    """A network that shares the parameters of another, and of which `draw` leaves neurons out.

    Each neuron of a hidden layer is left out with the probability p of the layer, by itself.
    The book halves the weights behind a layer when all of its neurons are back; here those that
    stay are louder instead, by 1/(1 - p), which is the same network, and its weights are those of
    the evaluation. Source: the book, chapter 3, "Dropout"; Srivastava et al. 2014.

    Parameters
    ----------
    network : Network
        Its `dropout` is p for each hidden layer.
    rng : numpy.random.Generator
        The stream ``dropout``.

    Attributes
    ----------
    network : Network
        The thinned one.
    masks : array, shape (neurons,)
        m of all neurons of the layers that are thinned, one layer behind the other.
    layers : tuple of int
        The layers that are thinned, from 0, the first one behind the input.
    """

    def __init__(self, network: Network, rng: np.random.Generator) -> None:
        self._rng = rng
        self.layers = tuple(i for i, p in enumerate(network.dropout) if p)
        sizes = [network.sizes[i + 1] for i in self.layers]
        rates = np.repeat([network.dropout[i] for i in self.layers], sizes)
        self._rates, self._numbers = rates, np.empty(len(rates))
        self._scales: Array = (1 / (1 - rates)).astype(network.parameters.dtype)
        self.masks: Array = np.ones_like(self._scales)
        activations = list(network.activations)
        ends = np.cumsum(sizes, dtype=int)
        for i, size, end in zip(self.layers, sizes, ends, strict=True):
            activations[i] = ThinnedActivation(activations[i], self.masks[end - size : end])
        self.network = network.with_activations(activations)

    def draw(self) -> None:
        """Draw which neurons are left out until the next call."""
        self._rng.random(out=self._numbers)
        np.multiply(self._numbers >= self._rates, self._scales, out=self.masks)

    def draw_many(self, n: int) -> Array:
        """Return the `masks` that n calls of `draw` would draw, shape (n, neurons)."""
        kept = self._rng.random((n, len(self._rates))) >= self._rates
        return np.multiply(kept, self._scales)

    def before_each(self, batches: Iterable[T]) -> Iterator[T]:
        """Yield mini-batches, and draw before each."""
        for batch in batches:
            self.draw()
            yield batch
