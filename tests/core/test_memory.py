"""What the machine cannot hold is refused with what it takes, and what it can hold is not."""

from __future__ import annotations

import os
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from running import CommandLine

from bpframe import Network, Parameters
from bpframe.cli.jobs.build import tell_memory
from bpframe.core.memory import check_memory, memory
from bpframe_activations import Sigmoid
from bpframe_gradcheck import GradCheck
from bpframe_initializers import ScaledNormal
from bpframe_optimizers import SGD
from bpframe_tasks import Train


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_more_weights_than_memory_are_refused_before_they_are_taken(dtype: type) -> None:
    sizes = [64, 10**12, 10]
    with (
        patch("numpy.zeros", side_effect=AssertionError("taken")),
        pytest.raises(MemoryError, match=r"the 75,000,000,000,010 weights and biases .*") as error,
    ):
        Network(sizes, Sigmoid(), ScaledNormal(), dtype=dtype)
    size = 300_000 if dtype == np.float32 else 600_000
    assert f"of a network {sizes} take {size:,}.0 GB; this machine has" in str(error.value)


def test_numbers_beyond_every_integer_of_numpy() -> None:
    with pytest.raises(MemoryError, match="; this machine has"):
        Parameters([3, 10**30, 2])


def test_what_fits_exactly_is_taken() -> None:
    count = 3 * 3 + 2 * 4
    with patch("bpframe.core.memory.memory", return_value=4.0 * count):
        assert len(Parameters([2, 3, 2]).vector) == count
        with pytest.raises(MemoryError, match=r"take 0\.0 MB"):
            Parameters([2, 3, 2], np.float64)


def test_it_is_the_memory_of_the_machine() -> None:
    if not hasattr(os, "sysconf"):
        pytest.skip("this system does not tell its memory")
    memory.cache_clear()
    assert 0 < memory() <= os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


@pytest.mark.parametrize(
    ("said", "limit"), [("1000000\n", 1e6), ("max\n", None), ("9223372036854771712", None)]
)
def test_a_containers_limit_counts_if_it_has_one(
    tmp_path: Path, said: str, limit: float | None
) -> None:
    memory.cache_clear()
    of_the_machine = memory()
    (tmp_path / "memory.max").write_text(said)
    with patch("bpframe.core.memory.LIMITS", (tmp_path / "absent", tmp_path / "memory.max")):
        memory.cache_clear()
        assert memory() == (limit or of_the_machine)
    memory.cache_clear()


def test_where_nothing_tells_nothing_is_refused() -> None:
    with (
        patch("os.sysconf", side_effect=ValueError("unknown"), create=True),
        patch("bpframe.core.memory.LIMITS", ()),
    ):
        memory.cache_clear()
        check_memory(1e30, "things")
    memory.cache_clear()


def test_a_run_says_what_it_takes_or_is_refused_before_a_network_is_made(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with patch("bpframe.core.memory.memory", return_value=1e10):
        tell_memory([64, 1000, 10], np.dtype(np.float32), Train(), SGD(0.1))
        assert capsys.readouterr().err == ""
        tell_memory([64, 2_000_000, 10], np.dtype(np.float32), Train(), SGD(0.1))
        assert capsys.readouterr().err == (
            "bpframe: 2 copies of the 150,000,010 weights and biases of a network "
            "[64, 2000000, 10], for training, take 1.2 GB\n"
        )
        # The network; start; for each of 23 rates parameters and a gradient.
        with pytest.raises(MemoryError, match=r"^48 copies .* the measurement of a learning rate"):
            tell_memory([64, 2_000_000, 10], np.dtype(np.float32), Train(), SGD("auto"))
        with pytest.raises(MemoryError, match=r"for training take 12\.0 GB; this machine has 10"):
            tell_memory([64, 10_000_000, 10], np.dtype(np.float64), Train(), SGD(0.1))
        # What measures nothing is not held to what a measurement takes.
        tell_memory([64, 2_000_000, 10], np.dtype(np.float32), GradCheck(), SGD("auto"))


def test_the_command_line_refuses_more_than_the_machine_has(cli: CommandLine) -> None:
    message = cli.quick("network.hidden=[1000000,1000000]").error()
    assert "not enough memory: " in message
    assert "the 1,000,076,000,010 weights and biases of a network [64, 1000000" in message
    assert "this machine has" in message
