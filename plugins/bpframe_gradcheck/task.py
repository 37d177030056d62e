"""The task that holds a rule's gradient against the definition of the derivative."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bpframe import Batch, Objective, Parameters, Places, Run, Task, with_ones
from bpframe.errors import NotFittingError, NotResolvedError, WrongGradientError
from bpframe_gradcheck.comparison import DISAGREES, NOT_RESOLVED
from bpframe_gradcheck.measurement import check
from bpframe_gradcheck.report import FILE, complaint, notes, report, shortcoming, table


@dataclass(frozen=True)
class GradCheck(Task):
    """Compare a rule's gradient with the definition, and tell what both cost.

    The definition is (C(w + ε e_j) - C(w - ε e_j)) / 2ε in float64, on a copy of the network with
    its first weights. A rule that claims to be the gradient and is not makes the run fail, and so
    does one of which differences cannot tell; of another rule the angle to the gradient is told.

    Parameters
    ----------
    samples : int
        Training samples that C is taken of, drawn from the stream ``gradcheck``.
    max_parameters : int
        Of a network with more weights and biases so many are compared, drawn from each layer.

    Raises
    ------
    ValueError
        If a number is less than 1.

    Source: equation (46) of the book.
    """

    samples: int = 10
    max_parameters: int = 30_000

    trains = False
    skips_misfits = True

    def __post_init__(self) -> None:
        for name, value in {"samples": self.samples, "max_parameters": self.max_parameters}.items():
            if value < 1:
                raise ValueError(f"{name} is {value}; it must be 1 or more")

    def run(self, run: Run) -> None:
        own, rule = run.trainer.objective, run.trainer.backprop
        name = run.config["backprop"]["name"]
        objective = Objective(run.network.copy(np.float64), own.cost, own.closed_form)
        try:
            gradient = rule.bind(objective, run.stream("feedback"))
        except ValueError as error:
            raise NotFittingError(f"backprop '{name}', in float64: {error}") from error
        rng = run.stream("gradcheck")
        samples = draw_samples(run, self.samples, rng)
        places = draw_places(objective.network.parameters, self.max_parameters, rng)
        found = check(rule, gradient, objective, samples, places)
        run.save(FILE, table(found, rule.exact))
        report(run, found, rule.exact)
        run.notes += notes(found, rule.exact, name)
        if rule.exact and found.verdict == DISAGREES:
            raise WrongGradientError(complaint(found, name))
        if rule.exact and found.verdict == NOT_RESOLVED:
            raise NotResolvedError(shortcoming(found, name))


def draw_samples(run: Run, n: int, rng: np.random.Generator) -> Batch:
    """Return training samples as a mini-batch in float64."""
    drawn = run.data.train.draw(n, rng)
    x_one = with_ones(drawn.x, np.float64)
    return Batch(x_one[:, :-1], run.data.targets(drawn, np.float64), x_one)


def draw_places(parameters: Parameters, most: int, rng: np.random.Generator) -> list[Places]:
    """Return the places of each layer's parameters in the vector: all, or `most` of them.

    A layer gives as many as the others, as far as it has them, and at least one.
    """
    sizes = [block.size for block in parameters.blocks]
    shares: dict[int, int] = {}
    for layer in sorted(range(len(sizes)), key=sizes.__getitem__):
        share = (most - sum(shares.values())) // (len(sizes) - len(shares))
        shares[layer] = min(sizes[layer], max(1, share))
    ends = np.cumsum([0, *sizes])
    return [
        ends[layer] + np.sort(rng.permutation(size)[: shares[layer]])
        for layer, size in enumerate(sizes)
    ]
