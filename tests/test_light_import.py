"""A notebook that only trains loads neither the plugin system nor what a command line needs."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import run_python

HEAVY = ["pluggy", "hydra", "omegaconf", "mlflow", "matplotlib", "sympy", "rich", "sklearn"]
IMPORT = "import bpframe.sklearn; from bpframe import Network, Trainer\n"
TRAINING = """
import numpy as np
from bpframe import Data, Network, Run, Split, Trainer
from bpframe_activations import Sigmoid
from bpframe_backprop import FullMatrix
from bpframe_costs import CrossEntropy, output_error
from bpframe_initializers import ScaledNormal
from bpframe_optimizers import L2, SGD
rng = np.random.default_rng(0)
x = rng.standard_normal((30, 2))
split = Split(x, (x[:, 0] > 0).astype(int))
data = Data("half planes", split, split, split, 2)
network = Network([2, 3, 2], Sigmoid(), ScaledNormal())
error = output_error(CrossEntropy(), Sigmoid())
trainer = Trainer(
    network, CrossEntropy(), FullMatrix(), SGD(), L2(0.1), epochs=5, output_error=error
)
*_, last = Run(trainer, data).train()
assert last.metrics["validation/accuracy"] > 0.9
"""


def modules_after(code: str, folder: Path) -> set[str]:
    """Return what a fresh Python holds after the code; warnings are errors in it."""
    done = run_python(code + "\nimport sys; print(*sys.modules)", folder)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize("code", [IMPORT, TRAINING], ids=["import", "training"])
def test_heavy_packages_are_not_imported(code: str, tmp_path: Path) -> None:
    loaded = modules_after(code, tmp_path)
    assert {"bpframe", "bpframe.core.trainer", "numpy"} <= loaded
    assert not loaded & set(HEAVY)


def test_importing_bpframe_imports_no_scipy(tmp_path: Path) -> None:
    assert "scipy" not in modules_after(IMPORT, tmp_path)


def test_what_plugins_need_is_there_on_demand(tmp_path: Path) -> None:
    assert "pluggy" in modules_after("import bpframe; bpframe.hookimpl; bpframe.Run", tmp_path)


def test_a_name_that_does_not_exist_is_an_ordinary_attribute_error() -> None:
    import bpframe

    with pytest.raises(AttributeError, match="'bpframe' has no attribute 'Nework'"):
        _ = bpframe.Nework


def test_every_public_name_is_there() -> None:
    import bpframe

    for name in bpframe.__all__:
        assert getattr(bpframe, name) is not None
