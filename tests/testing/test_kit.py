"""Everything that is registered passes the checks that strangers' components must pass."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from wrong_activations import DERIVATIVES

from bpframe import Better, Dataset, Each
from bpframe.plugins.loading import load_plugins
from bpframe.testing import Check, Status, check_component, parametrize_with_checks
from bpframe_activations import Custom, LeakyReLU
from bpframe_data import MNIST, Arrays, Digits, Xor
from bpframe_initializers import Given
from bpframe_metrics import TopK
from bpframe_mlflow.plugin import MlflowTracking
from bpframe_optimizers import (
    L1,
    L2,
    SGD,
    Adam,
    AdamW,
    ClipNorm,
    ClipValue,
    ElasticNet,
    MaxNorm,
    Momentum,
    RMSprop,
)
from bpframe_schedules import ConstantRate, Cosine, Exponential, OneCycle, Plateau, Steps
from bpframe_stopping import EarlyStopping
from bpframe_tasks import Train

REGISTRY = load_plugins().registry
REGISTERED = [one for kind in REGISTRY.entries for one in REGISTRY.defaults(kind).values()]
WITH_OPTIONS = [
    LeakyReLU(0.0),
    LeakyReLU(0.3),
    Custom("z/(1+abs(z))", low=-1, high=1),
    Custom("exp(-z**2)", low=0, high=1),
    Custom("exp(z)", low=0),
    Custom("z*sigmoid(1.5*z)"),
    Custom("z**3/3", "z*z"),
    Custom("2.5"),
    Digits(validation_fraction=0.0, test_fraction=0.5),
    Xor(samples=8, noise=0.0),
    SGD(0.05),
    Momentum(0.05, momentum=0.5),
    Momentum(0.05, nesterov=True),
    Momentum(0.05, momentum=0.0),
    Adam(0.01, beta1=0.0, beta2=0.5),
    AdamW(0.01, weight_decay=0.5),
    RMSprop(0.01, rho=0.0),
    L1(0.0),
    L2(0.0),
    L2(0.3),
    ElasticNet(l1_ratio=0.0),
    ElasticNet(l1_ratio=1.0),
    MaxNorm(0.1),
    ClipNorm(0.001),
    ClipValue(0.001),
    TopK(1),
    TopK(50),
    Given([[[1.0, 2.0]]]),
    Given([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0]]]),
    ConstantRate(warm_up=2.0, each=Each.epoch),
    Steps(40, 0.1),
    Exponential(0.01),
    Cosine(4, 0.5, warm_up=1.5),
    OneCycle(0.1, 0.0, 0.0),
    Plateau("train/cost", patience=1, warm_up=2.0),
    EarlyStopping("train/cost", patience=2, min_gain=0.05, better=Better.higher),
    EarlyStopping(patience=3, restore_best=True),
    Train(test_each_epoch=True),
    MlflowTracking(uri="sqlite:///x.db"),
]


@parametrize_with_checks(REGISTERED)
def test_registered(check: Check) -> None:
    check()


@parametrize_with_checks(WITH_OPTIONS)
def test_with_options(check: Check) -> None:
    check()


@parametrize_with_checks(
    [Custom("max(min(z, 2), 0.1*z)")],
    expected_failures=dict.fromkeys(DERIVATIVES, "an expression cannot declare its kink at 0"),
)
def test_with_a_kink(check: Check) -> None:
    check()


def test_nothing_registered_is_left_out() -> None:
    groups = REGISTRY.entries
    missing = [name for g in groups for name in groups[g] if name not in REGISTRY.defaults(g)]
    # They have no defaults: weights, or where they are, must be given.
    assert missing == ["given", "weights"]
    assert len(REGISTERED) == sum(map(len, groups.values())) - 2


@pytest.mark.parametrize("labels", [True, False])
def test_a_data_set_whose_file_is_there(tmp_path: Path, labels: bool) -> None:
    rng = np.random.default_rng(0)
    y = np.arange(60) % 3 if labels else rng.standard_normal((60, 2))
    np.savez(tmp_path / "my.npz", x_train=rng.standard_normal((60, 4, 5)), y_train=y)
    everything_passes(Arrays(path=str(tmp_path / "my.npz")))


def everything_passes(dataset: Dataset) -> None:
    results = check_component(dataset)
    assert [str(r) for r in results if r.status is not Status.PASSED] == []


@pytest.mark.slow
def test_a_data_set_of_seventy_thousand_samples(mnist: Path) -> None:
    everything_passes(MNIST(path=str(mnist)))
