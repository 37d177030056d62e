"""The network: its first weights, and z = a Wᵀ + b, a = f(z), layer by layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from builders import each, every_activation, make_network

from bpframe import (
    Activation,
    Array,
    ForwardPass,
    Initializer,
    Network,
    Parameters,
    with_ones,
)
from bpframe.core.streams import stream
from bpframe_activations import Linear, ReLU, Sigmoid, Softmax, Tanh
from bpframe_initializers import Normal, ScaledNormal, Xavier


@pytest.mark.parametrize("sizes", [(), (3,), (3, 0), (3, -1, 2), (0, 2)], ids=str)
def test_sizes_without_two_layers_of_neurons_are_refused(sizes: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="at least two layers of at least one neuron"):
        Network(sizes, Sigmoid(), Normal())


def test_sizes_that_are_not_whole_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match=r"2\.5"):
        Network([3, 2.5], Sigmoid(), Normal())


def test_the_last_layer_may_have_another_function() -> None:
    sigmoid, softmax = Sigmoid(), Softmax()
    assert make_network((3, 4, 4, 2), sigmoid).activations == (sigmoid,) * 3
    assert make_network((3, 4, 4, 2), sigmoid, softmax).activations == (sigmoid, sigmoid, softmax)
    assert make_network((3, 2), sigmoid, softmax).activations == (softmax,)


def test_first_weights_and_biases_are_drawn_layer_by_layer_from_the_stream_init() -> None:
    network = make_network((3, 4, 2), Sigmoid(), initializer=Normal(), seed=11)
    rng = stream(11, "init")
    for w, b in zip(network.parameters.weights, network.parameters.biases, strict=True):
        np.testing.assert_array_equal(w, rng.standard_normal(w.shape))
        np.testing.assert_array_equal(b, rng.standard_normal(b.shape))


def test_biases_are_0_unless_the_initializer_says_otherwise() -> None:
    network = make_network((3, 4, 2), Sigmoid(), initializer=Xavier())
    assert not any(b.any() for b in network.parameters.biases)
    assert all(w.all() for w in network.parameters.weights)


def test_an_initializer_is_asked_for_each_layers_shape() -> None:
    asked = []

    @dataclass(frozen=True)
    class Asked(Initializer):
        def weights(self, rng: np.random.Generator, n_in: int, n_out: int) -> Array:
            asked.append((n_in, n_out))
            return np.zeros((n_out, n_in))

    make_network((5, 4, 3, 2), Sigmoid(), initializer=Asked())
    assert asked == [(5, 4), (4, 3), (3, 2)]


def test_an_initializer_may_look_at_the_whole_network() -> None:
    @dataclass(frozen=True)
    class Numbered(Initializer):
        def weights(self, rng: np.random.Generator, n_in: int, n_out: int) -> Array:
            raise AssertionError("fill does without")

        def fill(self, parameters: Parameters, rng: np.random.Generator) -> None:
            for number, block in enumerate(parameters.blocks, 2):
                block[:] = number

    network = make_network((5, 4, 3), Sigmoid(), initializer=Numbered())
    assert [set(b.ravel()) for b in network.parameters.blocks] == [{2}, {3}]


def test_a_copy_is_equal_and_independent() -> None:
    network = make_network((3, 4, 2), Sigmoid(), Softmax(), dtype=np.float32)
    copy = network.copy(np.float64)
    assert (copy.sizes, copy.activations) == (network.sizes, network.activations)
    x = np.random.default_rng(0).standard_normal((5, 3))
    assert copy.forward(x).dtype == np.float64
    np.testing.assert_allclose(copy.forward(x), network.forward(x), rtol=1e-5)
    before = network.parameters.vector.copy()
    copy.parameters.vector[:] = 0
    np.testing.assert_array_equal(network.parameters.vector, before)
    assert network.copy().parameters.dtype == np.float32


@pytest.mark.parametrize(
    ("dtype", "tolerance"), [(np.float32, 1e-5), (np.float64, 1e-12)], ids=["float32", "float64"]
)
@pytest.mark.parametrize("f", each(every_activation()))
def test_forward_is_the_formula(f: Activation, dtype: Any, tolerance: float) -> None:
    network = make_network((3, 5, 4, 2), f, Tanh(), dtype=dtype)
    x = np.random.default_rng(0).standard_normal((7, 3)).astype(dtype)
    a = x
    for w, b, g in zip(
        network.parameters.weights, network.parameters.biases, network.activations, strict=True
    ):
        a = g(a @ w.T + b)
    outputs = network.forward(x)
    assert outputs.dtype == dtype
    np.testing.assert_allclose(outputs, a, rtol=tolerance, atol=tolerance)


def test_forward_by_hand() -> None:
    network = make_network((2, 2, 1), ReLU(), Linear())
    network.parameters.weights[0][:] = [[1, 2], [-3, 1]]
    network.parameters.biases[0][:] = [0.5, -0.5]
    network.parameters.weights[1][:] = [[2, 10]]
    network.parameters.biases[1][:] = [-1]
    np.testing.assert_array_equal(network.forward(np.array([[1.0, 1.0], [-1.0, 0.0]])), [[6], [24]])


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8, np.float16, np.longdouble])
def test_forward_takes_inputs_of_another_type_and_leaves_them_alone(dtype: Any) -> None:
    network = make_network((2, 2), Linear())
    x = np.array([[1, 0], [0, 1]], dtype)
    np.testing.assert_array_equal(network.forward(x), network.forward(x.astype(np.float64)))
    np.testing.assert_array_equal(x, [[1, 0], [0, 1]])
    assert x.dtype == dtype


class Stubborn(Sigmoid):
    """A sigmoid that ignores `out`."""

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        return super().__call__(z)


@pytest.mark.parametrize("f", [Sigmoid(), Stubborn()], ids=repr)
def test_a_forward_pass_keeps_every_z_and_a_with_ones_behind(f: Activation) -> None:
    network = make_network((3, 4, 2), f)
    forward = ForwardPass(network, 6)
    x_one = with_ones(np.random.default_rng(0).standard_normal((6, 3)), np.float64)
    outputs = forward(x_one)
    assert forward.a_one[0] is x_one
    layers = zip(network.parameters.weights, network.parameters.biases, strict=True)
    for i, (w, b) in enumerate(layers):
        z = forward.a_one[i][:, :-1] @ w.T + b
        np.testing.assert_allclose(forward.z[i], z, rtol=1e-13, atol=1e-13)
        np.testing.assert_array_equal(forward.a[i], Sigmoid()(forward.z[i]))
    np.testing.assert_array_equal(forward.a_one[1][:, :-1], forward.a[0])
    np.testing.assert_array_equal(forward.a_one[1][:, -1], 1)
    np.testing.assert_array_equal(outputs, forward.a[-1])


def test_a_forward_pass_reads_the_parameters_of_the_moment() -> None:
    network = make_network((3, 4, 2), Sigmoid())
    forward = ForwardPass(network, 2)
    x_one = with_ones(np.ones((2, 3)), np.float64)
    before = forward(x_one).copy()
    network.parameters.vector[:] = 0
    np.testing.assert_array_equal(forward(x_one), 0.5)
    assert (before != 0.5).all()


def test_with_ones_copies() -> None:
    x = np.zeros((2, 3), np.float64)
    x_one = with_ones(x, np.float32)
    assert x_one.dtype == np.float32
    np.testing.assert_array_equal(x_one, [[0, 0, 0, 1], [0, 0, 0, 1]])
    x_one[:] = 7
    assert not x.any()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_first_weights_that_are_not_finite_are_refused(dtype: Any) -> None:
    @dataclass(frozen=True)
    class Huge(Initializer):
        def weights(self, rng: np.random.Generator, n_in: int, n_out: int) -> Array:
            return np.full((n_out, n_in), 1e300) * (1 if dtype == np.float32 else np.inf)

    with pytest.raises(ValueError, match=r"Huge are not all finite numbers in float(32|64)"):
        Network([2, 2], Sigmoid(), Huge(), dtype=dtype)


@pytest.mark.parametrize("place", [(2, 1.5), (2, True), (2.0, 1)])
def test_a_neuron_is_named_by_whole_numbers(place: Any) -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        Network([2, 2], Sigmoid(), ScaledNormal(), neurons={place: Tanh()})


def test_forward_takes_lists() -> None:
    network = make_network((2, 3), Sigmoid())
    x = [[1, 2], [3.5, 4]]
    np.testing.assert_array_equal(network.forward(x), network.forward(np.array(x)))


@pytest.mark.parametrize(
    ("x", "what"),
    [
        ([1.0, 2.0], r"have the shape \(2,\)"),
        (1.0, r"have the shape \(\)"),
        ([[[1.0, 2.0]]], r"have the shape \(1, 1, 2\)"),
        (np.zeros((5, 2, 1)), r"have the shape \(5, 2, 1\)"),
        ([[1.0, 2.0, 3.0]], r"have the shape \(1, 3\)"),
        ([[1.0, 2.0], [3.0]], "are rows of several lengths"),
        ([["1", "2"]], "are <U1"),
        ([[1j, 2]], "are complex128"),
        ([[10**400, 2]], "are object"),
        (None, "are object"),
    ],
    ids=range(10),
)
def test_forward_says_what_it_wants(x: Any, what: str) -> None:
    message = rf"the inputs {what}; expected an array of real numbers of shape \(samples, 2\)"
    with pytest.raises(ValueError, match=message):
        make_network((2, 3), Sigmoid()).forward(x)


@pytest.mark.parametrize("sizes", [(3, True), ("3", 2), (3, np.float64(2)), (3, None)], ids=str)
def test_other_sizes_are_refused(sizes: Any) -> None:
    with pytest.raises(ValueError, match="at least two layers of at least one neuron"):
        Network(sizes, Sigmoid(), Normal())


def test_whole_numbers_of_numpy_are_sizes_and_seeds() -> None:
    network = Network(np.array([3, 2]), Sigmoid(), Normal(), seed=np.uint8(4))
    assert network.sizes == (3, 2)
    assert network.parameters.vector.tobytes() == (
        Network([3, 2], Sigmoid(), Normal(), seed=4).parameters.vector.tobytes()
    )


def test_it_is_shown_with_sizes_functions_and_type() -> None:
    assert repr(Network([4, 3, 2], Tanh(), Normal())) == "Network([4, 3, 2], Tanh(), float32)"
    assert repr(make_network((4, 3, 2), Tanh(), Softmax())) == (
        "Network([4, 3, 2], Tanh(), Softmax(), float64)"
    )
    mixed = Network([4, 30, 2], Sigmoid(), Normal(), neurons={(2, 7): Tanh()})
    assert "MixedActivation(29 × Sigmoid(), 1 × Tanh())" in repr(mixed)


def test_what_is_left_out_is_seed_0_and_float32() -> None:
    network = Network([3, 2], Sigmoid(), Normal())
    same = Network([3, 2], Sigmoid(), Normal(), seed=0, dtype=np.float32)
    assert network.parameters.dtype == np.float32
    assert network.parameters.vector.tobytes() == same.parameters.vector.tobytes()
