"""bpframe: a bench on which every part of backpropagation is a plugin."""

import bpframe.working_folder  # noqa: F401  # Before anything is imported by name.

# isort: split
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

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
from bpframe.learning_rate import find_learning_rate
from bpframe.mixed import MixedActivation, neuron_activations
from bpframe.network import ForwardPass, Network, with_ones
from bpframe.objective import Objective
from bpframe.parameters import Parameters
from bpframe.streams import stream
from bpframe.threads import blas_threads
from bpframe.trainer import Epoch, Trainer

if TYPE_CHECKING:
    from bpframe.hookspecs import hookimpl
    from bpframe.outcome import Outcome
    from bpframe.plugins import Plugins
    from bpframe.registry import Command
    from bpframe.run import Figure, Run

__version__ = version("bpframe")

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
    "find_learning_rate",
    "fingerprint",
    "hookimpl",
    "neuron_activations",
    "stream",
    "with_ones",
]


# Only plugins need these, and pluggy with them; `from bpframe import Network` does without.
_LAZY = {
    "Command": "bpframe.registry",
    "Figure": "bpframe.run",
    "Outcome": "bpframe.outcome",
    "Plugins": "bpframe.plugins",
    "Run": "bpframe.run",
    "hookimpl": "bpframe.hookspecs",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'bpframe' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_LAZY[name]), name)
