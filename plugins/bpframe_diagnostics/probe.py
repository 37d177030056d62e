"""Looks at a network with the same samples again and again."""

from __future__ import annotations

import math

import numpy as np

from bpframe import Array, ForwardPass, Parameters, Position, Run, angle, largest_slopes, make_batch
from bpframe_diagnostics.quantities import norm, root_mean_square, share_of_small

PERCENTILES = (5, 50, 95)


class Probe:
    """Some training samples, and what a backward pass of them shows of each layer.

    Parameters
    ----------
    run : Run
        Its network is looked at, and left as it is.
    samples : int
        How many training samples to draw.
    saturation, near_zero : float
        The limits of what counts as saturated and as near zero.
    full : bool
        Whether to look at the angle of the rule and the percentiles of z, too.
    """

    def __init__(
        self, run: Run, samples: int, saturation: float, near_zero: float, *, full: bool
    ) -> None:
        network, trainer = run.network, run.trainer
        dtype = network.parameters.dtype
        split = run.data.train.draw(samples, run.stream("diagnostics"))
        self.run = run
        self._batch = make_batch(split.x, run.data.targets(split, dtype), dtype)
        self._forward = ForwardPass(network, len(split))
        self._gradient = Parameters(network.sizes, dtype)
        self._flat = [
            saturation * largest_slopes(f, n, dtype)
            for f, n in zip(network.activations, network.sizes[1:], strict=True)
        ]
        self._near_zero = near_zero
        self._near_zero_x = share_of_small(self._batch.x, near_zero)
        self._before: tuple[int, Parameters] | None = None
        # What the rule has drawn for the training, it draws again from an equal stream.
        self._rule = trainer.bind_rule(trainer.backprop) if full else None
        self._direction = Parameters(network.sizes, dtype)

    def metrics(self, epoch: int) -> dict[str, float]:
        """Return the quantities of each layer as ``QUANTITY/layer_l``; what is undefined is absent.

        Parameters
        ----------
        epoch : int
            How many epochs have been trained.
        """
        # Of a network that diverges; what is not finite is left out.
        with np.errstate(all="ignore"):
            self._backward()
            layers = [
                self._gradients(i) | self._activity(i) | self._updates(i, epoch) | self._spread(i)
                for i in range(len(self._flat))
            ]
            found = {
                f"{quantity}/layer_{number}": layer[quantity]
                for quantity in layers[0]
                for number, layer in enumerate(layers, 2)
            }
            found |= self._angles()
        self._before = epoch, self.run.network.parameters.copy()
        return {name: value for name, value in found.items() if math.isfinite(value)}

    def go_on(self, position: Position) -> None:
        """Take the parameters of a training that goes on for those that were looked at last."""
        before = self.run.network.parameters.copy()
        before.vector[:] = position.arrays["parameters"]
        self._before = position.epoch, before

    def _backward(self) -> None:
        """Fill the forward pass, and the gradient ∂C/∂w, ∂C/∂b by (BP1)-(BP4)."""
        objective, batch, forward = self.run.trainer.objective, self._batch, self._forward
        f, weights = objective.network.activations, objective.network.parameters.weights
        a = forward(batch.x_one)
        delta: Array = objective.output_error(forward.z[-1], a, batch.y) / len(batch.x)
        for i in range(len(f) - 1, -1, -1):
            self._gradient.blocks[i][:] = delta.T @ forward.a_one[i]
            if i:
                delta = f[i - 1].pullback(delta @ weights[i], forward.z[i - 1], forward.a[i - 1])

    def _gradients(self, i: int) -> dict[str, float]:
        return {
            "gradient_rms": root_mean_square(self._gradient.weights[i]),
            "delta_norm": norm(self._gradient.biases[i]),  # (BP3): the mean of δ
        }

    def _activity(self, i: int) -> dict[str, float]:
        z, a = self._forward.z[i], self._forward.a[i]
        slopes = self.run.network.activations[i].derivative(z, a)
        inputs = share_of_small(self._forward.a[i - 1], self._near_zero) if i else self._near_zero_x
        return {
            "saturated": share_of_small(slopes, self._flat[i]),
            "near_zero_inputs": inputs,
        }

    def _updates(self, i: int, epoch: int) -> dict[str, float]:
        if self._before is None:
            return {}
        trained, before = self._before
        w, w_before = self.run.network.parameters.weights[i], before.weights[i]
        steps = (epoch - trained) * self.run.trainer.steps_of_epoch(self.run.data)
        return {"update_ratio": float(np.divide(norm(w - w_before), steps * norm(w_before)))}

    def _spread(self, i: int) -> dict[str, float]:
        if not self._rule:
            return {}
        values = np.percentile(self._forward.z[i], PERCENTILES)
        return {f"z_p{p:02}": float(v) for p, v in zip(PERCENTILES, values, strict=True)}

    def _angles(self) -> dict[str, float]:
        if not self._rule:
            return {}
        self._rule(self._batch, self._direction)
        blocks = zip(self._direction.blocks, self._gradient.blocks, strict=True)
        pairs = {f"layer_{number}": pair for number, pair in enumerate(blocks, 2)}
        pairs["network"] = self._direction.vector, self._gradient.vector
        # Of a vector of 0 there is nothing to draw.
        return {
            f"angle/{name}": angle(u, v) for name, (u, v) in pairs.items() if u.any() and v.any()
        }
