"""Lines that a person may type by mistake: good ones, changed at random, and odd values."""

from __future__ import annotations

import random
from collections.abc import Iterator

KEYS = (
    *("name", "seed", "dtype", "network", "network.hidden", "network.neurons", "trainer"),
    *("trainer.epochs", "trainer.batch_size", "trainer.learning_rate_backprop", "experiment"),
    *("trainer.train_evaluation_samples", "activation", "activation@output_activation"),
    *("activation.slope", "activation.name", "output_activation", "output_activation.slope"),
    *(
        "cost",
        "cost.name",
        "backprop",
        "data",
        "data.path",
        "data.samples",
        "data.x",
        "data.mirrors",
    ),
    *("initializer", "initializer.weights", "optimizer", "optimizer.learning_rate", "regularizer"),
    *("regularizer.lambda", "task", "task.sample", "tracking", "tracking.uri", "plots", "console"),
    *("hydra.run.dir", "hydra.mode", "hydra.job.num", "hydra/launcher", "hydra.sweep.dir", "hydra"),
    *("hydra.searchpath", "hydra/job_logging", "hydra.verbose", "defaults", "lr", "act.ivation"),
)
VALUES = (
    *("", "1", "0", "-1", "3.5", "1e3", "1e400", "nan", "null", "true", "9" * 30, "0x10", "1_000"),
    *("sigmoid", "tanh", "relu,tanh", "[1]", "[30,20]", "[[3],[4]]", "(30,20)", "{a:1}", "[", "}"),
    *(
        "~/x",
        "héllo",
        "a#b.npz",
        "a b",
        "x=y",
        "'x",
        '"x"',
        "sin(z)",
        "${seed}",
        "${",
        "${nothing}",
    ),
    *("range(1,3)", "range(1e9)", "range(a)", "glob(*)", "glob(x*)", "choice(1,2)", "choice()"),
    *(
        "interval(0,1)",
        "shuffle(1,2)",
        "sort(b,a)",
        "[red]",
        "\x1b[31m",
        "../x",
        "*",
        "?",
        "\\",
        "%",
    ),
    *("xor", "quadratic", "leaky_relu", "explain", "none", "RUN", "sgd", "???", "${oc.env:HOME}"),
    *("[{layer: 2, neuron: 1, activation: tanh}]", "{name: tanh}", "tag(a,1)", "a,,b", ",", "é,ü"),
)
PREFIXES = ("", "", "", "", "", "+", "++", "~", "-", "--")
SIGNS = "=,.@/[]{}()'\"$\\~+-# é\t:"


def mangled_words(seed: int, count: int) -> Iterator[list[str]]:
    """Yield as many lines of one to three words as asked for, always the same for a seed."""
    rng = random.Random(seed)
    for _ in range(count):
        yield [_word(rng) for _ in range(rng.randint(1, 3))]


def _word(rng: random.Random) -> str:
    word = rng.choice(PREFIXES) + rng.choice(KEYS)
    if rng.random() < 0.95:
        word += "=" + rng.choice(VALUES)
    if rng.random() < 0.3:
        place = rng.randrange(len(word) + 1)
        word = word[:place] + rng.choice(SIGNS) + word[place + rng.randint(0, 1) :]
    return word
