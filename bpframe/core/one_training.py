"""Objects of one training, which no copy can stand for."""

from __future__ import annotations

from typing import NoReturn, SupportsIndex


class OfOneTraining:
    """Base of objects that work on another object's memory, or through functions that do.

    A copy of one would work on the memory of the original, or on none that anybody reads.

    Raises
    ------
    TypeError
        If it is copied or pickled.
    """

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError(
            f"a {type(self).__name__} works on the numbers of one training and cannot be copied or "
            "pickled; make another one"
        )
