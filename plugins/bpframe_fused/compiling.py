"""How the kernel is compiled, and what Numba has no name for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

# Products may be fused with sums and sums reordered. NaN and infinity keep their meaning, so that
# a training that diverges is seen.
OPTIONS: dict[str, Any] = {"error_model": "numpy", "fastmath": {"contract", "reassoc"}}


def compiled(function: Callable[..., Any], **options: Any) -> Any:
    """Compile a function at its first call, and keep the code where there is a place for it.

    It works without Python's lock, so that several trainings go on side by side in threads.
    """
    # No array is made, and those of the caller stay: to count who uses one takes as long as a step.
    options = OPTIONS | {"nogil": True, "_nrt": False} | options
    try:
        return njit(cache=True, **options)(function)
    except RuntimeError:  # neither this folder nor the user's cache can be written to
        return njit(**options)(function)


def inlined(function: Callable[..., Any]) -> Any:
    """Compile a function into those that call it; a call would hand over dozens of arrays."""
    return compiled(function, forceinline=True)


@intrinsic
def prefetch(typing_context: Any, array: Any, index: Any) -> Any:
    """Ask the processor for the cache line that holds ``array[index]``."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        view = context.make_array(array)(context, builder, arguments[0])
        item = builder.gep(view.data, [arguments[1]])
        address, word = builder.bitcast(item, ir.IntType(8).as_pointer()), ir.IntType(32)
        # To be read, kept in every cache, data.
        how = [word(0), word(3), word(1)]
        kind = ir.FunctionType(ir.VoidType(), [address.type, word, word, word])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        builder.call(function, [address, *how])
        return context.get_dummy_value()

    return types.void(array, types.intp), generate


@intrinsic
def flat(typing_context: Any, array: Any) -> Any:
    """Return a contiguous matrix as one row, of the same numbers."""
    row = types.Array(array.dtype, 1, "C")

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        matrix = context.make_array(array)(context, builder, arguments[0])
        view = context.make_array(row)(context, builder)
        context.populate_array(
            view,
            data=matrix.data,
            shape=[matrix.nitems],
            strides=[matrix.itemsize],
            itemsize=matrix.itemsize,
            meminfo=matrix.meminfo,
        )
        return view._getvalue()

    return row(array), generate


@intrinsic
def add_product(
    typing_context: Any, alpha: Any, x: Any, y: Any, beta: Any, out: Any, m: Any, n: Any, k: Any
) -> Any:
    """Set out = alpha x y + beta out, of the first (m, k) of x, (k, n) of y and (m, n) of out.

    It is a call of BLAS: `numpy.dot` can neither add to what is there, nor leave out what fills
    rows up. Each array is contiguous, or the transpose of one that is.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        alpha_, x_, y_, beta_, out_, m_, n_, k_ = arguments
        anything, char = ir.IntType(8).as_pointer(), ir.IntType(8)

        def factor(kind: Any, value: Any) -> Any:
            value = context.cast(builder, value, kind, out.dtype)
            return builder.bitcast(cgutils.alloca_once_value(builder, value), anything)

        def matrix(kind: Any, value: Any) -> tuple[Any, Any, Any]:
            view, is_c = context.make_array(kind)(context, builder, value), kind.layout == "C"
            shape = cgutils.unpack_tuple(builder, view.shape)
            turned = char(ord("n" if is_c else "t"))
            return turned, builder.bitcast(view.data, anything), shape[1 if is_c else 0]

        # BLAS counts columns first, so that each matrix is the other way round: outᵀ = yᵀ xᵀ.
        x_turned, *x_matrix = matrix(x, x_)
        y_turned, *y_matrix = matrix(y, y_)
        _, *out_matrix = matrix(out, out_)
        called = [char(ord("s" if out.dtype == types.float32 else "d")), y_turned, x_turned]
        called += [n_, m_, k_, factor(alpha, alpha_), *y_matrix, *x_matrix]
        called += [factor(beta, beta_), *out_matrix]
        kind = ir.FunctionType(ir.IntType(32), [value.type for value in called])
        # What `numpy.dot` of Numba calls.
        builder.call(cgutils.get_or_insert_function(builder.module, kind, "numba_xxgemm"), called)
        return context.get_dummy_value()

    whole = types.intp
    return types.void(alpha, x, y, beta, out, whole, whole, whole), generate
