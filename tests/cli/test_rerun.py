"""``bpframe rerun``: the same bits from a run's record, or what differs; wrong ways say so."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from omegaconf import OmegaConf
from running import CommandLine, Result

from bpframe import find_runs

QUIET = ("tracking=none", "plots=none", "console=none")
WORDS = (
    "data=arrays",
    "data.path=points.npz",
    "activation=leaky_relu",
    "activation.slope=0.3",
    "activation@output_activation=sigmoid",
    "regularizer=l2",
    "network.hidden=[4]",
    "trainer.epochs=2",
    "seed=3",
)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run whose data lie in the working folder."""
    cli = CommandLine(tmp_path_factory.mktemp("recorded"))
    rng = np.random.default_rng(0)
    x = rng.standard_normal((60, 2))
    np.savez(cli.folder / "points.npz", x_train=x, y_train=(x[:, 0] > 0).astype(int))
    result = cli(*WORDS, *QUIET)
    result.must_be_fine()
    return result.run_folder


@pytest.fixture
def copied(recorded: Path, tmp_path: Path) -> Path:
    """Return a copy of the record, to be changed."""
    return Path(shutil.copytree(recorded, tmp_path / "copied"))


def weights(folder: Path) -> dict[str, bytes]:
    with np.load(folder / "weights.npz") as arrays:
        return {name: arrays[name].tobytes() for name in arrays}


def change(folder: Path, key: str, value: object) -> None:
    config = OmegaConf.load(folder / "config.yaml")
    OmegaConf.update(config, key, value, force_add=True)
    OmegaConf.save(config, folder / "config.yaml")


def must_be_one_error(result: Result) -> str:
    assert all(outcome["status"] == "refused" for outcome in result.outcomes)
    return result.error()


@pytest.mark.parametrize("file", ["", "config.yaml"])
def test_the_same_bits_from_another_folder(cli: CommandLine, recorded: Path, file: str) -> None:
    result = cli("rerun", str(recorded / file))
    result.must_be_fine()
    assert "the same weights, bit for bit" in result.out
    assert result.run_folder != recorded
    assert weights(result.run_folder) == weights(recorded)
    before = json.loads((recorded / "outcome.json").read_text())
    for key in ("name", "overrides", "figures", "weights", "parts"):
        assert result.outcome[key] == before[key], key


@pytest.mark.slow
def test_by_name_and_by_id(cli: CommandLine) -> None:
    first = cli.quick("data=xor", "seed=3")
    again = cli("rerun", "xor sigmoid epochs=1 s3")
    again.must_be_fine()
    assert "the same weights, bit for bit" in again.out
    several = cli("rerun", "xor sigmoid epochs=1 s3").error()
    (run,) = find_runs(first.run_folder)
    assert run.id in several
    assert f"compared with {first.run_folder}" in cli("rerun", run.id).out
    assert "there is no xor; RUN is the folder of a run" in cli("rerun", "xor").error()


@pytest.mark.slow
def test_with_other_options(cli: CommandLine, recorded: Path) -> None:
    words = ("activation=tanh", "trainer.epochs=1", "hydra.run.dir=again")
    result = cli("rerun", str(recorded), *words)
    assert (result.code, result.err) == (0, "")
    (differing,) = [line for line in result.out.splitlines() if line.startswith("the weights")]
    assert "activation.name: leaky_relu before, tanh now" in differing
    assert "trainer.epochs: 2 before, 1 now" in differing
    config = OmegaConf.load(cli.folder / "again" / "config.yaml")
    assert config.activation == {"name": "tanh"}
    assert config.output_activation == {"name": "sigmoid"}
    again = cli("rerun", "again")
    again.must_be_fine()
    assert "the same weights, bit for bit" in again.out


@pytest.mark.slow
def test_what_differs_although_nothing_was_to(cli: CommandLine, my_plugin: Path) -> None:
    run = ("-P", str(my_plugin), "data=xor", "activation=mine", "optimizer.learning_rate=0.01")
    first = cli.quick(*run, "console=none")
    missing = must_be_one_error(cli("rerun", str(first.run_folder)))
    assert f"-P {my_plugin}" in missing
    my_plugin.write_text(my_plugin.read_text().replace("beta: float = 1.0", "beta: float = 1.0 "))
    same = cli("-P", str(my_plugin), "rerun", str(first.run_folder))
    assert same.code == 0
    assert "the same weights, bit for bit; plugin " in same.out
    text = my_plugin.read_text().replace("multiply(z, self.beta", "multiply(z, 2 * self.beta")
    my_plugin.write_text(text)
    other = cli("-P", str(my_plugin), "rerun", str(first.run_folder))
    assert other.code == 1
    assert f"the weights differ: plugin {my_plugin}: local " in other.out


def test_versions_and_processor_are_compared(cli: CommandLine, copied: Path) -> None:
    file = copied / "environment.json"
    values = json.loads(file.read_text())
    assert values["blas"][0].keys() == {"library", "version", "kernels", "threads"}
    values["packages"]["numpy"] = "0.1"
    values["blas"][0]["kernels"] = "Z80"
    file.write_text(json.dumps(values))
    outcome = json.loads((copied / "outcome.json").read_text())
    (copied / "outcome.json").write_text(json.dumps(outcome | {"weights": "0" * 16}))
    result = cli("rerun", str(copied))
    assert result.code == 1
    assert "package numpy: 0.1 before, " in result.out
    assert '"kernels": "Z80"' in result.out


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("trainer.epochs", "many", "trainer.epochs"),
        ("trainer.epoch", 3, "epoch"),
        ("diary", {"name": "on"}, "diary"),
        ("activation.name", "nothing", "'nothing'"),
        ("activation.beta", 1.0, "beta"),
        ("data", "arrays", "data"),
    ],
)
def test_a_record_that_is_wrong(
    cli: CommandLine, copied: Path, key: str, value: object, said: str
) -> None:
    change(copied, key, value)
    message = must_be_one_error(cli("rerun", str(copied)))
    assert said in message
    assert "config.yaml" in message


@pytest.mark.parametrize(
    ("file", "values"),
    [
        ("outcome.json", {"weights": 7}),
        ("outcome.json", {"figures": {"train/cost": {"value": None}}}),
        ("outcome.json", {"figures": {"train/cost": 3}}),
        ("outcome.json", {"figures": []}),
        ("outcome.json", {"overrides": [4]}),
        ("environment.json", {"cwd": 5}),
        ("environment.json", {"plugins": 3}),
        ("environment.json", {"plugins": {"a": 1}}),
        ("environment.json", {"packages": []}),
    ],
)
def test_a_file_of_the_record_with_values_of_another_type(
    cli: CommandLine, copied: Path, file: str, values: dict[str, object]
) -> None:
    before = json.loads((copied / file).read_text())
    (copied / file).write_text(json.dumps(before | values))
    assert file in must_be_one_error(cli("rerun", str(copied)))


@pytest.mark.parametrize("key", ["hydra", "defaults"])
def test_a_record_does_not_steer_hydra(cli: CommandLine, copied: Path, key: str) -> None:
    change(copied, key, {"run": {"dir": str(cli.folder / "elsewhere")}})
    assert f"a run has no '{key}'" in must_be_one_error(cli("rerun", str(copied)))
    assert not (cli.folder / "elsewhere").exists()


def test_what_the_record_lacks_must_be_given(cli: CommandLine, copied: Path) -> None:
    config = OmegaConf.load(copied / "config.yaml")
    del config["activation"]["slope"]
    OmegaConf.save(config, copied / "config.yaml")
    assert "activation.slope" in must_be_one_error(cli("rerun", str(copied)))
    result = cli("rerun", str(copied), "activation.slope=0.3")
    result.must_be_fine()
    assert "the same weights, bit for bit" in result.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("trainer.epochs=x", "epochs"),
        ("activation=nothing", "nothing"),
        ("activation=", "activation"),
        ("experiment=xor", "experiment"),
        ("seed=0,1", "seed"),
        ("epochs", "epochs"),
    ],
)
def test_a_wrong_override(cli: CommandLine, recorded: Path, words: str, said: str) -> None:
    assert said in must_be_one_error(cli("rerun", str(recorded), words))


@pytest.mark.parametrize("content", [None, "", "[1]", "a: [", "seed: 0\n"])
def test_what_is_no_record(cli: CommandLine, content: str | None) -> None:
    folder = cli.folder / "no"
    folder.mkdir()
    if content is not None:
        (folder / "config.yaml").write_text(content)
    assert "no" in must_be_one_error(cli("rerun", "no"))


@pytest.mark.parametrize(
    "words",
    [
        "--config-dir {run} --config-name config",
        "-cd {run}",
        "--config-path={run}",
        "--config-path={run} -m seed=0,1",
        "-cp {run} -cn config",
    ],
)
def test_the_wrong_ways_name_the_right_one(cli: CommandLine, recorded: Path, words: str) -> None:
    message = must_be_one_error(cli(*words.format(run=recorded).split()))
    assert "rerun" in message


def test_a_primary_configuration_of_ones_own(cli: CommandLine, repository: Path) -> None:
    """Check that sweeps do not rest on what bpframe's own primary configuration brings along."""
    folder = cli.folder / "own"
    folder.mkdir()
    text = (repository / "conf" / "config.yaml").read_text().partition("  - _self_")[0]
    (folder / "mine.yaml").write_text(f"{text}  - _self_\ntrainer:\n  epochs: 1\n")
    words = (f"--config-path={folder}", "--config-name=mine", "data=xor", *QUIET[:2])
    result = cli(*words, "-m", "seed=0,1", "hydra.sweep.dir=multirun/a/b")
    assert result.code == 0, result.err
    assert [outcome["status"] for outcome in result.outcomes] == ["finished"] * 2
    assert "2 runs" in result.out
