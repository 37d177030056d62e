"""Epochs are handed to compiled code in pieces, between which Ctrl-C is seen."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from unittest.mock import patch

import numpy as np
import pytest
from builders import make_network

from bpframe import Network, Objective, StepPlan, Thinning, TrainingSet
from bpframe_activations import Sigmoid
from bpframe_costs import Quadratic
from bpframe_fused import Fused, epochs
from bpframe_optimizers import SGD, Adam

# An epoch that would take days: the same sample again and again.
PROGRAM = """
import numpy as np
from bpframe import Network, Objective, StepPlan, TrainingSet
from bpframe_activations import Sigmoid
from bpframe_costs import Quadratic
from bpframe_fused import Fused
from bpframe_initializers import ScaledNormal
from bpframe_optimizers import SGD

objective = Objective(Network([3, 4, 2], Sigmoid(), ScaledNormal()), Quadratic())
plan = StepPlan(SGD(0.1).bind(objective.network.parameters))
samples = TrainingSet(np.ones((1, 3), np.float32), np.ones((1, 2), np.float32), 1)
epoch = Fused().bind_epoch(objective, np.random.default_rng(0), samples, plan)

def take(steps):
    return epoch(np.broadcast_to(np.int64(0), steps), np.broadcast_to(0.1, steps))

take(1000)  # compiles for such arrays
before = objective.network.parameters.vector.copy()
try:
    print("begins", flush=True)
    take(10**12)
except KeyboardInterrupt:
    print("interrupted", bool((objective.network.parameters.vector != before).any()))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be sent Ctrl-C there")
def test_ctrl_c_ends_a_compiled_epoch() -> None:
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        # What is interrupted is to be a piece, and not the call of the first one.
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        try:
            told, _ = process.communicate(timeout=300)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert told == "interrupted True\n"


def network() -> Network:
    made = make_network((3, 4, 2), Sigmoid())
    made.dropout = (0.5,)
    return made


@pytest.mark.parametrize("optimizer", [SGD(0.1), Adam(0.1)], ids=["plain", "adam"])
@pytest.mark.parametrize("first", [1, 3])
def test_pieces_change_nothing(optimizer: SGD | Adam, first: int) -> None:
    rng = np.random.default_rng(0)
    x, y, order = rng.random((40, 3)), rng.random((40, 2)), rng.permutation(40)
    vectors = []
    for steps, seconds in ((1000, 1.0), (first, 0.0), (first, 1e9)):
        whole = network()
        thinning = Thinning(whole, np.random.default_rng(1))
        plan = StepPlan(optimizer.bind(whole.parameters), thinning=thinning)
        objective = Objective(thinning.network, Quadratic())
        with patch.object(epochs, "FIRST", steps), patch.object(epochs, "SECONDS", seconds):
            epoch = Fused().bind_epoch(objective, rng, TrainingSet(x, y, 3), plan)
            for _ in range(2):
                assert epoch(order, np.full(14, 0.1)) == 0
        vectors.append(whole.parameters.vector.tobytes())
    assert len(set(vectors)) == 1


def test_the_step_that_fails_is_counted_through_all_pieces() -> None:
    objective = Objective(make_network((1, 2, 1), Sigmoid()), Quadratic())
    x, y = np.full((9, 1), 0.5), np.zeros((9, 1))
    y[6] = np.nan
    plan = StepPlan(SGD(0.1).bind(objective.network.parameters))
    with patch.object(epochs, "FIRST", 2), patch.object(epochs, "SECONDS", 1e9):
        samples, rng = TrainingSet(x, y, 1), np.random.default_rng(0)
        epoch = Fused().bind_epoch(objective, rng, samples, plan)
        assert epoch(np.arange(9), np.full(9, 0.1)) == 7
    assert np.isfinite(objective.network.parameters.vector).all()


@pytest.mark.parametrize(
    ("seconds", "steps"), [(0.125, [100, 160, 256, 300]), (0.05, [100, 200]), (0.4, [100, 50, 25])]
)
def test_a_piece_takes_as_long_as_it_is_to(seconds: float, steps: list[int]) -> None:
    piece = epochs.Piece(300)
    seen = [piece.steps]
    for _ in steps[1:]:
        with patch("time.perf_counter", side_effect=[1.0, 1.0 + seconds]), piece.timed():
            pass
        seen.append(piece.steps)
    assert seen == steps
