"""Every hook that a plugin may implement, grouped by life cycle."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import pluggy

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bpframe.core.activation import Activation
    from bpframe.core.backprop import Backprop
    from bpframe.core.clipping import Clipping
    from bpframe.core.cost import Cost, OutputError
    from bpframe.core.dataset import Dataset
    from bpframe.core.epoch import Epoch
    from bpframe.core.initializer import Initializer
    from bpframe.core.metric import Metric
    from bpframe.core.optimizer import Optimizer
    from bpframe.core.regularizer import Regularizer
    from bpframe.core.schedule import Schedule
    from bpframe.core.stopping import Stopping
    from bpframe.core.training import StepObserver
    from bpframe.run import Run, Settings, Task
    from bpframe.sweep import Sweep

    C = TypeVar("C")
    Register = Callable[[str, type[C]], None]

hookspec = pluggy.HookspecMarker("bpframe")
hookimpl = pluggy.HookimplMarker("bpframe")


# Registration: called once for each plugin, when it is loaded.


@hookspec(historic=True)
def bpframe_register_activations(register: Register[Activation]) -> None:
    """Register activations: ``register("swish", Swish)``."""


@hookspec(historic=True)
def bpframe_register_costs(register: Register[Cost]) -> None:
    """Register costs."""


@hookspec(historic=True)
def bpframe_register_backprops(register: Register[Backprop]) -> None:
    """Register backward passes and other rules."""


@hookspec(historic=True)
def bpframe_register_datasets(register: Register[Dataset]) -> None:
    """Register data sets; the option is ``data=NAME``."""


@hookspec(historic=True)
def bpframe_register_initializers(register: Register[Initializer]) -> None:
    """Register distributions of the first weights and biases."""


@hookspec(historic=True)
def bpframe_register_optimizers(register: Register[Optimizer]) -> None:
    """Register optimizers."""


@hookspec(historic=True)
def bpframe_register_regularizers(register: Register[Regularizer]) -> None:
    """Register penalties."""


@hookspec(historic=True)
def bpframe_register_clippings(register: Register[Clipping]) -> None:
    """Register what makes large gradients smaller."""


@hookspec(historic=True)
def bpframe_register_schedules(register: Register[Schedule]) -> None:
    """Register schedules of the learning rate."""


@hookspec(historic=True)
def bpframe_register_stoppings(register: Register[Stopping]) -> None:
    """Register what ends a training before its last epoch."""


@hookspec(historic=True)
def bpframe_register_metrics(register: Register[Metric]) -> None:
    """Register metrics; the option is ``metrics=[NAME,…]``."""


@hookspec(historic=True)
def bpframe_register_tasks(register: Register[Task]) -> None:
    """Register tasks: what a run does."""


@hookspec(historic=True)
def bpframe_register_settings(register: Register[Settings]) -> None:
    """Register the settings of a life-cycle plugin: ``register("tracking/none", NoTracking)``.

    What stands before the slash is a section of the configuration, what stands behind it one of
    its choices. The first choice of a section that is registered is its default.
    """


@hookspec(historic=True)
def bpframe_register_commands(register: Callable[..., None]) -> None:
    """Register commands: ``register("ui", ui)`` makes ``bpframe ui ARGUMENT …``.

    A command is called with the arguments behind its name and the loaded `Plugins`, and returns
    the exit code. Its first docstring line is its help. ``register("check", check, words)`` also
    gives a function that returns, from the `Plugins`, the words that Tab offers behind it.
    """


# One run.


@hookspec(firstresult=True)
def bpframe_output_error(cost: Cost, activation: Activation) -> OutputError | None:
    """Return the closed form ``(z, a, y) → δ^L`` of a cost and an output activation.

    Return None for a pair that you do not know; (BP1) is then used as it stands. The arrays have
    the shape (m, n), or (n,) for one sample; δ^L must be a new one. Where single output neurons
    have another activation and the cost is separable, each activation is asked for alone, and the
    arrays have the columns of its neurons.
    """


@hookspec(firstresult=True)
def bpframe_run(run: Run) -> Any:
    """Carry out a run. The core's own implementation comes last and calls the task.

    Every other one is a wrapper around the run, ``@hookimpl(wrapper=True)`` with one ``yield``,
    which raises whatever ended the run early. One that is no wrapper is refused when it is loaded,
    for what it returned would take the place of the task.
    """


@hookspec
def bpframe_epoch_metrics(run: Run, epoch: Epoch) -> Mapping[str, float] | None:
    """Return further metrics of an epoch by name, or None if there are none.

    They join the epoch's own before `bpframe_epoch_end` is called. Before the training it is
    called with epoch 0, which has no metrics yet; only if some plugin returns metrics then does
    the run get an epoch 0. An implementation that raises, or returns a name that is there
    already, is reported, and the run goes on without its metrics.
    """


@hookspec
def bpframe_epoch_end(run: Run, epoch: Epoch) -> None:
    """Observe the end of an epoch. An observer that raises is reported, and the run goes on."""


@hookspec
def bpframe_should_stop(run: Run, epoch: Epoch) -> str | None:
    """Return why the training should end with this epoch, or None to go on.

    It is called when the epoch has all of its metrics, before `bpframe_epoch_end`. The reason
    stands in the outcome, on the terminal and in MLflow. An implementation that raises is
    reported, and the run goes on.
    """


@hookspec
def bpframe_step_observer(run: Run) -> StepObserver | None:
    """Return a function that is called after each step of the training, or None.

    It is asked for once, before the first step. ``look(epoch, step, batch, gradient)`` gets the
    numbers of the epoch and of the step, from 1, the mini-batch, and the gradient that the step
    followed; the arrays change with the next step, and must be left as they are. Where nobody gives
    one, a step costs nothing more; where somebody does, no rule takes the steps of whole epochs
    itself. One that raises is reported, and called no more.
    """


@hookspec
def bpframe_run_end(run: Run) -> None:
    """Observe that the task has ended, well or not, before the wrappers of `bpframe_run` close.

    The place for pictures and reports: what is saved with ``run.save`` is still tracked.
    """


@hookspec(firstresult=True)
def bpframe_find_run(run_id: str, cwd: Path) -> Path | None:
    """Return the folder of a run that is recorded under an ID, or None if you know no such run.

    It is called for ``trainer.resume=RUN_ID``, where there is no folder of that name below `cwd`,
    the folder that the command was started in.
    """


# A sweep.


@hookspec
def bpframe_sweep_begin(sweep: Sweep) -> None:
    """Observe that a sweep begins: its folder is there, and none of its runs has begun.

    A ConfigError of yours refuses the sweep; what else you raise is reported, and it goes on.
    What is put into ``sweep.environment`` is in the environment of all its runs, also of those that
    another process or another machine carries out.
    """


@hookspec
def bpframe_sweep_end(sweep: Sweep) -> None:
    """Observe the end of a sweep, whatever ended it, with what became of its runs in order.

    What is saved with ``sweep.save`` is tracked. What is appended to ``sweep.notes``, lines or
    anything that rich can print, is shown at the end.
    """
