"""Single neurons with an activation of their own: nothing but their f and f′ is different."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from builders import (
    PLUGINS,
    allowed_error,
    bind,
    class_data,
    each,
    exact_backprops,
    make_network,
    registered,
    relative_error,
)

from bpframe import (
    Activation,
    Array,
    Backprop,
    Cost,
    Interval,
    MixedActivation,
    Network,
    Objective,
    Parameters,
    Trainer,
    make_batch,
)
from bpframe.core.differences import gradient_of, jacobian_of, slope_of
from bpframe.testing.samples import targets_for
from bpframe_activations import Custom, LeakyReLU, Linear, ReLU, Sigmoid, Softmax, Softplus, Tanh
from bpframe_backprop import FullMatrix
from bpframe_costs import CrossEntropy, LogLikelihood, Quadratic
from bpframe_initializers import ScaledNormal
from bpframe_optimizers import SGD

MIXED = MixedActivation.of(Sigmoid(), 5, {1: Tanh(), 3: Custom("z**2/3"), 4: Tanh()})
OWN = [Sigmoid(), Tanh(), Sigmoid(), Custom("z**2/3"), Tanh()]
Z = np.linspace(-2.5, 2.7, 15).reshape(3, 5) + 0.013
both_dtypes = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def by_column(values: Any) -> Array:
    return np.stack([values(f, Z[:, i]) for i, f in enumerate(OWN)], axis=1)


def test_each_neuron_has_its_own_f_and_derivative() -> None:
    a = by_column(lambda f, z: f(z))
    np.testing.assert_array_equal(MIXED(Z), a)
    np.testing.assert_array_equal(
        MIXED.derivative(Z, a), by_column(lambda f, z: f.derivative(z, f(z)))
    )
    np.testing.assert_allclose(MIXED.derivative(Z, a), slope_of(MIXED, Z), rtol=1e-8, atol=1e-8)


@both_dtypes
@pytest.mark.parametrize("shape", [(3, 5), (5,)], ids=str)
def test_shape_and_dtype_are_kept_and_the_input_is_unchanged(
    dtype: Any, shape: tuple[int, ...]
) -> None:
    z = Z.astype(dtype)[: shape[0]].reshape(-1)[: np.prod(shape)].reshape(shape)
    a = MIXED(z)
    given = [z, a.copy(), np.ones_like(z)]
    before = [array.tobytes() for array in given]
    results = [MIXED(z), MIXED.derivative(z, a), MIXED.pullback(given[2], z, a)]
    assert [array.tobytes() for array in given] == before
    assert [(r.shape, r.dtype) for r in results] == [(shape, dtype)] * 3
    assert MIXED.jacobian(z.reshape(-1)[:5]).dtype == dtype


@both_dtypes
def test_out_is_used(dtype: Any) -> None:
    z = Z.astype(dtype)
    view = np.full((3, 6), np.nan, dtype)[:, :-1]
    assert MIXED(z, view) is view
    np.testing.assert_array_equal(view, MIXED(z))


def test_jacobian_and_pullback() -> None:
    grad_a = np.cos(Z)
    expected = [jacobian_of(MIXED, row) for row in Z]
    np.testing.assert_allclose([MIXED.jacobian(row) for row in Z], expected, rtol=1e-8, atol=1e-8)
    rows = [MIXED.jacobian(row) @ g for row, g in zip(Z, grad_a, strict=True)]
    np.testing.assert_allclose(MIXED.pullback(grad_a, Z, MIXED(Z)), rows, rtol=1e-12)
    np.testing.assert_allclose(MIXED.pullback(grad_a[0], Z[0], MIXED(Z[0])), rows[0], rtol=1e-12)


def test_a_pullback_of_ones_own_is_kept() -> None:
    class StraightThrough(Custom):
        def pullback(self, grad_a: Array, z: Array, a: Array) -> Array:
            return grad_a.copy()

    mixed = MixedActivation.of(Sigmoid(), 2, {0: StraightThrough("sign(z)")})
    z = np.array([[0.5, 0.0]])
    assert mixed.pullback(np.ones_like(z), z, mixed(z)).tolist() == [[1, 0.25]]


class ManyKinks(Tanh):
    kinks = (3.0, -2.0, 1.0)


def test_range_kinks_and_link() -> None:
    mixed = MixedActivation.of(Sigmoid(), 4, {0: ReLU(), 2: Tanh(), 3: LeakyReLU(0.5)})
    assert mixed.range == Interval()
    assert MixedActivation.of(Sigmoid(), 2, {0: Tanh()}).range == Interval(-1, 1)
    assert MixedActivation.of(Sigmoid(), 2, {0: Softplus()}).range == Interval(0)
    # A function that no neuron has left does not count.
    assert MixedActivation.of(Linear(), 1, {0: Tanh()}).range == Interval(-1, 1)
    assert mixed.kinks == (0.0,)
    assert MixedActivation.of(ManyKinks(), 2, {0: ReLU()}).kinks == (-2.0, 0.0, 1.0, 3.0)
    assert (mixed.link, mixed.elementwise) == (None, True)
    reordered = MixedActivation.of(Sigmoid(), 4, {3: LeakyReLU(0.5), 2: Tanh(), 0: ReLU()})
    assert {mixed: 1} == {reordered: 1}


def test_what_is_no_neurons_own_is_not_evaluated_there() -> None:
    # pytest makes an error of every warning: softplus′ of -1e4 would overflow.
    mixed = MixedActivation.of(Softplus(), 2, {0: Linear()})
    z = np.array([[-1e4, 1.0]])
    assert mixed.derivative(z, mixed(z))[0, 0] == 1


# In a network.


def with_neurons(neurons: dict[tuple[int, int], Activation], **more: Any) -> Network:
    sizes = (3, 4, 4, 2)
    return Network(sizes, Sigmoid(), ScaledNormal(), neurons=neurons, dtype=np.float64, **more)


def test_layers_and_neurons_count_from_1_as_in_the_book() -> None:
    network = with_neurons({(2, 3): Tanh(), (4, 1): Linear()}, output_activation=Softplus())
    plain = with_neurons({}, output_activation=Softplus())
    assert network.activations == (
        MixedActivation.of(Sigmoid(), 4, {2: Tanh()}),
        Sigmoid(),
        MixedActivation.of(Softplus(), 2, {0: Linear()}),
    )
    assert network.parameters.vector.tobytes() == plain.parameters.vector.tobytes()


@pytest.mark.parametrize("neurons", [None, {}])
def test_without_such_neurons_nothing_is_mixed(neurons: Any) -> None:
    sigmoid = Sigmoid()
    network = Network((3, 4, 2), sigmoid, ScaledNormal(), neurons=neurons)
    assert all(f is sigmoid for f in network.activations)


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ((1, 1), "no neuron 1 of layer 1 with an activation: layer 1 is the input, .* layer 4"),
        ((5, 1), "no neuron 1 of layer 5 .* the last one is layer 4"),
        ((2, 0), "no neuron 0 of layer 2: its neurons are 1 to 4"),
        ((4, 3), "no neuron 3 of layer 4: its neurons are 1 to 2"),
    ],
)
def test_a_neuron_that_is_not_there_is_refused(place: tuple[int, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        with_neurons({place: Tanh()})


@pytest.mark.parametrize(
    ("own", "output"), [(Tanh(), Softmax()), (Softmax(), Sigmoid())], ids=["layer", "neuron"]
)
def test_what_is_not_elementwise_is_refused(own: Activation, output: Activation) -> None:
    message = "neuron 2 of layer 4 cannot .* an output of Softmax depends on the whole layer"
    with pytest.raises(ValueError, match=message):
        with_neurons({(4, 2): own}, output_activation=output)


def test_outputs_that_leave_the_costs_domain_are_refused() -> None:
    with pytest.raises(ValueError, match=r"accepts outputs in \[0, 1\], .* gives \[-1, 1\]"):
        Objective(with_neurons({(4, 2): Tanh()}), CrossEntropy())
    Objective(with_neurons({(3, 2): Tanh()}), CrossEntropy())


@pytest.mark.parametrize("cost", each(registered("cost")))
def test_no_cost_has_a_closed_form_for_it(cost: Cost) -> None:
    mixed = MixedActivation.of(Sigmoid(), 2, {0: Custom("sigmoid(2*z)", low=0, high=1)})
    assert PLUGINS.hook.bpframe_output_error(cost=cost, activation=mixed) is None


@pytest.mark.parametrize("rule", each(exact_backprops()))
@pytest.mark.parametrize(
    ("cost", "output", "neurons"),
    [
        (Quadratic(), Sigmoid(), {(2, 3): Custom("tanh(z)")}),
        (Quadratic(), Sigmoid(), {(2, 1): Linear(), (3, 2): Custom("z**2/2"), (4, 2): Tanh()}),
        (CrossEntropy(), Sigmoid(), {(4, 1): Custom("sigmoid(2*z)", low=0, high=1)}),
        (LogLikelihood(), Softmax(), {(2, 4): Softplus(), (3, 1): Tanh()}),
    ],
    ids=["one", "many", "output", "below a softmax"],
)
def test_the_gradient_equals_differences(
    cost: Cost, output: Activation, neurons: dict[tuple[int, int], Activation], rule: Backprop
) -> None:
    network = with_neurons(neurons, output_activation=output)
    rng = np.random.default_rng(0)
    batch = make_batch(rng.standard_normal((5, 3)), targets_for(cost, rng, (5, 2)))
    objective = Objective(network, cost)
    expected, gradient = (
        Parameters(network.sizes, np.float64),
        Parameters(network.sizes, np.float64),
    )
    vector = network.parameters.vector
    expected.vector[:] = gradient_of(lambda: objective.value(batch.x, batch.y), vector)
    bind(rule, objective)(batch, gradient)
    # Differences promise a share of 1 and of the cost, whatever the gradient.
    at_least = 0 if rule.tolerance <= 1e-10 else max(1, objective.value(batch.x, batch.y))
    assert relative_error(gradient, expected, at_least) < allowed_error(rule, 1e-6)


def test_a_neuron_that_is_given_the_function_of_its_layer_learns_as_before() -> None:
    def changes(own: Activation) -> Array:
        network = make_network((3, 4, 2), Sigmoid())
        mixed = Network((3, 4, 2), Sigmoid(), ScaledNormal(), neurons={(2, 3): own}, dtype=float)
        assert mixed.parameters.vector.tobytes() == network.parameters.vector.tobytes()
        for net in (network, mixed):
            Trainer(net, Quadratic(), FullMatrix(), SGD(0.5), epochs=3).fit(class_data(40))
        return abs(mixed.parameters.vector - network.parameters.vector)

    assert changes(Sigmoid()).max() < 1e-12
    assert changes(Tanh()).max() > 1e-3


def test_only_the_gradient_at_and_below_the_neuron_sees_another_derivative() -> None:
    # The same f with another f′: what is above the neuron is as before, its own row is not.
    rng = np.random.default_rng(0)
    batch = make_batch(rng.standard_normal((5, 3)), rng.uniform(size=(5, 2)))
    gradients = []
    for derivative in (None, "0*z"):
        own = Custom("tanh(z)", derivative)
        objective = Objective(with_neurons({(3, 2): own}), Quadratic())
        gradient = Parameters(objective.network.sizes, np.float64)
        FullMatrix().bind(objective, rng)(batch, gradient)
        gradients.append(gradient)
    right, wrong = gradients
    np.testing.assert_array_equal(right.blocks[2], wrong.blocks[2])
    np.testing.assert_array_equal(right.blocks[1][[0, 2, 3]], wrong.blocks[1][[0, 2, 3]])
    assert (wrong.blocks[1][1] == 0).all()
    assert (right.blocks[0] != wrong.blocks[0]).all()
