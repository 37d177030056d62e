"""What bpframe asks of every component, and what only this plugin knows."""

from __future__ import annotations

import numpy as np
import pytest
from bpframe_sample import CsvJournal, LogCosh, NoJournal, Sign, Swish

from bpframe.testing import Check, parametrize_with_checks

PARTS = [
    *(Swish(), Swish(beta=0.1), Swish(beta=3.0)),
    *(LogCosh(), Sign(), NoJournal(), CsvJournal(), CsvJournal("figures.csv", every=2)),
]


@parametrize_with_checks(PARTS)
def test_parts(check: Check) -> None:
    check()


def test_swish_lies_between_half_of_z_and_its_positive_part() -> None:
    z = np.array([-2.0, 0.0, 2.0])
    np.testing.assert_allclose(Swish(beta=1e-6)(z), z / 2, atol=1e-5)
    np.testing.assert_allclose(Swish(beta=1e6)(z), np.maximum(z, 0), atol=1e-5)


def test_a_beta_that_is_not_allowed_is_refused() -> None:
    with pytest.raises(ValueError, match="greater than 0"):
        Swish(beta=0.0)
