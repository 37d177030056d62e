"""Lines that are refused before anything runs: one message in plain words, and exit code 2."""

from __future__ import annotations

import pytest
from in_this_process import Typed, refusal
from mangled_lines import mangled_words

MESSAGES: dict[str, tuple[str, ...]] = {
    # options that another component has
    "task.sample=3": ("'task.sample'", "task=explain"),
    "activation.slope=0.1": ("'activation.slope'", "activation=leaky_relu"),
    "activation=relu activation.slope=1": ("'activation.slope'", "activation=leaky_relu"),
    "activation@output_activation=tanh output_activation.slope=1": (
        *("'output_activation.slope'", "activation@output_activation=leaky_relu"),
    ),
    "slope=1": ("'slope'", "'activation.slope'", "activation=leaky_relu"),
    # names that other libraries have
    "lr=0.1": ("'lr'", "Did you mean 'optimizer.learning_rate'?"),
    "optimizer.lr=0.1": ("Did you mean 'learning_rate'?",),
    "trainer.eta=0.1": ("Did you mean 'optimizer.learning_rate'?",),
    "bs=3": ("Did you mean 'trainer.batch_size'?",),
    "epochs=3": ("Did you mean 'trainer.epochs'?",),
    "trainer/epochs=3": ("'trainer/epochs'", "Did you mean 'trainer.epochs'?"),
    "loss=mse": ("Did you mean 'cost'?",),
    "cost=mse": ("known are cross_entropy", "Did you mean 'quadratic'?"),
    "cost=BCE": ("Did you mean 'cross_entropy'?",),
    "cost=nll": ("Did you mean 'log_likelihood'?",),
    "cost=categorical_crossentropy": ("Did you mean 'log_likelihood'?",),
    "cost.name=mse": ("Did you mean 'quadratic'?",),
    "activation=logistic": ("Did you mean 'sigmoid'?",),
    "activation=identity": ("Did you mean 'linear'?",),
    "activation@output_activation=expit": ("Did you mean 'sigmoid'?",),
    "optimizer=adamax": ("'adamax'", "known are adagrad"),
    # where a component is chosen
    "activation=[1]": ("activation=[1]", "activation=NAME", "sigmoid"),
    "activation=[tanh,relu]": ("activation=NAME", "sigmoid"),
    "backprop=1": ("backprop=NAME", "per_sample"),
    "tracking=true": ("tracking=NAME", "mlflow"),
    "activation@output_activation=[tanh]": ("activation=NAME", "softmax"),
    "experiment=[1]": ("experiment=[1]", "name"),
    "hydra/launcher=[1]": ("hydra/launcher=[1]", "name"),
    "-m activation=tanh,[relu]": ("activation=NAME",),
    "-m activation=range(3)": ("activation=NAME",),
    "activation@output=softmax": ("Did you mean 'activation@output_activation'?",),
    "hydra.launcher.ray.num_cpus=2": ("'hydra.launcher.ray'", "hydra/launcher=NAME"),
    "hydra=null": ("hydra=null", "hydra.OPTION=VALUE"),
    "hydra.launcher=ray": ("hydra/launcher=ray",),
    "hydra.searchpath=[nowhere]": ("no folder nowhere",),
    "--config-dir nowhere": ("no folder nowhere",),
    "--config-name nothing": ("'nothing'",),
    "--config-path nowhere": ("nowhere",),
    "name=???": ("name=???",),
    "~cost.name": ("'cost.name'", "cannot be taken away", "cost.name=VALUE"),
    # values
    "seed=null": ("seed", "cannot be null"),
    "network.hidden=30": ("network.hidden=[30]",),
    "network.neurons=3": ("network.neurons=[3]",),
    "network=[3]": ("network.OPTION=VALUE",),
    "network.hidden=30,20": ("-m", "network.hidden=[30,20]"),
    "seed=0,1": ("seed=0,1", "-m (--multirun)"),
    "seed=range(3)": ("seed=range(3)", "-m (--multirun)"),
    "cost=quadratic cost=cross_entropy": ("cost=quadratic and cost=cross_entropy", "twice"),
    "seed=1 ++seed=2": ("seed=1 and ++seed=2",),
    # sweeps over too much, or nothing
    "-m seed=range(1e9)": ("1,000,000,000 values", "10,000"),
    "-m seed=range(0,1000000000)": ("1,000,000,000 values", "10,000"),
    "-m seed=range(200) trainer.epochs=range(200)": ("40,000 runs", "200 of seed,"),
    "-m seed=shuffle(range(1000000000000))": ("values", "10,000"),
    "-m optimizer.learning_rate=range(0,1,1e-9)": ("1,000,000,000 values",),
    "-m seed=range(0,inf)": ("two finite ends",),
    "-m seed=range(1,2,0)": ("a step, not 0",),
    "-m seed=range(3,1)": ("seed=range(3,1)", "no value"),
    "-m sweep=optuna seed=range(1e9)": ("1,000,000,000 values", "10,000"),
    "-m seed=interval(0,1)": ("interval", "range(1,6)"),
    "-m activation=glob(nothing*)": ("activation=glob(nothing*)", "no value", "sigmoid"),
    "-m activation@output_activation=glob(x*)": ("no value", "softmax"),
    "-m seed=choice(1,choice(2,3))": ("inside another",),
    # flags
    "--trainer.epochs=3": ("without dashes", "trainer.epochs=3"),
    "-optimizer=sgd": ("without dashes", "optimizer=sgd"),
    "--experimental-rerun config.pickle": ("--experimental-rerun", "bpframe rerun RUN"),
    "data=xor foo": ("'foo'", "KEY=VALUE"),
    "-sc query=bash": ("COMP_LINE", "-sc install="),
    "-sc query=tcsh": ("query=tcsh", "bash", "fish"),
}
FOREIGN = (
    *("Traceback", "Lexer", "Exception", "expecting", "<EOF>", "ListConfig", "DictConfig"),
    *("AnyNode", "Optional", "NoneType", "hydra.cc", "To append", "omegaconf"),
)


@pytest.mark.parametrize("line", MESSAGES)
def test_message(typed: Typed, line: str) -> None:
    message = refusal(typed(*line.split()))
    assert not [text for text in MESSAGES[line] if text not in message], message
    assert not [text for text in FOREIGN if text in message], message


def must_be_plain(typed: Typed, words: list[str]) -> None:
    result = typed(*words, "--cfg", "job")
    assert result.code in (0, 2), words
    assert not [text for text in FOREIGN if text in result.err], (words, result.err)
    assert "\x1b" not in result.err
    if result.code:
        refusal(result)


def test_mangled_lines(typed: Typed) -> None:
    for words in mangled_words(seed=0, count=15):
        must_be_plain(typed, words)


@pytest.mark.exhaustive
@pytest.mark.parametrize("seed", range(1, 21))
def test_more_mangled_lines(typed: Typed, seed: int) -> None:
    for words in mangled_words(seed, count=25):
        must_be_plain(typed, words)


def test_codes_for_the_terminal_are_shown_and_not_carried_out(typed: Typed) -> None:
    message = refusal(typed("activation=[1]", "name=\x1b[31mred"))
    assert r"\x1b[31mred" in message
    message = refusal(typed("--bogus\x1b[2J"))
    assert r"\x1b[2J" in message


def test_markup_is_shown_as_it_is(typed: Typed) -> None:
    assert "'[red]x'" in refusal(typed("activation='[red]x'"))


def test_a_repeated_word_is_no_contradiction(typed: Typed) -> None:
    assert typed("cost=quadratic", "cost=quadratic", "--cfg", "job").code == 0


def test_another_sweeper_may_take_any_range(typed: Typed) -> None:
    # It draws from it; only that it is not installed is said here.
    message = refusal(typed("-m", "hydra/sweeper=optuna", "seed=range(0,1000000000)"))
    assert "hydra/sweeper 'optuna'" in message


def test_help_reads_its_options_as_a_run_does(typed: Typed) -> None:
    result = typed("--help", "data=arrays", "data.path=~/x", "trainer.epochs=1e2")
    assert (result.code, result.err) == (0, "")
    assert "path: ~/x" in result.out
    assert "epochs: 100\n" in result.out
    assert "'seed=(3)'" in refusal(typed("--help", "seed=(3)"))
