"""What carries out a sweep: the result is the same, and a process that dies costs its own run."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import CommandLine, Result
from test_sweeps_that_go_on import KILLER

WORDS = ("-m", "data=digits", "seed=0,1,2", "trainer.epochs=2", "hydra.sweep.dir=s")
JOBLIB = ("hydra/launcher=joblib", "hydra.launcher.n_jobs=2")


def weights(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in folder.glob("*/weights.npz")}


def both(cli: CommandLine, *words: str) -> tuple[Result, Result]:
    """Carry out a sweep in one process and in several, each in a folder of its own."""
    here, there = cli.folder / "here", cli.folder / "there"
    here.mkdir()
    there.mkdir()
    return cli.quick(*words, cwd=here), cli.quick(*words, *JOBLIB, cwd=there)


@pytest.mark.slow
def test_several_processes_give_the_same_bits(cli: CommandLine) -> None:
    # With more samples a step than one thread would take without a sweep.
    words = ("network.hidden=[300,300]", "trainer.batch_size=full", "optimizer.learning_rate=1")
    here, there = both(cli, *WORDS, *words)
    assert (here.code, there.code) == (0, 0), there.err
    first = weights(cli.folder / "here" / "s")
    assert len(first) == 3
    assert first == weights(cli.folder / "there" / "s")


@pytest.mark.slow
def test_a_plugin_in_a_file_is_there_in_each_process(cli: CommandLine, my_plugin: Path) -> None:
    result = cli.quick("-P", str(my_plugin), *WORDS, "activation=mine", *JOBLIB)
    assert result.code == 0, result.err
    assert len(weights(cli.folder / "s")) == 3


@pytest.mark.slow
def test_a_process_that_dies_costs_its_own_run_which_is_carried_out_again(
    cli: CommandLine,
) -> None:
    killer = cli.folder / "killer.py"
    killer.write_text(KILLER)
    result = cli.quick("-P", str(killer), *WORDS, *JOBLIB)
    assert (cli.folder / "killed").exists()
    assert result.code == 0, result.err
    assert result.err.count("a process of the sweep has died") == 1
    assert "3 runs" in result.out
    assert len(weights(cli.folder / "s")) == 3


@pytest.mark.slow
def test_a_run_that_always_kills_its_process_is_given_up(cli: CommandLine) -> None:
    killer = cli.folder / "killer.py"
    killer.write_text(KILLER.replace('if not Path("killed").exists():', "if True:"))
    result = cli.quick("-P", str(killer), *WORDS, *JOBLIB)
    assert result.code == 1
    assert "unfinished" in result.out
    assert result.out.count("its process has died") == 1
    assert set(weights(cli.folder / "s")) == {"0/weights.npz", "2/weights.npz"}


def test_what_only_hydra_does_around_a_run_is_done_by_hydra(cli: CommandLine) -> None:
    words = ("-m", "data=xor", "seed=3,4", "hydra.sweep.dir=s", "hydra.sweep.subdir=n${seed}")
    result = cli.quick(*words, "trainer.epochs=${hydra:job.num}", "hydra.output_subdir=of_hydra")
    assert sorted(p.name for p in (cli.folder / "s").glob("n*")) == ["n3", "n4"]
    assert (cli.folder / "s" / "n3" / "of_hydra" / "config.yaml").exists()
    assert result.code == 0, result.err
    configs = [next((cli.folder / "s" / n).glob("[01]/config.yaml")) for n in ("n3", "n4")]
    for number, config in enumerate(configs):
        assert f"  epochs: {number}\n" in config.read_text()
