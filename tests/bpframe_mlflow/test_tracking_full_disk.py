"""Where nothing more can be written, one message says what is lost."""

from __future__ import annotations

import pytest
from recorded import QUICK, Work

pytestmark = pytest.mark.slow


def test_a_store_that_cannot_grow_costs_the_record_and_not_the_run(work: Work):
    result = work.limited(40, "data=xor", *QUICK).result()
    assert result.code == 0
    assert result.err.startswith("bpframe: warning: ")
    assert "bpframe sync" in result.err
    assert result.err.count("\n") == 1
    assert work.outcome()["status"] == "finished"


def test_a_file_of_the_run_that_cannot_be_written_is_one_message(work: Work):
    result = work.limited(8, "data=digits", *QUICK, "tracking=none").result()
    assert result.code == 1
    assert result.err.startswith("bpframe: error: cannot write ")
    assert "weights.npz" in result.err
    assert result.err.count("\n") == 1
    assert work.outcome()["status"] == "failed"
