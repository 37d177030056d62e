"""Looks at each layer before the training and after each epoch, and draws what it saw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

import bpframe
from bpframe import Batch, Epoch, Parameters, Run, Settings, StepObserver
from bpframe.pictures import png

if TYPE_CHECKING:
    from bpframe_diagnostics.probe import Probe


@dataclass(frozen=True)
class NoDiagnostics(Settings):
    """No diagnostics."""


@dataclass(frozen=True)
class Basic(Settings):
    """Gradients, δ, saturation and steps of each layer: a backward pass on some samples an epoch.

    Parameters
    ----------
    samples : int
        How many training samples to look at, drawn once from the stream ``diagnostics``; all if
        there are no more.
    saturation : float
        A neuron counts as saturated where |f′(z)| is at most this share of the largest |f′|.
    near_zero : float
        An input of a layer counts as near zero where it is at most this, either way.
    steps : bool
        Whether to look at the gradient of every step, too: its mean norm over the epoch, and its
        largest.
    picture : bool
        Whether to draw ``diagnostics.png``.

    Raises
    ------
    ValueError
        If a value is not allowed.
    """

    samples: int = 1000
    saturation: float = 0.1
    near_zero: float = 0.1
    steps: bool = False
    picture: bool = True

    def __post_init__(self) -> None:
        if self.samples < 1:
            raise ValueError(f"samples is {self.samples}; it must be 1 or more")
        if not 0 <= self.saturation < 1:
            raise ValueError(f"saturation is {self.saturation}; it must be from 0 to less than 1")
        if not self.near_zero >= 0:
            raise ValueError(f"near_zero is {self.near_zero}; it must be 0 or more")


@dataclass(frozen=True)
class Full(Basic):
    """As basic, and the angle of the rule to the gradient, and the distribution of z."""


class DiagnosticsPlugin:
    """Looks at the runs of this process; it keeps the samples between the hooks."""

    def __init__(self) -> None:
        self._probe: Probe | None = None
        self._norms: list[float] = []

    @bpframe.hookimpl
    def bpframe_register_settings(self, register: Callable[[str, type[Settings]], None]) -> None:
        """Register the choices of ``diagnostics``."""
        register("diagnostics/off", NoDiagnostics)
        register("diagnostics/basic", Basic)
        register("diagnostics/full", Full)

    @bpframe.hookimpl
    def bpframe_epoch_metrics(self, run: Run, epoch: Epoch) -> dict[str, float] | None:
        """Return what the network shows after an epoch, or before the first."""
        settings = run.settings.get("diagnostics")
        if not isinstance(settings, Basic):
            return None
        return self._looking_at(run, settings).metrics(epoch.number) | self._of_steps()

    @bpframe.hookimpl
    def bpframe_step_observer(self, run: Run) -> StepObserver | None:
        """Return what notes the norm of each step's gradient, if it is asked for."""
        settings = run.settings.get("diagnostics")
        if not isinstance(settings, Basic):
            return None
        # A run that goes on shows what its next epoch changes; it has no epoch 0 to be looked at.
        if run.epochs and run.trainer.position:
            self._looking_at(run, settings).go_on(run.trainer.position)
        if not settings.steps:
            return None

        def note(epoch: int, step: int, batch: Batch, gradient: Parameters) -> None:
            self._norms.append(float(np.linalg.norm(gradient.vector)))

        return note

    def _looking_at(self, run: Run, settings: Basic) -> Probe:
        """Return what looks at a run; it is made at its first use."""
        if self._probe is None or self._probe.run is not run:
            from bpframe_diagnostics.probe import Probe

            self._probe = Probe(
                run,
                settings.samples,
                settings.saturation,
                settings.near_zero,
                full=isinstance(settings, Full),
            )
        return self._probe

    def _of_steps(self) -> dict[str, float]:
        """Return the norms over the steps of the epoch, and begin anew."""
        norms, self._norms = self._norms, []
        if not norms:
            return {}
        return {"step_norm/mean": float(np.mean(norms)), "step_norm/largest": max(norms)}

    @bpframe.hookimpl
    def bpframe_run_end(self, run: Run) -> None:
        """Draw what there is, however the run has ended."""
        self._probe, self._norms = None, []
        settings = run.settings.get("diagnostics")
        if isinstance(settings, Basic) and settings.picture and run.epochs:
            # matplotlib takes half a second to import.
            from bpframe_diagnostics.picture import picture_of

            if figure := picture_of(run):
                run.save("diagnostics.png", png(figure))


plugin = DiagnosticsPlugin()
