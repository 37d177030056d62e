"""A cost that is not finite any more: where it happened, what to try, and what there was."""

from __future__ import annotations

import numpy as np
from running import CommandLine, Result

# Batches of eight out of eight samples: an epoch is one step.
EIGHT = ("data=xor", "data.samples=8", "trainer.batch_size=8")


def assert_message(result: Result, epoch: int | None = None) -> str:
    message = result.error(code=1)
    for word in ("not finite", "epoch", "step", "layer", "learning_rate", "initializer"):
        assert word in message, message
    if epoch:
        assert f"epoch {epoch}" in message
    assert result.outcome["status"] == "failed"
    assert result.outcome["exit_code"] == 1
    assert result.outcome["error"] == message
    return message


def test_within_the_first_epoch(cli: CommandLine) -> None:
    result = cli.quick("activation=square", "optimizer.learning_rate=50")
    message = assert_message(result, epoch=1)
    assert "layer 3" in message
    assert not (result.run_folder / "weights.npz").exists()


def test_what_was_there_is_in_the_outcome(cli: CommandLine) -> None:
    # Each step makes the weights a thousand times larger.
    penalty = ("regularizer=l2", "regularizer.lambda=8000", "optimizer.learning_rate=1")
    result = cli.quick(*EIGHT, *penalty, "trainer.epochs=50")
    assert result.code == 1
    assert result.outcome["status"] == "failed"
    assert result.out.count("epoch ") > 1
    assert np.isfinite(result.outcome["figures"]["train/cost"]["value"])


def test_where_the_steps_are_finite_and_the_evaluation_is_not(cli: CommandLine) -> None:
    result = cli.quick(*EIGHT, "activation=square", "optimizer.learning_rate=1e30")
    assert_message(result, epoch=1)


def test_no_rate_of_the_grid_keeps_the_cost_finite(cli: CommandLine) -> None:
    np.savez(cli.folder / "huge.npz", x_train=np.full((40, 2), 1e30), y_train=np.arange(40) % 2)
    result = cli.quick("data=arrays", "data.path=huge.npz", "data.scale=none", "activation=square")
    message = result.error(code=1)
    assert "learning_rate" in message


def test_a_function_that_is_not_a_number_is_named(cli: CommandLine) -> None:
    rate = "optimizer.learning_rate=0.1"
    message = assert_message(
        cli.quick("activation=custom", 'activation.f="log(z)"', "data=xor", rate), epoch=1
    )
    assert "f of Custom(f='log(z)') is not a number at z = -" in message
    assert "range is bounded" not in message


def test_large_weights_of_a_written_tanh_train_in_float32(cli: CommandLine) -> None:
    f = 'activation.f="2/(1+exp(-2*z))-1"'
    large = ("initializer=constant", "initializer.weight=80", "data=xor")
    result = cli.quick("activation=custom", f, *large, "optimizer.learning_rate=0.01")
    assert result.code == 0, result.err


def test_numpy_does_not_warn(cli: CommandLine) -> None:
    # Neurons that overflow to -∞ are dead, and the cost stays finite.
    relu = ("activation=relu", "activation@output_activation=relu")
    result = cli.quick(*relu, "network.hidden=[30,30]", "optimizer.learning_rate=1000")
    assert "Warning" not in result.err
