"""Observers: each is called, whatever the others do."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pluggy
import pytest

from bpframe import hookimpl, interruption
from bpframe.observers import collect, observe
from bpframe.plugins import hookspecs

RUN, EPOCH = SimpleNamespace(name="run"), SimpleNamespace(number=1)


def observer(seen: list[Any], name: str, error: BaseException | None = None) -> object:
    class Observer:
        @hookimpl
        def bpframe_epoch_end(self, run: Any, epoch: Any) -> None:
            seen.append((name, run, epoch))
            if error:
                raise error

    return Observer()


def measurer(given: Any) -> object:
    class Measurer:
        @hookimpl
        def bpframe_epoch_metrics(self, run: Any, epoch: Any) -> Any:
            assert (run, epoch) == (RUN, EPOCH)
            if isinstance(given, BaseException):
                raise given
            return given

    return Measurer()


def manager_of(**observers: object) -> pluggy.PluginManager:
    manager = pluggy.PluginManager("bpframe")
    manager.add_hookspecs(hookspecs)
    for name, plugin in observers.items():
        manager.register(plugin, name)
    return manager


def test_each_observer_is_called_with_what_happened() -> None:
    seen: list[Any] = []
    manager = manager_of(one=observer(seen, "one"), two=observer(seen, "two"))
    observe(manager.hook.bpframe_epoch_end, run=RUN, epoch=EPOCH)
    assert sorted(seen) == [("one", RUN, EPOCH), ("two", RUN, EPOCH)]


def test_the_order_is_pluggys() -> None:
    seen: list[Any] = []

    class Last:
        @hookimpl(trylast=True)
        def bpframe_epoch_end(self, run: Any) -> None:
            seen.append(("last", run, EPOCH))

    manager = manager_of(one=observer(seen, "one"), last=Last(), two=observer(seen, "two"))
    manager.hook.bpframe_epoch_end(run=RUN, epoch=EPOCH)
    by_pluggy, seen[:] = seen.copy(), []
    observe(manager.hook.bpframe_epoch_end, run=RUN, epoch=EPOCH)
    assert seen == by_pluggy
    assert [name for name, *_ in seen] == ["two", "one", "last"]


def test_an_observer_takes_only_the_arguments_that_it_names() -> None:
    seen: list[Any] = []

    class Modest:
        @hookimpl
        def bpframe_epoch_end(self, epoch: Any) -> None:
            seen.append(epoch)

    observe(manager_of(modest=Modest()).hook.bpframe_epoch_end, run=RUN, epoch=EPOCH)
    assert seen == [EPOCH]


def test_one_that_raises_is_reported_and_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[Any] = []
    broken = observer(seen, "broken", ZeroDivisionError("by nothing"))
    manager = manager_of(one=observer(seen, "one"), broken=broken, two=observer(seen, "two"))
    with caplog.at_level(logging.WARNING, "bpframe"):
        observe(manager.hook.bpframe_epoch_end, run=RUN, epoch=EPOCH)
    assert {name for name, *_ in seen} == {"one", "broken", "two"}
    (record,) = caplog.records
    assert record.levelname == "WARNING"
    assert record.exc_info in (None, False)
    for part in ("broken failed in bpframe_epoch_end", "ZeroDivisionError: by nothing", "goes on"):
        assert part in record.getMessage()


def test_the_traceback_is_there_for_those_who_debug(caplog: pytest.LogCaptureFixture) -> None:
    manager = manager_of(broken=observer([], "broken", ValueError("why")))
    with caplog.at_level(logging.DEBUG, "bpframe"):
        observe(manager.hook.bpframe_epoch_end, run=RUN, epoch=EPOCH)
    assert "Traceback" in caplog.text


class MuteError(Exception):
    def __str__(self) -> str:
        sys.exit(0)


ENDING = [KeyboardInterrupt(), SystemExit(0), GeneratorExit(), MuteError()]


@pytest.fixture
def listening() -> Iterator[None]:
    """Let Ctrl-C be told apart, as the command line does."""
    before = {s: signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    interruption.listen()
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("error", ENDING, ids=lambda error: type(error).__name__)
@pytest.mark.usefixtures("listening")
def test_one_that_would_end_the_program_is_reported(
    error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[Any] = []
    manager = manager_of(one=observer(seen, "one"), broken=observer(seen, "broken", error))
    with caplog.at_level(logging.WARNING, "bpframe"):
        observe(manager.hook.bpframe_epoch_end, run=RUN, epoch=EPOCH)
    assert [name for name, *_ in seen] == ["broken", "one"]
    (record,) = caplog.records
    assert f"broken failed in bpframe_epoch_end, the run goes on: {type(error).__name__}" in (
        record.getMessage()
    )


@pytest.mark.usefixtures("listening")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_a_person_interrupts_an_observer(sent: signal.Signals) -> None:
    class Slow:
        @hookimpl
        def bpframe_epoch_end(self) -> None:
            try:
                signal.raise_signal(sent)
            except KeyboardInterrupt:
                # As libraries do that put another one in its place.
                raise KeyboardInterrupt from None

    with pytest.raises(KeyboardInterrupt):
        observe(manager_of(slow=Slow()).hook.bpframe_epoch_end, run=RUN, epoch=EPOCH)


def test_a_process_that_does_not_listen_takes_every_interrupt_for_a_persons() -> None:
    manager = manager_of(broken=observer([], "broken", KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        observe(manager.hook.bpframe_epoch_end, run=RUN, epoch=EPOCH)


def test_nobody_need_observe() -> None:
    observe(manager_of().hook.bpframe_epoch_end, run=RUN, epoch=EPOCH)


def collected(known: dict[str, float], **measurers: object) -> dict[str, float]:
    hook = manager_of(**measurers).hook.bpframe_epoch_metrics
    return collect(hook, known, run=RUN, epoch=EPOCH)


def test_metrics_of_all_are_merged_and_none_need_be_given() -> None:
    one, two = measurer({"one/a": 1, "one/b": np.float32(0.5)}), measurer({"two": 2.5})
    metrics = collected({"train/cost": 1.0}, one=one, none=measurer(None), two=two)
    assert metrics == {"one/a": 1.0, "one/b": 0.5, "two": 2.5}
    assert {type(value) for value in metrics.values()} == {float}
    assert collected({}) == {}


REFUSED = {
    "an error": (ZeroDivisionError("by nothing"), "ZeroDivisionError: by nothing"),
    "the trainer's name": ({"own": 1.0, "train/cost": 2.0}, "'train/cost' is there already"),
    "another's name": ({"own": 1.0, "two": 2.0}, "'two' is there already"),
    "no name": ({"own": 1.0, "a, b": 2.0}, "'a, b' must have a name of letters"),
    "no number": ({"own": 1.0, "b": "much"}, "could not convert"),
    "no mapping": (3.0, "TypeError"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_metrics_that_cannot_be_taken_are_reported_and_cost_no_others(
    case: str, caplog: pytest.LogCaptureFixture
) -> None:
    given, said = REFUSED[case]
    # The last one that is registered is called first.
    plugins = {"one": measurer({"one": 1}), "odd": measurer(given), "two": measurer({"two": 2})}
    with caplog.at_level(logging.WARNING, "bpframe"):
        assert collected({"train/cost": 1.0}, **plugins) == {"one": 1, "two": 2}
    (record,) = caplog.records
    for part in ("odd failed in bpframe_epoch_metrics", said, "goes on"):
        assert part in record.getMessage()
