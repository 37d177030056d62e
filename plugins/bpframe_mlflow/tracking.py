"""What a run, or a sweep, does to be recorded: it writes its journal, and waits for little."""

from __future__ import annotations

import json
import logging
import os
import time
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bpframe import Epoch, Run, masked, may_be_left, typed_command
from bpframe_mlflow import opened
from bpframe_mlflow.checks import check_store, check_uri
from bpframe_mlflow.description import dataset, origin, params, tags
from bpframe_mlflow.journal import Journal
from bpframe_mlflow.process import INTERRUPTED_SECONDS, Process, recorder
from bpframe_mlflow.settings import MlflowTracking, Target, seconds_to_wait, target
from bpframe_mlflow.store import is_server, sqlite_file, store_uri

log = logging.getLogger("bpframe")
# What a sweep tells its runs: which recorder carries their journals, where, and to where.
SHARED = "BPFRAME_RECORDER"
# What a task writes of a network that it has trained.
MODEL = "model.json"
# So many runs, this one among them, may be left to their recorders.
MOST_LEFT = 3


class Journaled:
    """A journal that is begun, and noted as open.

    Parameters
    ----------
    folder : pathlib.Path
        Of the run, or of the sweep.
    where, token
        See `bpframe_mlflow.opened.note`.
    begin : dict
        The event, without its ID and its time.

    Attributes
    ----------
    folder : pathlib.Path
        As above.
    id : str
        That of the journal.
    known : set of tuple
        The names and steps of the metrics that it holds already.
    """

    def __init__(self, folder: Path, where: Path, token: str, begin: Mapping[str, Any]) -> None:
        self.folder, self._where, self._token = folder, where, token
        self._journal = Journal(folder)
        begun = [event for event in self._journal.events if event["event"] == "begin"]
        self.id: str = begun[0]["id"] if begun else uuid.uuid4().hex
        self.known = {
            (name, event["step"])
            for event in self._journal.events
            if event["event"] == "metrics"
            for name in event["metrics"]
        }
        self._told = False
        self._append("begin", id=self.id, **begin)
        # Where it can be read already, and is held by this process.
        opened.note(where, self.id, folder, token)

    def metrics(self, values: Mapping[str, float], step: int) -> None:
        """Append metrics, but for those of an epoch that are there already."""
        new = {n: float(v) for n, v in values.items() if (n, step) not in self.known}
        if new:
            self._append("metrics", metrics=new, step=step)

    def end(
        self, status: str, tags: Mapping[str, str], artifacts: Iterable[Path], **more: Any
    ) -> None:
        """Append the end, and let others see that it has come."""
        files = [_relative(path, self.folder) for path in artifacts]
        kept = {name: masked(value) for name, value in tags.items()}
        self._append("end", status=status, tags=kept, artifacts=list(dict.fromkeys(files)), **more)
        if error := self._journal.close():
            log.warning("warning: what is left of the journal is lost: %s", error.strerror)

    def interrupted(self) -> None:
        """Append another end: somebody has interrupted what comes behind the first."""
        self._journal = Journal(self.folder)
        self._append("end", status="KILLED")
        # It may have been carried to the first end.
        opened.note(self._where, self.id, self.folder, self._token)
        self._journal.close()

    def _append(self, event: str, **content: Any) -> None:
        error = self._journal.append(event, time=time.time(), **content)
        if error and not self._told:
            self._told = True
            log.warning(
                "warning: the journal cannot be written to %s: %s; it is tried again",
                self.folder,
                error.strerror,
            )


class Tracking:
    """Records a run: a context around it.

    Parameters
    ----------
    run : Run
        What is recorded.
    settings : MlflowTracking
        Where, and how long is waited for that.

    Raises
    ------
    ConfigError
        If no run can be recorded there, whenever it is asked.
    """

    def __init__(self, run: Run, settings: MlflowTracking) -> None:
        self._run, self._settings = run, settings
        self._seconds = seconds_to_wait(settings)
        self._may_be_left = settings.wait is None and may_be_left()
        self._target = where_to = target(settings, run.cwd)
        shared = _shared(where_to)
        self._recorder: Process | None = None
        if shared:
            where, token = Path(shared["where"]), shared["token"]
        else:
            check_uri(where_to.uri, "tracking.uri")
            trouble = check_store(where_to.uri, run.cwd, where_to.experiment)
            where = opened.place(run.cwd, run.folder)
            tell_of(opened.entries(where))
            self._recorder = recorder(where, run.cwd, where_to.address, sync())
            self._recorder.tell(trouble)
            token = self._recorder.token
        self._journal = Journaled(
            run.folder.absolute(),
            where,
            token,
            {
                **where_to.kept,
                # In a sweep, it is the sweep that somebody has begun for us.
                "run_id": None if run.sweep else where_to.run_id,
                "sweep": str(Path(run.sweep).absolute()) if run.sweep else None,
                # Its page has little room for names, and the sweep's run says what they share.
                "name": run.label or run.name,
                "origin": origin(run.overrides, run.cwd),
                "params": params(run.config),
                "tags": tags(run),
                "dataset": dataset(run),
            },
        )
        # Of a run that goes on.
        for epoch in run.epochs:
            self.log_epoch(epoch)

    def log_epoch(self, epoch: Epoch) -> None:
        """Append the metrics of an epoch, and how long it took."""
        # Epoch 0 took no time: nothing was trained.
        seconds = {"time/epoch_seconds": epoch.seconds} if epoch.number else {}
        self._journal.metrics(epoch.metrics | seconds, epoch.number)

    def __enter__(self) -> Tracking:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        run = self._run
        last = run.epochs[-1] if run.epochs else None
        step = last.number if last else 0
        new = {n: f.value for n, f in run.figures.items() if not last or n not in last.metrics}
        self._journal.metrics(new, step)
        tags = {f"selected.{name}": figure.selected for name, figure in run.figures.items()}
        if run.stopped:
            tags["stopped"] = run.stopped
        if error:
            tags["error"] = str(error) or type(error).__name__
        self._journal.end(status(error), tags, run.artifacts, **self._model(error))
        if self._recorder is None:
            return
        self._recorder = alive(self._recorder, run.cwd, self._target)
        if self._is_left_to_the_recorder(self._recorder):
            self._recorder.wait_for_nothing()
            run.notes.append(f"MLflow run: {run.name}, which is written behind the prompt")
            run.notes.append(f"to look at it: {page(self._target.uri)}")
        else:
            self._wait(self._recorder, status(error))

    def _model(self, error: BaseException | None) -> dict[str, Any]:
        """Return what the recorder is told of a model that it is to make, if it is to make one."""
        settings, run = self._settings, self._run
        # Hundreds of them would take a sweep longer, and nobody would look at most of them.
        asked = settings.model or settings.register is not None
        wanted = asked or (settings.model is None and run.sweep is None)
        if error or not wanted or not (run.folder / MODEL).is_file():
            return {}
        return {"model": {"register": settings.register}}

    def _is_left_to_the_recorder(self, process: Process) -> bool:
        """Return whether the command need not wait for what the recorder has still to do.

        It does so for a server, which keeps what may vanish with this machine. And where one
        command follows another, recorders must not become more and more.
        """
        answers = process.is_ready or process.has_told
        if answers or not self._may_be_left or self._target.run_id:
            return False
        kept_here = sqlite_file(self._target.uri, Path()) is not None
        return kept_here and len(opened.ended(process.where)) <= MOST_LEFT

    def _wait(self, process: Process, status: str) -> None:
        """Wait until the recorder has written the run, and say what became of it."""
        run = self._run
        seconds = min(self._seconds, INTERRUPTED_SECONDS) if status == "KILLED" else self._seconds
        doing = f"MLflow writes the run to {masked(self._target.uri)}"
        try:
            why = process.wait(self._journal.id, self._journal.folder, seconds, doing)
        except KeyboardInterrupt:
            self._journal.interrupted()
            process.leave()
            raise
        if not why:
            run.notes.append(f"MLflow run: {run.name} ({process.run_of(self._journal.id)})")
            run.notes.append(f"to look at it: {page(self._target.uri)}")
        elif process.has_told:
            run.notes.append(f"not in MLflow yet: {why}; `{sync()}` carries it over")
        else:
            log.warning(
                "warning: the run is not in MLflow yet: %s; its journal keeps it, and `%s` carries "
                "it over",
                why,
                sync(),
            )


def tell_of(left: Iterable[opened.Entry]) -> None:
    """Say what has kept runs out of the store that no command has waited for."""
    for trouble, number in Counter(e.trouble for e in left if e.trouble).items():
        log.warning(
            "warning: not in MLflow yet, of commands that have ended: %s; %s. It is tried again, "
            "and `%s` carries over what is left",
            f"{number} runs" if number > 1 else "1 run",
            trouble,
            sync(),
        )


def alive(process: Process, cwd: Path, where_to: Target) -> Process:
    """Return a recorder for the same journals, another one if this one has been killed."""
    if not process.ended:
        return process
    return recorder(process.where, cwd, where_to.address, sync(), process.token)


def _shared(where_to: Target) -> dict[str, str] | None:
    """Return what the sweep says that this process works for, if it goes to the same store."""
    try:
        shared = json.loads(os.environ.get(SHARED, ""))
    except ValueError:
        return None
    same = shared["uri"] == masked(where_to.address)
    same = same and shared["experiment"] == (where_to.experiment_id or where_to.experiment)
    return shared if same else None


def sync() -> str:
    """Return the command that carries over later, as it can be typed."""
    return typed_command("sync")


def page(uri: str) -> str:
    """Return what opens the page of a store."""
    if is_server(uri):
        return masked(uri)
    same = uri == store_uri(None)
    return typed_command("ui") if same else typed_command("ui", "--uri", masked(uri))


def status(error: BaseException | None) -> str:
    """Return MLflow's status of a run that ended with an error, or with None."""
    if error is None:
        return "FINISHED"
    return "FAILED" if isinstance(error, Exception) else "KILLED"


def _relative(path: Path, folder: Path) -> str:
    """Return a file as it is found when its folder is somewhere else."""
    path = path.absolute()
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)
