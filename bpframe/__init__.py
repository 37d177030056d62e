"""bpframe: a bench on which every part of backpropagation is a plugin."""

import bpframe.working_folder  # noqa: F401  # Before anything is imported by name.

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from bpframe.behind import asked_to_wait, make_noted, may_be_left
    from bpframe.core.activation import Activation, RowActivation, ScalarActivation
    from bpframe.core.arguments import REAL_NUMBERS
    from bpframe.core.arrays import Array, room_for_ones, with_ones
    from bpframe.core.backprop import (
        Backprop,
        EpochFunction,
        GradientFunction,
        StandIn,
        StepPlan,
        remark_of,
    )
    from bpframe.core.best import BestSoFar, Better
    from bpframe.core.blas import blas_threads
    from bpframe.core.checkpoint import Checkpoint
    from bpframe.core.class_weights import sample_weights
    from bpframe.core.clipping import Clipping
    from bpframe.core.closed_form import MixedOutputError, closed_form_of
    from bpframe.core.columns import Column, Columns, is_missing, text_of
    from bpframe.core.component import Component
    from bpframe.core.cost import (
        Cost,
        OutputError,
        RowGradient,
        RowOutputError,
        ScalarGradient,
        ScalarOutputError,
    )
    from bpframe.core.data import SPLITS, Batch, Data, Split, TrainingSet, fingerprint, make_batch
    from bpframe.core.dataset import Dataset
    from bpframe.core.differences import Differences, Places, places_of
    from bpframe.core.elementary import ELEMENTARY
    from bpframe.core.epoch import Epoch
    from bpframe.core.evaluation import Evaluator
    from bpframe.core.finite import check_finite
    from bpframe.core.initializer import Initializer
    from bpframe.core.inputs import (
        Inputs,
        Numbers,
        Scaling,
        is_exact_in_float32,
    )
    from bpframe.core.interval import Interval
    from bpframe.core.judgement import Comparison, Verdict, compare, verdict_of
    from bpframe.core.learning_rate import find_learning_rate
    from bpframe.core.mapped_rows import MappedRows
    from bpframe.core.memory import check_memory
    from bpframe.core.metric import Metric, r_squared
    from bpframe.core.minibatches import gathered
    from bpframe.core.mixed_activation import MixedActivation, neuron_activations
    from bpframe.core.network import ForwardPass, Network, forward_passes
    from bpframe.core.not_finite import NotFinite, first_not_finite
    from bpframe.core.objective import Objective
    from bpframe.core.optimizer import Optimizer
    from bpframe.core.output_layer import choose_output_activation
    from bpframe.core.parameters import Parameters, angle
    from bpframe.core.paths import Path, Paths, count_paths, jacobians, weight_paths
    from bpframe.core.position import Position
    from bpframe.core.probabilities import probabilities
    from bpframe.core.products import is_large, multiply, product_by
    from bpframe.core.recipe import Recipe
    from bpframe.core.regularizer import Regularizer
    from bpframe.core.routines import blas_routine
    from bpframe.core.scaling import check_scale, scaled
    from bpframe.core.schedule import Each, Rates, Schedule
    from bpframe.core.slopes import largest_slopes
    from bpframe.core.steps import (
        Addition,
        Clip,
        Constraint,
        ElementwiseAddition,
        ElementwiseStep,
        GradientClip,
        GradientStep,
        RatedStep,
        ScalarAddition,
        ScalarStep,
        Step,
        WeightDecay,
    )
    from bpframe.core.stopping import Stopping, Watch
    from bpframe.core.streams import stream
    from bpframe.core.target_reading import read_targets
    from bpframe.core.target_values import TargetValues
    from bpframe.core.targets import Targets
    from bpframe.core.term import Term
    from bpframe.core.thinned import ThinnedActivation, Thinning
    from bpframe.core.together import Trained, train_together
    from bpframe.core.trainer import Trainer
    from bpframe.core.training import StepObserver, Training
    from bpframe.core.weighted import WeightedCost, WeightedOutputError
    from bpframe.files import csv_of, make_folder, write_whole
    from bpframe.going_on import checkpoint_of, go_on, save_checkpoint
    from bpframe.interruption import is_interruption
    from bpframe.models.model import Model, read_model
    from bpframe.options import flat_options, masked
    from bpframe.outcome import Outcome, quantity_of
    from bpframe.plugins.by_name import component
    from bpframe.plugins.entry import Entry, Source
    from bpframe.plugins.hookspecs import hookimpl
    from bpframe.plugins.loaded import Broken, Command, Plugins
    from bpframe.plugins.loading import hooks_of, loaded_plugins
    from bpframe.plugins.registry import COMPONENT_HOOKS, Registry
    from bpframe.reading.grey import is_picture, read_grey, white_of
    from bpframe.reading.separated import TextForm
    from bpframe.reading.tables import read_table
    from bpframe.recorded import (
        RecordedRun,
        columns_of_runs,
        find_runs,
        newest_sweep,
        runs_here,
        runs_table,
    )
    from bpframe.run import ReportedFigure, Run, Settings, Task
    from bpframe.shell import positive_int, typed_command
    from bpframe.sweep import Rounds, Span, Strategy, Sweep, Values
    from bpframe.terminal import make_console
    from bpframe.trained import load, trained_folder

    __version__: str

__all__ = [
    "COMPONENT_HOOKS",
    "ELEMENTARY",
    "REAL_NUMBERS",
    "SPLITS",
    "Activation",
    "Addition",
    "Array",
    "Backprop",
    "Batch",
    "BestSoFar",
    "Better",
    "Broken",
    "Checkpoint",
    "Clip",
    "Clipping",
    "Column",
    "Columns",
    "Command",
    "Comparison",
    "Component",
    "Constraint",
    "Cost",
    "Data",
    "Dataset",
    "Differences",
    "Each",
    "ElementwiseAddition",
    "ElementwiseStep",
    "Entry",
    "Epoch",
    "EpochFunction",
    "Evaluator",
    "ForwardPass",
    "GradientClip",
    "GradientFunction",
    "GradientStep",
    "Initializer",
    "Inputs",
    "Interval",
    "MappedRows",
    "Metric",
    "MixedActivation",
    "MixedOutputError",
    "Model",
    "Network",
    "NotFinite",
    "Numbers",
    "Objective",
    "Optimizer",
    "Outcome",
    "OutputError",
    "Parameters",
    "Path",
    "Paths",
    "Places",
    "Plugins",
    "Position",
    "RatedStep",
    "Rates",
    "Recipe",
    "RecordedRun",
    "Registry",
    "Regularizer",
    "ReportedFigure",
    "Rounds",
    "RowActivation",
    "RowGradient",
    "RowOutputError",
    "Run",
    "ScalarActivation",
    "ScalarAddition",
    "ScalarGradient",
    "ScalarOutputError",
    "ScalarStep",
    "Scaling",
    "Schedule",
    "Settings",
    "Source",
    "Span",
    "Split",
    "StandIn",
    "Step",
    "StepObserver",
    "StepPlan",
    "Stopping",
    "Strategy",
    "Sweep",
    "TargetValues",
    "Targets",
    "Task",
    "Term",
    "TextForm",
    "ThinnedActivation",
    "Thinning",
    "Trained",
    "Trainer",
    "Training",
    "TrainingSet",
    "Values",
    "Verdict",
    "Watch",
    "WeightDecay",
    "WeightedCost",
    "WeightedOutputError",
    "angle",
    "asked_to_wait",
    "blas_routine",
    "blas_threads",
    "check_finite",
    "check_memory",
    "check_scale",
    "checkpoint_of",
    "choose_output_activation",
    "closed_form_of",
    "columns_of_runs",
    "compare",
    "component",
    "count_paths",
    "csv_of",
    "find_learning_rate",
    "find_runs",
    "fingerprint",
    "first_not_finite",
    "flat_options",
    "forward_passes",
    "gathered",
    "go_on",
    "hookimpl",
    "hooks_of",
    "is_exact_in_float32",
    "is_interruption",
    "is_large",
    "is_missing",
    "is_picture",
    "jacobians",
    "largest_slopes",
    "load",
    "loaded_plugins",
    "make_batch",
    "make_console",
    "make_folder",
    "make_noted",
    "masked",
    "may_be_left",
    "multiply",
    "neuron_activations",
    "newest_sweep",
    "places_of",
    "positive_int",
    "probabilities",
    "product_by",
    "quantity_of",
    "r_squared",
    "read_grey",
    "read_model",
    "read_table",
    "read_targets",
    "remark_of",
    "room_for_ones",
    "runs_here",
    "runs_table",
    "sample_weights",
    "save_checkpoint",
    "scaled",
    "stream",
    "text_of",
    "train_together",
    "trained_folder",
    "typed_command",
    "verdict_of",
    "weight_paths",
    "white_of",
    "with_ones",
    "write_whole",
]

# Each is imported when it is asked for. The command line comes by here before it can deal with
# an interruption, and NumPy takes its time; a notebook that trains needs no plugins, and no pluggy.
_HOMES = {
    "bpframe.behind": (
        "asked_to_wait",
        "make_noted",
        "may_be_left",
    ),
    "bpframe.core.activation": (
        "Activation",
        "RowActivation",
        "ScalarActivation",
    ),
    "bpframe.core.arguments": ("REAL_NUMBERS",),
    "bpframe.core.arrays": (
        "Array",
        "room_for_ones",
        "with_ones",
    ),
    "bpframe.core.backprop": (
        "Backprop",
        "EpochFunction",
        "GradientFunction",
        "StandIn",
        "StepPlan",
        "remark_of",
    ),
    "bpframe.core.best": (
        "BestSoFar",
        "Better",
    ),
    "bpframe.core.blas": ("blas_threads",),
    "bpframe.core.checkpoint": ("Checkpoint",),
    "bpframe.core.class_weights": ("sample_weights",),
    "bpframe.core.clipping": ("Clipping",),
    "bpframe.core.closed_form": (
        "MixedOutputError",
        "closed_form_of",
    ),
    "bpframe.core.columns": (
        "Column",
        "Columns",
        "is_missing",
        "text_of",
    ),
    "bpframe.core.component": ("Component",),
    "bpframe.core.cost": (
        "Cost",
        "OutputError",
        "RowGradient",
        "RowOutputError",
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
        "make_batch",
    ),
    "bpframe.core.dataset": ("Dataset",),
    "bpframe.core.differences": (
        "Differences",
        "Places",
        "places_of",
    ),
    "bpframe.core.elementary": ("ELEMENTARY",),
    "bpframe.core.epoch": ("Epoch",),
    "bpframe.core.evaluation": ("Evaluator",),
    "bpframe.core.finite": ("check_finite",),
    "bpframe.core.initializer": ("Initializer",),
    "bpframe.core.inputs": (
        "Inputs",
        "Numbers",
        "Scaling",
        "is_exact_in_float32",
    ),
    "bpframe.core.interval": ("Interval",),
    "bpframe.core.judgement": (
        "Comparison",
        "Verdict",
        "compare",
        "verdict_of",
    ),
    "bpframe.core.learning_rate": ("find_learning_rate",),
    "bpframe.core.mapped_rows": ("MappedRows",),
    "bpframe.core.memory": ("check_memory",),
    "bpframe.core.metric": (
        "Metric",
        "r_squared",
    ),
    "bpframe.core.minibatches": ("gathered",),
    "bpframe.core.mixed_activation": (
        "MixedActivation",
        "neuron_activations",
    ),
    "bpframe.core.network": (
        "ForwardPass",
        "Network",
        "forward_passes",
    ),
    "bpframe.core.not_finite": (
        "NotFinite",
        "first_not_finite",
    ),
    "bpframe.core.objective": ("Objective",),
    "bpframe.core.optimizer": ("Optimizer",),
    "bpframe.core.output_layer": ("choose_output_activation",),
    "bpframe.core.parameters": (
        "Parameters",
        "angle",
    ),
    "bpframe.core.paths": (
        "Path",
        "Paths",
        "count_paths",
        "jacobians",
        "weight_paths",
    ),
    "bpframe.core.position": ("Position",),
    "bpframe.core.probabilities": ("probabilities",),
    "bpframe.core.products": (
        "is_large",
        "multiply",
        "product_by",
    ),
    "bpframe.core.recipe": ("Recipe",),
    "bpframe.core.regularizer": ("Regularizer",),
    "bpframe.core.routines": ("blas_routine",),
    "bpframe.core.scaling": (
        "check_scale",
        "scaled",
    ),
    "bpframe.core.schedule": (
        "Each",
        "Rates",
        "Schedule",
    ),
    "bpframe.core.slopes": ("largest_slopes",),
    "bpframe.core.steps": (
        "Addition",
        "Clip",
        "Constraint",
        "ElementwiseAddition",
        "ElementwiseStep",
        "GradientClip",
        "GradientStep",
        "RatedStep",
        "ScalarAddition",
        "ScalarStep",
        "Step",
        "WeightDecay",
    ),
    "bpframe.core.stopping": (
        "Stopping",
        "Watch",
    ),
    "bpframe.core.streams": ("stream",),
    "bpframe.core.target_reading": ("read_targets",),
    "bpframe.core.target_values": ("TargetValues",),
    "bpframe.core.targets": ("Targets",),
    "bpframe.core.term": ("Term",),
    "bpframe.core.thinned": (
        "ThinnedActivation",
        "Thinning",
    ),
    "bpframe.core.together": (
        "Trained",
        "train_together",
    ),
    "bpframe.core.trainer": ("Trainer",),
    "bpframe.core.training": (
        "StepObserver",
        "Training",
    ),
    "bpframe.core.weighted": (
        "WeightedCost",
        "WeightedOutputError",
    ),
    "bpframe.files": (
        "csv_of",
        "make_folder",
        "write_whole",
    ),
    "bpframe.going_on": (
        "checkpoint_of",
        "go_on",
        "save_checkpoint",
    ),
    "bpframe.interruption": ("is_interruption",),
    "bpframe.models.model": (
        "Model",
        "read_model",
    ),
    "bpframe.options": (
        "flat_options",
        "masked",
    ),
    "bpframe.outcome": (
        "Outcome",
        "quantity_of",
    ),
    "bpframe.plugins.by_name": ("component",),
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
    "bpframe.plugins.loading": (
        "hooks_of",
        "loaded_plugins",
    ),
    "bpframe.plugins.registry": (
        "COMPONENT_HOOKS",
        "Registry",
    ),
    "bpframe.reading.grey": (
        "is_picture",
        "read_grey",
        "white_of",
    ),
    "bpframe.reading.separated": ("TextForm",),
    "bpframe.reading.tables": ("read_table",),
    "bpframe.recorded": (
        "RecordedRun",
        "columns_of_runs",
        "find_runs",
        "newest_sweep",
        "runs_here",
        "runs_table",
    ),
    "bpframe.run": (
        "ReportedFigure",
        "Run",
        "Settings",
        "Task",
    ),
    "bpframe.shell": (
        "positive_int",
        "typed_command",
    ),
    "bpframe.sweep": (
        "Rounds",
        "Span",
        "Strategy",
        "Sweep",
        "Values",
    ),
    "bpframe.terminal": ("make_console",),
    "bpframe.trained": (
        "load",
        "trained_folder",
    ),
}

# Names that plugins may still import.
_FORMER = {"Figure": "ReportedFigure"}


def __getattr__(name: str) -> "Any":
    if name == "__version__":
        from importlib.metadata import version

        return version("bpframe")
    name = _FORMER.get(name, name)
    home = next((module for module, names in _HOMES.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module 'bpframe' has no attribute '{name}'")
    from importlib import import_module

    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> "list[str]":
    return sorted({*globals(), *__all__, "__version__"})
