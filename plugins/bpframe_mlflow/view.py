"""What MLflow's page shows of an experiment, and where that page is."""

from __future__ import annotations

import json
from collections.abc import Mapping

# MLflow's page has one side for language models and one for training.
KIND = ("mlflow.experimentKind", "custom_model_development")
# MLflow keeps what a page shows, so that it can be shared, in a tag of this name and a key.
VIEW_KEY = "bpframe"
VIEW_TAG = f"mlflow.sharedViewState.{VIEW_KEY}"
METRICS = (
    "test/accuracy",
    "validation/accuracy",
    "validation/cost",
    "train/cost",
    "learning_rate",
)
PARAMS = (
    "data.name",
    "network.hidden",
    "activation.name",
    "cost.name",
    "backprop.name",
    "optimizer.learning_rate",
    "trainer.epochs",
    "seed",
)
# In pixels: the first metrics stand beside the name on a screen of 1280, and headings are whole.
FIRST = {"attributes.`Run Name`": 250, "runDateAndNestInfo": 115}
MARGIN, LETTER = 30, 7
LAST = {"duration": 80}


def missing_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Return the tags that an experiment needs besides its own, for its runs to be shown well.

    Parameters
    ----------
    tags : mapping of str to str
        Those that it has. Somebody's choice of its kind is respected.
    """
    kind, training = KIND
    missing = {} if kind in tags else {kind: training}
    view = _view()
    return missing if tags.get(VIEW_TAG) == view else missing | {VIEW_TAG: view}


def runs_page(server: str, experiment_id: str) -> str:
    """Return the address of the page with the runs of an experiment."""
    query = f"workflowType=machine_learning&viewStateShareKey={VIEW_KEY}"
    return f"{server}/#/experiments/{experiment_id}/runs?{query}"


def _view() -> str:
    """Return the columns of the page, as it writes them itself."""
    columns = {f"metrics.`{name}`": MARGIN + LETTER * len(name) for name in METRICS}
    columns |= {f"params.`{name}`": MARGIN + LETTER * len(name) for name in PARAMS}
    widths = FIRST | columns | LAST
    view = {
        "selectedColumns": list(columns),
        "columnOrder": list(widths),
        "columnWidths": widths,
    }
    return json.dumps(view)
