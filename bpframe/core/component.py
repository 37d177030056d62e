"""The base of every kind of component that a plugin supplies.

A component is a frozen dataclass. Its fields are its hyper-parameters, typed and with defaults;
its first docstring line is what the command line shows of it. In the mathematics, rows are
samples: ``z`` and ``a`` of a layer with n neurons have the shape (m, n) for m samples.
"""

from __future__ import annotations

from abc import ABC
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Component(ABC):
    """Base of every kind of component; what each promises, `bpframe.testing` checks.

    Equal fields make equal components. A component can be pickled, for workers in other processes.
    ``other_names`` are what it is called elsewhere, such as ``mse``: whoever types one is told the
    name that it has here.

    What a base class says of itself, such as `other_names`, a subclass writes without a type, or as
    a ClassVar: with a type it would be a field, and so an option, which is refused.

    Raises
    ------
    ValueError
        If a subclass does not allow a value: its ``__post_init__`` says which, and what is allowed.

    Examples
    --------
    >>> from bpframe import Initializer
    >>> @dataclass(frozen=True)
    ... class Uniform(Initializer):
    ...     '''Weights from a uniform distribution between -width and width.'''
    ...
    ...     width: float = 0.5
    ...     other_names = ("flat",)
    ...
    ...     def __post_init__(self):
    ...         if not self.width > 0:
    ...             raise ValueError(f"width is {self.width}; it must be greater than 0")
    ...
    ...     def weights(self, rng, n_in, n_out):
    ...         return rng.uniform(-self.width, self.width, (n_out, n_in))
    >>> Uniform() == Uniform(width=0.5)
    True
    >>> Uniform.summary()
    'Weights from a uniform distribution between -width and width.'
    >>> Uniform(width=-1.0)
    Traceback (most recent call last):
        ...
    ValueError: width is -1.0; it must be greater than 0
    """

    kind: ClassVar[str]
    other_names: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def summary(cls) -> str:
        """Return the first line of the docstring."""
        return (cls.__doc__ or "").strip().partition("\n")[0]
