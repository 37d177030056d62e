"""A run of one's own, and its loop: what is kept of an epoch, and who is told of it when."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import class_data, make_network

from bpframe import Batch, Data, Epoch, Parameters, Run, StepObserver, Trainer, hookimpl, hooks_of
from bpframe.errors import DivergedError, NotTakenError, PluginFailedError
from bpframe_activations import Linear, Sigmoid
from bpframe_backprop import FullMatrix
from bpframe_costs import Quadratic
from bpframe_optimizers import SGD
from bpframe_stopping import EarlyStopping

DATA = class_data(40, validation=9, test=9)


def run_of(*plugins: object, rate: float | str = 0.1, data: Data = DATA, **training: Any) -> Run:
    network = make_network((3, 4, 2), Sigmoid())
    trainer = Trainer(network, Quadratic(), FullMatrix(), SGD(rate), **training)
    return Run(trainer, data, hook=hooks_of(*plugins))


class Watcher:
    """Adds a metric to each epoch, and notes what it is told and when."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.vectors: list[bytes] = []

    @hookimpl
    def bpframe_epoch_metrics(self, run: Run, epoch: Epoch) -> dict[str, float]:
        self.told.append(f"measures {epoch.number}")
        self.vectors.append(run.network.parameters.vector.tobytes())
        return {"watched": float(len(epoch.metrics))}

    @hookimpl
    def bpframe_epoch_end(self, run: Run, epoch: Epoch) -> None:
        assert run.epochs[-1] is epoch
        self.told.append(f"sees {epoch.number}")


def test_a_trainer_and_data_are_enough_and_no_plugin_takes_part(tmp_path: Path) -> None:
    run = Run(run_of().trainer, DATA)
    run.trainer.epochs = 2
    run.task.run(run)
    assert [epoch.number for epoch in run.epochs] == [1, 2]
    assert (run.folder, run.figures, run.artifacts) == (Path(), {}, [])
    other = Run(run.trainer, DATA, folder=tmp_path)
    other.save("note.txt", b"kept")
    assert (tmp_path / "note.txt").read_bytes() == b"kept"
    assert not run.artifacts
    assert other.artifacts == [tmp_path / "note.txt"]
    with pytest.raises(AttributeError):
        _ = run.hook.other
    assert [*map(len, (copy.deepcopy(run).epochs, run.epochs))] == [2, 2]


def test_the_body_of_the_loop_gets_an_epoch_when_every_plugin_has_seen_it() -> None:
    watcher = Watcher()
    run = run_of(watcher, epochs=2)
    for epoch in run.train():
        watcher.told.append(f"body {epoch.number}")
        assert epoch is run.epochs[-1]
        assert epoch.metrics["watched"] == 5
    assert watcher.told == [
        *("measures 0", "sees 0"),
        *("measures 1", "sees 1", "body 1"),
        *("measures 2", "sees 2", "body 2"),
    ]


def test_what_the_body_does_to_the_network_is_not_taken_for_the_epochs() -> None:
    watcher, plain = Watcher(), Watcher()
    for epoch in run_of(plain, epochs=1).train():
        assert epoch.number == 1
    run = run_of(watcher, epochs=1)
    for _ in run.train():
        run.network.parameters.vector[:] = 0
    assert watcher.vectors == plain.vectors


def test_leaving_the_loop_keeps_the_epoch_and_trains_no_further() -> None:
    watcher = Watcher()
    run, short = run_of(watcher, epochs=9), run_of(epochs=2)
    for epoch in run.train():
        if epoch.number == 2:
            break
    assert [*short.train()]
    assert [epoch.number for epoch in run.epochs] == [0, 1, 2]
    assert watcher.told[-1] == "sees 2"
    assert vector(run) == vector(short)


def test_an_error_in_the_body_keeps_the_epoch() -> None:
    watcher = Watcher()
    run = run_of(watcher, epochs=9)

    def fail() -> None:
        for _ in run.train():
            raise RuntimeError("as planned")

    with pytest.raises(RuntimeError, match="as planned"):
        fail()
    assert [epoch.number for epoch in run.epochs] == [0, 1]
    assert watcher.told[-1] == "sees 1"


def test_a_training_that_diverges_keeps_the_epochs_before() -> None:
    def with_a_huge_weight() -> Iterator[Epoch]:
        for epoch in run.train():
            run.network.parameters.vector[:] = 1e30
            yield epoch

    run = run_of(epochs=9)
    run.trainer = Trainer(
        make_network((3, 2), Linear(), dtype=np.float32), Quadratic(), FullMatrix(), SGD(0.01)
    )
    with pytest.raises(DivergedError, match="epoch 2, step"):
        list(with_a_huge_weight())
    assert [epoch.number for epoch in run.epochs] == [1]


def test_further_metrics_are_those_of_the_epoch_and_plugins_find_them() -> None:
    watcher = Watcher()
    run = run_of(watcher, epochs=3)
    numbers = iter(range(10))
    epochs = [*run.train(measure=lambda: {"own": float(next(numbers))})]
    assert [epoch.metrics["own"] for epoch in epochs] == [0, 1, 2]
    assert [epoch.metrics["watched"] for epoch in run.epochs] == [0, 6, 6, 6]
    assert "own" not in run.epochs[0].metrics
    assert epochs == run.epochs[1:]


def test_measuring_changes_no_bit_of_the_training() -> None:
    run, plain = run_of(Watcher(), epochs=3), run_of(epochs=3)
    assert len([*run.train(measure=lambda: run.trainer.evaluate(DATA, DATA.test))]) == 3
    plain.trainer.fit(DATA)
    assert vector(run) == vector(plain)


def test_without_epochs_the_untrained_network_is_recorded_and_a_rate_is_measured() -> None:
    run = run_of(Watcher(), rate="auto", epochs=0)
    before = vector(run)
    assert not [*run.train()]
    assert [epoch.number for epoch in run.epochs] == [0]
    assert run.trainer.optimizer == SGD(run.figures["learning_rate"].value)
    assert vector(run) == before


def test_a_rate_is_measured_once_and_one_that_is_given_is_not() -> None:
    run = run_of(rate="auto", epochs=1)
    run.measure_learning_rate()
    measured = run.trainer.optimizer
    assert [*run.train()]
    assert run.trainer.optimizer is measured
    given = run_of(rate=0.25, epochs=1)
    assert [*given.train()]
    assert (given.trainer.optimizer, given.figures) == (SGD(0.25), {})


@pytest.mark.parametrize("epochs", [1, 2])
def test_a_run_trains_once(epochs: int) -> None:
    run = run_of(epochs=2)
    for _, _ in zip(range(epochs), run.train(), strict=False):
        pass
    before = vector(run)
    with pytest.raises(PluginFailedError, match="a second time"):
        next(run.train())
    assert (len(run.epochs), vector(run)) == (epochs, before)


@pytest.mark.parametrize(
    ("measured", "words"),
    [
        ({"train/cost": 0.0}, "'train/cost' is there already"),
        ({"a b": 0.0}, "name of letters, digits"),
        ({3: 0.0}, "name of letters, digits"),
        ({"mine": "low"}, "could not convert"),
    ],
)
def test_what_is_measured_takes_no_other_metric_s_place(measured: Any, words: str) -> None:
    run = run_of(epochs=1)
    with pytest.raises(ValueError, match=words):
        next(run.train(measure=lambda: measured))
    assert run.epochs == []


def vector(run: Run) -> bytes:
    return run.network.parameters.vector.tobytes()


# What ends a training, and what watches its steps.


class Stopper:
    """Ends a training with what it is made with, when some epoch has been trained."""

    def __init__(self, reason: Any, at: int = 2) -> None:
        self.reason, self.at = reason, at
        self.asked: list[int] = []

    @hookimpl
    def bpframe_should_stop(self, run: Run, epoch: Epoch) -> Any:
        self.asked.append(epoch.number)
        # It has all of its metrics, and is not yet one of the run's.
        assert "learning_rate" in epoch.metrics
        assert epoch.number not in [known.number for known in run.epochs]
        if epoch.number < self.at:
            return None
        if isinstance(self.reason, BaseException):
            raise self.reason
        return self.reason


def test_any_plugin_ends_a_training_with_its_reason() -> None:
    watcher, stopper = Watcher(), Stopper("the rain has come")
    run = run_of(watcher, stopper, epochs=9)
    assert [epoch.number for epoch in run.train()] == [1, 2]
    assert (run.stopped, stopper.asked) == ("the rain has come", [1, 2])
    assert watcher.told[-1] == "sees 2"
    short = run_of(epochs=2)
    assert [*short.train()]
    assert (vector(run), short.stopped) == (vector(short), "")


def test_the_reason_of_the_last_epoch_is_kept_and_no_other_plugin_is_left_unasked() -> None:
    one, two = Stopper("one", at=3), Stopper("two", at=3)
    run = run_of(one, two, epochs=3)
    assert len([*run.train()]) == 3
    # The plugin that was registered last is asked first.
    assert run.stopped == "two"
    assert one.asked == two.asked == [1, 2, 3]


def test_what_the_training_itself_ends_for_is_told_before_what_plugins_say() -> None:
    run = run_of(Stopper("a plugin", at=1), epochs=9, max_seconds=1e-9)
    assert len([*run.train()]) == 1
    assert run.stopped == "max_seconds=1e-09 have passed"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (RuntimeError("broken"), "broken"),
        (SystemExit(3), "3"),
        (True, "it gave True; it must give a reason, in words, or None"),
        (3.5, "it gave 3.5"),
        (["a"], "it gave"),
    ],
)
def test_a_plugin_that_fails_to_say_ends_nothing_and_is_reported(
    reason: Any, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    other = Stopper("as planned", at=3)
    run = run_of(other, Stopper(reason), epochs=9)
    assert [epoch.number for epoch in run.train()] == [1, 2, 3]
    assert run.stopped == "as planned"
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 2
    assert "failed in bpframe_should_stop" in caplog.text
    assert words in caplog.text


@pytest.mark.parametrize("reason", ["", None])
def test_no_reason_ends_nothing(reason: Any) -> None:
    run = run_of(Stopper(reason, at=1), epochs=2)
    assert len([*run.train()]) == 2
    assert run.stopped == ""


class Steps:
    """Notes each step, and the parameters behind it."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    @hookimpl
    def bpframe_step_observer(self, run: Run) -> StepObserver:
        def look(epoch: int, step: int, batch: Batch, gradient: Parameters) -> None:
            now = run.network.parameters.vector.copy()
            self.told.append((epoch, step, batch.x.copy(), gradient.vector.copy(), now))

        return look


def assert_rounded_alike(run: Run, plain: Run) -> None:
    """Compare a run of single steps with one whose rule has taken its steps itself."""
    vectors = (r.network.parameters.vector for r in (run, plain))
    np.testing.assert_allclose(*vectors, rtol=1e-12, atol=1e-14)


def test_each_step_is_told_in_order_with_its_mini_batch_and_its_gradient() -> None:
    steps, plain = Steps(), run_of(epochs=2, batch_size=9)
    run = run_of(steps, epochs=2, batch_size=9)
    before = run.network.parameters.vector.copy()
    assert [*run.train()]
    assert [*plain.train()]
    assert_rounded_alike(run, plain)
    numbers = [(epoch, step) for epoch, step, *_ in steps.told]
    assert numbers == [(epoch, step) for epoch in (1, 2) for step in (1, 2, 3, 4, 5)]
    assert [len(x) for _, _, x, *_ in steps.told] == [9, 9, 9, 9, 4] * 2
    for first in (0, 5):
        seen = np.concatenate([x for _, _, x, *_ in steps.told[first : first + 5]])
        np.testing.assert_array_equal(sorted(seen.tolist()), sorted(DATA.train.x.tolist()))
    for *_, gradient, after in steps.told:
        np.testing.assert_allclose(after, before - 0.1 * gradient, rtol=1e-12, atol=1e-15)
        before = after
    assert vector(run) == before.tobytes()


def test_each_step_of_thinned_and_weighted_networks_is_told() -> None:
    steps = Steps()
    run = run_of(steps, epochs=1, class_weight={0: 1, 1: 4})
    assert [*run.train()]
    assert len(steps.told) == 4


def test_whoever_fails_to_watch_a_step_is_reported_and_the_others_are_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    seen = []

    class Failing:
        @hookimpl
        def bpframe_step_observer(self) -> StepObserver:
            def look(epoch: int, step: int, batch: Batch, gradient: Parameters) -> None:
                seen.append(step)
                raise RuntimeError(f"step {step}")

            return look

    steps, plain = Steps(), run_of(epochs=1)
    run = run_of(steps, Failing(), epochs=1)
    assert [*run.train()]
    assert [*plain.train()]
    assert len(steps.told) == 4
    assert_rounded_alike(run, plain)
    assert caplog.text.count("failed in bpframe_step_observer") == 1
    assert seen == [1]


class Fragile:
    """An object that is called for each step, and fails."""

    def __call__(self, *given: Any) -> None:
        raise RuntimeError("fragile")


@pytest.mark.parametrize("given", [Fragile(), partial(Fragile())])
def test_an_object_that_watches_each_step_may_fail_as_a_function_may(
    given: Any, caplog: pytest.LogCaptureFixture
) -> None:
    class Giving:
        @hookimpl
        def bpframe_step_observer(self) -> Any:
            return given

    run = run_of(Giving(), epochs=2)
    assert len([*run.train()]) == 2
    assert caplog.text.count("failed in bpframe_step_observer") == 1


class Unconcerned:
    """Has the hook, and wants to see no step."""

    @hookimpl
    def bpframe_step_observer(self) -> None:
        return None


@pytest.mark.parametrize("given", [3, "look", True])
def test_an_observer_of_steps_must_be_a_function(
    given: Any, caplog: pytest.LogCaptureFixture
) -> None:
    class Wrong:
        @hookimpl
        def bpframe_step_observer(self) -> Any:
            return given

    run = run_of(Wrong(), epochs=1)
    assert len([*run.train()]) == 1
    assert "failed in bpframe_step_observer" in caplog.text


@pytest.mark.parametrize(("watched", "whole_epochs"), [(False, 2), (True, 0)])
def test_a_rule_takes_whole_epochs_where_nobody_watches_each_step(
    watched: bool, whole_epochs: int
) -> None:
    taken = []

    class WholeEpochs(FullMatrix):
        def bind_epoch(self, objective: Any, rng: Any, training: Any, plan: Any) -> Any:
            def epoch(order: Any, rates: Any) -> int:
                taken.append((len(order), rates.tolist()))
                return 0

            return epoch

    steps = Steps()
    run = run_of(*([steps] if watched else [Watcher()]), epochs=2)
    run.trainer.backprop = WholeEpochs()
    assert [*run.train()]
    assert taken == [(40, [0.1] * 4)] * whole_epochs
    assert len(steps.told) == (8 if watched else 0)


def test_where_nobody_watches_each_step_nothing_is_called() -> None:
    run = run_of(Watcher(), Stopper(None))
    assert run._step_observer() is None
    assert run_of(Unconcerned())._step_observer() is None
    assert Run(run.trainer, DATA)._step_observer() is None
    assert run_of(Steps())._step_observer() is not None


def test_why_a_rule_takes_single_steps_is_a_remark() -> None:
    class Choosy(FullMatrix):
        def bind_epoch(self, objective: Any, rng: Any, training: Any, plan: Any) -> Any:
            rng.random(5)
            raise NotTakenError("it is Monday")

    run, plain = run_of(epochs=1), run_of(epochs=1)
    run.trainer.backprop = Choosy()
    assert [*run.train()]
    assert [*plain.train()]
    assert run.remark == "Choosy takes single steps: it is Monday"
    assert_rounded_alike(run, plain)
    watched = run_of(Steps(), epochs=1)
    watched.trainer.backprop = Choosy()
    assert [*watched.train()]
    assert watched.notes == []


def test_the_epoch_that_is_reported_is_the_one_whose_weights_there_are() -> None:
    first = EarlyStopping(metric="train/cost", better="higher", patience=9, restore_best=True)
    run = run_of(epochs=3, stopping=first)
    vectors = [vector(run) for _ in run.train()]
    assert run.reported_epoch is run.epochs[0]
    assert vector(run) == vectors[0] != vectors[-1]
    assert run.trained_epochs == 3
    left = run_of(epochs=3, stopping=first)
    for epoch in left.train():
        if epoch.number == 3:
            break
    assert vector(left) == vectors[0]
    plain = run_of(epochs=3)
    assert plain.reported_epoch is None
    assert [*plain.train()]
    assert plain.reported_epoch is plain.epochs[-1]
