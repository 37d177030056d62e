"""Arrays and functions by their addresses.

Numba compiles a function anew for each length of a tuple that it is given, and looks into a tuple
of arrays by a branch for each of them. What finds the arrays of all layers in one table of numbers,
and functions by a number each, is compiled once, whatever the number of layers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from bpframe import Array
from bpframe_fused.vectors import INDEX

Addresses = npt.NDArray[np.int64]


def table_of(arrays: Iterable[Array]) -> Addresses:
    """Return a table of contiguous arrays: their addresses, rows and widths, shape (arrays, 3).

    It keeps none of them alive.
    """
    rows = [(array.ctypes.data, *array.shape) for array in arrays]
    return np.array(rows, np.int64).reshape(-1, 3)


def addresses_of(functions: Iterable[Any]) -> Addresses:
    """Return the addresses of functions that `numba.cfunc` has compiled; it keeps none alive."""
    return np.array([function.address for function in functions], np.int64)


@intrinsic
def array_of(typing_context: Any, table: Any, number: Any, like: Any) -> Any:
    """Return an array of a table, of the same numbers as another one."""
    kind = types.Array(like.dtype, 2, "C")

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        entries = context.make_array(table)(context, builder, arguments[0]).data
        start = builder.mul(context.cast(builder, arguments[1], number, types.intp), INDEX(3))
        entry = builder.gep(entries, [start])
        address, rows, width = (builder.load(builder.gep(entry, [INDEX(i)])) for i in range(3))
        array = context.make_array(kind)(context, builder)
        size = INDEX(context.get_abi_sizeof(context.get_data_type(like.dtype)))
        context.populate_array(
            array,
            data=builder.inttoptr(address, array.data.type),
            shape=[rows, width],
            strides=[builder.mul(width, size), size],
            itemsize=size,
            meminfo=None,
        )
        return array._getvalue()

    return kind(table, number, like), generate


@intrinsic
def call(typing_context: Any, address: Any, *given: Any) -> Any:
    """Call a function that returns nothing with what it was compiled for."""
    kinds = types.StarArgTuple([types.unliteral(kind) for kind in given])

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        values = cgutils.unpack_tuple(builder, arguments[1])
        kind = ir.FunctionType(ir.VoidType(), [value.type for value in values])
        builder.call(builder.inttoptr(arguments[0], kind.as_pointer()), values)
        return context.get_dummy_value()

    return types.void(address, kinds), generate
