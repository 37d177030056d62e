"""The step of plain gradient descent, and the rates that it refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bpframe.testing.samples import random_parameters
from bpframe_optimizers import SGD


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_one_step_of_sgd_is_minus_eta_times_the_gradient_in_place(dtype: Any) -> None:
    parameters, gradient = random_parameters(0, dtype), random_parameters(1, dtype)
    vector = parameters.vector
    expected = vector - 0.3 * gradient.vector
    SGD(0.3).bind(parameters)(gradient)
    tolerance = 4 * np.finfo(dtype).eps
    np.testing.assert_allclose(vector, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("rate", [0, -1, float("nan"), float("inf"), "fast"])
def test_a_learning_rate_that_is_no_positive_number_is_refused(rate: Any) -> None:
    with pytest.raises(ValueError, match="greater than 0, or 'auto'"):
        SGD(rate)


def test_a_learning_rate_that_was_not_measured_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="find_learning_rate"):
        SGD("auto").bind(random_parameters(0))
