"""A run's network as a model of MLflow: a folder of its form ``python_function``."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bpframe import Array, Columns, Inputs, Model, __version__, read_model
from bpframe_mlflow.served import FILES

if TYPE_CHECKING:
    from mlflow.models import ModelSignature

# What `read_model` reads.
KEPT = ("model.json", "weights.npz")
FOLDER = "model"


@contextmanager
def made_model(folder: Path, run_id: str) -> Iterator[Path]:
    """Give the folder of a model, called `FOLDER`, which is gone afterwards.

    Parameters
    ----------
    folder : pathlib.Path
        Of the run.
    run_id : str
        That of MLflow.

    Raises
    ------
    Exception
        Whatever MLflow raises, or bpframe if the run's files cannot be read.
    """
    import mlflow.pyfunc
    from mlflow.models import Model as Described

    model = read_model(folder)
    with tempfile.TemporaryDirectory() as place, _quiet():
        files = Path(place, FILES)
        files.mkdir()
        for name in KEPT:
            shutil.copyfile(folder / name, files / name)
        made = Path(place, FOLDER)
        mlflow.pyfunc.save_model(
            str(made),
            python_model=str(Path(__file__).with_name("served.py")),
            artifacts={FILES: str(files)},
            signature=_signature(model),
            input_example=_example(model.inputs),
            # Else it would find out by loading the model in another process.
            pip_requirements=[f"bpframe=={__version__}"],
            mlflow_model=Described(run_id=run_id, artifact_path=FOLDER),
        )
        yield made


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep MLflow from telling what nobody has asked it, on the terminal of the training."""
    logger, before = logging.getLogger("mlflow"), logging.getLogger("mlflow").level
    logger.setLevel(logging.ERROR)
    os.environ["MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"] = "false"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)


def _signature(model: Model) -> ModelSignature:
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema, TensorSpec

    number = np.dtype(float)
    if isinstance(model.inputs, Columns):
        columns: list[ColSpec | TensorSpec] = [
            ColSpec("double" if c.categories is None else "string", c.name, c.fill is None)
            for c in model.inputs.columns
        ]
        inputs = Schema(columns)
    else:
        inputs = Schema([TensorSpec(number, (-1, *_shape(model.inputs)))])
    answers = model.predict(_example(model.inputs))
    kind = np.dtype(str) if answers.dtype.kind == "U" else answers.dtype
    return ModelSignature(inputs, Schema([TensorSpec(kind, (-1, *answers.shape[1:]))]))


def _shape(inputs: Inputs) -> tuple[int, ...]:
    return tuple(getattr(inputs, "shape", (inputs.n_1,)))


def _example(inputs: Inputs) -> Any:
    """Return one sample: that whose inputs are 0 where they are numbers."""
    zeros: Array = np.zeros((1, inputs.n_1))
    for scaling in reversed(inputs.scalings):
        zeros = zeros * np.array(scaling.divide) + np.array(scaling.subtract)
    if not isinstance(inputs, Columns):
        return zeros.reshape(1, *_shape(inputs))
    import pandas

    numbers = dict(zip(inputs.names, zeros[0].tolist(), strict=True))
    cells = {
        c.name: [numbers[c.name] if c.categories is None else c.categories[0]]
        for c in inputs.columns
    }
    return pandas.DataFrame(cells)
