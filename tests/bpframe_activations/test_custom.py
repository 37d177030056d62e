"""Functions written on the command line: what is computed, and everything that is refused."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable

import numpy as np
import pytest
from builders import quick
from hypothesis import given
from hypothesis import strategies as st

from bpframe import FUNCTIONS
from bpframe.core.differences import slope_of
from bpframe_activations import Custom
from bpframe_activations.expression import CONSTANTS

Z = np.array([[-2.3, -0.7, -0.15], [0.25, 0.8, 1.9]])


def logistic(z: float) -> float:
    return 1 / (1 + math.exp(-z))


EXPRESSIONS: list[tuple[str, Callable[[float], float]]] = [
    ("z", lambda z: z),
    (" - z ", lambda z: -z),
    ("2.5", lambda _: 2.5),
    ("pi*e**z", lambda z: math.pi * math.exp(z)),
    ("1e-3", lambda _: 1e-3),
    ("z**2", lambda z: z * z),
    ("z**3 - 2*z", lambda z: z**3 - 2 * z),
    ("z**-2", lambda z: 1 / z**2),
    ("2**z", lambda z: 2**z),
    ("abs(z)**0.5", lambda z: math.sqrt(abs(z))),
    ("z/(1+abs(z))", lambda z: z / (1 + abs(z))),
    ("max(z,0)", lambda z: max(z, 0)),
    ("max(min(z, 1), -1)", lambda z: max(min(z, 1), -1)),
    ("sign(z)", lambda z: math.copysign(1, z)),
    ("sign(z)*log(1+abs(z))", lambda z: math.copysign(math.log(1 + abs(z)), z)),
    ("sigmoid(z)", logistic),
    ("z*sigmoid(1.702*z)", lambda z: z * logistic(1.702 * z)),
    ("softplus(z)", lambda z: math.log1p(math.exp(z))),
    ("tanh(z)*z", lambda z: math.tanh(z) * z),
    ("z*tanh(softplus(z))", lambda z: z * math.tanh(math.log1p(math.exp(z)))),
    ("0.5*z*(1+erf(z/sqrt(2)))", lambda z: 0.5 * z * (1 + math.erf(z / math.sqrt(2)))),
    ("sin(cos(sin(z)))", lambda z: math.sin(math.cos(math.sin(z)))),
    ("exp(-z**2/2)/sqrt(2*pi)", lambda z: math.exp(-z * z / 2) / math.sqrt(2 * math.pi)),
    ("abs(sigmoid(z)-0.5)", lambda z: abs(logistic(z) - 0.5)),
    ("max(sigmoid(z), softplus(z)/2)", lambda z: max(logistic(z), math.log1p(math.exp(z)) / 2)),
    ("atan(z)+asinh(z)", lambda z: math.atan(z) + math.asinh(z)),
    ("tan(z/3)+cosh(z)-sinh(z)", lambda z: math.tan(z / 3) + math.cosh(z) - math.sinh(z)),
    ("asin(z/3)*acos(z/3)", lambda z: math.asin(z / 3) * math.acos(z / 3)),
    ("acosh(2+z**2)*atanh(z/3)", lambda z: math.acosh(2 + z * z) * math.atanh(z / 3)),
]
every = pytest.mark.parametrize(("text", "plain"), EXPRESSIONS, ids=[e[0] for e in EXPRESSIONS])


def test_every_name_of_the_whitelist_is_tried_above() -> None:
    tried = set(re.findall(r"[a-z]+", " ".join(text for text, _ in EXPRESSIONS)))
    assert tried == {*FUNCTIONS, *CONSTANTS, "z"}


@every
def test_value(text: str, plain: Callable[[float], float]) -> None:
    np.testing.assert_allclose(Custom(text)(Z), np.vectorize(plain, [float])(Z), rtol=1e-12)


@every
def test_derived_derivative_equals_differences(text: str, plain: Callable[[float], float]) -> None:
    f = Custom(text)
    np.testing.assert_allclose(f.derivative(Z, f(Z)), slope_of(f, Z), rtol=1e-7, atol=1e-8)


@every
@pytest.mark.parametrize("shape", [(2, 3), (6,), (1, 6), (0, 4)], ids=str)
def test_float32_stays_float32_and_the_shape_stays(
    text: str, plain: Callable[[float], float], shape: tuple[int, ...]
) -> None:
    f = Custom(text)
    z = Z.ravel()[: math.prod(shape)].reshape(shape).astype(np.float32)
    for result in (f(z), f.derivative(z, f(z))):
        assert (result.shape, result.dtype) == (shape, np.float32)


def test_a_given_derivative_is_used_as_it_is() -> None:
    f = Custom("z**2", "7 + z")
    np.testing.assert_array_equal(f.derivative(Z, f(Z)), 7 + Z)


def test_at_a_kink_the_derived_derivative_is_finite() -> None:
    zero = np.zeros(1)
    for text in ("abs(z)", "max(z,0)", "sign(z)", "abs(tanh(z))", "abs(sigmoid(z)-0.5)"):
        f = Custom(text)
        assert np.isfinite(f.derivative(zero, f(zero))).all(), text


def test_the_range_is_what_was_given() -> None:
    assert Custom("tanh(z)", low=-1, high=1).range.low == -1
    assert Custom("tanh(z)").range.high == math.inf


@pytest.mark.parametrize(("low", "high"), [(1, 1), (2, 1), (float("nan"), 1)])
def test_an_empty_range_is_refused(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="low must be the smaller"):
        Custom("z", low=low, high=high)


# What is refused.

NOT_ALLOWED = [
    ("z.real", "z.real"),
    ("z.__class__.__mro__", "z.__class__.__mro__"),
    ("(1).real", "1 .real"),
    ("z[0]", "z[0]"),
    ("2*z[:1]", "z[:1]"),
    ("open('x')", "open('x')"),
    ("1 + eval('z')", "eval('z')"),
    ("__import__('os')", "__import__('os')"),
    ("__builtins__", "__builtins__"),
    ("__name__", "__name__"),
    ("sinus(z)", "sinus(z)"),
    ("x", "x"),
    ("sin", "sin"),
    ("z + abs", "abs"),
    ("z(1)", "z(1)"),
    ("pi(1)", "pi(1)"),
    ("e()", "e()"),
    ("abs(z)(z)", "abs(z)(z)"),
    ("max(*z)", None),
    ("max(z, 0, out=z)", "max(z, 0, out=z)"),
    ("exp(x=z)", "exp(x=z)"),
    ("exp(**z)", "exp(**z)"),
    ("lambda: z", "lambda: z"),
    ("(lambda z: z)(1)", "(lambda z: z)(1)"),
    ("[z for z in z]", "[z for z in z]"),
    ("sin([i for i in z])", "[i for i in z]"),
    ("{z: z}", "{z: z}"),
    ("(z, z)", "(z, z)"),
    ("()", "()"),
    ("'z'", "'z'"),
    ("z * 'a'", "'a'"),
    ("b'z'", "b'z'"),
    ("f'{z}'", "f'{z}'"),
    ("(z := 1)", "(z := 1)"),
    ("z < 1", "z < 1"),
    ("z == z", "z == z"),
    ("z and 1", "z and 1"),
    ("not z", "not z"),
    ("~z", "~z"),
    ("z if z else 1", "z if z else 1"),
    ("z // 2", "z // 2"),
    ("z % 2", "z % 2"),
    ("z @ z", "z @ z"),
    ("z << 2", "z << 2"),
    ("z | 1", "z | 1"),
    ("1j", "1j"),
    ("z*1j", "1j"),
    ("True", "True"),
    ("z + False", "False"),
    ("None", "None"),
    ("...", "..."),
    ("z**True", "True"),
    ("await z", None),
    ("(yield)", None),
]


@pytest.mark.parametrize(("text", "named"), NOT_ALLOWED, ids=[text for text, _ in NOT_ALLOWED])
def test_what_is_not_on_the_whitelist_is_refused_by_name(text: str, named: str | None) -> None:
    for arguments in [(text,), ("z", text)]:
        with pytest.raises(ValueError, match=r"is not allowed|argument|not an expression") as error:
            Custom(*arguments)
        assert text in str(error.value)
        if named:
            assert f"'{named}' is not allowed. Allowed are z, numbers" in str(error.value)


@pytest.mark.parametrize(
    "text",
    ["", "  ", "z +", "z z", "2z", "z = 1", "import os", "z; z", "z\n+ 1", ")", "\0", "\ud800"],
    ids=ascii,
)  # fmt: skip
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an expression in z"):
        Custom(text)


@pytest.mark.parametrize(("text", "count"), [("max(z)", 2), ("min(z, 0, 1)", 2), ("exp(z, 1)", 1)])
def test_the_number_of_arguments_must_be_right(text: str, count: int) -> None:
    with pytest.raises(ValueError, match=rf"takes {count} argument"):
        Custom(text)


def test_too_long_a_text_is_refused() -> None:
    with pytest.raises(ValueError, match="1001 characters; at most 1000"):
        Custom("z" + "+0" * 500)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("9**9**9**9", id="tower"),
        pytest.param("9.9**999999", id="power"),
        pytest.param("1" + "0" * 400, id="401 digits"),
        pytest.param("z*" + "9" * 990, id="990 digits"),
        pytest.param("z**1" + "0" * 400, id="exponent of 401 digits"),
        pytest.param("2**1" + "0" * 400, id="power of 401 digits"),
        pytest.param("z*exp(exp(exp(10)))", id="exp(exp(exp(10)))"),
        pytest.param("1e999", id="1e999"),
        pytest.param("z*1e999", id="z*1e999"),
        pytest.param("1/0", id="1/0"),
        pytest.param("z + e**1000", id="e**1000"),
        pytest.param("(-1)**0.5", id="root of -1"),
        pytest.param("z*(-8)**(1/3)", id="third root of -8"),
    ],
)
@pytest.mark.parametrize("derivative", ["1", None], ids=["given", "derived"])
def test_numbers_that_are_no_real_numbers_are_refused_at_once(
    text: str, derivative: str | None
) -> None:
    with pytest.raises(ValueError, match=r".") as error:
        Custom(text, derivative)
    assert type(error.value) is ValueError


@pytest.mark.parametrize(
    "text", ["sqrt(-1)*z", "log(-1)+z", "log(0)*z", "0**z", "(0-1)**z", "z**z"]
)
def test_what_is_real_nowhere_or_here_and_there_is_a_function_or_refused(text: str) -> None:
    try:
        f = Custom(text)
    except ValueError:
        return
    assert f(Z).shape == f.derivative(Z, f(Z)).shape == Z.shape


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("(" * 400 + "z" + ")" * 400, id="brackets"),
        pytest.param("-" * 990 + "z", id="signs"),
        pytest.param("sin(" * 150 + "z" + ")" * 150, id="calls"),
        pytest.param("**".join(["z"] * 300), id="powers"),
        pytest.param("+".join(["z"] * 500), id="sum"),
        pytest.param("(" * 199 + "[z]" + ")" * 199, id="refused inside"),
        pytest.param("-" * 990 + "q", id="refused below signs"),
    ],
)
def test_deep_nesting_is_a_function_or_refused(text: str) -> None:
    try:
        f = Custom(text)
    except ValueError:
        return
    assert f(Z).shape == f.derivative(Z, f(Z)).shape == Z.shape


def test_nothing_was_run_by_any_of_this() -> None:
    ran: list[str] = []
    hook = {"on": True}

    def audit(event: str, arguments: tuple[object, ...]) -> None:
        if hook["on"] and event in ("import", "open", "os.system", "subprocess.Popen"):
            ran.append(event)

    sys.addaudithook(audit)
    try:
        for text, _ in NOT_ALLOWED:
            with pytest.raises(ValueError, match=r"."):
                Custom(text, "1")
    finally:
        hook["on"] = False
    assert ran == []


# Whatever is typed gives a function of arrays or a ValueError.

TOKENS = [
    "z", "1", "0", "0.5", "2", "64", "1e9", "-", "+", "*", "/", "**", "(", ")", ",", " ", "pi",
    "max(", "abs(", "exp(", "log(", "[", "]", ".", "_", "'", ":=", "lambda", "1j", "for", "if",
    "\n",
]  # fmt: skip


def check_text(text: str) -> None:
    try:
        function = Custom(text, "1")
    except ValueError:
        return
    value = function(Z)
    assert (value.shape, value.dtype) == (Z.shape, Z.dtype)


@quick
@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    check_text(text)


@quick
@given(st.lists(st.sampled_from(TOKENS), max_size=12).map("".join))
def test_any_tokens(text: str) -> None:
    check_text(text)
