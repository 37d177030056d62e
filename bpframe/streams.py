"""Named random streams: what one part draws never shifts what another part draws."""

import numpy as np


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the random stream `name` of `seed`.

    Parameters
    ----------
    seed : int
        The seed of the run, 0 or more.
    name : str
        What the numbers are for: ``init``, ``shuffle``, ``split``, ``feedback`` …

    Returns
    -------
    numpy.random.Generator
        The same numbers for the same seed and name, whatever other streams are used.
    """
    return np.random.default_rng([seed, *name.encode()])
