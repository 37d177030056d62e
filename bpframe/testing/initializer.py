"""The checks of every initializer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import numpy.typing as npt

from bpframe.core.arrays import Array
from bpframe.core.initializer import Initializer
from bpframe.core.network import Network
from bpframe.core.parameters import Parameters
from bpframe.testing.assertions import NotAvailableError, Trial, require, trial
from bpframe.testing.samples import DTYPES, HalfSteep, make_network

N_IN, N_OUT = 400, 250
# Networks that are filled; one whose weights are written down may refuse all but its own.
SIZES: tuple[tuple[int, ...], ...] = ((1, 1), (2, 1), (3, 2), (2, 2, 1), (3, 4, 2), (2, 3, 3, 2))


def checks(initializer: Initializer) -> Iterator[Trial]:
    """Yield the checks."""
    if type(initializer).fill is Initializer.fill:
        yield trial(weights_and_biases_have_their_shapes, initializer)
        yield trial(weights_and_biases_are_finite_floats, initializer)
    yield trial(fill_gives_every_parameter_a_finite_number, initializer)
    yield trial(all_that_is_drawn_is_drawn_from_the_stream, initializer)


def weights_and_biases_have_their_shapes(initializer: Initializer) -> None:
    """Check that weights are (n_out, n_in), a row for each neuron, and biases (n_out,)."""
    rng = np.random.default_rng(0)
    for n_in, n_out in ((1, 1), (3, 2), (2, 5), (4, 1)):
        shapes = (
            np.shape(initializer.weights(rng, n_in, n_out)),
            np.shape(initializer.biases(rng, n_out)),
        )
        require(
            shapes == ((n_out, n_in), (n_out,)),
            f"for n_in = {n_in}, n_out = {n_out} weights and biases have the shapes {shapes}; "
            f"they must be {((n_out, n_in), (n_out,))}",
        )


def weights_and_biases_are_finite_floats(initializer: Initializer) -> str:
    """Check that all are finite; tell their deviation: where it is 1/√n_in, z is as wide as a."""
    rng = np.random.default_rng(0)
    w, b = initializer.weights(rng, N_IN, N_OUT), initializer.biases(rng, N_OUT)
    for what, array in (("weights", w), ("biases", b)):
        kind = np.asarray(array).dtype
        require(kind.kind == "f", f"{what} are of type {kind}; they must be floats")
        require(np.isfinite(array).all(), f"{what} are not all finite")
    return f"standard deviation {w.std() * np.sqrt(N_IN):.2f}/√n_in, of biases {b.std():.2f}"


def fill_gives_every_parameter_a_finite_number(initializer: Initializer) -> str | None:
    """Check that `fill` fills small networks, in both types and in place; tell what is refused."""
    taken, refused = _taken(initializer)
    for sizes, dtype in product(taken, DTYPES):
        network = _network(sizes, dtype)
        parameters = network.parameters
        arrays = _arrays(parameters)
        parameters.vector.fill(np.nan)
        initializer.initialize(parameters, network.activations, np.random.default_rng(0))
        where = f"a network {list(sizes)} ({np.dtype(dtype)})"
        require(
            all(now is before for now, before in zip(_arrays(parameters), arrays, strict=True)),
            f"{where} has other arrays after fill; write into them: weights[:] = …",
        )
        missing = int((~np.isfinite(parameters.vector)).sum())
        require(
            missing == 0,
            f"fill leaves {missing} of the {len(parameters.vector)} parameters of {where} without "
            "a finite number",
        )
    return refused


def all_that_is_drawn_is_drawn_from_the_stream(initializer: Initializer) -> None:
    """Check that equal streams give equal numbers, also at a second call."""
    for sizes in _taken(initializer)[0]:
        one, other = _drawn(initializer, sizes), _drawn(initializer, sizes)
        for call, (a, b) in enumerate(zip(one, other, strict=True), 1):
            require(
                np.array_equal(a, b),
                f"equal streams give a network {list(sizes)} different numbers at call {call}; "
                "draw from the rng that is given",
            )


def _taken(initializer: Initializer) -> tuple[list[tuple[int, ...]], str | None]:
    """Return the sizes that are not refused, and the first refusal."""
    taken: list[tuple[int, ...]] = []
    refused = None
    for sizes in SIZES:
        try:
            network = _network(sizes)
            initializer.initialize(
                network.parameters, network.activations, np.random.default_rng(0)
            )
        except ValueError as error:
            refused = refused or f"refuses a network {list(sizes)}: {error}"
        else:
            taken.append(sizes)
    if not taken:
        raise NotAvailableError(f"it refuses all networks that were tried; {refused}")
    return taken, refused


def _drawn(initializer: Initializer, sizes: tuple[int, ...]) -> list[Array]:
    rng, network = np.random.default_rng(5), _network(sizes)
    parameters = network.parameters
    drawn = []
    for _ in range(2):
        # What stood there before is no excuse for a difference, and NaN equals nothing.
        parameters.vector.fill(0)
        initializer.initialize(parameters, network.activations, rng)
        drawn.append(np.nan_to_num(parameters.vector))
    return drawn


def _network(sizes: tuple[int, ...], dtype: npt.DTypeLike = np.float64) -> Network:
    return make_network(sizes, [HalfSteep()] * (len(sizes) - 1), dtype=dtype)


def _arrays(parameters: Parameters) -> tuple[Array, ...]:
    return (parameters.vector, *parameters.weights, *parameters.biases)
