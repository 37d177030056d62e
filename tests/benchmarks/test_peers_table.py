"""What the benchmark's table says of contenders, and of the machine."""

from __future__ import annotations

import numpy as np
import pytest
from peers import table
from roofline import Roofline, measured, shapes
from rounds import Timing
from work import Work

WORK = Work((784, 30, 10), 10, samples=1000)
# 1 Gflop/s, and 1 GB/s from the memory and four times that from the cache.
ROOFLINE = Roofline(WORK, 1e9, {2**17: 4e9, 2**26: 1e9}, products=0.2, functions=0.05, kernels="K")


def timing(moved: float = 1.0, accuracy: float = 0.9, seconds: float = 1.0, **more: int) -> Timing:
    outputs = np.full((3, 10), moved)
    samples = more.get("samples", WORK.samples)
    return Timing(samples, 0.1, "", outputs, [seconds] * 3, accuracy, 5.0)


def row_of(name: str, results: dict[str, Timing | str]) -> str:
    (row,) = (line for line in table(WORK, ROOFLINE, results) if line.startswith(f"| {name} |"))
    return row


def test_the_roofline_of_a_known_shape() -> None:
    # Two operations for each weight and sample, three times but in the first layer.
    assert WORK.operations == 1000 * (4 * 785 * 30 + 2 * 30 + 6 * 31 * 10)
    assert ROOFLINE.input_bytes == 4 * 1000 * 784
    assert ROOFLINE.parameter_bytes == 100 * 2 * 4 * (785 * 30 + 31 * 10)
    moves = 4 * 1000 * 784 / 1e9 + ROOFLINE.parameter_bytes / 4e9
    assert ROOFLINE.moves == pytest.approx(moves)
    assert ROOFLINE.best == 0.2


def test_bytes_are_the_bound_of_who_multiplies_little() -> None:
    quick = Roofline(WORK, 1e12, ROOFLINE.copies, products=1e-6, functions=0.0, kernels="")
    assert quick.best == quick.moves


def test_adam_moves_three_times_the_bytes_and_float64_twice() -> None:
    for work, times in (
        (Work((784, 30, 10), 10, samples=1000, optimizer="adam"), 3),
        (Work((784, 30, 10), 10, samples=1000, dtype="float64"), 2),
    ):
        other = Roofline(work, 1e9, ROOFLINE.copies, 0.2, 0.05, "")
        assert other.parameter_bytes == times * ROOFLINE.parameter_bytes


def test_products_have_the_operations_of_an_epoch() -> None:
    operations = sum(2 * n * k * p for n, k, p in shapes(WORK.sizes, WORK.batch_size))
    biases = 1000 * (6 * 40 - 0)
    assert operations * 100 == WORK.operations - biases


def test_what_is_measured_is_finite() -> None:
    found = measured(Work((8, 3, 2), 4, samples=64, data="values"))
    assert 0 < found.products < 1
    assert 0 < found.functions < 1
    assert all(rate > 0 for rate in (found.rate, *found.copies.values()))


def test_the_rest_is_what_the_best_possible_and_the_functions_leave() -> None:
    lines = ROOFLINE.lines({"fused": 1.0})
    assert "| the rest of fused | 75% of it | | 750 |" in lines


def test_who_is_not_there_is_told_with_its_reason() -> None:
    lines = table(WORK, ROOFLINE, {"full_matrix": timing(), "JAX": "No module named 'jax'"})
    assert "- JAX: No module named 'jax'" in lines
    assert not any(line.startswith("| JAX") for line in lines)


def test_others_are_told_where_full_matrix_itself_failed() -> None:
    row = row_of("JAX", {"full_matrix": "its process has died", "JAX": timing()})
    assert row.split(" | ")[2] == "-"


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (timing(moved=1.2), "other steps"),
        (timing(moved=float("nan")), "other steps"),
        (timing(accuracy=0.8), "learned less"),
    ],
)
def test_another_training_is_void(other: Timing, why: str) -> None:
    row = row_of("JAX", {"full_matrix": timing(), "JAX": other})
    assert "void" in row
    assert why in row


def test_a_ratio_is_of_the_same_training() -> None:
    row = row_of("JAX", {"full_matrix": timing(), "JAX": timing(seconds=2.0)})
    assert row.split(" | ")[1:3] == ["2 (2 to 2)", "2.00"]


def test_fewer_samples_are_told() -> None:
    few = timing(accuracy=0.1, samples=100)
    assert "timed on 100 samples" in row_of("JAX", {"full_matrix": timing(), "JAX": few})
