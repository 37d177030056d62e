"""Every backward pass by its name on the command line."""

from __future__ import annotations

import pytest
from running import CommandLine

from bpframe.plugins.loading import load_plugins

ENTRIES = load_plugins().registry.entries["backprop"]
SLOW = ("finite_difference", "path_sum", "chain_rule")
EXACT = [name for name, entry in ENTRIES.items() if entry.component.exact]
APPROXIMATE = [name for name in ENTRIES if name not in EXACT]


@pytest.mark.slow
@pytest.mark.parametrize("rule", EXACT)
def test_an_exact_rule_gives_what_full_matrix_gives(cli: CommandLine, rule: str) -> None:
    # The measured rate comes from the quick rule that stands in, so that slow ones start promptly.
    small = ("network.hidden=[5]",) if rule in SLOW else ()
    results = [cli.quick(f"backprop={name}", *small) for name in (rule, "full_matrix")]
    for figure in ("learning_rate", "train/cost"):
        values = [result.figure(figure) for result in results]
        assert values[0] == pytest.approx(values[1], rel=1e-4)


@pytest.mark.exhaustive
@pytest.mark.parametrize("rule", SLOW)
def test_a_slow_rule_can_train_the_default_network(cli: CommandLine, rule: str) -> None:
    assert cli.quick(f"backprop={rule}", "trainer.epochs=2").figure("train/accuracy") > 0.3


@pytest.mark.slow
@pytest.mark.parametrize("rule", APPROXIMATE)
def test_an_approximate_rule_learns_the_digits(cli: CommandLine, rule: str) -> None:
    arguments = (f"backprop={rule}", "tracking=none", "plots=none")
    assert cli(*arguments).figure("test/accuracy") >= 0.91


@pytest.mark.slow
def test_random_magnitudes_learn_the_digits(cli: CommandLine) -> None:
    random = ("backprop=sign_symmetry", "backprop.magnitudes=random")
    result = cli(*random, "tracking=none", "plots=none")
    assert result.figure("test/accuracy") >= 0.91
    assert "magnitudes: random" in (result.run_folder / "config.yaml").read_text()


def test_what_a_rule_refuses_is_refused_before_anything_is_recorded(cli: CommandLine) -> None:
    result = cli("backprop=path_sum", "network.hidden=[50,50]")
    assert result.outcome["status"] == "refused"
    assert "max_paths" in result.error()
    assert not result.out
    assert not (cli.folder / "mlflow.db").exists()
