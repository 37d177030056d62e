"""Which neurons are drawn, and which weights and biases are shown one by one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bpframe import Array, Parameters
from bpframe_explain.passes import Layer
from bpframe_explain.sample import Sample

NEURONS_DRAWN = 40
MOST_IN_FULL = 400
LINES_DRAWN = 60
LARGEST_GRADIENTS = 10


class Selection(NamedTuple):
    """Parameters of one layer: those in rows j and columns k of its block [w b].

    Attributes
    ----------
    j, k : arrays of int, shape (p,)
        Neuron and input, from 0; k = n_in is the bias.
    """

    j: npt.NDArray[np.intp]
    k: npt.NDArray[np.intp]


def neurons_drawn(sample: Sample, layers: list[Layer]) -> list[list[int]]:
    """Return the neurons of each layer that are drawn, the input first: 40 at most.

    They are those with the largest activations in the input, all if it is a picture, and those
    with the largest errors in the other layers.
    """
    count = len(sample.x) if sample.image_shape else NEURONS_DRAWN
    first = sorted(largest(sample.x, count)[0].tolist())
    return [first, *(sorted(largest(layer.delta, NEURONS_DRAWN)[0].tolist()) for layer in layers)]


def selected(
    parameters: Parameters, gradient: Parameters, after: Parameters, drawn: list[list[int]]
) -> list[Selection]:
    """Return the parameters of each layer that are shown.

    Those are all of a layer that has at most 400. Of others they are the 60 largest weights
    between neurons that are drawn, those with the 60 largest gradients and the 60 largest steps;
    the biases of these neurons; and the weights and biases with the 10 largest gradients of all.
    """
    selections = []
    for i, (w, g) in enumerate(zip(parameters.blocks, gradient.blocks, strict=True)):
        chosen = np.full(w.shape, w.size <= MOST_IN_FULL)
        if w.size > MOST_IN_FULL:
            between = np.ix_(drawn[i + 1], drawn[i])
            for values in (w, g, after.blocks[i] - w):
                rows, columns = largest(values[between], LINES_DRAWN)
                chosen[np.array(drawn[i + 1])[rows], np.array(drawn[i])[columns]] = True
            chosen[drawn[i + 1], -1] = True
            for own in (np.s_[:, :-1], np.s_[:, -1:]):
                chosen[own][largest(g[own], LARGEST_GRADIENTS)] = True
        selections.append(Selection(*np.nonzero(chosen)))
    return selections


def largest(values: Array, count: int) -> tuple[npt.NDArray[np.intp], ...]:
    """Return where the values of largest size stand, the largest first, as an index."""
    order = np.argsort(-np.abs(values), axis=None, kind="stable")[:count]
    return np.unravel_index(order, values.shape)
