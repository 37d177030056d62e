"""How the kernel is compiled, and an instruction of the processor that Numba has no name for."""

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
    """Compile a function at its first call, and keep the code where there is a place for it."""
    options = OPTIONS | options
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
