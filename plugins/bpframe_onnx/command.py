"""``bpframe export``."""

from bpframe import Plugins


def export(arguments: list[str], plugins: Plugins) -> int:
    """Write the network that a run has trained as an ONNX file."""
    raise NotImplementedError
