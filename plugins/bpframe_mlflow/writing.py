"""Writes to one store with MLflow."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote

from bpframe import masked
from bpframe_mlflow.limits import LONGEST_TAG, dataset, text
from bpframe_mlflow.store import ODD, SQLITE, opened_uri, sqlite_file
from bpframe_mlflow.trouble import RefusedError, RunGoneError, TroubleError, trouble_of
from bpframe_mlflow.view import missing_tags

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Experiment

# What MLflow takes in one call.
ENTITIES, PARAMS, TAGS = 1000, 100, 100
ID_TAG = "bpframe.id"
REFUSED = ("INVALID_PARAMETER_VALUE", "BAD_REQUEST", "INVALID_STATE")
GONE = "RESOURCE_DOES_NOT_EXIST"
LOCK_SECONDS = 30.0
T = TypeVar("T")


class Store:
    """A store that is written to; it is opened, and made if need be, with the first call.

    Parameters
    ----------
    uri : str
        Its address.

    Attributes
    ----------
    name : str
        The address, as it may be shown.
    """

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self.name = masked(uri)
        self._opened: MlflowClient | None = None
        self._experiments: dict[str, str] = {}
        self._artifacts: dict[str, str] = {}

    def experiment(self, name: str, number: str | None = None) -> str:
        """Return the ID of an experiment; make it if there is none of that name.

        Raises
        ------
        TroubleError
            If it is deleted, or the store cannot be used now.
        """
        if number:
            return number
        if name not in self._experiments:
            # Each of the two is done alone.
            self._call(lambda client: None)
            with self._alone():
                self._experiments[name] = self._find_experiment(name)
        return self._experiments[name]

    def create(self, experiment: str, name: str, time: int, tags: Mapping[str, str]) -> str:
        """Make a run, and return its ID.

        Raises
        ------
        TroubleError
            If the store cannot be used now.
        """
        run = self._call(
            lambda client: client.create_run(experiment, time, dict(tags), text(name, LONGEST_TAG))
        )
        self._artifacts[run.info.run_id] = run.info.artifact_uri
        return str(run.info.run_id)

    def find(self, experiment: str, id_: str) -> str | None:
        """Return the run that a journal's ID is a tag of, if there is one."""
        asked = f"tags.`{ID_TAG}` = '{id_}'"
        found = self._call(lambda client: client.search_runs([experiment], asked, max_results=1))
        return found[0].info.run_id if found else None

    def reopen(self, run_id: str, name: str, without: Iterable[str]) -> dict[str, str]:
        """Let a run go on, and return its parameters.

        Parameters
        ----------
        run_id : str
            That of MLflow.
        name : str
            Which it gets.
        without : iterable of str
            Tags that it loses.

        Raises
        ------
        RunGoneError
            If somebody has taken it out of the store.
        """
        run = self._call(lambda client: client.get_run(run_id))
        if run.info.lifecycle_stage != "active":
            raise RunGoneError
        shown = text(name, LONGEST_TAG)
        self._call(lambda client: client.update_run(run_id, "RUNNING", shown))
        for tag in set(without) & run.data.tags.keys():
            self._delete_tag(run_id, tag)
        params: dict[str, str] = run.data.params
        return params

    def log(
        self,
        run_id: str,
        params: Mapping[str, str],
        tags: Mapping[str, str],
        metrics: Iterable[tuple[str, float, int, int]],
    ) -> list[str]:
        """Write to a run in as few calls as can be; return what MLflow does not take.

        Parameters
        ----------
        run_id : str
            That of MLflow.
        params, tags, metrics
            See `bpframe_mlflow.news.News`.

        Raises
        ------
        RunGoneError
            If somebody has taken the run out of the store.
        TroubleError
            If the store cannot be used now.
        """
        from mlflow.entities import Metric, Param, RunTag

        entities: dict[str, list[Any]] = {
            "params": [Param(*pair) for pair in params.items()],
            "tags": [RunTag(*pair) for pair in tags.items()],
            "metrics": [Metric(*values) for values in metrics],
        }
        refused: list[str] = []
        for batch in _batches(entities):
            refused += self._log(run_id, batch)
        return refused

    def describe_data(self, run_id: str, described: Mapping[str, str]) -> None:
        """Write which data a run has."""
        from mlflow.entities import Dataset, DatasetInput, InputTag

        data = Dataset(source_type="bpframe", schema=None, **dataset(described))
        inputs = [DatasetInput(data, [InputTag("mlflow.data.context", "training")])]
        self._call(lambda client: client.log_inputs(run_id, inputs))

    def keep(self, run_id: str, files: Iterable[Path]) -> list[str]:
        """Copy files to a run; return why not, where one cannot be had.

        Raises
        ------
        TroubleError
            If they cannot be written.
        """
        lost = []
        for file in files:
            try:
                with file.open("rb"):
                    pass
            except OSError as error:
                lost.append(f"{file} is not among its files: {error.strerror}")
                continue
            self._keep(run_id, file)
        return lost

    def keep_model(self, run_id: str, folder: Path, register: str | None) -> list[str]:
        """Make a model of a run's network, which MLflow can serve; return why not, if so.

        Parameters
        ----------
        run_id : str
            That of MLflow.
        folder : pathlib.Path
            Where the network's files are.
        register : str, optional
            The name that the model is registered under, once.

        Raises
        ------
        TroubleError
            If it cannot be written.
        """
        try:
            # What makes models takes its time to import.
            from bpframe_mlflow.pyfunc import FOLDER, made_model

            with made_model(folder, run_id) as made:
                self._call(lambda client: client.log_artifacts(run_id, str(made), FOLDER))
            if register:
                self._register(run_id, register, f"runs:/{run_id}/{FOLDER}")
        except (TroubleError, RunGoneError):
            raise
        # Without it the run is still a run.
        except Exception as error:
            return [f"its model is not in MLflow: {' '.join(str(error).split())[:300]}"]
        return []

    def _register(self, run_id: str, name: str, source: str) -> None:
        with self._alone():
            versions = self._call(
                lambda client: client.search_model_versions(f"run_id = '{run_id}'")
            )
            if any(version.name == name for version in versions):
                return
            try:
                self._call(lambda client: client.get_registered_model(name))
            except RunGoneError:
                self._call(lambda client: client.create_registered_model(name))
            self._call(lambda client: client.create_model_version(name, source, run_id))

    def close(self, run_id: str, status: str, time: int) -> None:
        """Write how a run has ended."""
        self._call(lambda client: client.set_terminated(run_id, status, time))

    def _keep(self, run_id: str, file: Path) -> None:
        """Copy a file, where it stays on this machine without going through MLflow."""
        uri = self._artifacts.get(run_id, "")
        if file.is_file() and (
            uri.startswith("file:///") or (uri[:1] == "/" and not ODD.search(uri))
        ):
            try:
                folder = Path(unquote(uri.removeprefix("file://")) if uri[0] != "/" else uri)
                folder.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, folder / file.name)
            except OSError as error:
                raise trouble_of(error, self.name) from error
            return
        self._call(lambda client: client.log_artifact(run_id, str(file)))

    def _delete_tag(self, run_id: str, tag: str) -> None:
        self._call(lambda client: client.delete_tag(run_id, tag))

    def _log(self, run_id: str, batch: dict[str, list[Any]]) -> list[str]:
        try:
            metrics, params, tags = (batch.get(k, []) for k in ("metrics", "params", "tags"))
            self._call(lambda client: client.log_batch(run_id, metrics, params, tags))
        except RefusedError as error:
            # One by one what is refused with others: only what is bad in itself is left out.
            every = [(kind, one) for kind, some in batch.items() for one in some]
            if len(every) == 1:
                return [f"{every[0][1].key}: {error}"]
            half = len(every) // 2
            return [
                line
                for part in (every[:half], every[half:])
                for line in self._log(run_id, _by_kind(part))
            ]
        return []

    def _find_experiment(self, name: str) -> str:
        experiment: Experiment | None = self._call(
            lambda client: client.get_experiment_by_name(name)
        )
        if experiment is None:
            tags, where = missing_tags({}), self._place_of_files()
            made = self._call(lambda client: client.create_experiment(name, where, tags))
            return str(made)
        number = str(experiment.experiment_id)
        if experiment.lifecycle_stage != "active":
            raise TroubleError(f"the experiment '{name}' is deleted in {self.name}")
        for tag, value in missing_tags(experiment.tags).items():
            self._set_experiment_tag(number, tag, value)
        return number

    def _place_of_files(self) -> str | None:
        """Return where the files of an experiment go, where MLflow would read the path wrongly."""
        file = sqlite_file(self._uri, Path())
        if file is None or not ODD.search(str(file.parent)):
            return None
        return (file.parent / "mlruns" / uuid.uuid4().hex).as_uri()

    def _set_experiment_tag(self, number: str, tag: str, value: str) -> None:
        self._call(lambda client: client.set_experiment_tag(number, tag, value))

    def _call(self, do: Callable[[MlflowClient], T]) -> T:
        """Return what a call gives; what it raises says whether to try again."""
        from mlflow.exceptions import MlflowException

        try:
            return do(self._client())
        except MlflowException as error:
            if error.error_code == GONE or "must be in the 'active' state" in str(error):
                raise RunGoneError(str(error)) from error
            trouble = trouble_of(error, self.name)
            if error.error_code in REFUSED and not trouble.waits:
                raise RefusedError(" ".join(str(error).split())[:300]) from error
            raise trouble from error
        except (TroubleError, RunGoneError, RefusedError):
            raise
        except Exception as error:
            raise trouble_of(error, self.name) from error

    def forget(self) -> None:
        """Look for experiments anew: somebody has changed what is in the store."""
        self._experiments.clear()

    def _client(self) -> MlflowClient:
        if self._opened is None:
            with self._alone():
                self._opened = self._open()
        return self._opened

    def _open(self) -> MlflowClient:
        from mlflow import MlflowClient

        file = sqlite_file(self._uri, Path())
        # MLflow puts files beside a new store, if that is in the working folder.
        if file:
            os.chdir(file.parent)
            if not file.exists():
                _make(file)
        client = MlflowClient(opened_uri(self._uri))
        # With the first call it makes a store that is not there.
        client.search_experiments(max_results=1)
        return client

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Be the only process that makes a SQLite store, or an experiment in it."""
        from filelock import FileLock, Timeout

        file = sqlite_file(self._uri, Path())
        if file is None:
            yield
            return
        # Two processes that create one fresh SQLite store at a time break it for good.
        lock = FileLock(file.with_name(f".{file.name}.lock"))
        try:
            lock.acquire(timeout=LOCK_SECONDS)
        except Timeout:
            raise TroubleError(f"another process holds {lock.lock_file}", waits=True) from None
        except OSError as error:
            raise trouble_of(error, self.name) from error
        try:
            yield
        finally:
            lock.release()


def _make(file: Path) -> None:
    """Make a SQLite store, which has its name only when it is whole.

    One that MLflow was killed in the making of cannot be opened any more.
    """
    from mlflow import MlflowClient

    for left in file.parent.glob(f".{escape(file.name)}.*.new*"):
        left.unlink()
    # Another name each time: MLflow keeps open what it could not make.
    new = file.with_name(f".{file.name}.{uuid.uuid4().hex}.new")
    MlflowClient(opened_uri(SQLITE + str(new))).search_experiments(max_results=1)
    new.rename(file)


def _batches(entities: dict[str, list[Any]]) -> Iterator[dict[str, list[Any]]]:
    """Yield what goes into one call each."""
    left = {kind: list(some) for kind, some in entities.items()}
    while any(left.values()):
        batch = {"params": left["params"][:PARAMS], "tags": left["tags"][:TAGS]}
        batch["metrics"] = left["metrics"][: ENTITIES - sum(map(len, batch.values()))]
        left = {kind: left[kind][len(some) :] for kind, some in batch.items()}
        yield batch


def _by_kind(every: list[tuple[str, Any]]) -> dict[str, list[Any]]:
    batch: dict[str, list[Any]] = {}
    for kind, one in every:
        batch.setdefault(kind, []).append(one)
    return batch
