"""Named random streams: what one component draws never shifts what another draws."""

import numpy as np

from bpframe.core.arguments import whole_number


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the random stream `name` of `seed`.

    Parameters
    ----------
    seed : int
        The seed of the run, 0 or more.
    name : str
        What the numbers are for: ``init``, ``shuffle``, ``split``, ``feedback`` …

    Raises
    ------
    ValueError
        If the seed is no such number.

    Returns
    -------
    numpy.random.Generator
        The same numbers for the same seed and name, whatever other streams are used.
    """
    return np.random.default_rng([whole_number("seed", seed, 0), *name.encode()])
