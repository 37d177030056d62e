"""A training gives the same bits, however many threads BLAS may have."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

# What is trained has products with an inner dimension that BLAS cuts, and layers that are wide.
PROGRAM = """
import sys
import numpy as np
import scipy.linalg.blas
from threadpoolctl import threadpool_limits
from bpframe import Data, Network, Split, Trainer
from bpframe_activations import Sigmoid, Tanh
from bpframe_backprop import ActivationError, FeedbackAlignment, FullMatrix
from bpframe_costs import Quadratic
from bpframe_initializers import ScaledNormal
from bpframe_optimizers import L2, SGD, Adam

TRAININGS = [
    (FullMatrix(), SGD(0.1), (100, 400, 10), 1259, np.float32),
    (FullMatrix(), Adam(0.01), (100, 400, 10), 1259, np.float64),
    (FullMatrix(), SGD(0.1), (500, 520, 300, 10), 256, np.float32),
    (FullMatrix(), SGD(0.1), (500, 300, 10), 100, np.float64),
    (FullMatrix(), Adam(0.01), (4, 32, 16, 4), "full", np.float32),
    (ActivationError(), SGD(0.1), (500, 400, 10), 700, np.float32),
    (FeedbackAlignment(), SGD(0.1), (500, 400, 10), 700, np.float32),
]
rng = np.random.default_rng(0)
for rule, optimizer, sizes, batch_size, dtype in TRAININGS:
    x = rng.standard_normal((2600, sizes[0])).astype(dtype)
    train = Split(x, rng.integers(0, sizes[-1], len(x)))
    data = Data("drawn", train, train.head(50), train.head(0), sizes[-1])
    results = []
    for threads in (1, 2):
        with threadpool_limits(threads, "blas"):
            layers = {"output_activation": Sigmoid(), "dtype": dtype}
            network = Network(sizes, Tanh(), ScaledNormal(), **layers)
            options = {"epochs": 1, "batch_size": batch_size}
            trainer = Trainer(network, Quadratic(), rule, optimizer, L2(0.1), **options)
            (epoch,) = trainer.fit(data)
            outputs = network.forward(x)
        results.append((network.parameters.vector.tobytes(), epoch.metrics, outputs.tobytes()))
    if results[0] != results[1]:
        sys.exit(f"{rule}, {optimizer}, {sizes}, {batch_size}, {np.dtype(dtype)}")
"""


@pytest.mark.parametrize("kernels", ["", "Haswell"])
def test_results_do_not_depend_on_the_threads_of_blas(kernels: str) -> None:
    environment = {name: v for name, v in os.environ.items() if name != "OPENBLAS_CORETYPE"}
    if kernels:
        environment["OPENBLAS_CORETYPE"] = kernels
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
