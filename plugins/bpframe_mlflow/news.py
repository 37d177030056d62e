"""What is to be written to a store: the events of a journal that are not carried yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from bpframe_mlflow.journal import Event, Reader
from bpframe_mlflow.limits import LONGEST_PARAM, LONGEST_TAG, Keys

# In front of an option's name: what it is now, in a run that went on.
CHANGED = "changed."
# Tags that say how a run has ended.
OF_ITS_END = ("error", "stopped")
KILLED = "KILLED"


@dataclass
class News:
    """What is new in a journal, as MLflow takes it.

    Attributes
    ----------
    begin : dict or None
        The event with which the run has begun, or gone on.
    params, tags : dict of str
        By their accepted names.
    metrics : list of tuple
        Name, value, time in milliseconds, and step.
    end : dict or None
        The event with which the run has ended.
    """

    begin: Event | None = None
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    metrics: list[tuple[str, float, int, int]] = field(default_factory=list)
    end: Event | None = None


class Digest:
    """A journal as it is read, and what of it is news for a store.

    It is read from its beginning, also where half of it is carried: which names are taken, and what
    an option was at first, follow from that.

    Parameters
    ----------
    folder : pathlib.Path
        Where the journal is.
    carried : int
        The place in it up to which everything is in the store, in bytes.

    Attributes
    ----------
    carried : int
        As above, and more with `is_carried`.
    begin : dict or None
        The last event ``begin``; None before there is one.
    time : float
        That of the last event.
    news : News
        Behind what is carried.
    """

    def __init__(self, folder: Path, carried: int = 0) -> None:
        self._reader = Reader(folder)
        self.carried = carried
        self._of_params, self._of_tags, self._of_metrics = Keys(), Keys(), Keys()
        self._first: dict[str, str] = {}
        self.begin: Event | None = None
        self.time = 0.0
        self.news = News()

    @property
    def end(self) -> int:
        """Behind the last event that was read, in bytes."""
        return self._reader.end

    @property
    def has_more(self) -> bool:
        """Whether more has been written than read."""
        return self._reader.has_more

    def read(self) -> News:
        """Read what has come, and return all the news."""
        for event, behind in self._reader.read() if self.has_more else ():
            if event["event"] == "begin":
                self.begin = event
            if self.begin:
                self.time = max(self.time, float(event["time"]))
                self._take(event, self.news if behind > self.carried else News())
        return self.news

    def is_carried(self) -> None:
        """Note that all that was read is in the store."""
        self.carried, self.news = self.end, News()

    def _take(self, event: Event, news: News) -> None:
        tags = self._of_tags.of(event.get("tags", {}), LONGEST_TAG)
        if event["event"] == "begin":
            params = self._of_params.of(event["params"], LONGEST_PARAM)
            first = self._first
            changed = {f"{CHANGED}{n}": v for n, v in params.items() if first.get(n, v) != v}
            added = {name: value for name, value in params.items() if name not in first}
            first |= added
            news.begin, news.end = event, None
            news.params |= added
            kept = {name: v for name, v in news.tags.items() if name not in OF_ITS_END}
            news.tags = kept | tags | self._of_tags.of(changed, LONGEST_TAG)
        elif event["event"] == "metrics":
            when, step = milliseconds(event["time"]), int(event["step"])
            for name, value in event["metrics"].items():
                news.metrics.append((self._of_metrics(name), float(value), when, step))
        else:
            news.end = event
            news.tags |= tags


def milliseconds(seconds: float) -> int:
    """Return a time as MLflow counts it."""
    return int(seconds * 1000)
