"""Gradients as they are."""

from __future__ import annotations

from dataclasses import dataclass

from bpframe import Clip, Clipping, Parameters


@dataclass(frozen=True)
class NoClipping(Clipping):
    """Gradients as they are, of any length."""

    def bind(self, parameters: Parameters) -> Clip | None:
        return None
