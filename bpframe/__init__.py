"""bpframe: a bench on which every part of backpropagation is a plugin."""

import bpframe.working_folder  # noqa: F401  # Before anything is imported by name.

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from bpframe.core.arguments import REAL_NUMBERS
    from bpframe.core.arrays import Array, with_ones
    from bpframe.core.backprop import Backprop, EpochFunction, GradientFunction, PlainStep
    from bpframe.core.blas import blas_threads
    from bpframe.core.closed_form import closed_form_of
    from bpframe.core.components import (
        Activation,
        Component,
        Cost,
        Dataset,
        Initializer,
        Interval,
        Optimizer,
        OutputError,
        Regularizer,
        ScalarActivation,
        ScalarGradient,
        ScalarOutputError,
    )
    from bpframe.core.data import SPLITS, Batch, Data, Split, TrainingSet, fingerprint
    from bpframe.core.differences import Differences, Places
    from bpframe.core.evaluation import Evaluator
    from bpframe.core.learning_rate import find_learning_rate
    from bpframe.core.memory import check_memory
    from bpframe.core.mixed_activation import MixedActivation, neuron_activations
    from bpframe.core.network import ForwardPass, Network
    from bpframe.core.not_finite import first_not_finite
    from bpframe.core.objective import Objective
    from bpframe.core.output_layer import choose_output_activation
    from bpframe.core.parameters import Parameters
    from bpframe.core.slopes import largest_slopes
    from bpframe.core.streams import stream
    from bpframe.core.trainer import Epoch, Trainer
    from bpframe.files import open_as_umask_says, write_whole
    from bpframe.interruption import is_interruption
    from bpframe.options import flat_options
    from bpframe.outcome import Outcome
    from bpframe.plugins.entry import Entry, Source
    from bpframe.plugins.hookspecs import hookimpl
    from bpframe.plugins.loaded import Broken, Command, Plugins
    from bpframe.plugins.registry import Registry
    from bpframe.run import ReportedFigure, Run, Settings, Task
    from bpframe.shell import typed_command
    from bpframe.terminal import make_console

    __version__: str

__all__ = [
    "REAL_NUMBERS",
    "SPLITS",
    "Activation",
    "Array",
    "Backprop",
    "Batch",
    "Broken",
    "Command",
    "Component",
    "Cost",
    "Data",
    "Dataset",
    "Differences",
    "Entry",
    "Epoch",
    "EpochFunction",
    "Evaluator",
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
    "Places",
    "PlainStep",
    "Plugins",
    "Registry",
    "Regularizer",
    "ReportedFigure",
    "Run",
    "ScalarActivation",
    "ScalarGradient",
    "ScalarOutputError",
    "Settings",
    "Source",
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
    "first_not_finite",
    "flat_options",
    "hookimpl",
    "is_interruption",
    "largest_slopes",
    "make_console",
    "neuron_activations",
    "open_as_umask_says",
    "stream",
    "typed_command",
    "with_ones",
    "write_whole",
]

# Each is imported when it is asked for. The command line comes by here before it can deal with
# an interruption, and NumPy takes its time; a notebook that trains needs no plugins, and no pluggy.
_HOMES = {
    "bpframe.core.arguments": ("REAL_NUMBERS",),
    "bpframe.core.arrays": (
        "Array",
        "with_ones",
    ),
    "bpframe.core.backprop": (
        "Backprop",
        "EpochFunction",
        "GradientFunction",
        "PlainStep",
    ),
    "bpframe.core.blas": ("blas_threads",),
    "bpframe.core.closed_form": ("closed_form_of",),
    "bpframe.core.components": (
        "Activation",
        "Component",
        "Cost",
        "Dataset",
        "Initializer",
        "Interval",
        "Optimizer",
        "OutputError",
        "Regularizer",
        "ScalarActivation",
        "ScalarGradient",
        "ScalarOutputError",
    ),
    "bpframe.core.data": (
        "Batch",
        "Data",
        "SPLITS",
        "Split",
        "TrainingSet",
        "fingerprint",
    ),
    "bpframe.core.differences": (
        "Differences",
        "Places",
    ),
    "bpframe.core.evaluation": ("Evaluator",),
    "bpframe.core.learning_rate": ("find_learning_rate",),
    "bpframe.core.memory": ("check_memory",),
    "bpframe.core.mixed_activation": (
        "MixedActivation",
        "neuron_activations",
    ),
    "bpframe.core.network": (
        "ForwardPass",
        "Network",
    ),
    "bpframe.core.not_finite": ("first_not_finite",),
    "bpframe.core.objective": ("Objective",),
    "bpframe.core.output_layer": ("choose_output_activation",),
    "bpframe.core.parameters": ("Parameters",),
    "bpframe.core.slopes": ("largest_slopes",),
    "bpframe.core.streams": ("stream",),
    "bpframe.core.trainer": (
        "Epoch",
        "Trainer",
    ),
    "bpframe.files": (
        "open_as_umask_says",
        "write_whole",
    ),
    "bpframe.interruption": ("is_interruption",),
    "bpframe.options": ("flat_options",),
    "bpframe.outcome": ("Outcome",),
    "bpframe.plugins.entry": (
        "Entry",
        "Source",
    ),
    "bpframe.plugins.hookspecs": ("hookimpl",),
    "bpframe.plugins.loaded": (
        "Broken",
        "Command",
        "Plugins",
    ),
    "bpframe.plugins.registry": ("Registry",),
    "bpframe.run": (
        "ReportedFigure",
        "Run",
        "Settings",
        "Task",
    ),
    "bpframe.shell": ("typed_command",),
    "bpframe.terminal": ("make_console",),
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
