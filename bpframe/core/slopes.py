"""The slopes of an activation, as far as they are measured."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bpframe.core.activation import Activation
from bpframe.core.arrays import Array

# Where a largest slope is looked for. The functions of the books have theirs within.
GRID = np.linspace(-10, 10, 401)
STEEP = 1.0
# Beyond the kinks of the usual piecewise functions, and near enough for f′ of a smooth one, such
# as tanh, not to be rounded to 0. Several, because f′ may well be 0 at one z.
FAR = np.array([3.25, 3.5, 4.0])
FLAT = 1 / 20


def largest_slopes(f: Activation, n: int, dtype: npt.DTypeLike) -> Array:
    """Return the largest |f′| of each neuron of a layer, shape (n,), but at most 1.

    It is looked for from z = -10 to 10. A slope of 1 lets an error pass as it is, so it is steep
    enough, however steep a function such as z² becomes. Of a function whose outputs depend on the
    whole layer, such as softmax, f′ is ∂a_j/∂z_j, seen at the first neuron while the z of the
    others are 0.
    """
    z: Array = np.zeros((len(GRID), n), dtype)
    seen = n if f.elementwise else 1
    z[:, :seen] = GRID[:, np.newaxis]
    with np.errstate(all="ignore"):
        slopes = np.abs(f.derivative(z, f(z)))[:, :seen]
        largest: Array = np.fmax.reduce(slopes, axis=0, initial=0.0)
    return np.broadcast_to(np.minimum(largest, STEEP), (n,))


def has_flat_half(f: Activation) -> bool:
    """Return whether f is flat on one side only, as relu and softplus are for z < 0.

    A neuron whose z lies there for every sample learns nothing more, or hardly anything. The side
    is flat if |f′| is at most a twentieth of what it is on the other one, from z = 3 on, in
    float64. So is f if both are exactly 0; a sigmoid, which becomes flat on both sides alike at
    the ends of its range, is not meant. A function of the whole layer, such as softmax, has no
    such half.
    """
    if not f.elementwise:
        return False
    with np.errstate(all="ignore"):
        low, high = (float(np.abs(f.derivative(z, f(z))).max()) for z in (-FAR, FAR))
    return min(low, high) <= FLAT * max(low, high)
