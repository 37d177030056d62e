"""The base class of an activation."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bpframe.core.arrays import Array
from bpframe.core.component import Component
from bpframe.core.interval import Interval

# Applies an operation of `OPERATIONS`, by its name, to what it has given before and to numbers.
Apply = Callable[..., Any]
ScalarActivation = tuple[Callable[[Any], Any], Callable[[Any, Any], Any]]
# (z, a) and (grad_a, z, a, grad_z): each writes into its last array.
RowActivation = tuple[Callable[[Any, Any], None], Callable[[Any, Any, Any, Any], None]]


@dataclass(frozen=True)
class Activation(Component):
    """An activation f: a^l = f(z^l), equations (23)-(25) of the book.

    ``elementwise`` says whether each output depends on its own z alone; ``link`` names the link
    function that f inverts, if it is a textbook one, so that a cost can recognise its closed form.

    Arrays are float32 or float64, and results have the type of z. Their shape is (m, n) for m
    samples of a layer with n neurons, a row a sample, and (n,) for one sample. They may be views in
    any order of memory, and are only read.

    Examples
    --------
    >>> @dataclass(frozen=True)
    ... class Softsign(Activation):
    ...     '''f(z) = z / (1 + |z|).'''
    ...
    ...     range = Interval(-1.0, 1.0)
    ...
    ...     def __call__(self, z, out=None):
    ...         return z / (1 + np.abs(z))
    ...
    ...     def derivative(self, z, a):
    ...         return np.square(1 - np.abs(a))
    >>> f, z = Softsign(), np.array([[-1.0, 0.0], [1.0, 3.0]])
    >>> f(z)
    array([[-0.5 ,  0.  ],
           [ 0.5 ,  0.75]])
    >>> f.pullback(np.ones_like(z), z, f(z))
    array([[0.25  , 1.    ],
           [0.25  , 0.0625]])
    >>> f.jacobian(z[0])
    array([[0.25, 0.  ],
           [0.  , 1.  ]])
    """

    kind: ClassVar[str] = "activation"
    elementwise: ClassVar[bool] = True
    link: ClassVar[str | None] = None

    @property
    def range(self) -> Interval:
        """The interval of the outputs."""
        return Interval()

    @property
    def kinks(self) -> tuple[float, ...]:
        """The z at which f has no derivative."""
        return ()

    @abstractmethod
    def __call__(self, z: Array, out: Array | None = None) -> Array:
        """Return a = f(z).

        Parameters
        ----------
        z : array, shape (m, n) or (n,)
            Weighted inputs; must not be changed.
        out : array of z's shape, optional
            Where the activations may be written. It may be ignored: callers use what is returned.

        Returns
        -------
        array
            The activations, of z's shape and dtype.
        """

    @abstractmethod
    def derivative(self, z: Array, a: Array) -> Array:
        """Return f′(z), elementwise, of z's shape and dtype.

        Parameters
        ----------
        z, a : arrays of one shape
            Weighted inputs, and f(z), so that f′ can be had from either.
        """

    def pullback(self, grad_a: Array, z: Array, a: Array) -> Array:
        """Return ∂C/∂z from ∂C/∂a: the product with Σ′(z) of (33), here ``grad_a ⊙ f′(z)``.

        The array must be a new one: callers go on computing in it.

        Parameters
        ----------
        grad_a, z, a : arrays, shape (m, n) or (n,)
            ∂C/∂a, the weighted inputs and the activations; must not be changed.
        """
        return np.multiply(self.derivative(z, a), grad_a)

    def jacobian(self, z: Array) -> Array:
        """Return Σ′(z) of (33), shape (n, n), for the weighted inputs (n,) of one sample."""
        return np.diag(self.derivative(z, self(z)))

    def scalar(self, real: type[np.floating[Any]]) -> ScalarActivation | None:
        """Return f(z) and f′(z, a) as functions of numbers, or None if there are none.

        Rules that compile the backward pass, such as ``fused``, need them. The functions are
        compiled, with the arithmetic of C: an overflow is infinite and no error. They may use
        arithmetic, conditions, the functions of `math`, and numbers and NumPy numbers from
        around them.

        Parameters
        ----------
        real : numpy.float32 or numpy.float64
            The type of z and a. Constants of this type keep the arithmetic in it.
        """
        return None

    def symbolic(self, z: Any, apply: Apply) -> Any:
        """Return f(z) in operations that others know, or None if it is none of these.

        What carries a trained network elsewhere, such as into an ONNX file, needs it.

        Parameters
        ----------
        z : object
            Whatever stands for the weighted inputs of a layer.
        apply : callable
            ``apply(name, *arguments)`` gives what stands for the result of an operation of
            `bpframe.OPERATIONS`, such as ``apply("div", z, apply("add", 1.0, apply("abs", z)))``.
            Arguments are z, what it gave before, and floats.
        """
        return None

    def row(self, real: type[np.floating[Any]]) -> RowActivation | None:
        """Return f and its pullback as functions of one sample, or None if there are none.

        It is the form for rules that compile where an output depends on the whole layer, as
        `scalar` is for elementwise functions. The first is called as ``(z, a)`` and writes a = f(z)
        into ``a``; the second as ``(grad_a, z, a, grad_z)`` and writes what `pullback` returns into
        ``grad_z``. All are contiguous arrays of shape (n,), of which no two share memory. Each
        function writes all n numbers of its last array, and only reads the others. Beside what
        may stand in a scalar form they may have loops, ``len`` and the indices of arrays; none is
        checked while it runs, as in C.

        Parameters
        ----------
        real : numpy.float32 or numpy.float64
            The type of all numbers. Constants of this type keep the arithmetic in it.
        """
        return None
