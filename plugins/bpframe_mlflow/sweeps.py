"""A sweep's own run, which those of its jobs belong to, and the recorder that serves them all."""

from __future__ import annotations

import json
import logging
from collections import Counter

from bpframe import Sweep, masked
from bpframe_mlflow import opened
from bpframe_mlflow.checks import check_store, check_uri
from bpframe_mlflow.description import origin, sweep_tags
from bpframe_mlflow.process import INTERRUPTED_SECONDS, Process, recorder
from bpframe_mlflow.settings import MlflowTracking, Target, seconds_to_wait, target
from bpframe_mlflow.tracking import SHARED, Journaled, alive, sync, tell_of

log = logging.getLogger("bpframe")
STATUS = {"finished": "FINISHED", "interrupted": "KILLED"}


class SweepTracking:
    """Records a sweep, from its beginning until `end`.

    Parameters
    ----------
    sweep : Sweep
        Its environment gets what tells its runs who carries their journals.
    settings : MlflowTracking
        Where it is recorded.
    """

    def __init__(self, sweep: Sweep, settings: MlflowTracking) -> None:
        self._settings = settings
        self._target: Target = target(settings, sweep.cwd)
        check_uri(self._target.uri, "tracking.uri")
        trouble = check_store(self._target.uri, sweep.cwd, self._target.experiment)
        where = opened.place(sweep.cwd, sweep.folder)
        tell_of(opened.entries(where))
        self._recorder: Process = recorder(where, sweep.cwd, self._target.address, sync())
        self._recorder.tell(trouble)
        shared = {
            "where": str(where.absolute()),
            "token": self._recorder.token,
            "uri": masked(self._target.address),
            "experiment": self._target.experiment_id or self._target.experiment,
        }
        sweep.environment[SHARED] = json.dumps(shared)
        begin = {
            **self._target.kept,
            "name": sweep.name,
            "origin": origin(["-m", *sweep.overrides], sweep.cwd),
            "params": {},
            "tags": sweep_tags(sweep),
        }
        self._journal = Journaled(sweep.folder.absolute(), where, self._recorder.token, begin)

    def end(self, sweep: Sweep) -> None:
        """Close it, and wait for MLflow, once for all of its runs."""
        counted = Counter(outcome.status for outcome in sweep.outcomes)
        tags = {f"jobs.{name}": str(number) for name, number in counted.items()}
        status = STATUS.get(sweep.status, "FAILED")
        self._journal.end(status, tags, sweep.artifacts)
        seconds = seconds_to_wait(self._settings)
        if status == "KILLED":
            seconds = min(seconds, INTERRUPTED_SECONDS)
        self._recorder = alive(self._recorder, sweep.cwd, self._target)
        doing = f"MLflow writes the sweep to {masked(self._target.uri)}"
        journal = self._journal
        why = self._recorder.wait_for_all(journal.id, journal.folder, seconds, doing)
        if why and not self._recorder.has_told:
            log.warning(
                "warning: not all runs of the sweep are in MLflow yet: %s; their journals keep "
                "them, and `%s` carries them over",
                why,
                sync(),
            )


def begin(sweep: Sweep) -> SweepTracking | None:
    """Return what records a sweep; None if nothing does.

    Raises
    ------
    ConfigError
        If no run can be recorded there, whenever it is asked.
    """
    settings = sweep.settings.get("tracking")
    varies = any(key.partition(".")[0] == "tracking" for key in sweep.varying)
    if varies or not isinstance(settings, MlflowTracking):
        return None
    return SweepTracking(sweep, settings)
