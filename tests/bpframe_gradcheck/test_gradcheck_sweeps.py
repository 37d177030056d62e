"""Sweeps of ``task=gradcheck``: one matrix, and an exit code of what fits."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
import wrong_rules
from running import CommandLine, Result

import bpframe_activations.plugin as activations
import bpframe_backprop.plugin as backprop

WRONG = ("-P", str(Path(wrong_rules.__file__)))
SMALL = (
    *("activation@output_activation=sigmoid,linear", "cost=quadratic,cross_entropy"),
    "backprop=full_matrix,per_sample,feedback_alignment",
    *("data=xor", "network.hidden=[4]"),
)


def sweep(cli: CommandLine, *arguments: str) -> Result:
    return cli("-m", "task=gradcheck", "tracking=none", *arguments)


def folder(result: Result) -> Path:
    """Return the folder of the sweep."""
    return result.folders[0].parent


def matrix(result: Result) -> list[list[str]]:
    """Return the rows of gradcheck.md, the heading first."""
    lines = (folder(result) / "gradcheck.md").read_text().splitlines()
    rows = [line.strip("|").split("|") for line in lines if line.startswith("|")]
    return [[text.strip() for text in row] for row in rows[:1] + rows[2:]]


def test_a_small_product(cli: CommandLine) -> None:
    result = sweep(cli, *SMALL)
    assert result.code == 0, result.err
    statuses = [outcome["status"] for outcome in result.outcomes]
    assert statuses == ["finished"] * 9 + ["does not fit"] * 3
    assert [outcome["exit_code"] for outcome in result.outcomes] == [0] * 12
    unfit = result.outcomes[-1]
    assert unfit["error"].startswith("cost 'cross_entropy' accepts outputs in [0, 1], but")
    assert unfit["parts"]["task"] == "gradcheck"
    assert "bpframe: error" not in result.err

    head, *rows = matrix(result)
    assert head == ["activation", "cost", "full_matrix", "per_sample", "feedback_alignment"]
    outputs = ("sigmoid+sigmoid", "sigmoid+linear")
    pairs = [[f, c] for f in outputs for c in ("quadratic", "cross_entropy")]
    assert [row[:2] for row in rows] == pairs
    for row in rows[:3]:
        assert all(cell.startswith("✓ -") for cell in row[2:4])
        assert 0 < float(row[4].removesuffix("°")) < 180
    assert rows[3][2:] == ["–"] * 3

    # The terminal ends with it, and shows no other table.
    *_, below = result.out.partition("─\n")
    shown = [" ".join(line.split()) for line in below.splitlines()]
    assert shown[: len(rows)] == [" ".join(row) for row in rows]
    assert shown[-2] == "12 runs; agrees: 6, not exact: 3, does not fit: 3"
    assert "status" not in result.out

    text = (folder(result) / "gradcheck.md").read_text()
    assert text.count(unfit["error"]) == 1
    with (folder(result) / "gradcheck.csv").open() as file:
        lines = list(csv.DictReader(file))
    assert [line["run"] for line in lines] == [str(n) for n in range(12)]
    assert [line["result"] for line in lines].count("agrees") == 6
    for line, outcome in zip(lines, result.outcomes, strict=True):
        angle = outcome["figures"].get("gradcheck/angle", {"value": ""})["value"]
        assert (line["angle"], line["message"]) == (str(angle), outcome["error"])


@pytest.mark.slow
def test_a_wrong_rule_makes_the_sweep_fail(cli: CommandLine) -> None:
    chosen = ("activation=sigmoid,tanh", "backprop=transposed,full_matrix,summed", "data=xor")
    result = sweep(cli, *WRONG, *chosen, "network.hidden=[2]")
    assert result.code == 1
    statuses = [outcome["status"] for outcome in result.outcomes]
    assert statuses == ["failed", "finished", "failed"] * 2
    assert result.err.count("promises the gradient and does not give it") == 4
    assert "Traceback" not in result.err
    for row in matrix(result)[1:]:
        assert [cell[0] for cell in row[2:]] == ["✗", "✓", "✗"]
    assert "disagrees: 4, agrees: 2" in result.out
    # The runs that failed, and no others, have a line above the matrix, and their reasons follow.
    assert len(re.findall(r" failed *$", result.out, re.MULTILINE)) == 4
    assert len(re.findall(r"^run \d failed: ", result.out, re.MULTILINE)) == 4


@pytest.mark.slow
def test_what_is_not_resolved_makes_the_sweep_fail(cli: CommandLine) -> None:
    result = sweep(
        cli, "data=xor", "network.hidden=[2]", "initializer.weight=0.5,40", "initializer=constant"
    )
    assert result.code == 1
    assert [row[-1][0] for row in matrix(result)[1:]] == ["✓", "?"]
    assert "agrees: 1, not resolved: 1" in result.out


@pytest.mark.slow
def test_where_nothing_fits_the_sweep_is_refused(cli: CommandLine) -> None:
    outputs = "activation@output_activation=linear,tanh"
    result = sweep(cli, outputs, "cost=cross_entropy,log_likelihood")
    assert result.code == 2
    message = "bpframe: error: nothing fits in this sweep; the first: cost 'cross_entropy' accepts"
    assert result.err.splitlines()[-1].startswith(message)
    assert result.err.count("bpframe: error") == 1
    assert {outcome["status"] for outcome in result.outcomes} == {"does not fit"}
    assert {cell for row in matrix(result)[1:] for cell in row[2:]} == {"–"}


@pytest.mark.slow
def test_a_mistake_is_no_misfit(cli: CommandLine) -> None:
    result = sweep(cli, "network.hidden=[3],[0]", "data=xor")
    assert result.code == 2
    assert [outcome["status"] for outcome in result.outcomes] == ["finished", "refused"]
    head, good, bad = matrix(result)
    assert head[2:] == ["network.hidden", "full_matrix"]
    assert (good[2], good[3][0]) == ("[3]", "✓")
    assert bad[2:] == ["[0]", "refused"]


@pytest.mark.slow
def test_other_options_that_differ_have_rows_of_their_own(cli: CommandLine) -> None:
    result = sweep(cli, "data=xor", "seed=0,1", "activation@output_activation=linear,tanh")
    assert result.code == 0, result.err
    head, *rows = matrix(result)
    assert head[:3] == ["activation", "cost", "seed"]
    names = [("sigmoid+linear", "0"), ("sigmoid+tanh", "0")]
    names += [("sigmoid+linear", "1"), ("sigmoid+tanh", "1")]
    assert [(row[0], row[2]) for row in rows] == names


@pytest.mark.slow
def test_nothing_is_printed_where_the_console_is_none(cli: CommandLine) -> None:
    result = sweep(cli, "data=xor", "seed=0,1", "console=none")
    assert (result.code, result.out) == (0, "")
    assert (folder(result) / "gradcheck.csv").exists()


@pytest.mark.slow
def test_a_terminal_of_eighty_columns(cli: CommandLine) -> None:
    code, text = cli.terminal("-m", "task=gradcheck", "tracking=none", *SMALL, columns=80)
    assert code == 0
    assert "✓ -" in text
    assert "Traceback" not in text


@pytest.mark.slow
def test_each_activation_with_each_cost(cli: CommandLine) -> None:
    result = sweep(cli, "activation=glob(*)", "cost=glob(*)", "backprop=full_matrix,per_sample")
    assert result.code == 0, result.err
    names: dict[str, object] = {}
    activations.bpframe_register_activations(names.__setitem__)
    head, *rows = matrix(result)
    assert "✗" not in "".join(cell for row in rows for cell in row)
    assert len(rows) == 3 * len(names)
    # Below the outputs that belong to it, each activation fits each cost.
    by_pair = {
        (row[0].partition("+")[0], row[1]): dict(zip(head[2:], row[2:], strict=True))
        for row in rows
    }
    assert {activation for activation, _ in by_pair} == set(names)
    assert all(cells["full_matrix"].startswith("✓") for cells in by_pair.values())


@pytest.mark.slow
def test_each_rule_with_each_cost(cli: CommandLine) -> None:
    """But the one that compiles; the kit has every rule with every activation."""
    rules = "backprop=glob(*,exclude=fused)"
    result = sweep(cli, "activation=sigmoid,relu", "cost=glob(*)", rules)
    assert result.code == 0, result.err
    names: dict[str, object] = {}
    backprop.bpframe_register_backprops(names.__setitem__)
    head, *rows = matrix(result)
    assert set(names) == set(head[2:])
    assert "✗" not in "".join(cell for row in rows for cell in row)


@pytest.mark.slow
def test_the_compiled_rule_has_its_column(cli: CommandLine) -> None:
    result = sweep(cli, "activation=sigmoid,tanh", "cost=glob(*)", "backprop=full_matrix,fused")
    assert result.code == 0, result.err
    head, *rows = matrix(result)
    cells = {(row[0], row[1]): dict(zip(head[2:], row[2:], strict=True)) for row in rows}
    assert all(cell["fused"].startswith("✓") for cell in cells.values())
    assert {pair[1] for pair in cells} >= {"log_likelihood", "cross_entropy"}
