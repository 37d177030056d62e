"""Numbers of either type by their bits, as instructions that a compiler takes for vectors, too."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

# For each type the width of its numbers, the bits behind the point, and the exponent of 1.
SHAPES = {types.float32: (32, 23, 127), types.float64: (64, 52, 1023)}


@intrinsic
def of_type(typing_context: Any, x: Any, single: Any, double: Any) -> Any:
    """Return the first of two constants where x is a float32, and the second where it is not."""
    is_single = x == types.float32

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.fptrunc(arguments[1], ir.FloatType()) if is_single else arguments[2]

    real = types.float32 if is_single else types.float64
    return real(x, types.float64, types.float64), generate


@intrinsic
def power_of_two(typing_context: Any, n: Any) -> Any:
    """Return 2 to a whole number, which must be the exponent of a normal number."""
    width, behind, exponent_of_1 = SHAPES[n]

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        # A sum that large has the whole number in its last bits.
        real, whole = arguments[0].type, ir.IntType(width)
        total = builder.fadd(arguments[0], real(1.5 * 2.0**behind + exponent_of_1))
        bits = builder.bitcast(total, whole)
        return builder.bitcast(builder.shl(bits, whole(behind)), real)

    return n(n), generate


@intrinsic
def split(typing_context: Any, x: Any) -> Any:
    """Return a normal x > 0 as m and k of x = m 2^k, with m from √½ to √2."""
    width, behind, exponent_of_1 = SHAPES[x]
    one = exponent_of_1 << behind
    # The bits of √½.
    least = one - (1 << behind) + int((math.sqrt(2) - 1) * 2**behind)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        real, whole = arguments[0].type, ir.IntType(width)
        bits = builder.add(builder.bitcast(arguments[0], whole), whole(one - least))
        m = builder.add(builder.and_(bits, whole((1 << behind) - 1)), whole(least))
        # The exponent in the last bits of a large number, from which that number is taken off.
        k = builder.lshr(bits, whole(behind))
        large = builder.bitcast(real(2.0**behind), whole)
        k = builder.bitcast(builder.or_(k, large), real)
        k = builder.fsub(k, real(2.0**behind + exponent_of_1))
        return context.make_tuple(builder, signature.return_type, [builder.bitcast(m, real), k])

    return types.UniTuple(x, 2)(x), generate


@intrinsic
def reduced(typing_context: Any, x: Any, most: Any) -> Any:
    """Return a float64 x as m and k of x = m 2^k: |m| < 2, and k from 0, where m is x, to `most`.

    An x that is infinite or no number has the largest k, and any m.
    """
    behind, exponent_of_1 = SHAPES[types.float64][1:]

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        whole = ir.IntType(64)
        bits = builder.bitcast(arguments[0], whole)
        k = builder.and_(builder.lshr(bits, whole(behind)), whole(2 * exponent_of_1 + 1))
        k = builder.sub(k, whole(exponent_of_1))
        k = builder.select(builder.icmp_signed(">", k, whole(0)), k, whole(0))
        k = builder.select(builder.icmp_signed("<", k, arguments[1]), k, arguments[1])
        m = builder.bitcast(builder.sub(bits, builder.shl(k, whole(behind))), arguments[0].type)
        return context.make_tuple(builder, signature.return_type, [m, k])

    # Without a sign, for an index that has one may count from the end.
    return types.Tuple([types.float64, types.uint64])(types.float64, types.int64), generate


@intrinsic
def fused(typing_context: Any, x: Any, y: Any, z: Any) -> Any:
    """Return x y + z with one rounding."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.fma(*arguments)

    return x(x, x, x), generate


@intrinsic
def alternated(typing_context: Any, x: Any, n: Any) -> Any:
    """Return (-1)^n x of a float64 and a whole number, as one."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        real, whole = arguments[0].type, ir.IntType(64)
        # A sum that large has the whole number in its last bits.
        total = builder.fadd(arguments[1], real(1.5 * 2.0**52))
        sign = builder.shl(builder.bitcast(total, whole), whole(63))
        bits = builder.xor(builder.bitcast(arguments[0], whole), sign)
        return builder.bitcast(bits, real)

    return types.float64(types.float64, types.float64), generate


@intrinsic
def as_type(typing_context: Any, x: Any, value: Any) -> Any:
    """Return a float64 as a float32 where x is one, and as it is where it is not."""
    real = types.float32 if x == types.float32 else types.float64

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return context.cast(builder, arguments[1], types.float64, real)

    return real(x, types.float64), generate


def polynomial(single: Sequence[float], double: Sequence[float]) -> Any:
    """Return a function of x that is a polynomial; its coefficients begin with that of x⁰."""

    @intrinsic
    def evaluate(typing_context: Any, x: Any) -> Any:
        last, *others = reversed(single if x == types.float32 else double)

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            real, how = arguments[0].type, ["contract"]
            total = real(last)
            for coefficient in others:
                product = builder.fmul(total, arguments[0], flags=how)
                total = builder.fadd(product, real(coefficient), flags=how)
            return total

        return x(x), generate

    return evaluate
