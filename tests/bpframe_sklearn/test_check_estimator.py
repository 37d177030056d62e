"""The estimators pass scikit-learn's own checks, all of them."""

from __future__ import annotations

from typing import Any

import pytest
from sklearn.utils.estimator_checks import check_estimator

from bpframe.sklearn import BackpropClassifier, BackpropRegressor


@pytest.mark.slow
# It warns of one that needs SciPy's array API, which is not switched on.
@pytest.mark.filterwarnings("ignore", "error::RuntimeWarning")
@pytest.mark.parametrize("estimator", [BackpropClassifier, BackpropRegressor])
def test_every_check_passes(estimator: Any) -> None:
    results = check_estimator(estimator(epochs=80), on_fail=None)
    others = [(r["check_name"], r["exception"]) for r in results if r["status"] != "passed"]
    assert [name for name, _ in others] in ([], ["check_array_api_input"]), others
    assert len(results) > 50
