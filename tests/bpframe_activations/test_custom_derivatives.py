"""Expressions of the whole grammar: a short derivation, and a derivative that is right."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest
from builders import make_network, quick
from hypothesis import given, settings
from hypothesis import strategies as st

from bpframe import FUNCTIONS, Array, Objective, Parameters, make_batch, stream
from bpframe_activations import Custom
from bpframe_activations.derivative import derivative
from bpframe_activations.expression import LONGEST, read
from bpframe_backprop import FullMatrix
from bpframe_costs import Quadratic
from bpframe_fused import Fused

Z = np.array([-2.3, -0.7, -0.15, 0.25, 0.8, 1.9])
STEP = 1e-5


def longer(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    names = {n: sorted(k for k, (count, _) in FUNCTIONS.items() if count == n) for n in (1, 2)}
    one, two = (st.sampled_from(names[n]) for n in (1, 2))
    return st.one_of(
        st.builds("{}({})".format, one, inner),
        st.builds("{}({},{})".format, two, inner, inner),
        st.builds("-({})".format, inner),
        st.builds("({}{}{})".format, inner, st.sampled_from(["+", "-", "*", "/", "**"]), inner),
    )


numbers = st.sampled_from(["2", "0.5", "0", "pi", "e", "700", "1e-3", "(-1)", "(1/3)"])
expressions = st.recursive(st.one_of(st.just("z"), st.just("z"), numbers), longer, max_leaves=12)


def made(text: str) -> Custom | None:
    """Return the activation, None if the expression is refused with one line."""
    refusal: Exception
    try:
        return Custom(text)
    except Exception as error:
        refusal = error
    assert type(refusal) is ValueError
    assert "\n" not in str(refusal)
    assert text in str(refusal)
    return None


@settings(quick, max_examples=150)
@given(expressions)
def test_any_expression_has_a_right_derivative_or_is_refused(text: str) -> None:
    f = made(text)
    if f is None:
        return
    a = f(Z)
    d = f.derivative(Z, a)
    assert (a.shape, a.dtype) == (d.shape, d.dtype) == (Z.shape, Z.dtype)
    with np.errstate(all="ignore"):
        ends = {k: f(Z + k * STEP) for k in (-2, -1, 1, 2)}
        expected, wider = ((ends[k] - ends[-k]) / (2 * k * STEP) for k in (1, 2))
        above, below = (ends[1] - a) / STEP, (a - ends[-1]) / STEP
        size = 1e-3 * np.maximum(1, np.abs(expected))
        # Not at a kink, nor where a difference is mostly rounding.
        smooth = (np.abs(wider - expected) < size) & (np.abs(above - below) < size)
        smooth &= np.isfinite(d) & (1e-13 * np.abs(a) / STEP < size)
    np.testing.assert_array_less(np.abs(d - expected)[smooth], (3 * size)[smooth])


@settings(quick, max_examples=100)
@given(expressions)
def test_any_expression_has_functions_of_numbers_that_are_those_of_arrays(text: str) -> None:
    f = made(text)
    if f is None:
        return
    value, slope = f.scalar(np.float64)
    a = f(Z)
    d = f.derivative(Z, a)
    for z, a_z, d_z in zip(Z.tolist(), a.tolist(), d.tolist(), strict=True):
        for function, arguments, expected in ((value, (z,), a_z), (slope, (z, a_z), d_z)):
            # Python raises where C goes on with infinity or NaN.
            with suppress(ArithmeticError, ValueError):
                found = function(*arguments)
                if np.isfinite(found) and np.isfinite(expected):
                    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)


@pytest.mark.slow
def test_every_function_and_operation_can_be_compiled() -> None:
    one = [
        f"{name}({'2+' * (name == 'acosh')}z/3)"
        for name, (count, _) in FUNCTIONS.items()
        if count == 1
    ]
    two = [f"{name}(z,z*z)" for name, (count, _) in FUNCTIONS.items() if count == 2]
    f = Custom(f"({'+'.join([*one, *two])}-z**-2*2**z/z**0.5+z**z-1e-3)/100+pi*e")
    network = make_network((1, 1), f)
    network.parameters.vector[:] = 1, 0
    batch = make_batch(np.array([[1.3]]), np.array([[0.5]]))
    objective = Objective(network, Quadratic())
    gradients = [Parameters((1, 1), np.float64) for _ in range(2)]
    for rule, out in zip((FullMatrix(), Fused()), gradients, strict=True):
        rule.bind(objective, stream(0, "feedback"))(batch, out)
    np.testing.assert_allclose(gradients[1].vector, gradients[0].vector, rtol=1e-9)


@pytest.mark.parametrize(
    "text",
    [
        "max(z,max(2*z,max(3*z,max(4*z,5*z))))",
        "min(log(z),min(softplus(z),z))",
        "(pi*z)**700",
        "sigmoid(" * 70 + "z" + ")" * 70,
        "max(z," * 60 + "1" + ")" * 60,
        "*".join(f"tanh({k}+z)" for k in range(80)),
        "(" * 60 + "z" + "+1)**z" * 60,
        "/".join(["z"] * 400),
    ],
    ids=lambda text: text[:20],
)
def test_a_derivation_has_but_a_few_steps_for_each_sign_of_the_text(text: str) -> None:
    assert len(text) <= LONGEST
    formula, place = read(text)
    derivative(formula, place)
    assert len(formula.nodes) < 4 * len(text) + 10


def test_nested_maxima_are_differentiated() -> None:
    f = Custom("max(z,max(2*z,max(3*z,max(4*z,5*z))))")
    z = np.array([-2.0, 3.0])
    np.testing.assert_array_equal(f(z), [-2, 15])
    np.testing.assert_array_equal(f.derivative(z, f(z)), [1, 5])


# Where a subexpression overflows.


def logistic(z: Array) -> Array:
    return np.exp(-np.logaddexp(0, -z))


def logistic_slope(z: Array) -> Array:
    return logistic(z) * logistic(-z)


def squared(z: Array) -> Array:
    """Return the slope of tanh."""
    return 4 * logistic_slope(2 * z)


STABLE = {
    "1/(1+exp(-z))": (logistic, logistic_slope),
    "exp(z)/(1+exp(z))": (logistic, logistic_slope),
    "e**z/(1+e**z)": (logistic, logistic_slope),
    "1-1/(1+exp(z))": (logistic, logistic_slope),
    "2/(1+exp(-2*z))-1": (np.tanh, squared),
    "1-2/(exp(2*z)+1)": (np.tanh, squared),
    "(exp(z)-exp(-z))/(exp(z)+exp(-z))": (np.tanh, squared),
    "sinh(z)/cosh(z)": (np.tanh, squared),
    "log(1+exp(z))": (lambda z: np.logaddexp(0, z), logistic),
    "-log(1/(1+exp(z)))": (lambda z: np.logaddexp(0, z), logistic),
    "z/(1+exp(-z))": (
        lambda z: z * logistic(z),
        lambda z: logistic(z) + z * logistic_slope(z),
    ),
    "sqrt(1+z**2)": (lambda z: np.hypot(1, z), lambda z: z / np.hypot(1, z)),
    "exp(-exp(-z))": (
        lambda z: np.exp(-np.exp(np.minimum(-z, 700))),
        lambda z: np.exp(-z - np.exp(np.minimum(-z, 700))),
    ),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("text", STABLE)
def test_what_overflows_on_the_way_is_computed_all_the_same(text: str, dtype: type) -> None:
    value, slope = STABLE[text]
    far = np.array([3, 44.2, 44.5, 88.5, 89, 104, 354, 356, 710, 1e3, 1e10])
    z = np.concatenate([-far, far]).astype(dtype)
    f = Custom(text)
    a = f(z)
    exact = z.astype(np.float64)
    rounding = 8 * np.finfo(dtype).eps
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(a, value(exact), rtol=rounding, atol=rounding)
        np.testing.assert_allclose(
            f.derivative(z, a), slope(exact), rtol=rounding, atol=4 * rounding
        )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_infinite_stays_so(dtype: type) -> None:
    z = np.array([1000, 5], dtype)
    f = Custom("exp(z)")
    assert f(z)[0] == np.inf
    assert np.isfinite(f(z)[1])


@pytest.mark.parametrize("text", ["2/(1+exp(-2*z))-1", "1/(1+exp(-z))", "z/(exp(-z)+1)"])
@pytest.mark.parametrize("large", [1e2, 1e4])
def test_a_gradient_with_large_weights_is_finite_compiled_or_not(text: str, large: float) -> None:
    network = make_network((3, 5, 2), Custom(text), dtype=np.float32)
    network.parameters.weights[0][:] *= large
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((20, 3)), rng.uniform(size=(20, 2))
    batch = make_batch(x.astype(np.float32), y.astype(np.float32))
    gradients = []
    for rule in (FullMatrix(), Fused()):
        out = Parameters(network.sizes, np.float32)
        rule.bind(Objective(network, Quadratic()), stream(0, "feedback"))(batch, out)
        gradients.append(out.vector)
    assert np.isfinite(gradients[0]).all()
    np.testing.assert_allclose(gradients[1], gradients[0], rtol=1e-4, atol=1e-6 * large)


@pytest.mark.parametrize("text", ["sqrt(-1-z**2)", "log(-abs(z))", "acos(2+z**2)", "0/0*z"])
def test_what_is_a_real_number_nowhere_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="finite real number"):
        Custom(text)
    with pytest.raises(ValueError, match="finite real number"):
        Custom("z", text)
