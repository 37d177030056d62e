"""Asks MLflow's server, without MLflow, which takes seconds to import."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from bpframe_mlflow.view import missing_tags

SECONDS = 60.0
NEWEST_RUNS = 1000
RECORDED_HERE = "tags.`bpframe.version` != ''"


class Rest:
    """MLflow's interface for programs.

    Parameters
    ----------
    url : str
        Of the server.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        # What serves this machine is not asked by way of a proxy.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def answers(self) -> bool:
        """Return whether the server answers."""
        try:
            with self._opener.open(f"{self._url}/health", timeout=SECONDS) as answer:
                return bool(answer.read() == b"OK")
        except OSError:
            return False

    def experiments(self) -> dict[str, str]:
        """Return the names of the experiments with runs of bpframe by id, the newest run's first.

        Their runs' page is prepared as well.
        """
        every = {e["experiment_id"]: e for e in self._search("experiments")}
        runs = self._search(
            "runs",
            experiment_ids=list(every),
            filter=RECORDED_HERE,
            order_by=["attributes.start_time DESC"],
        )
        found = dict.fromkeys(run["info"]["experiment_id"] for run in runs)
        for number in found:
            tags = {tag["key"]: tag["value"] for tag in every[number].get("tags", ())}
            for key, value in missing_tags(tags).items():
                tag = {"experiment_id": number, "key": key, "value": value}
                self._post("experiments/set-experiment-tag", tag)
        return {number: every[number]["name"] for number in found}

    def _search(self, what: str, **query: Any) -> list[Any]:
        answer = self._post(f"{what}/search", {"max_results": NEWEST_RUNS, **query})
        found: list[Any] = answer.get(what, [])
        return found

    def _post(self, what: str, body: object) -> Any:
        request = urllib.request.Request(
            f"{self._url}/api/2.0/mlflow/{what}",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with self._opener.open(request, timeout=SECONDS) as answer:
            return json.loads(answer.read())
