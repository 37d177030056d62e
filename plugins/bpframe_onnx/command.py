"""``bpframe export``."""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from pathlib import Path

from bpframe import Plugins, trained_folder, typed_command, write_whole
from bpframe.errors import ConfigError, MissingPackageError

DESCRIPTION = """\
Write the network that a run has trained, with what prepares its inputs, as an ONNX file. Where
onnxruntime is installed, the file is run, and its outputs are compared with those of the network.
"""


def export(arguments: list[str], plugins: Plugins) -> int:
    """Write the network that a run has trained as an ONNX file."""
    given = _parser().parse_args(arguments)
    if given.file.suffix != ".onnx":
        # One name alone would else be a file, where it was meant as a run.
        raise ConfigError(f"the file is '{given.file}'; expected a name that ends in .onnx")
    if find_spec("onnx") is None:
        raise MissingPackageError(
            "bpframe export needs the package onnx: python -m pip install 'bpframe[onnx]'"
        )
    folder = trained_folder(given.run)
    # NumPy and ONNX take their time, and --help needs neither.
    from bpframe import read_model
    from bpframe_onnx.comparison import compared
    from bpframe_onnx.writing import to_onnx

    model = read_model(folder)
    made = to_onnx(model, _name(folder)).SerializeToString()
    said = compared(made, model)
    write_whole(given.file, made)
    print(f"{given.file}: the network of {folder}; {said}")
    return 0


def _name(folder: Path) -> str:
    return "/".join(folder.parts[-2:])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=typed_command("export"), description=DESCRIPTION)
    parser.add_argument(
        "run", nargs="?", metavar="RUN", help="its folder, ID or name (default: the newest here)"
    )
    parser.add_argument("file", type=Path, metavar="FILE.onnx", help="what is written")
    return parser
