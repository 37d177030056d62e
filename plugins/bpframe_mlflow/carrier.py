"""Carries journals to MLflow, each event exactly once however often a process is killed.

Whatever is written twice is the same both times: metrics have their times from the journal, and
MLflow takes the same metric, parameter, tag, file or end again without a change. What is not so,
making a run, is noted before, and looked for if it has not come to its end.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from bpframe import make_noted, masked
from bpframe_mlflow.journal import FILE, Event, is_written
from bpframe_mlflow.limits import LONGEST_KEY, LONGEST_TAG, text
from bpframe_mlflow.marker import RUNNING, Record, its_turn, load_records, save_record
from bpframe_mlflow.news import CHANGED, KILLED, OF_ITS_END, Digest, News, milliseconds
from bpframe_mlflow.trouble import RefusedError, RunGoneError, TroubleError, trouble_of
from bpframe_mlflow.writing import ID_TAG, Store

PARENT_TAG = "mlflow.parentRunId"
# After the first failure, and at most, a store is left alone for so many seconds.
PAUSE, LONGEST_PAUSE = 1.0, 30.0


@dataclass
class Pause:
    """A store that is left alone for a while.

    Attributes
    ----------
    trouble : TroubleError
        Why.
    seconds : float
        For how long.
    until : float
        By the clock that never goes back.
    """

    trouble: TroubleError
    seconds: float
    until: float


class Carrier:
    """Carries journals; one for a process, which opens each store once.

    Parameters
    ----------
    addresses : iterable of str
        Those of stores that have a password, which no journal has.
    tell : callable
        Is called with a store and with what keeps it from being written, and with an empty text
        when that is over.
    say : callable
        Is called with a line about something that MLflow never takes, and that is left out.
    elsewhere : str, optional
        The store that everything is carried to, whatever the journals say.
    """

    def __init__(
        self,
        addresses: Iterable[str],
        tell: Callable[[str, TroubleError | None], None],
        say: Callable[[str], None],
        elsewhere: str | None = None,
    ) -> None:
        self._addresses = {masked(uri): uri for uri in addresses}
        self._tell = tell
        self._say = say
        self._elsewhere = elsewhere
        self._stores: dict[str, Store] = {}
        self._digests: dict[Path, tuple[str, Digest]] = {}
        self._pauses: dict[str, Pause] = {}

    def digest(self, folder: Path) -> Digest:
        """Return what is read of a folder's journal for its store."""
        known = self._digests.get(folder)
        if known is None:
            found = Digest(folder)
            found.read()
            begin = found.begin
            if begin is None:
                return found
            record = self._record(folder, begin)
            known = self._digests[folder] = (record.uri, Digest(folder, record.carried))
        known[1].read()
        return known[1]

    def record(self, folder: Path) -> Record | None:
        """Return how far a folder's journal is carried; None if it holds nothing."""
        begin = self.digest(folder).begin
        return self._record(folder, begin) if begin else None

    def leave(self, folder: Path) -> None:
        """Forget what was read of a folder's journal."""
        self._digests.pop(folder, None)

    def is_done(self, folder: Path) -> bool:
        """Return whether everything that a folder's journal holds is in the store, and its end."""
        record = self.record(folder)
        return record is None or (record.carried >= self.digest(folder).end and record.is_closed)

    def carry(self, folder: Path, *, at_once: bool = False) -> bool:
        """Carry what is new in a folder's journal; return whether all is done then.

        A run whose process is gone without a word is closed as KILLED.

        Parameters
        ----------
        folder : pathlib.Path
            Of a run, or of a sweep.
        at_once : bool
            Whether a store that is left alone for a while is tried again all the same.

        Raises
        ------
        TroubleError
            If the store does not take it now.
        """
        begin = self.digest(folder).begin
        if begin is None:
            return not is_written(folder)
        uri = self._target(begin)[0]
        pause = self._pauses.get(uri)
        if pause and not at_once and time.monotonic() < pause.until:
            raise pause.trouble
        try:
            with its_turn(folder) as is_mine:
                if not is_mine:
                    return False
                done = self._carry(folder)
        # Nothing that a journal or a store can hold ends whoever carries it.
        except Exception as error:
            trouble = trouble_of(error, uri)
            self._leave_alone(uri, trouble)
            raise trouble from error
        if self._pauses.pop(uri, None):
            self._tell(uri, None)
        return done

    def _leave_alone(self, uri: str, trouble: TroubleError) -> None:
        before = self._pauses.get(uri)
        seconds = min(2 * before.seconds, LONGEST_PAUSE) if before else PAUSE
        self._pauses[uri] = Pause(trouble, seconds, time.monotonic() + seconds)
        if before is None or str(before.trouble) != str(trouble):
            self._tell(uri, trouble)

    def _target(self, begin: Event) -> tuple[str, str]:
        uri = masked(self._elsewhere) if self._elsewhere else begin["uri"]
        return uri, str(begin.get("experiment_id") or begin["experiment"])

    def _record(self, folder: Path, begin: Event) -> Record:
        uri, experiment = self._target(begin)
        for record in load_records(folder):
            if (record.uri, record.experiment, record.id) == (uri, experiment, begin["id"]):
                return record
        return Record(uri, experiment, begin["id"])

    def _store(self, uri: str) -> Store:
        if uri not in self._stores:
            address = self._elsewhere or self._addresses.get(uri, uri)
            if address != uri or "***" not in uri:
                self._stores[uri] = Store(address)
            else:
                raise TroubleError(
                    f"the password of {uri} is kept nowhere; give the address with it in "
                    "MLFLOW_TRACKING_URI, or as --uri of `bpframe sync`"
                )
        return self._stores[uri]

    def _carry(self, folder: Path) -> bool:
        # Asked first: what is written until it is gone, is read.
        is_gone = not is_written(folder)
        # Another process may have carried it meanwhile.
        if self._is_behind(folder):
            self._digests.pop(folder, None)
        for attempt in (1, 2):
            digest = self.digest(folder)
            assert digest.begin
            record = self._record(folder, digest.begin)
            if is_gone:
                self._close_elsewhere(folder, record, digest)
            try:
                return self._write(folder, digest, record, is_gone=is_gone)
            except RunGoneError as error:
                # Somebody has taken it out of the store, so that it becomes another one.
                if attempt == 2:
                    raise TroubleError(f"{record.uri}: {error}") from error
                self._store(record.uri).forget()
                record.run_id, record.carried, record.status = "", 0, ""
                save_record(folder, record)
                self._digests.pop(folder)
        raise AssertionError

    def _is_behind(self, folder: Path) -> bool:
        """Return whether another process has carried more than this one knows of."""
        digest = self.digest(folder)
        assert digest.begin
        return self._record(folder, digest.begin).carried > digest.carried

    def _write(self, folder: Path, digest: Digest, record: Record, *, is_gone: bool) -> bool:
        news = digest.news
        if is_gone and news.end is None and not (record.is_closed and news.begin is None):
            news.end = {"event": "end", "status": KILLED, "time": digest.time}
        if news == News():
            return record.is_closed
        store = self._store(record.uri)
        begin = news.begin
        if not record.run_id:
            assert begin
            self._begin(folder, begin, store, record, news.tags)
        elif begin and record.status:
            store.reopen(record.run_id, begin["name"], OF_ITS_END)
        if begin and begin.get("run_id"):
            self._fit_params(store, record.run_id, begin, news)
        for line in store.log(record.run_id, news.params, news.tags, news.metrics):
            self._say(f"{folder.name}: MLflow does not take {line}")
        if begin and begin.get("dataset"):
            store.describe_data(record.run_id, begin["dataset"])
        record.status = RUNNING
        if news.end:
            make_noted(folder)
            files = [folder / name for name in news.end.get("artifacts", ())]
            for line in store.keep(record.run_id, files):
                self._say(line)
            if model := news.end.get("model"):
                for line in store.keep_model(record.run_id, folder, model.get("register")):
                    self._say(f"{folder.name}: {line}")
            store.close(record.run_id, news.end["status"], milliseconds(news.end["time"]))
            record.status = news.end["status"]
        record.carried = digest.end
        digest.is_carried()
        save_record(folder, record)
        return record.is_closed

    def _begin(
        self, folder: Path, begin: Event, store: Store, record: Record, more: dict[str, str]
    ) -> None:
        """Make the run, and note it; it is looked for if that was begun before.

        It gets more tags, if MLflow takes them, which are taken out: one call less for each run.
        """
        number = store.experiment(record.experiment, begin.get("experiment_id"))
        if begin.get("run_id"):
            record.run_id = begin["run_id"]
            return
        # The record is there before the run is: a process that is killed between leaves it so.
        begun = any(known.id == record.id for known in load_records(folder))
        tags = {name: text(value, LONGEST_TAG) for name, value in begin["origin"].items()}
        tags |= {ID_TAG: record.id} | self._parent(begin)
        found = store.find(number, record.id) if begun else None
        if not begun:
            save_record(folder, record)
        when = milliseconds(begin["time"])
        record.run_id = found or self._create(store, number, begin["name"], when, tags, more)
        record.status = RUNNING
        save_record(folder, record)

    def _create(
        self,
        store: Store,
        number: str,
        name: str,
        when: int,
        tags: dict[str, str],
        more: dict[str, str],
    ) -> str:
        try:
            run_id = store.create(number, name, when, more | tags)
        except RefusedError:
            return store.create(number, name, when, tags)
        more.clear()
        return run_id

    def _parent(self, begin: Event) -> dict[str, str]:
        """Return the tag that makes a run the child of its sweep's, where that is in its store."""
        if not begin.get("sweep"):
            return {}
        sweep = Path(begin["sweep"])
        if not (sweep / FILE).exists():
            return {}
        record = self.record(sweep)
        if record and not record.run_id and self._target(begin)[0] == record.uri:
            # Another process may be just making it.
            for _ in range(100):
                self.carry(sweep, at_once=True)
                record = self.record(sweep)
                if record and record.run_id:
                    break
                time.sleep(0.1)
        if not record or not record.run_id or self._target(begin)[0] != record.uri:
            return {}
        return {PARENT_TAG: record.run_id}

    def _fit_params(self, store: Store, run_id: str, begin: Event, news: News) -> None:
        """Leave the parameters as they are of a run that somebody else has begun."""
        known = store.reopen(run_id, begin["name"], ())
        for name in [n for n in news.params if n in known]:
            value = news.params.pop(name)
            if value != known[name]:
                news.tags[f"{CHANGED}{name}"[:LONGEST_KEY]] = text(value, LONGEST_TAG)

    def _close_elsewhere(self, folder: Path, record: Record, digest: Digest) -> None:
        """Close the runs that this one was in other stores, before it went on in this one."""
        for other in load_records(folder):
            if self._elsewhere or other.is_closed or not other.run_id:
                continue
            if (other.uri, other.experiment) == (record.uri, record.experiment):
                continue
            try:
                store = self._store(other.uri)
                store.close(other.run_id, KILLED, milliseconds(digest.time))
            except RunGoneError:
                pass
            other.status = KILLED
            save_record(folder, other)
