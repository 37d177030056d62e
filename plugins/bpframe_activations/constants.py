"""Numbers as arrays of each type, for functions that are called for a few hundred numbers.

A Python number is converted at each call, which takes longer than those few hundred take.
"""

from __future__ import annotations

import numpy as np

from bpframe import Array

ZERO: dict[str, Array] = {"f": np.array(0, np.float32), "d": np.array(0, np.float64)}
ONE: dict[str, Array] = {"f": np.array(1, np.float32), "d": np.array(1, np.float64)}
