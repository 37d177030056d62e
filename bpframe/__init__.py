"""bpframe: a bench on which every part of backpropagation is a plugin."""

import bpframe.working_folder  # noqa: F401  # Before anything is imported by name.

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from bpframe.closed_form import closed_form_of
    from bpframe.components import (
        Activation,
        Array,
        Backprop,
        Cost,
        Dataset,
        EpochFunction,
        GradientFunction,
        Initializer,
        Interval,
        Optimizer,
        OutputError,
        PlainStep,
        Regularizer,
        ScalarActivation,
        ScalarGradient,
        ScalarOutputError,
        Settings,
        Task,
    )
    from bpframe.data import Batch, Data, Split, TrainingSet, fingerprint
    from bpframe.evaluation import Evaluator
    from bpframe.hookspecs import hookimpl
    from bpframe.learning_rate import find_learning_rate
    from bpframe.memory import check_memory
    from bpframe.mixed import MixedActivation, neuron_activations
    from bpframe.network import ForwardPass, Network, with_ones
    from bpframe.objective import Objective
    from bpframe.outcome import Outcome
    from bpframe.output_layer import choose_output_activation
    from bpframe.parameters import Parameters
    from bpframe.plugins import Plugins
    from bpframe.registry import Command
    from bpframe.run import Figure, Run
    from bpframe.shell import typed_command
    from bpframe.slopes import largest_slopes
    from bpframe.streams import stream
    from bpframe.threads import blas_threads
    from bpframe.trainer import Epoch, Trainer

    __version__: str

__all__ = [
    "Activation",
    "Array",
    "Backprop",
    "Batch",
    "Command",
    "Cost",
    "Data",
    "Dataset",
    "Epoch",
    "EpochFunction",
    "Evaluator",
    "Figure",
    "ForwardPass",
    "GradientFunction",
    "Initializer",
    "Interval",
    "MixedActivation",
    "Network",
    "Objective",
    "Optimizer",
    "Outcome",
    "OutputError",
    "Parameters",
    "PlainStep",
    "Plugins",
    "Regularizer",
    "Run",
    "ScalarActivation",
    "ScalarGradient",
    "ScalarOutputError",
    "Settings",
    "Split",
    "Task",
    "Trainer",
    "TrainingSet",
    "blas_threads",
    "check_memory",
    "choose_output_activation",
    "closed_form_of",
    "find_learning_rate",
    "fingerprint",
    "hookimpl",
    "largest_slopes",
    "neuron_activations",
    "stream",
    "typed_command",
    "with_ones",
]

# Each is imported when it is asked for. The command line comes by here before it can deal with
# an interruption, and NumPy takes its time; a notebook that trains needs no plugins, and no pluggy.
_HOMES = {
    "bpframe.closed_form": ("closed_form_of",),
    "bpframe.components": (
        "Activation",
        "Array",
        "Backprop",
        "Cost",
        "Dataset",
        "EpochFunction",
        "GradientFunction",
        "Initializer",
        "Interval",
        "Optimizer",
        "OutputError",
        "PlainStep",
        "Regularizer",
        "ScalarActivation",
        "ScalarGradient",
        "ScalarOutputError",
        "Settings",
        "Task",
    ),
    "bpframe.data": (
        "Batch",
        "Data",
        "Split",
        "TrainingSet",
        "fingerprint",
    ),
    "bpframe.evaluation": ("Evaluator",),
    "bpframe.hookspecs": ("hookimpl",),
    "bpframe.learning_rate": ("find_learning_rate",),
    "bpframe.memory": ("check_memory",),
    "bpframe.mixed": (
        "MixedActivation",
        "neuron_activations",
    ),
    "bpframe.network": (
        "ForwardPass",
        "Network",
        "with_ones",
    ),
    "bpframe.objective": ("Objective",),
    "bpframe.outcome": ("Outcome",),
    "bpframe.output_layer": ("choose_output_activation",),
    "bpframe.parameters": ("Parameters",),
    "bpframe.plugins": ("Plugins",),
    "bpframe.registry": ("Command",),
    "bpframe.run": (
        "Figure",
        "Run",
    ),
    "bpframe.shell": ("typed_command",),
    "bpframe.slopes": ("largest_slopes",),
    "bpframe.streams": ("stream",),
    "bpframe.threads": ("blas_threads",),
    "bpframe.trainer": (
        "Epoch",
        "Trainer",
    ),
}


def __getattr__(name: str) -> "Any":
    if name == "__version__":
        from importlib.metadata import version

        return version("bpframe")
    home = next((module for module, names in _HOMES.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module 'bpframe' has no attribute '{name}'")
    from importlib import import_module

    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> "list[str]":
    return sorted({*globals(), *__all__, "__version__"})
