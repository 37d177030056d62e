"""The task that compares a rule's gradient with the definition of the derivative."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bpframe import (
    Parameters,
    Places,
    Run,
    Task,
    Thinning,
    Verdict,
    make_batch,
    places_of,
    remark_of,
)
from bpframe.errors import NotFittingError, NotResolvedError, WrongGradientError
from bpframe_gradcheck.measurement import measure
from bpframe_gradcheck.report import FILE, complaint, notes, report, shortcoming, table


@dataclass(frozen=True)
class GradCheck(Task):
    """Compare a rule's gradient with the definition, and tell what both cost.

    The definition is (C(w + ε e_j) - C(w - ε e_j)) / 2ε in float64, on a copy of the network with
    its first weights; with ``network.dropout`` on one thinned network. A rule that promises the
    gradient and does not give it makes the run fail, and so does one of which differences cannot
    tell; of another rule the angle to it is told.

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
        rule = run.trainer.backprop
        name = run.config["backprop"]["name"]
        network = run.network.copy(np.float64)
        if any(network.dropout):
            thinning = Thinning(network, run.stream("dropout"))
            thinning.draw()
            network, left_out = thinning.network, int((thinning.masks == 0).sum())
            run.notes.append(
                f"a thinned network: {left_out} of {len(thinning.masks)} neurons are left out"
            )
        objective = run.trainer.objective.with_network(network)
        try:
            gradient = rule.bind(objective, run.stream("feedback"))
        except ValueError as error:
            raise NotFittingError(f"backprop '{name}', in float64: {error}") from error
        run.remark = remark_of(rule, gradient)
        rng = run.stream("gradcheck")
        drawn = run.data.train.draw(self.samples, rng)
        samples = make_batch(drawn.x, run.data.targets(drawn, np.float64), np.float64)
        places = draw_places(objective.network.parameters, self.max_parameters, rng)
        found = measure(rule, gradient, objective, samples, places)
        run.save(FILE, table(found, rule.exact))
        report(run, found, rule.exact)
        run.notes += notes(found, rule.exact, name)
        if rule.exact and found.verdict == Verdict.DISAGREES:
            raise WrongGradientError(complaint(found, name))
        if rule.exact and found.verdict == Verdict.NOT_RESOLVED:
            raise NotResolvedError(shortcoming(found, name))


def draw_places(parameters: Parameters, most: int, rng: np.random.Generator) -> list[Places]:
    """Return the places of each layer's parameters in the vector: all, or `most` of them.

    A layer gives as many as the others, as far as it has them, and at least one.
    """
    sizes = [block.size for block in parameters.blocks]
    shares: dict[int, int] = {}
    for layer in sorted(range(len(sizes)), key=sizes.__getitem__):
        share = (most - sum(shares.values())) // (len(sizes) - len(shares))
        shares[layer] = min(sizes[layer], max(1, share))
    return [
        p[np.sort(rng.permutation(len(p))[: shares[layer]])]
        for layer, p in enumerate(places_of(parameters))
    ]
