"""Diagnostics of how each layer learns: gradients, saturation, angles."""
