"""``bpframe predict``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bpframe import Plugins, trained_folder, typed_command, write_whole

if TYPE_CHECKING:
    from bpframe import Model
    from bpframe_predict.samples import Samples

DESCRIPTION = """\
Answer for the samples in a file with the network that a run has trained, as CSV: the class of each
and the output of every class, or the values.
"""
EPILOG = """\
FILE is a table (.csv, .tsv, .parquet, .xlsx, .json …) with the columns of the training, an .npz or
.npy, a picture, or a folder of pictures. If it holds the targets too, a line on the error stream
says how many answers are right.
"""


def predict(arguments: list[str], plugins: Plugins) -> int:
    """Answer for the samples in a file with a trained network."""
    given = _parser().parse_args(arguments)
    folder = trained_folder(given.run)
    # NumPy and what reads files take their time, and --help needs neither.
    from bpframe import read_model
    from bpframe_predict.rows import rows_of, score_of

    model = read_model(folder)
    if given.run is None:
        _tell(f"the newest run here: {folder}")
    samples = _samples(given, model, folder)
    outputs = model.outputs(samples.x)
    content = rows_of(model, samples.names, outputs)
    if given.output is None:
        sys.stdout.write(content.decode())
    else:
        write_whole(given.output, content)
    if samples.targets is not None:
        _tell(score_of(model, outputs, samples.targets))
    return 0


def _samples(given: argparse.Namespace, model: Model, folder: Path) -> Samples:
    from bpframe import is_picture
    from bpframe_predict.pictures import read_pictures
    from bpframe_predict.samples import Names, read_samples

    file = given.file.expanduser()
    if file.is_dir() or is_picture(file):
        return read_pictures(file, model, given.white, given.invert, _tell)
    return read_samples(file, model, Names(given.inputs, given.target), folder)


def _tell(line: str) -> None:
    print(line, file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=typed_command("predict"),
        description=DESCRIPTION,
        epilog=EPILOG,
    )
    parser.add_argument(
        "run", nargs="?", metavar="RUN", help="its folder, ID or name (default: the newest here)"
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the samples")
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="where the CSV goes (default: the output)"
    )
    parser.add_argument("--inputs", metavar="NAME", help="the array of an .npz that is x")
    parser.add_argument(
        "--target", metavar="NAME", help="the column of a table, or array of an .npz, that is y"
    )
    parser.add_argument(
        "--invert", action="store_true", help="pictures are dark on light, those learned are not"
    )
    parser.add_argument(
        "--white",
        type=float,
        metavar="NUMBER",
        help="what a white pixel was in the data (default: what its scaling makes 1, or else 255)",
    )
    return parser
