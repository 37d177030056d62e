"""Values that have a wrong type, or a wrong size, only once they are resolved."""

from __future__ import annotations

import pytest
from running import CommandLine

WRONG = {
    "name=${nothing}": ("name", "'nothing' not found"),
    "seed=${name}": ("seed", "'None'"),
    "network.neurons=${seed}": ("network.neurons", "list"),
    "network.hidden=${seed}": ("network.hidden", "list"),
    "trainer.epochs=${network.hidden}": ("trainer.epochs",),
    "trainer.batch_size=${activation.name}": ("batch_size is 'sigmoid'", "'full'"),
    "trainer.epochs=99999999999999999999": ("trainer.epochs", "1,000,000,000"),
    "data=one_sample data.y=[[1],[2,3]]": ("one_sample", "y is [[1], [2, 3]]"),
    "data=mnist data.mirrors=[[1],[2]]": ("mirrors",),
}


@pytest.mark.parametrize("line", WRONG)
def test_message(cli: CommandLine, line: str) -> None:
    message = cli.quick(*line.split()).error()
    assert not [text for text in WRONG[line] if text not in message], message
    assert "AnyNode" not in message


def test_a_run_records_what_was_typed(cli: CommandLine) -> None:
    outcome = cli.quick("data=xor", "name=run${seed}", "seed=3").outcome
    assert outcome["name"] == "run3"
    assert outcome["overrides"][1] == "name=run${seed}"


def test_a_sweep_tells_all_of_its_runs(cli: CommandLine) -> None:
    result = cli.quick("-m", "data=xor", "name=${nothing},fine")
    assert result.code == 2
    assert "Error executing job" not in result.err
    assert [o["status"] for o in result.outcomes] == ["refused", "finished"]
