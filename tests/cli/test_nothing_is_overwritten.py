"""A run has a folder of its own: what is there stays as it is."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from running import CommandLine, clean_environment

from bpframe import Outcome
from bpframe.cli.jobs.claim import claim, claim_apart
from bpframe.errors import ConfigError


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("name", ["config.yaml", "weights.npz", "outcome.json", "explain.html"])
def test_files_of_ones_own_are_kept(cli: CommandLine, name: str) -> None:
    (cli.folder / name).write_text("mine")
    before = contents(cli.folder)
    message = cli.quick("data=xor", "hydra.run.dir=.").error()
    assert name in message
    assert "hydra.run.dir" in message
    assert contents(cli.folder) == before


def test_a_second_run_in_one_folder_is_refused(cli: CommandLine) -> None:
    assert cli.quick("data=xor", "hydra.run.dir=here").code == 0
    before = contents(cli.folder)
    assert "here" in cli.quick("data=xor", "seed=1", "hydra.run.dir=here").error()
    assert contents(cli.folder) == before


def test_an_empty_folder_will_do(cli: CommandLine) -> None:
    (cli.folder / "empty").mkdir()
    assert cli.quick("data=xor", "hydra.run.dir=empty").code == 0
    assert (cli.folder / "empty" / "outcome.json").exists()


@pytest.mark.slow
def test_runs_of_a_sweep_with_one_folder_are_kept_apart(cli: CommandLine) -> None:
    words = ("data=xor", "seed=0,1,2", "hydra.sweep.dir=s", "hydra.sweep.subdir=same")
    result = cli.quick("-m", *words)
    assert result.code == 0, result.err
    files = sorted((cli.folder / "s").rglob("outcome.json"))
    outcomes = [json.loads(file.read_text()) for file in files]
    assert sorted(outcome["job"] for outcome in outcomes) == [0, 1, 2]
    assert all((file.parent / "weights.npz").exists() for file in files)
    assert "3 runs" in result.out


def test_a_sweep_beside_older_and_foreign_files(cli: CommandLine) -> None:
    folder = cli.folder / "s"
    for name, content in {"old": '{"status": 1}', "bad": "{", "list": "[1]", "0": "{}"}.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "outcome.json").write_text(content)
    before = contents(folder)
    result = cli.quick("-m", "data=xor", "seed=0,1", "hydra.sweep.dir=s")
    assert result.code == 0, result.err
    assert "2 runs" in result.out
    assert contents(folder).items() >= before.items()


def test_of_two_processes_one_gets_the_folder(cli: CommandLine) -> None:
    command = [*cli.command, "data=xor", "tracking=none", "plots=none", "hydra.run.dir=here"]
    processes = [
        subprocess.Popen(
            command,
            cwd=cli.folder,
            env=clean_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    errors = [process.communicate()[1] for process in processes]
    assert sorted(process.returncode for process in processes) == [0, 2, 2], errors
    assert json.loads((cli.folder / "here" / "outcome.json").read_text())["status"] == "finished"


def test_a_claim_is_seen_before_the_run_ends(tmp_path: Path) -> None:
    first = Outcome("unfinished", 1, "", [], job=7)
    claim(tmp_path, first)
    with pytest.raises(ConfigError, match=r"outcome\.json"):
        claim(tmp_path, first)
    assert claim_apart(tmp_path, first) == tmp_path / "7"
    assert claim_apart(tmp_path, first) == tmp_path / "7" / "7"
