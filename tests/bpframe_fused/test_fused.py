"""The compiled rule: functions of single numbers, and whole epochs of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from builders import PLUGINS, class_data, each, every_activation, make_network, quick, registered
from hypothesis import given
from hypothesis import strategies as st

from bpframe import (
    Activation,
    Array,
    Batch,
    Cost,
    Data,
    Network,
    Objective,
    Optimizer,
    Parameters,
    Split,
    Trainer,
    WeightedCost,
    make_batch,
    with_ones,
)
from bpframe.errors import DivergedError
from bpframe_activations import Custom, Sigmoid
from bpframe_backprop import FullMatrix
from bpframe_costs import CrossEntropy, Quadratic
from bpframe_fused import Fused, workspace
from bpframe_optimizers import L2, SGD, Adam

ELEMENTWISE = {name: f for name, f in every_activation().items() if f.elementwise}
Z = np.array([-30.0, -2.5, -1.0, -1e-3, 0.3, 1.7, 2.6, 30.0])


def gradient_by(rule: Any, objective: Objective, x: Array, y: Array) -> Array:
    network = objective.network
    gradient = Parameters(network.sizes, network.parameters.dtype)
    rule.bind(objective, np.random.default_rng(0))(make_batch(x, y), gradient)
    return gradient.vector


def trained(rule: Any, network: Network, data: Data, **options: Any) -> Network:
    settings: dict[str, Any] = {"epochs": 3, "batch_size": 4, "optimizer": SGD(0.5)} | options
    Trainer(network, Quadratic(), rule, **settings).fit(data)
    return network


@pytest.mark.parametrize("f", each(ELEMENTWISE))
def test_it_takes_every_elementwise_activation(f: Activation) -> None:
    scalar = f.scalar(np.float64)
    assert scalar
    with np.errstate(over="ignore"):
        a = f(Z)
    np.testing.assert_allclose([scalar[0](z) for z in Z], a, rtol=1e-9, atol=1e-12)
    slopes = [scalar[1](*pair) for pair in zip(Z, a, strict=True)]
    np.testing.assert_allclose(slopes, f.derivative(Z, a), rtol=1e-9, atol=1e-12)
    x, y = np.array([[0.2, 0.0, -0.7], [0.0, 0.0, 0.0]]), np.array([[0.3, 0.4], [0.9, 0.1]])
    objective = Objective(make_network((3, 4, 2), f), Quadratic())
    expected = gradient_by(FullMatrix(), objective, x, y)
    np.testing.assert_allclose(gradient_by(Fused(), objective, x, y), expected, rtol=1e-9)


@pytest.mark.parametrize("cost", each(registered("cost")))
def test_costs_of_single_outputs_have_a_scalar_gradient(cost: Cost) -> None:
    scalar = cost.scalar(np.float64)
    a, y = np.array([0.0, 1e-9, 0.3, 1.0]), np.array([0.1, 0.0, 0.9, 1.0])
    assert scalar
    slopes = [scalar(*pair) for pair in zip(a, y, strict=True)]
    np.testing.assert_allclose(slopes, cost.gradient(a, y), rtol=1e-12)


def test_a_closed_form_survives_saturation() -> None:
    closed_form = PLUGINS.hook.bpframe_output_error(cost=CrossEntropy(), activation=Sigmoid())
    network = make_network((1, 1), Sigmoid())
    network.parameters.vector[:] = 800, 0
    objective = Objective(network, CrossEntropy(), closed_form)
    gradient = gradient_by(Fused(), objective, np.ones((1, 1)), np.zeros((1, 1)))
    np.testing.assert_array_equal(gradient, [1, 1])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("regularizer", [None, L2(3.0)])
@quick
@given(
    sizes=st.lists(st.integers(1, 40), min_size=0, max_size=2),
    batch_size=st.integers(1, 12),
    seed=st.integers(0, 1000),
)
def test_an_epoch_is_that_of_full_matrix(
    dtype: Any, regularizer: Any, sizes: list[int], batch_size: int, seed: int
) -> None:
    def train(rule: Any) -> Array:
        network = make_network((3, *sizes, 2), Sigmoid(), seed=seed, dtype=dtype)
        options = {"batch_size": batch_size, "regularizer": regularizer, "seed": seed}
        return trained(rule, network, class_data(23), **options).parameters.vector

    tolerance = 1e-10 if dtype == np.float64 else 1e-4
    np.testing.assert_allclose(train(Fused()), train(FullMatrix()), rtol=tolerance, atol=tolerance)


def test_the_padding_of_a_row_that_fills_the_lanes_changes_nothing() -> None:
    for hidden in (15, 16, 31, 32):
        networks = [make_network((3, hidden, hidden, 2), Sigmoid()) for _ in range(2)]
        for network, rule in zip(networks, (Fused(), FullMatrix()), strict=True):
            trained(rule, network, class_data())
        fused, expected = (network.parameters.vector for network in networks)
        np.testing.assert_allclose(fused, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
def test_what_functions_give_where_there_is_no_neuron_reaches_nothing(weighted: bool) -> None:
    # Both f and f′ are infinite at 0.
    network = make_network((3, 4, 5, 2), Custom("1/z"))
    cost = WeightedCost(Quadratic()) if weighted else Quadratic()
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((5, 3)), rng.standard_normal((5, 2 + weighted))
    expected = gradient_by(FullMatrix(), Objective(network, cost), x, y)
    found = gradient_by(Fused(), Objective(network, cost), x, y)
    np.testing.assert_allclose(found, expected, rtol=1e-9)


@pytest.mark.parametrize("optimizer", [SGD(0.5), Adam(0.01)])
def test_inputs_with_zeros_and_without_are_those_of_full_matrix(optimizer: Optimizer) -> None:
    rng = np.random.default_rng(0)
    for share in (0.0, 0.1, 0.9):
        x = rng.standard_normal((23, 20)) * (rng.random((23, 20)) < share)
        split, empty = Split(x, rng.integers(0, 2, 23)), Split(x[:0], np.empty(0, np.int64))
        data = Data("zeros", split, empty, empty, 2)
        found, expected = (
            trained(rule, make_network((20, 5, 2), Sigmoid()), data, optimizer=optimizer)
            for rule in (Fused(), FullMatrix())
        )
        vectors = found.parameters.vector, expected.parameters.vector
        np.testing.assert_allclose(*vectors, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("block", [64, 2**10, 2**17])
def test_first_layers_of_any_width_and_inputs_in_blocks_serve(dtype: Any, block: int) -> None:
    rng = np.random.default_rng(0)
    x = (rng.standard_normal((9, 37)) * (rng.random((9, 37)) < 0.2)).astype(dtype)
    y = rng.random((9, 2)).astype(dtype)
    tolerance = 1e-9 if dtype == np.float64 else 1e-4
    # From one vector to more than a loop has in registers.
    for neurons in (1, 16, 17, 40, 64, 70, 150):
        network = make_network((37, neurons, 2), Sigmoid(), dtype=dtype)
        expected = gradient_by(FullMatrix(), Objective(network, Quadratic()), x, y)
        with patch.object(workspace, "BLOCK", block):
            found = gradient_by(Fused(), Objective(network, Quadratic()), x, y)
        np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("share", [0.1, 1.0])
def test_inputs_may_lie_in_memory_in_any_way(share: float) -> None:
    rng = np.random.default_rng(0)
    objective = Objective(make_network((20, 4, 2), Sigmoid()), Quadratic())
    x = rng.standard_normal((7, 20)) * (rng.random((7, 20)) < share)
    y = rng.random((7, 2))
    expected = gradient_by(FullMatrix(), objective, x, y)
    read_only = x.copy()
    read_only.flags.writeable = False
    wide = np.ones((7, 45))[:, 1:41:2]
    wide[:] = x
    for stored in (np.asfortranarray(x), x[::-1].copy()[::-1], read_only, wide):
        batch = Batch(stored, y, with_ones(stored, np.float64))
        gradient = Parameters((20, 4, 2), np.float64)
        Fused().bind(objective, np.random.default_rng(0))(batch, gradient)
        np.testing.assert_allclose(gradient.vector, expected, rtol=1e-9, atol=1e-15)


def test_an_optimizer_with_a_memory_takes_its_own_steps() -> None:
    @dataclass(frozen=True)
    class Momentum(Optimizer):
        def bind(self, parameters: Parameters) -> Callable[[Parameters], None]:
            velocity = np.zeros_like(parameters.vector)

            def step(gradient: Parameters) -> None:
                velocity[:] = 0.9 * velocity - 0.1 * gradient.vector
                parameters.vector[:] += velocity

            return step

    networks = [make_network((3, 4, 2), Sigmoid()) for _ in range(2)]
    for network, rule in zip(networks, (Fused(), FullMatrix()), strict=True):
        trained(rule, network, class_data(), optimizer=Momentum())
    fused, expected = (network.parameters.vector for network in networks)
    np.testing.assert_allclose(fused, expected, rtol=1e-9)


def test_two_trainings_of_one_seed_are_equal_bit_for_bit() -> None:
    vectors = [
        trained(Fused(), make_network((3, 9, 2), Sigmoid()), class_data()).parameters.vector
        for _ in range(2)
    ]
    np.testing.assert_array_equal(*vectors)


def test_a_training_that_diverges_says_where() -> None:
    network = make_network((3, 4, 2), Custom("z**3"))
    with pytest.raises(DivergedError, match=r"epoch 1, step \d+: .*layer 2"):
        trained(Fused(), network, class_data(), optimizer=SGD(100.0))


def test_a_function_that_is_no_number_somewhere_hides_nothing() -> None:
    """What divides by 0 must not leave the numbers of another mini-batch."""
    for text in ("1/z", "z**-2"):
        objective = Objective(make_network((1, 1, 1), Custom(text)), Quadratic())
        objective.network.parameters.vector[:] = 1, 0, 1, 0
        for x, finite in ((1.0, True), (0.0, False)):
            gradient = gradient_by(Fused(), objective, np.full((1, 1), x), np.ones((1, 1)))
            assert np.isfinite(gradient).all() == finite, text


def test_a_gradient_that_is_not_finite_is_not_hidden() -> None:
    network = make_network((1, 1), Custom("z**3"))
    network.parameters.vector[:] = 1e200
    objective = Objective(network, Quadratic())
    gradient = gradient_by(Fused(), objective, np.ones((1, 1)), np.ones((1, 1)))
    assert not np.isfinite(gradient).any()


@dataclass(frozen=True)
class Polynomial(Activation):
    """Has a list, so it cannot be a key."""

    factors: list[float] = field(default_factory=lambda: [1.0, 0.5])

    def __call__(self, z: Array, out: Array | None = None) -> Array:
        return self.factors[0] * z + self.factors[1] * z * z

    def derivative(self, z: Array, a: Array) -> Array:
        return self.factors[0] + 2 * self.factors[1] * z

    def scalar(self, real: Any) -> Any:
        b, c = map(real, self.factors)
        return lambda z: b * z + c * z * z, lambda z, a: b + 2 * c * z


def test_a_part_with_a_list_is_compiled() -> None:
    x, y = np.array([[0.2, 0.0, -0.7]]), np.array([[0.3, 0.4]])
    for factors in ([1.0, 0.5], [2.0, -0.1]):
        objective = Objective(make_network((3, 4, 2), Polynomial(factors)), Quadratic())
        expected = gradient_by(FullMatrix(), objective, x, y)
        np.testing.assert_allclose(gradient_by(Fused(), objective, x, y), expected, rtol=1e-9)


def test_softplus_in_an_expression_does_not_overflow() -> None:
    f, slope = Custom("softplus(z)").scalar(np.float32) or (None, None)
    assert f
    assert slope
    assert f(1000.0) == 1000.0
    assert slope(1000.0, 1000.0) == 1.0


def test_without_numba_it_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['numba'] = None\n"
        "import numpy as np\n"
        "from bpframe import Network, Objective\n"
        "from bpframe_activations import Sigmoid\n"
        "from bpframe_costs import Quadratic\n"
        "from bpframe_fused import Fused\n"
        "from bpframe_initializers import Normal\n"
        "Fused().bind(Objective(Network([2, 2], Sigmoid(), Normal()), Quadratic()), None)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr.splitlines()[-1] == (
        "bpframe.errors.MissingPackageError: it needs Numba: pip install 'bpframe[numba]'"
    )
