"""Loops over the inputs of a sample whose vectors are written out: sums stay in registers.

A compiler that makes vectors of a loop over neurons reads and writes z, or asks whether two arrays
share memory, for each input anew. A vector here has `LANES` numbers, which LLVM makes of as many
instructions as a processor needs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from bpframe_fused.compiling import inlined

LANES = 16
# Vectors that a loop has in registers, of which a processor with AVX2 has 16 of 8 numbers.
MOST = 4
INDEX = ir.IntType(64)


@inlined
def in_vectors(n: int) -> int:
    """Return how many numbers there are in the vectors that n numbers begin to fill."""
    return -(-n // LANES) * LANES


class _Rows:
    """Rows of a first layer's weights [w b]ᵀ at the inputs of a sample that are not zero.

    Parameters
    ----------
    builder : object
        That of LLVM's instructions.
    view : callable
        Returns the structure of an array among the arguments.
    arguments : list
        ``layer, column, inputs, values, ...``: weights; the first neuron that is meant; and of all
        samples the columns of inputs, and these.
    real : type
        That of the numbers.
    count : int
        Vectors of a row that are meant.
    """

    def __init__(self, builder: Any, view: Any, arguments: Any, real: Any, count: int) -> None:
        self.builder = builder
        self.kind = ir.VectorType(real, LANES)
        self.count = count
        layer, first, columns, values = arguments[:4]
        weights = view(0, layer)
        _, self._width = cgutils.unpack_tuple(builder, weights.shape)
        self._weights = builder.gep(weights.data, [first])
        self._columns, self._values = view(2, columns).data, view(3, values).data

    def at(self, place: Any) -> tuple[Any, Any]:
        """Return where the weights of an input are, and the input as a vector."""
        build = self.builder
        column = build.zext(build.load(build.gep(self._columns, [place])), INDEX)
        return self._row(column), self._splat(build.load(build.gep(self._values, [place])))

    def load(self, place: Any) -> list[Any]:
        """Return the vectors that begin at a place."""
        return [self.builder.load(self._vector(place, i), align=4) for i in range(self.count)]

    def store(self, vectors: list[Any], place: Any) -> None:
        """Write vectors to where they begin."""
        for i, vector in enumerate(vectors):
            self.builder.store(vector, self._vector(place, i), align=4)

    def add_product(self, factor: Any, vectors: list[Any], sums: list[Any]) -> list[Any]:
        """Return sums + factor · vectors."""
        build, how = self.builder, ["contract"]
        products = [build.fmul(factor, vector, flags=how) for vector in vectors]
        return [build.fadd(*pair, flags=how) for pair in zip(sums, products, strict=True)]

    def zeros(self) -> list[Any]:
        """Return vectors of zeros."""
        return [ir.Constant(self.kind, None)] * self.count

    def _row(self, number: Any) -> Any:
        return self.builder.gep(self._weights, [self.builder.mul(number, self._width)])

    def _vector(self, place: Any, number: int) -> Any:
        start = self.builder.gep(place, [INDEX(number * LANES)])
        return self.builder.bitcast(start, self.kind.as_pointer())

    def _splat(self, value: Any) -> Any:
        nothing, zero = ir.Constant(self.kind, ir.Undefined), ir.IntType(32)
        one = self.builder.insert_element(nothing, value, zero(0))
        lanes = ir.Constant(ir.VectorType(zero, LANES), [0] * LANES)
        return self.builder.shuffle_vector(one, nothing, lanes)


def _loop(
    build: Any, start: Any, stop: Any, step: int, values: list[Any], body: Callable[..., Any]
) -> tuple[Any, list[Any]]:
    """Write a loop that goes on while a whole step fits; return where it ended and its values.

    ``body(place, values)`` returns the values after a step.
    """
    before = build.block
    head, inside, after = (build.append_basic_block(name) for name in ("head", "inside", "after"))
    build.branch(head)
    build.position_at_end(head)
    place = build.phi(INDEX)
    place.add_incoming(start, before)
    kept = [build.phi(value.type) for value in values]
    for one, value in zip(kept, values, strict=True):
        one.add_incoming(value, before)
    end = build.add(place, INDEX(step))
    build.cbranch(build.icmp_signed("<=", end, stop), inside, after)
    build.position_at_end(inside)
    changed = body(place, kept)
    build.branch(head)
    place.add_incoming(end, build.block)
    for one, value in zip(kept, changed, strict=True):
        one.add_incoming(value, build.block)
    build.position_at_end(after)
    return place, kept


def _over_rows(count: int, generate: Callable[..., None]) -> Any:
    """Return ``(layer, column, inputs, values, start, stop, out, first)`` that is so generated."""

    @intrinsic
    def over_rows(
        typing_context: Any,
        layer: Any,
        neuron: Any,
        columns: Any,
        values: Any,
        start: Any,
        stop: Any,
        out: Any,
        first: Any,
    ) -> Any:
        kinds = layer, types.intp, columns, values, types.intp, types.intp, out, types.intp

        def write(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            def view(number: int, value: Any) -> Any:
                return context.make_array(kinds[number])(context, builder, value)

            real = context.get_data_type(layer.dtype)
            rows = _Rows(builder, view, arguments, real, count)
            place = builder.gep(view(6, arguments[6]).data, [arguments[7]])
            generate(rows, arguments[4], arguments[5], place)
            return context.get_dummy_value()

        return types.void(*kinds), write

    return over_rows


def summing(count: int) -> Any:
    """Return what adds w a to so many vectors of z of a sample."""
    # Each sum waits for the one before; several of them do not wait for each other.
    apart = max(1, MOST // count)

    def generate(rows: _Rows, start: Any, stop: Any, place: Any) -> None:
        build = rows.builder

        def add(count: int) -> Any:
            def body(at: Any, sums: list[Any]) -> list[Any]:
                result = []
                for i in range(count):
                    weights, a = rows.at(build.add(at, INDEX(i)))
                    own = sums[i * rows.count : (i + 1) * rows.count]
                    result += rows.add_product(a, rows.load(weights), own)
                return result

            return body

        sums = rows.load(place) + rows.zeros() * (apart - 1)
        start, sums = _loop(build, start, stop, apart, sums, add(apart))
        while len(sums) > rows.count:
            pairs = zip(sums[: rows.count], sums[-rows.count :], strict=True)
            sums = [build.fadd(*pair) for pair in pairs] + sums[rows.count : -rows.count]
        if apart > 1:
            _, sums = _loop(build, start, stop, 1, sums, add(1))
        rows.store(sums, place)

    return _over_rows(count, generate)


def adding(count: int) -> Any:
    """Return what adds a δ to so many vectors of the weights of a sample's inputs a."""

    def generate(rows: _Rows, start: Any, stop: Any, place: Any) -> None:
        build, delta = rows.builder, rows.load(place)

        def body(at: Any, _values: list[Any]) -> list[Any]:
            weights, a = rows.at(at)
            rows.store(rows.add_product(a, delta, rows.load(weights)), weights)
            return []

        _loop(build, start, stop, 1, [], body)

    return _over_rows(count, generate)


# For each number of vectors.
SUMS = tuple(summing(count) for count in range(1, MOST + 1))
ADDITIONS = tuple(adding(count) for count in range(1, MOST + 1))
