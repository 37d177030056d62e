"""The plugins that docs/plugins.md shows run as they stand there."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from running import CommandLine

TEXT = (Path(__file__).parents[2] / "docs" / "plugins.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
WHOLE = [block for block in BLOCKS if "import bpframe\n" in block]


def test_there_are_some() -> None:
    assert WHOLE


@pytest.mark.parametrize("number", range(len(WHOLE)))
def test_plugin(cli: CommandLine, number: int) -> None:
    (cli.folder / "shown.py").write_text(WHOLE[number])
    kinds = {"activations": "activation", "backprops": "backprop", "costs": "cost"}
    chosen = []
    for hook, body in re.findall(r"def bpframe_register_(\w+)\(register\):\n((?:    .*\n)+)", TEXT):
        if f"def bpframe_register_{hook}(register):\n{body}" in WHOLE[number]:
            names = re.findall(r'register\("([\w/]+)"', body)
            options = [n if "/" in n else f"{kinds.get(hook, hook)}/{n}" for n in names]
            chosen.append(options[-1].replace("/", "="))
    assert chosen or "bpframe_register" not in WHOLE[number]
    cli.quick("-P", "shown.py", *chosen, "data=xor").must_be_fine()


def test_the_scalar_form_is_compiled(cli: CommandLine) -> None:
    (cli.folder / "elu.py").write_text(next(b for b in WHOLE if "def scalar(self, real)" in b))
    options = ["activation=elu", "activation@output_activation=sigmoid", "backprop=fused"]
    cli.quick("-P", "elu.py", *options, "data=xor").must_be_fine()


def test_further_metrics_are_recorded_and_not_shown(cli: CommandLine) -> None:
    (cli.folder / "further.py").write_text(next(b for b in WHOLE if "largest_weight/" in b))
    result = cli.quick("-P", "further.py", "data=xor")
    result.must_be_fine()
    assert "largest_weight" not in result.out
    with (result.run_folder / "epochs.csv").open() as file:
        untrained, first = csv.DictReader(file)
    assert (untrained["epoch"], first["epoch"]) == ("0", "1")
    assert 0 < float(untrained["largest_weight/layer_3"]) != float(first["largest_weight/layer_3"])
