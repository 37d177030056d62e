"""The code of a model in MLflow: it reads the files of a run, as `bpframe.load` does.

MLflow runs this file when it loads the model (models from code), so that nothing is pickled.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mlflow
from mlflow.pyfunc.model import PythonModel

FILES = "files"


class Served(PythonModel):
    """Answers with classes or values."""

    # The signature says what goes in: MLflow need not warn that no types do.
    _skip_type_hint_validation = True

    def load_context(self, context: Any) -> None:
        """Read the network."""
        from bpframe import read_model

        self._model = read_model(Path(context.artifacts[FILES]))

    # Without types, for MLflow has none for what is an array or a table.
    def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]
        """Return the class of each sample, or its values."""
        return self._model.predict(model_input)


mlflow.models.set_model(Served())
