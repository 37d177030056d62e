"""``bpframe export``."""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path

from bpframe import Plugins, read_model, trained_folder, typed_command, write_whole
from bpframe.errors import ConfigError

DESCRIPTION = """\
Write the network that a run has trained as an ONNX file: with what makes inputs of samples, and
with the names of the classes or the units of the values.
"""
INSTALL = "pip install 'bpframe[onnx]'"


def export(arguments: list[str], plugins: Plugins) -> int:
    """Write a trained network as an ONNX file."""
    given = _parser().parse_args(arguments)
    folder = trained_folder(given.run)
    if find_spec("onnx") is None:
        raise ConfigError(f"bpframe export needs the package onnx, which is not here: {INSTALL}")
    # It takes half a second, and --help needs it not.
    from bpframe_onnx.graph import onnx_of

    model = read_model(folder)
    content, remarks = onnx_of(model)
    if given.run is None:
        print(f"the newest run here: {folder}", file=sys.stderr)
    write_whole(given.file.expanduser(), content)
    for line in remarks:
        print(line)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=typed_command("export"), description=DESCRIPTION)
    parser.add_argument(
        "run", nargs="?", metavar="RUN", help="its folder, ID or name (default: the newest here)"
    )
    parser.add_argument("file", type=Path, metavar="FILE.onnx", help="the file to write")
    return parser
