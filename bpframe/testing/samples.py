"""Weighted inputs, outputs, targets, parameters and networks to try components on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from bpframe.core.activation import Activation
from bpframe.core.arrays import Array
from bpframe.core.cost import Cost
from bpframe.core.differences import EPSILON
from bpframe.core.initializer import Initializer
from bpframe.core.interval import Interval
from bpframe.core.network import Network
from bpframe.core.parameters import Parameters

# Stands for an end of a domain that is infinite.
FAR = 100.0
DTYPES: tuple[Any, ...] = (np.float32, np.float64)


@dataclass(frozen=True)
class HalfSteep(Activation):
    """f(z) = z/2, which shows an initializer that looks at slopes one of its own."""

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        """Return z/2."""
        return np.multiply(z, z.dtype.type(0.5), out=out)

    def derivative(self, z: Array, a: Array) -> Array:
        """Return 1/2."""
        return np.full_like(z, 0.5)


def random_z(
    shape: tuple[int, ...], dtype: Any = np.float64, *, away_from: Iterable[float] = ()
) -> Array:
    """Return weighted inputs from -3 to 3, the same at each call, and none near some numbers."""
    z = np.random.default_rng(0).uniform(-3, 3, shape)
    for number in away_from:
        z[np.abs(z - number) < 0.05] += 0.1
    return z.astype(dtype)


def layouts(f: Activation, dtype: Any) -> dict[str, Array]:
    """Return weighted inputs by a name of their layout, none near a kink of f."""
    z = random_z((3, 5), dtype, away_from=f.kinks)
    transposed = np.asfortranarray(z)
    return {"(3, 5)": z, "(3, 5), transposed": transposed, "(1, 5)": z[:1].copy(), "(5,)": z[0]}


def extreme_z(dtype: Any, *, away_from: Iterable[float] = ()) -> Array:
    """Return extreme numbers beside each other, and each alone; shape (m, n)."""
    least = float(np.finfo(dtype).smallest_subnormal)
    numbers = np.array([-1000, -50, -least, 0, least, 50, 1000], dtype)
    for kink in away_from:
        numbers = numbers[np.abs(numbers - kink) > 2 * EPSILON]
    return np.vstack([numbers, *(np.full_like(numbers, number) for number in numbers)])


def outputs_for(cost: Cost, rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    """Return random outputs well inside the cost's domain."""
    a = inside(cost.domain, rng, shape)
    if cost.domain.sums_to_one:
        return 0.7 * a + 0.3 / shape[1]
    return a


def targets_for(cost: Cost, rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    """Return random targets from the cost's domain."""
    return inside(cost.domain, rng, shape)


def corners(domain: Interval) -> list[Array]:
    """Return the corners of a domain in three dimensions; an infinite end is far out instead."""
    if domain.sums_to_one:
        return list(np.eye(3))
    low = domain.low if np.isfinite(domain.low) else min(-FAR, domain.high - FAR)
    high = domain.high if np.isfinite(domain.high) else max(FAR, domain.low + FAR)
    return [np.array(corner) for corner in product((low, high), repeat=3)]


def make_network(
    sizes: Sequence[int], activations: Sequence[Activation], *, seed: int = 0, dtype: Any
) -> Network:
    """Return a network with an activation for each layer after the input."""
    network = Network(sizes, activations[0], _FirstWeights(), seed=seed, dtype=dtype)
    network.activations = tuple(activations)
    return network


def outputs_and_targets(cost: Cost, dtype: Any) -> Iterator[tuple[Array, Array]]:
    """Yield outputs with targets: random ones, shape (10, 3), and all corners of the domain."""
    rng = np.random.default_rng(0)
    inside = outputs_for(cost, rng, (10, 3)), targets_for(cost, rng, (10, 3))
    edges = np.array(list(product(corners(cost.domain), repeat=2)))
    for a, y in (inside, (edges[:, 0], edges[:, 1])):
        yield a.astype(dtype), y.astype(dtype)


def random_parameters(seed: int, dtype: Any = np.float64) -> Parameters:
    """Return parameters of a 3-4-2 network from N(0, 1)."""
    parameters = Parameters((3, 4, 2), dtype)
    parameters.vector[:] = np.random.default_rng(seed).standard_normal(len(parameters.vector))
    return parameters


def inside(domain: Interval, rng: np.random.Generator, shape: tuple[int, int]) -> Array:
    """Return random numbers from an interval, none near an end that is finite; shape (m, n)."""
    if domain.sums_to_one:
        return rng.dirichlet(np.ones(shape[1]), shape[0])
    low, high = domain.low, domain.high
    if np.isfinite([low, high]).all():
        return low + (high - low) * rng.uniform(0.02, 0.98, shape)
    numbers = rng.standard_normal(shape)
    if np.isfinite(low):
        return low + 0.1 + np.abs(numbers)
    return high - 0.1 - np.abs(numbers) if np.isfinite(high) else numbers


@dataclass(frozen=True)
class _FirstWeights(Initializer):
    """Weights from N(0, 1/n_in), biases from N(0, 1)."""

    def weights(self, rng: np.random.Generator, n_in: int, n_out: int) -> Array:
        weights: Array = rng.standard_normal((n_out, n_in)) / np.sqrt(n_in)
        return weights

    def biases(self, rng: np.random.Generator, n_out: int) -> Array:
        return rng.standard_normal(n_out)
