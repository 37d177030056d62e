"""The base class of each kind of component that a plugin supplies.

A component is a frozen dataclass. Its fields are its hyper-parameters, typed and with defaults;
its first docstring line is what the command line shows of it. In the mathematics, rows are
samples: ``z`` and ``a`` of a layer with n neurons have the shape (m, n) for m samples.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bpframe.core.arrays import Array
from bpframe.core.data import Data
from bpframe.core.parameters import Parameters
from bpframe.core.steps import Addition, Step

OutputError = Callable[[Array, Array, Array], Array]
ScalarActivation = tuple[Callable[[Any], Any], Callable[[Any, Any], Any]]
ScalarGradient = Callable[[Any, Any], Any]
ScalarOutputError = Callable[[Any, Any, Any], Any]
# A distribution over a thousand classes in half precision sums to 1 within this.
SUM_TOLERANCE = 1e-3


@dataclass(frozen=True)
class Interval:
    """The values that outputs may take, ends included.

    Parameters
    ----------
    low, high : float
        The ends.
    sums_to_one : bool
        Whether the outputs of a sample also sum to 1, as a probability distribution does.

    Examples
    --------
    >>> print(Interval(0.0))
    [0, ∞]
    >>> Interval(0.0, 1.0).holds(Interval(0.0, 1.0, sums_to_one=True))
    True
    >>> Interval(0.0, 1.0).misses(np.array([[0.5, 2.0]]))
    'they go from 0.5 to 2'
    """

    low: float = -math.inf
    high: float = math.inf
    sums_to_one: bool = False

    def holds(self, other: Interval) -> bool:
        """Return whether every value of `other` is one of this interval's."""
        inside = self.low <= other.low and other.high <= self.high
        return inside and (other.sums_to_one or not self.sums_to_one)

    def misses(self, values: Array) -> str:
        """Return in which way values, shape (m, n), leave the interval; nothing if they do not.

        Their sums may differ from 1 by `SUM_TOLERANCE`.
        """
        if not values.size:
            return ""
        low, high = float(values.min()), float(values.max())
        if not self.low <= low <= high <= self.high:
            return f"they go from {low:g} to {high:g}"
        sums = values.sum(axis=1, dtype=float)
        furthest = float(sums[np.abs(sums - 1).argmax()])
        if self.sums_to_one and not abs(furthest - 1) <= SUM_TOLERANCE:
            return f"those of one sample sum to {furthest:g}"
        return ""

    def __str__(self) -> str:
        ends = f"[{self.low:g}, {self.high:g}]".replace("inf", "∞")
        return ends + (" summing to 1" if self.sums_to_one else "")


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


@dataclass(frozen=True)
class Cost(Component):
    """A cost C_x of one sample; C is its mean over samples (the book's two assumptions).

    Outputs and targets must not be changed. Value and gradient are finite in the whole domain, its
    edges included, for outputs get there by saturation. ``link`` names the canonical link function
    of the cost, if it has one: an activation of the same `Activation.link` belongs to it, and is
    taken for the last layer where the one of the layers below cannot serve.

    Outputs and targets are float32 or float64, and results have the type of the outputs. Their
    shape is (m, n) for m samples with n outputs, and (n,) for one sample: a sum over the outputs
    takes ``axis=-1``, which serves both.

    Examples
    --------
    >>> @dataclass(frozen=True)
    ... class Quartic(Cost):
    ...     '''C_x = Σ_j (a_j - y_j)⁴.'''
    ...
    ...     def value(self, a, y):
    ...         return ((a - y) ** 4).sum(axis=-1)
    ...
    ...     def gradient(self, a, y):
    ...         return 4 * (a - y) ** 3
    >>> a, y = np.array([[1.0, 0.5], [0.0, 2.0]]), np.array([[0.0, 0.5], [0.0, 1.0]])
    >>> cost = Quartic()
    >>> cost.value(a, y)
    array([1., 1.])
    >>> cost.gradient(a, y)
    array([[4., 0.],
           [0., 4.]])
    >>> float(cost.value(a[0], y[0]))
    1.0
    """

    kind: ClassVar[str] = "cost"
    link: ClassVar[str | None] = None

    @property
    def domain(self) -> Interval:
        """The outputs that the cost accepts, and the targets."""
        return Interval()

    @property
    def separable(self) -> bool:
        """Whether C_x is a sum over the outputs, each term of its own a_j and y_j alone.

        Each neuron of an output layer then has its own closed form of δ, if single neurons have
        other activations. By default a cost is that if it has a scalar form.
        """
        return self.scalar(np.float64) is not None

    @abstractmethod
    def value(self, a: Array, y: Array) -> Array:
        """Return C_x for each sample, shape (m,), from outputs and targets of shape (m, n).

        For one sample, outputs and targets of shape (n,), it is a number.
        """

    @abstractmethod
    def gradient(self, a: Array, y: Array) -> Array:
        """Return ∇_a C_x in a new array, from outputs and targets of its shape, (m, n) or (n,)."""

    def scalar(self, real: type[np.floating[Any]]) -> ScalarGradient | None:
        """Return ∂C_x/∂a_j as a function of the numbers a_j and y_j, or None if there is none.

        See `Activation.scalar`. There is none if the derivative depends on other outputs.
        """
        return None


@dataclass(frozen=True)
class Dataset(Component):
    """A source of training, validation and test samples.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> import numpy as np
    >>> from bpframe import Data, Dataset, Split
    >>> @dataclass(frozen=True)
    ... class Line(Dataset):
    ...     samples: int = 4
    ...
    ...     def load(self, rng):
    ...         x = rng.uniform(-1, 1, (self.samples, 1))
    ...         split = Split(x, (x[:, 0] > 0).astype(int))
    ...         return Data("line", split, split.head(0), split.head(0), classes=2)
    >>> Line().load(np.random.default_rng(0))
    Data('line', 1 inputs, 2 classes: 4 train)
    """

    kind: ClassVar[str] = "data"

    @abstractmethod
    def load(self, rng: np.random.Generator) -> Data:
        """Return the data.

        Parameters
        ----------
        rng : numpy.random.Generator
            The stream ``split``, for all that is drawn: a division into splits, noise.

        Returns
        -------
        Data
            Inputs are float32 or float64, shape (n, n_1); targets are class numbers from 0,
            shape (n,) of a whole number type, or float values, shape (n, n_L).

        Raises
        ------
        bpframe.errors.DataError
            If a file is missing or damaged, or the data cannot be used.
        """


@dataclass(frozen=True)
class Initializer(Component):
    """The distribution of the first weights and biases.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> import numpy as np
    >>> from bpframe import Initializer, Parameters
    >>> @dataclass(frozen=True)
    ... class Uniform(Initializer):
    ...     width: float = 1.0
    ...
    ...     def weights(self, rng, n_in, n_out):
    ...         return rng.uniform(-self.width, self.width, (n_out, n_in))
    >>> parameters = Parameters([3, 2])
    >>> Uniform(0.5).fill(parameters, np.random.default_rng(0))
    >>> bool(abs(parameters.weights[0]).max() <= 0.5), parameters.biases[0].tolist()
    (True, [0.0, 0.0])
    """

    kind: ClassVar[str] = "initializer"

    def fill(self, parameters: Parameters, rng: np.random.Generator) -> None:
        """Put the first weights and biases into `parameters`.

        By default the layers get theirs from `weights` and `biases`, one after another from the
        input on. Override it where a layer's must depend on which layer it is.

        Parameters
        ----------
        parameters : Parameters
            To be written into: ``weights[i]`` of shape (n_out, n_in), ``biases[i]`` of (n_out,).
        rng : numpy.random.Generator
            The stream ``init``, for all that is drawn.

        Raises
        ------
        ValueError
            If they do not fit the network.
        """
        for weights, biases in zip(parameters.weights, parameters.biases, strict=True):
            n_out, n_in = weights.shape
            weights[:] = self.weights(rng, n_in, n_out)
            biases[:] = self.biases(rng, n_out)

    def initialize(
        self,
        parameters: Parameters,
        activations: Sequence[Activation],
        rng: np.random.Generator,
    ) -> None:
        """Put the first weights and biases into `parameters`: what a network calls when it is made.

        By default `fill`. Override it where they depend on the activations, too: one for each
        layer after the input.

        Raises
        ------
        ValueError
            If they do not fit the network.
        """
        self.fill(parameters, rng)

    @abstractmethod
    def weights(self, rng: np.random.Generator, n_in: int, n_out: int) -> Array:
        """Return the first weights of a layer: floats, shape (n_out, n_in)."""

    def biases(self, rng: np.random.Generator, n_out: int) -> Array:
        """Return the first biases of a layer: floats, shape (n_out,); zeros unless overridden."""
        return np.zeros(n_out)


@dataclass(frozen=True)
class Optimizer(Component):
    """How a gradient becomes a step.

    A field ``learning_rate`` that holds ``"auto"`` is replaced by a measured rate before use.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> import numpy as np
    >>> from bpframe import Optimizer, Parameters
    >>> @dataclass(frozen=True)
    ... class SignDescent(Optimizer):
    ...     learning_rate: float = 0.01
    ...
    ...     def bind(self, parameters):
    ...         def step(gradient):
    ...             parameters.vector[:] -= self.learning_rate * np.sign(gradient.vector)
    ...
    ...         return step
    >>> parameters, gradient = Parameters([1, 1]), Parameters([1, 1])
    >>> gradient.vector[:] = [3, -5]
    >>> SignDescent(0.5).bind(parameters)(gradient)
    >>> parameters.vector.tolist()
    [-0.5, 0.5]
    """

    kind: ClassVar[str] = "optimizer"

    @abstractmethod
    def bind(self, parameters: Parameters) -> Step:
        """Return the function that takes the steps of one training.

        It is called once before a run, to find out whether the optimizer fits, if the learning
        rate is a number then; once for each rate that is tried; once for each training; and once
        by ``task=explain``. What a step remembers, such as a velocity, is made here, and shared
        with no other training.

        Parameters
        ----------
        parameters : Parameters
            What is trained: one vector, float32 or float64, and views of it.

        Returns
        -------
        callable
            ``step(gradient)`` changes `parameters` in place, and leaves the `Parameters`
            `gradient` as they are. A `GradientStep` lets a rule take the steps itself, see
            `Backprop.bind_epoch`.

        Raises
        ------
        ValueError
            If it cannot train these parameters, with the reason.
        """


@dataclass(frozen=True)
class Regularizer(Component):
    """A penalty that is added to the cost.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> import numpy as np
    >>> from bpframe import Parameters, Regularizer
    >>> @dataclass(frozen=True)
    ... class L1(Regularizer):
    ...     lambda_: float = 1.0
    ...
    ...     def penalty(self, parameters, n):
    ...         return self.lambda_ / n * sum(float(abs(w).sum()) for w in parameters.weights)
    ...
    ...     def bind(self, parameters, n):
    ...         def add(gradient):
    ...             for g, w in zip(gradient.weights, parameters.weights):
    ...                 g += self.lambda_ / n * np.sign(w)
    ...
    ...         return add
    >>> parameters, gradient = Parameters([1, 1]), Parameters([1, 1])
    >>> parameters.vector[:] = [-3, 5]
    >>> L1().bind(parameters, 2)(gradient)
    >>> L1().penalty(parameters, 2), gradient.vector.tolist()
    (1.5, [-0.5, 0.0])
    """

    kind: ClassVar[str] = "regularizer"

    @abstractmethod
    def penalty(self, parameters: Parameters, n: int) -> float:
        """Return the penalty for a training set of n samples."""

    @abstractmethod
    def bind(self, parameters: Parameters, n: int) -> Addition | None:
        """Return the function that adds the penalty's gradient in one training, or None.

        It is called once before a run, to find out whether the regularizer fits, and further as
        often as `Optimizer.bind`.

        Parameters
        ----------
        parameters : Parameters
            What is trained, and stays as it is.
        n : int
            Samples of the training set.

        Returns
        -------
        callable or None
            ``add(gradient)`` adds the penalty's gradient to the `Parameters` `gradient`, in place.
            None if it is zero. A `WeightDecay` lets a rule add it itself, see
            `Backprop.bind_epoch`.

        Raises
        ------
        ValueError
            If it cannot serve these parameters, with the reason.
        """
