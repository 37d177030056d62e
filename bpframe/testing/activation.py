"""The checks of every activation."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from bpframe.core.activation import Activation
from bpframe.core.arrays import Array
from bpframe.core.operations import apply_to_arrays
from bpframe.testing import derivatives, row_forms, scalar
from bpframe.testing.assertions import (
    Trial,
    require,
    require_array,
    require_close,
    trial,
    unchanged,
)
from bpframe.testing.samples import DTYPES, extreme_z, layouts, random_z

NAMES = ("f(z)", "derivative", "pullback")


def checks(f: Activation) -> Iterator[Trial]:
    """Yield the checks."""
    yield trial(shape_and_dtype_are_kept, f)
    yield trial(inputs_stay_as_they_were, f)
    yield trial(result_is_right_whether_out_is_used_or_not, f)
    yield trial(transposed_z_gives_the_same, f)
    yield trial(each_sample_is_worth_what_it_is_alone, f)
    if f.elementwise:
        yield trial(each_output_depends_on_its_own_z_alone, f)
    yield trial(outputs_stay_in_the_declared_range, f)
    yield trial(extreme_z_give_numbers_without_a_warning, f)
    yield from derivatives.checks(f)
    if f.symbolic(random_z((2, 3)), apply_to_arrays) is not None:
        yield trial(operations_give_the_same, f)
    yield from scalar.checks_of_activation(f)
    yield from row_forms.checks_of_activation(f)


def shape_and_dtype_are_kept(f: Activation) -> None:
    """Check that results are as z: batches, also transposed and of one sample, and vectors."""
    for dtype in DTYPES:
        for layout, z in layouts(f, dtype).items():
            a = f(z)
            require_array(f"f(z) of z {layout}", a, z.shape, dtype)
            d = f.derivative(z, a)
            require_array(f"derivative of z {layout}", d, z.shape, dtype)
            grad_z = f.pullback(np.ones_like(z), z, a)
            require_array(f"pullback of z {layout}", grad_z, z.shape, dtype)
        jacobian = f.jacobian(random_z((5,), dtype, away_from=f.kinks))
        require_array("jacobian of z (5,)", jacobian, (5, 5), dtype)


def inputs_stay_as_they_were(f: Activation) -> None:
    """Check that no function writes into what it is given, whatever the layout."""
    for layout, z in layouts(f, np.float64).items():
        with unchanged(f"f(z) of z {layout}", z=z):
            a = f(z).copy()
        with unchanged(f"f(z, out) of z {layout}", z=z):
            f(z, np.empty_like(z))
        with unchanged(f"derivative of z {layout}", z=z, a=a):
            f.derivative(z, a)
        grad_a = np.cos(z)
        with unchanged(f"pullback of z {layout}", grad_a=grad_a, z=z, a=a):
            f.pullback(grad_a, z, a)
    row = random_z((5,), away_from=f.kinks)
    with unchanged("jacobian", z=row):
        f.jacobian(row)


def result_is_right_whether_out_is_used_or_not(f: Activation) -> None:
    """Check that the result is right where `out` is a view, and that nothing beside it changes."""
    for dtype in DTYPES:
        z = random_z((3, 5), dtype, away_from=f.kinks)
        expected = f(z).copy()
        # The forward pass gives a transposed view of the rows of a larger array.
        wide, high = np.full((3, 6), np.nan, dtype), np.full((6, 3), np.nan, dtype)
        outs = {
            "a contiguous out": np.full((3, 5), np.nan, dtype),
            "an out that is a view": wide[:, :-1],
            "a transposed out": high[:-1].T,
        }
        for layout, out in outs.items():
            result = f(np.asfortranarray(z) if layout == "a transposed out" else z, out)
            require_array(f"f(z, out) with {layout}", result, z.shape, dtype)
            _require_equal(f"f(z, out) with {layout}", result, expected)
            beside = {"an out that is a view": wide[:, -1], "a transposed out": high[-1]}
            for what, numbers in beside.items():
                require(np.isnan(numbers).all(), f"f(z, out) with {what} wrote beside it")


def transposed_z_gives_the_same(f: Activation) -> None:
    """Check that transposed views give the same, for the forward pass calls f with such."""
    for dtype in DTYPES:
        z = random_z((3, 5), dtype, away_from=f.kinks)
        a, grad_a = f(z), np.cos(z)
        t = [np.asfortranarray(array) for array in (grad_a, z, a)]
        for what, transposed, plain in (
            ("f(z)", f(t[1]), a),
            ("derivative", f.derivative(t[1], t[2]), f.derivative(z, a)),
            ("pullback", f.pullback(t[0], t[1], t[2]), f.pullback(grad_a, z, a)),
        ):
            _require_equal(f"{what} of a transposed z", transposed, plain, at={"z": z})


def each_sample_is_worth_what_it_is_alone(f: Activation) -> None:
    """Check that a batch gives what its samples give one by one, as rows and as vectors."""
    for dtype in DTYPES:
        z = random_z((3, 5), dtype, away_from=f.kinks)
        a, grad_a = f(z), np.cos(z)
        whole = (a, f.derivative(z, a), f.pullback(grad_a, z, a))
        for i in range(len(z)):
            for rows, shape in ((slice(i, i + 1), "(1, 5)"), (i, "(5,)")):
                alone = (
                    f(z[rows]),
                    f.derivative(z[rows], a[rows]),
                    f.pullback(grad_a[rows], z[rows], a[rows]),
                )
                for what, one, batch in zip(NAMES, alone, whole, strict=True):
                    what = f"{what} of sample {i} alone, shape {shape}, against the batch"
                    _require_equal(what, one, batch[rows])


def each_output_depends_on_its_own_z_alone(f: Activation) -> None:
    """Check that changing one z changes no other a, where f is declared elementwise."""
    z = random_z((3, 5), away_from=f.kinks)
    a = f(z).copy()
    for place in np.ndindex(z.shape):
        other = z.copy()
        other[place] -= 0.7
        changed = np.abs(f(other) - a) > 1e-12
        changed[place] = False
        require(
            not changed.any(),
            f"changing z at {list(place)} changes f(z) at "
            f"{[list(map(int, p)) for p in np.argwhere(changed)]}; "
            "write elementwise = False, pullback and jacobian if that is meant",
        )


def outputs_stay_in_the_declared_range(f: Activation) -> None:
    """Check that outputs are in `range`, and that those of a sample sum to 1 if that says so."""
    for dtype in DTYPES:
        slack = 4 * float(np.finfo(dtype).eps)
        low, high = f.range.low, f.range.high
        for z in (random_z((200, 5), dtype), extreme_z(dtype), 20 * random_z((50, 5), dtype)):
            with np.errstate(all="ignore"):
                a = f(z)
            inside = (a >= low - slack * max(1, abs(low))) & (a <= high + slack * max(1, abs(high)))
            inside |= np.isnan(a)
            if not inside.all():
                place = tuple(np.argwhere(~inside)[0])
                raise AssertionError(
                    f"f({z[place]:g}) is {a[place]:.8g} ({np.dtype(dtype)}); "
                    f"the declared range is {f.range}"
                )
            if f.range.sums_to_one:
                sums = a.sum(axis=-1)
                ones = np.ones_like(sums)
                require_close("the sum of a sample's outputs", sums, ones, absolute=10 * slack)


def extreme_z_give_numbers_without_a_warning(f: Activation) -> None:
    """Check f at z from -1000 to 1000: it is never NaN, and f′ is finite where f is."""
    for dtype in DTYPES:
        z = extreme_z(dtype)
        a, complaints = _watched(partial(f, z))
        _require_numbers("f(z)", a, z)
        overflows = bool(np.isinf(a).any())
        _require_silence("f(z)", complaints, dtype, overflows)

        z = extreme_z(dtype, away_from=f.kinks)
        with np.errstate(all="ignore"):
            a = f(z)
        finite = np.isfinite(a)
        for what, compute in {
            "derivative": partial(f.derivative, z, a),
            "pullback": partial(f.pullback, np.ones_like(z), z, a),
        }.items():
            result, complaints = _watched(compute)
            _require_numbers(what, np.where(finite, result, 0), z, finite=True)
            _require_silence(what, complaints, dtype, overflows)


def operations_give_the_same(f: Activation) -> None:
    """Check that f(z) in operations is f(z)."""
    z = random_z((20, 5), away_from=f.kinks)
    with np.errstate(all="ignore"):
        symbolic = np.broadcast_to(f.symbolic(z, apply_to_arrays), z.shape)
    _require_equal("symbolic(z, apply)", symbolic, f(z), at={"z": z})


def _require_equal(
    what: str, measured: Array, expected: Array, *, at: Mapping[str, Array] | None = None
) -> None:
    # One function of NumPy may round otherwise in another layout.
    tolerance = 64 * float(np.finfo(expected.dtype).eps)
    require_close(what, measured, expected, relative=tolerance, absolute=tolerance, at=at)


def _watched(compute: Callable[[], Array]) -> tuple[Array, list[str]]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", RuntimeWarning)
        result = compute()
    return result, [str(w.message) for w in caught if issubclass(w.category, RuntimeWarning)]


def _require_numbers(what: str, values: Array, z: Array, *, finite: bool = False) -> None:
    wrong = ~np.isfinite(values) if finite else np.isnan(values)
    if wrong.any():
        place = tuple(np.argwhere(wrong)[0])
        raise AssertionError(f"{what} is {values[place]} at z = {z[place]:g} ({z.dtype})")


def _require_silence(what: str, complaints: list[str], dtype: Any, overflows: bool) -> None:
    # What is too large for a number overflows; a training allows for that, and for inf · 0.
    told = [c for c in complaints if not overflows or not ("overflow" in c or "invalid" in c)]
    require(
        not told,
        f"{what} warns at extreme z, from -1000 to 1000 ({np.dtype(dtype)}): {', '.join(told)}",
    )
