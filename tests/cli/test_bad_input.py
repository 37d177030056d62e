"""Wrong input: one message that says what, where and what is allowed, and exit code 2."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from in_this_process import Typed
from running import CommandLine, outcome_files

ACTIVATIONS = ("relu", "sigmoid", "softmax", "tanh", "custom")

# What is typed, and what the message must name: the value, its place, what is allowed.
WRONG: dict[str, tuple[str, ...]] = {
    # names
    "activation=sigmod": ("activation", "'sigmod'", *ACTIVATIONS, "Did you mean 'sigmoid'?"),
    "cost=cross_entopy": ("cost", "quadratic", "Did you mean 'cross_entropy'?"),
    "activation=": ("activation", "''", *ACTIVATIONS),
    "activation=null": ("activation", *ACTIVATIONS),
    "~activation": ("activation", *ACTIVATIONS),
    "activation.name=tanhh": ("activation.name", "'tanhh'", "Did you mean 'tanh'?"),
    "experiment=nothing": ("experiment", "'nothing'", "xor"),
    "trainer.learning_rate_backprop=full": ("learning_rate_backprop", "'full'", "per_sample"),
    # keys
    "sead=3": ("'sead'", "seed", "trainer", "Did you mean 'seed'?"),
    "activatoin=tanh": ("'activatoin'", "cost", "backprop", "Did you mean 'activation'?"),
    "trainer.epoch=3": ("'trainer.epoch'", "batch_size", "Did you mean 'epochs'?"),
    "optimizer.learning_rat=3": ("'optimizer.learning_rat'", "Did you mean 'learning_rate'?"),
    "activation=leaky_relu activation.slop=1": ("activation.slop", "Did you mean 'slope'?"),
    "+foo=1": ("'foo'", "seed", "trainer", "activation"),
    "+trainer.foo=1": ("'trainer.foo'", "epochs", "batch_size"),
    "++activation.slope=1": ("activation", "'sigmoid'", "'slope'"),
    "output_activation=softmax": ("activation@output_activation=softmax",),
    "~seed": ("seed",),
    "~trainer": ("trainer",),
    # types
    "trainer.epochs=abc": ("trainer.epochs", "'abc'", "Integer"),
    "trainer.epochs=1.5": ("trainer.epochs", "1.5", "Integer"),
    "activation=leaky_relu activation.slope=steep": ("activation.slope", "'steep'", "Float"),
    "network.hidden=7": ("network.hidden", "list"),
    "network.hidden=[many]": ("network.hidden", "'many'", "Integer"),
    "dtype=float16": ("dtype", "'float16'", "float32", "float64"),
    "trainer.batch_size=null": ("trainer.batch_size",),
    # values
    "trainer.batch_size=0": ("batch_size", "0", "1 or more"),
    "trainer.epochs=-1": ("epochs", "-1", "0 or more"),
    "trainer.train_evaluation_samples=-3": ("train_evaluation_samples", "-3"),
    "seed=-1": ("seed", "-1", "0 or more"),
    "network.hidden=[0]": ("network.hidden", "[0]", "at least one"),
    "network.hidden=[[3]]": ("network.hidden", "[[3]]", "whole number"),
    "network.hidden=[30,-3]": ("network.hidden", "-3", "at least one"),
    "optimizer.learning_rate=0": ("learning_rate", "greater than 0", "auto"),
    "optimizer.learning_rate=-1": ("learning_rate", "-1", "greater than 0", "auto"),
    "optimizer.learning_rate=nan": ("learning_rate", "nan", "greater than 0", "auto"),
    "optimizer.learning_rate=inf": ("learning_rate", "inf", "greater than 0", "auto"),
    "optimizer.learning_rate=fast": ("learning_rate", "'fast'", "greater than 0", "auto"),
    "activation=leaky_relu activation.slope=3": ("leaky_relu", "slope", "3", "from 0 to 1"),
    "regularizer=l2 regularizer.lambda=-1": ("l2", "lambda", "-1", "0 or more"),
    "data.test_fraction=1": ("digits", "test_fraction", "less than 1"),
    "activation=custom activation.f=nope": ("custom", "'nope' is not allowed", "sqrt"),
    "activation=custom activation.f='__import__(1)'": ("'__import__(1)' is not allowed", "sqrt"),
    # components that do not fit each other
    "activation@output_activation=linear cost=cross_entropy": (
        *("'cross_entropy'", "[0, 1]", "'linear'", "[-∞, ∞]"),
        *("activation@output_activation", "sigmoid", "softmax", "quadratic"),
    ),
    "activation=linear network.hidden=[] cost=cross_entropy": ("[0, 1]", "'linear'", "sigmoid"),
    "activation@output_activation=sigmoid cost=log_likelihood": (
        *("[0, 1] summing to 1", "'sigmoid'", "softmax", "cross_entropy"),
    ),
    "backprop=path_sum network.hidden=[50,50]": (
        *("'path_sum'", "[64, 50, 50, 10]", "1,651,010 paths", "max_paths", "100,000"),
    ),
    "network.neurons=[{layer:9,neuron:3,activation:tanh}]": ("neuron 3 of layer 9", "layer 3"),
    "network.neurons=[{layer:2,neurn:3,activation:tanh}]": (
        *("network.neurons", "neurn", "layer, neuron, activation", "Did you mean 'neuron'?"),
    ),
    # what Hydra reads
    "activation=sigmoid,tanh": ("activation=sigmoid,tanh", "--multirun"),
    "activation=[": ("activation=[",),
    "==": ("==",),
    "=3": ("=3",),
    # flags
    "--bogus": ("--bogus",),
    "-q": ("-q",),
    "--cfg nothing": ("--cfg", "'nothing'", "job"),
    "--resolve": ("--resolve", "--cfg"),
}


@pytest.mark.parametrize("arguments", WRONG)
def test_message(typed: Typed, tmp_path: Path, arguments: str) -> None:
    message = typed(*arguments.split(), "tracking=none", "plots=none").error()
    missing = [word for word in WRONG[arguments] if word not in message]
    assert not missing, message
    outcomes = [json.loads(file.read_text()) for file in outcome_files(tmp_path)]
    assert [outcome["status"] for outcome in outcomes] in ([], ["refused"])


@pytest.mark.parametrize("flag", ["-P", "--plugin", "--plugin="])
def test_a_plugin_flag_that_names_nothing(cli: CommandLine, flag: str) -> None:
    message = cli("tracking=none", "trainer.epochs=1", flag).error()
    assert flag.rstrip("=") in message
    assert "file" in message


@pytest.mark.parametrize("word", ["pluginss", "train"])
def test_an_unknown_command(cli: CommandLine, word: str) -> None:
    message = cli(word).error()
    expected = (f"'{word}'", "plugins", "ui", "KEY=VALUE")
    assert all(text in message for text in expected), message
    assert ("Did you mean 'plugins'?" in message) == (word == "pluginss")


@pytest.mark.parametrize("command", ["plugins", "ui"])
def test_an_unknown_flag_of_a_command(cli: CommandLine, command: str) -> None:
    result = cli(command, "--bogus")
    assert result.code == 2
    assert f"bpframe {command}: error: unrecognized arguments: --bogus" in result.err


def test_a_refused_run_says_why_in_its_outcome(cli: CommandLine) -> None:
    result = cli.quick("seed=-1")
    assert result.outcome["error"] == result.error()
    assert result.outcome["exit_code"] == 2


@pytest.mark.parametrize("flags", [(), ("-m",)])
def test_a_folder_that_cannot_be_written(cli: CommandLine, flags: tuple[str, ...]) -> None:
    # Below a regular file nobody can make a folder, not even root.
    file = cli.folder / "file"
    file.touch()
    key = "hydra.sweep.dir" if flags else "hydra.run.dir"
    message = cli.quick(*flags, f"{key}={file}/runs").error()
    assert f"{file}/runs" in message
    assert "Not a directory" in message


def test_a_store_that_cannot_be_written(cli: CommandLine) -> None:
    file = cli.folder / "file"
    file.touch()
    result = cli.quick("tracking=mlflow", f"tracking.uri=sqlite:///{file}/runs.db", "data=xor")
    message = result.error()
    assert "tracking.uri" in message
    assert "tracking=none" in message


@pytest.mark.parametrize(
    "arguments",
    [
        "activation=sigmod",
        "trainer.epochs=abc",
        "seed=-1",
        "activation=square optimizer.learning_rate=50",
    ],
)
def test_full_error_shows_the_traceback_and_then_the_message(
    cli: CommandLine, arguments: str
) -> None:
    short = cli.quick(*arguments.split())
    full = cli.quick(*arguments.split(), HYDRA_FULL_ERROR="1")
    assert full.code == short.code
    assert "Traceback (most recent call last)" in full.err
    assert full.err.endswith(short.err)
