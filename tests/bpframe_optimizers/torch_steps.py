"""Ten steps of PyTorch's optimizers.

``python torch_steps.py > torch_steps.json``, where PyTorch 2.13 was installed, has made the table
that the tests hold where it is not.
"""

from __future__ import annotations

import json
from typing import Any

STEPS = 10
START = [0.5, -1.0, 0.25, 2.0, 0.0, -3.0]
# Of two neurons with two inputs each: w, w, b.
BIASES = (2, 5)
# The class in torch.optim, and its options.
OPTIMIZERS: dict[str, tuple[str, dict[str, Any]]] = {
    "sgd": ("SGD", {"lr": 0.1}),
    "momentum": ("SGD", {"lr": 0.05, "momentum": 0.9}),
    "momentum, 0.5": ("SGD", {"lr": 0.05, "momentum": 0.5}),
    "nesterov": ("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True}),
    "adam": ("Adam", {"lr": 0.001}),
    "adam, other options": ("Adam", {"lr": 0.02, "betas": (0.6, 0.95), "eps": 0.001}),
    "adamw": ("AdamW", {"lr": 0.02, "weight_decay": 0.3}),
    "rmsprop": ("RMSprop", {"lr": 0.01}),
    "rmsprop, other options": ("RMSprop", {"lr": 0.01, "alpha": 0.7, "eps": 0.01}),
    "adagrad": ("Adagrad", {"lr": 0.01}),
}


def gradient(t: int) -> list[float]:
    """Return the gradient of step t, from 1: exact numbers, of many sizes, some of them 0."""
    return [((7 * i + 3 * t * t) % 11 - 5) / 4 * 2.0 ** (3 * i - 6) for i in range(len(START))]


def torch_steps(name: str, steps: int = STEPS) -> list[list[float]]:
    """Return the parameters after each step, shape (steps, 6)."""
    import torch

    parameters = [torch.tensor(w, dtype=torch.float64) for w in START]
    cls, options = OPTIMIZERS[name]
    weights = [p for i, p in enumerate(parameters) if i not in BIASES]
    groups: list[dict[str, Any]] = [
        {"params": weights},
        {"params": [parameters[i] for i in BIASES], "weight_decay": 0.0},
    ]
    optimizer = getattr(torch.optim, cls)(groups, **options)
    taken = []
    for t in range(1, steps + 1):
        for p, g in zip(parameters, gradient(t), strict=True):
            p.grad = torch.tensor(g, dtype=torch.float64)
        optimizer.step()
        taken.append([p.item() for p in parameters])
    return taken


if __name__ == "__main__":
    rows = {name: ",\n".join(map(json.dumps, torch_steps(name))) for name in OPTIMIZERS}
    print("{\n" + ",\n".join(f"{json.dumps(name)}: [\n{rows[name]}\n]" for name in rows) + "\n}")
