"""Where one sees that a training did not work."""

from __future__ import annotations

import numpy as np
import pytest
from running import CommandLine


@pytest.fixture
def raw(cli: CommandLine) -> str:
    """Return the option of data that are not scaled."""
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (60, 3)).astype(float)
    np.savez(cli.folder / "raw.npz", x_train=x, y_train=(x[:, 0] > 127).astype(int))
    return "data.path=raw.npz"


def test_a_line_at_the_end_and_in_the_outcome(cli: CommandLine, raw: str) -> None:
    result = cli.quick("data=arrays", "data.scale=none", raw)
    result.must_be_fine()
    (inputs, *_) = result.outcome["warnings"]
    assert "inputs reach 255" in inputs
    assert result.out.splitlines().count(f"warning: {inputs}") == 1


def test_a_sweep_says_it_below_the_runs_line(cli: CommandLine, raw: str) -> None:
    np.savez(cli.folder / "same.npz", x_train=np.zeros((20, 2)), y_train=np.arange(20) % 2)
    result = cli.quick("-m", "data=arrays", "data.scale=none", f"{raw},same.npz")
    assert result.code == 0, result.err
    lines = result.out.splitlines()
    for outcome, words in zip(result.outcomes, ("inputs reach", "do not change"), strict=True):
        (warning,) = (line for line in outcome["warnings"] if words in line)
        above = lines[lines.index(f"warning: {warning}") - 1]
        assert above.startswith((outcome["name"], "warning: "))


def test_a_run_that_diverges_says_what_is_known_of_its_data(cli: CommandLine, raw: str) -> None:
    result = cli.quick(
        "data=arrays", "data.scale=none", raw, "activation=square", "optimizer.learning_rate=1e30"
    )
    assert "not finite" in result.error(code=1)
    assert "warning: inputs reach 255" in result.out
    assert len(result.outcome["warnings"]) == 1


def test_a_healthy_run_says_nothing(cli: CommandLine) -> None:
    result = cli.quick("trainer.epochs=3")
    result.must_be_fine()
    assert result.outcome["warnings"] == []
    assert "warning" not in result.out


def test_only_a_training_is_judged(cli: CommandLine, raw: str) -> None:
    # Outputs without a limit are not saturated, and differences can tell.
    shape = ("network.hidden=[]", "activation=linear")
    result = cli.quick("data=arrays", "data.scale=none", raw, "task=gradcheck", *shape)
    result.must_be_fine()
    assert result.outcome["warnings"] == []
