"""What every initializer promises."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bpframe.components import Array, Initializer
from bpframe.testing.claims import Claim, claim, require

N_IN, N_OUT = 400, 250


def checks(initializer: Initializer) -> Iterator[Claim]:
    """Yield the checks."""
    yield claim(weights_and_biases_have_their_shapes, initializer)
    yield claim(weights_and_biases_are_finite_floats, initializer)
    yield claim(all_that_is_drawn_is_drawn_from_the_stream, initializer)


def weights_and_biases_have_their_shapes(initializer: Initializer) -> None:
    """Hold (n_out, n_in), a row for each neuron of the layer, and (n_out,)."""
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
    """Hold it, and tell the standard deviation: where it is 1/√n_in, z is as wide as a."""
    rng = np.random.default_rng(0)
    w, b = initializer.weights(rng, N_IN, N_OUT), initializer.biases(rng, N_OUT)
    for what, array in (("weights", w), ("biases", b)):
        require(array.dtype.kind == "f", f"{what} are of type {array.dtype}; they must be floats")
        require(np.isfinite(array).all(), f"{what} are not all finite")
    return f"standard deviation {w.std() * np.sqrt(N_IN):.2f}/√n_in, of biases {b.std():.2f}"


def all_that_is_drawn_is_drawn_from_the_stream(initializer: Initializer) -> None:
    """Hold that equal streams give equal numbers, also at a second call."""
    one, other = _drawn(initializer), _drawn(initializer)
    same = [np.array_equal(a, b) for a, b in zip(one, other, strict=True)]
    require(
        all(same),
        "equal streams give different numbers at call "
        f"{same.index(False) + 1 if False in same else ''}; draw from the rng that is given",
    )


def _drawn(initializer: Initializer) -> list[Array]:
    rng = np.random.default_rng(5)
    return [
        array
        for _ in range(2)
        for array in (initializer.weights(rng, 3, 4), initializer.biases(rng, 4))
    ]
