"""Scores of the estimators beside those of scikit-learn's: ``python benchmarks/estimators.py``.

Each seed splits a data set anew, 75 % to train with, and both estimators train on the same samples,
behind a StandardScaler, with their defaults; MLP's `max_iter` is raised until it converges.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import sklearn
from sklearn import datasets
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from bpframe.sklearn import BackpropClassifier, BackpropRegressor

# MLPRegressor does not standardise targets, and takes its time to reach those of diabetes.
ITERATIONS = {"classes": 1000, "values": 5000}
SETS = ("iris", "wine", "breast_cancer", "digits", "diabetes")


def score(make: Callable[..., Any], x: Any, y: Any, seed: int, classes: bool) -> float:
    """Return the accuracy, or R², on a quarter of the samples."""
    x_train, x_test, y_train, y_test = train_test_split(
        x, y, random_state=seed, stratify=y if classes else None
    )
    pipeline = make_pipeline(StandardScaler(), make(random_state=seed))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return float(pipeline.fit(x_train, y_train).score(x_test, y_test))


def row(name: str, seeds: int) -> str:
    """Return a line of the table: mean and range of both, and whether ours is within theirs."""
    x, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    classes = name != "diabetes"
    kind = "classes" if classes else "values"
    theirs = partial(MLPClassifier if classes else MLPRegressor, max_iter=ITERATIONS[kind])
    ours = BackpropClassifier if classes else BackpropRegressor
    scores = [
        np.array([score(make, x, y, seed, classes) for seed in range(seeds)])
        for make in (ours, theirs)
    ]
    shown = [f"{s.mean():.3f} ({s.min():.3f} to {s.max():.3f})" for s in scores]
    mean = scores[0].mean()
    within = "yes" if scores[1].min() <= mean <= scores[1].max() else "no"
    return f"| {name} | {'accuracy' if classes else 'R²'} | {shown[0]} | {shown[1]} | {within} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--data", nargs="+", choices=SETS, default=list(SETS))
    arguments = parser.parse_args()
    print(f"scikit-learn {sklearn.__version__}, seeds 0 to {arguments.seeds - 1}\n")
    print("| data | score | bpframe: mean (range) | MLP: mean (range) | mean within MLP's range |")
    print("|---|---|---|---|---|")
    with threadpool_limits(1):
        for name in arguments.data:
            print(row(name, arguments.seeds), flush=True)


if __name__ == "__main__":
    main()
