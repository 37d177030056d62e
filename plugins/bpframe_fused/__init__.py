"""A backward pass that is compiled together with the step."""

from bpframe_fused.fused import Fused

__all__ = ["Fused"]
