"""The book's algorithm in plain Python: lists and math.exp, nothing of bpframe or NumPy."""

from __future__ import annotations

import math
from dataclasses import dataclass

Vector = list[float]
Matrix = list[Vector]


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


@dataclass
class PlainNetwork:
    """Sigmoid layers, and a step of stochastic gradient descent over one mini-batch."""

    weights: list[Matrix]
    biases: list[Vector]
    cross_entropy: bool = False

    def forward(self, x: Vector) -> tuple[list[Vector], list[Vector]]:
        """Return every z, and every a with the input first."""
        zs, activations = [], [x]
        for w, b in zip(self.weights, self.biases, strict=True):
            z = [
                sum(w_jk * a_k for w_jk, a_k in zip(row, activations[-1], strict=True)) + b_j
                for row, b_j in zip(w, b, strict=True)
            ]
            zs.append(z)
            activations.append([sigmoid(z_j) for z_j in z])
        return zs, activations

    def errors(self, x: Vector, y: Vector) -> tuple[list[Vector], list[Vector]]:
        """Return δ of every layer of weights, and the activations."""
        zs, activations = self.forward(x)
        delta = [a_j - y_j for a_j, y_j in zip(activations[-1], y, strict=True)]
        if not self.cross_entropy:
            delta = [d * slope(z) for d, z in zip(delta, zs[-1], strict=True)]
        deltas = [delta]
        for layer in range(len(zs) - 2, -1, -1):
            w = self.weights[layer + 1]
            deltas.insert(
                0,
                [
                    sum(w[j][k] * deltas[0][j] for j in range(len(w))) * slope(z_k)
                    for k, z_k in enumerate(zs[layer])
                ],
            )
        return deltas, activations

    def step(self, samples: list[tuple[Vector, Vector]], rate: float) -> None:
        """Take the step -η/m Σ_x for the m samples of a mini-batch."""
        all_errors = [self.errors(x, y) for x, y in samples]
        scale = rate / len(samples)
        for layer, (w, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            for j, row in enumerate(w):
                for k in range(len(row)):
                    row[k] -= scale * sum(d[layer][j] * a[layer][k] for d, a in all_errors)
                b[j] -= scale * sum(d[layer][j] for d, _ in all_errors)


def slope(z: float) -> float:
    return sigmoid(z) * (1 - sigmoid(z))
