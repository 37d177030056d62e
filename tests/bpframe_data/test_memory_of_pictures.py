"""How much memory a training on pictures takes beside the pictures themselves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from small_pictures import idx, write

from bpframe_data.images import FILES

STATUS = Path("/proc/self/status")
pytestmark = pytest.mark.skipif(not STATUS.exists(), reason="only Linux tells it so")
# A process that trains twice: on few samples, for what is imported and compiled, and on many.
PROGRAM = """
import re, sys
from pathlib import Path
import numpy as np
from bpframe import Data, Network, Split, Trainer, stream
from bpframe_activations import Sigmoid
from bpframe_backprop import FullMatrix
from bpframe_costs import Quadratic
from bpframe_data import MNIST
from bpframe_initializers import ScaledNormal
from bpframe_optimizers import SGD
from bpframe_fused import Fused

folder, rule = sys.argv[1], {"full_matrix": FullMatrix(), "fused": Fused()}[sys.argv[2]]

def train(samples):
    data = MNIST(path=folder, train_samples=samples).load(stream(0, "split")) if samples else few
    network = Network([784, 30, 10], Sigmoid(), ScaledNormal())
    Trainer(network, Quadratic(), rule, SGD(3.0), epochs=2).fit(data)
    return sum(split.x.nbytes for split in data.splits().values())

def peak():
    # That of `resource` counts what the process was forked from.
    return 1024 * int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

x, y = np.random.default_rng(0).random((100, 784), np.float32), np.arange(100) % 10
few = Data("few", Split(x, y), Split(x, y), Split(x[:0], y[:0]), 10)
train(0)
before = peak()
size = train(50_000)
print((peak() - before) / size)
"""


@pytest.mark.parametrize(
    ("rule", "most"), [("full_matrix", 1.6), pytest.param("fused", 1.8, marks=pytest.mark.slow)]
)
def test_a_training_takes_little_more_memory_than_its_pictures(
    rule: str, most: float, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)

    def images(n: int) -> np.ndarray:
        pixels = rng.integers(1, 256, (n, 28, 28), np.uint8)
        pixels[rng.random(pixels.shape, np.float32) > 0.19] = 0
        return pixels

    arrays = images(60_000), np.arange(60_000) % 10, images(10_000), np.arange(10_000) % 10
    write(tmp_path, {name: idx(array) for name, array in zip(FILES, arrays, strict=True)})
    command = [sys.executable, "-c", PROGRAM, str(tmp_path), rule]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    share = float(done.stdout)
    assert 1 <= share <= most, share
