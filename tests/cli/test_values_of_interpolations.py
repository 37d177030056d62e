"""Values that have a wrong type, or a wrong size, only once they are resolved."""

from __future__ import annotations

import pytest
from running import CommandLine

WRONG = {
    "network.neurons=${seed}": ("network.neurons", "list"),
    "network.hidden=${seed}": ("network.hidden", "list"),
    "trainer.epochs=${network.hidden}": ("trainer.epochs",),
    "trainer.batch_size=${activation.name}": ("trainer.batch_size", "'sigmoid'", "Integer"),
    "trainer.epochs=99999999999999999999": ("trainer.epochs", "1,000,000,000"),
    "data=one_sample data.y=[[1],[2,3]]": ("one_sample", "y is [[1], [2, 3]]"),
    "data=mnist data.mirrors=[[1],[2]]": ("mirrors",),
}


@pytest.mark.parametrize("line", WRONG)
def test_message(cli: CommandLine, line: str) -> None:
    result = cli.quick(*line.split())
    assert (result.code, "Traceback" in result.err) == (2, False), result.err
    message = result.err.splitlines()[-1]
    assert not [text for text in WRONG[line] if text not in message], message
    assert "AnyNode" not in message
