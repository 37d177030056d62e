"""Large mini-batches, in blocks that the processor's cache holds."""

from __future__ import annotations

from functools import cache

import numpy as np

from bpframe import Batch, GradientFunction, Parameters

# Samples of a block. Those of a layer of 50 neurons are 200 kB in float32: what a pass reads and
# writes of them stays in the second level of a cache, and is still much more than it costs to call.
ROWS = 1000


def in_blocks(gradient: GradientFunction) -> GradientFunction:
    """Return a function that calls another one for a block of the mini-batch after another.

    The mean over all samples is the weighted mean over the blocks, which are added in their order.

    Parameters
    ----------
    gradient : callable
        Gives the mean over samples, each of which counts by itself.
    """

    @cache
    def part_of(sizes: tuple[int, ...], dtype: np.dtype[np.floating]) -> Parameters:
        return Parameters(sizes, dtype)

    def of_all(batch: Batch, out: Parameters) -> None:
        m = len(batch.x)
        if m <= ROWS:
            gradient(batch, out)
            return
        part = part_of(out.sizes, out.dtype)
        out.vector.fill(0)
        for start in range(0, m, ROWS):
            block = Batch(*(array[start : start + ROWS] for array in batch))
            gradient(block, part)
            np.multiply(part.vector, len(block.x) / m, out=part.vector)
            np.add(out.vector, part.vector, out=out.vector)

    return of_all
