"""An explanation on the terminal: all numbers of a small network, the main ones of a large."""

from __future__ import annotations

from rich import box
from rich.console import RenderableType
from rich.table import Table

from bpframe import Path
from bpframe_explain.explanation import Explanation
from bpframe_explain.notation import layer_title, number, title, vector
from bpframe_explain.remarks import remarks
from bpframe_explain.rows import (
    NEURON_COLUMNS,
    left_out,
    neuron_rows,
    parameter_columns,
    parameter_rows,
)
from bpframe_explain.verdict import verdicts

# From how many rows of a layer on only the main ones are shown, and how many those are.
NEURONS = (12, 5)
PARAMETERS = (24, 5)
MOST_PATHS_OF_A_WEIGHT = 4


def printed(explanation: Explanation) -> list[RenderableType]:
    """Return what is printed, from the inputs to the step, for rich to render."""
    trainer, names = explanation.trainer, explanation.names
    layers = (
        f"layer {layer.number} {layer_title(layer.f, len(layer.z), names)}"
        for layer in explanation.layers
    )
    return [
        *_sample(explanation),
        "Forward: z = w a + b, a = f(z), (25). Back: δ = ∂C/∂z by (BP1), (BP2)",
        f"f: {', '.join(layers)}",
        _passes(explanation),
        f"Gradients ∂C/∂w, ∂C/∂b by {title(trainer.backprop, names)}; one step of "
        f"{title(trainer.optimizer, names)}",
        _gradients(explanation),
        *_paths(explanation),
        *left_out(explanation, NEURONS, PARAMETERS),
        "",
        *verdicts(explanation),
        "",
        *remarks(explanation.layers),
        "",
    ]


def _sample(explanation: Explanation) -> list[str]:
    sample, outputs = explanation.sample, explanation.layers[-1].a
    x, y = (vector(values, NEURONS[0]) for values in (sample.x, sample.y))
    lines = ["", f"{sample.name}: a¹ = {x}, target y = {y}"]
    if sample.classes:
        target, largest = (sample.classes[values.argmax()] for values in (sample.y, outputs))
        lines.append(
            f"target: class {target}; largest output: class {largest}, {number(outputs.max())}"
        )
    return [*lines, ""]


def _passes(explanation: Explanation) -> Table:
    table = _table()
    for heading in ("layer", "neuron"):
        table.add_column(heading, no_wrap=True)
    for heading in NEURON_COLUMNS:
        table.add_column(heading, justify="right", no_wrap=True)
    for layer in explanation.layers:
        classes = explanation.sample.classes if layer is explanation.layers[-1] else ()
        name = str(layer.number)
        for row in neuron_rows(layer, classes, *NEURONS):
            table.add_row(name, row.name, *map(number, row.values))
            name = ""
        table.add_section()
    return table


def _gradients(explanation: Explanation) -> Table:
    table = _table()
    table.add_column("", no_wrap=True)
    for heading in parameter_columns(explanation):
        table.add_column("\n".join(heading), justify="right", no_wrap=True)
    for i in range(len(explanation.layers)):
        for row in parameter_rows(explanation, i, *PARAMETERS):
            table.add_row(row.name, *map(number, row.values))
        table.add_section()
    return table


def _paths(explanation: Explanation) -> list[RenderableType]:
    """Return a table of the paths of each weight and bias, if some have more than one, but few."""
    blocks = explanation.gradient.blocks
    if not explanation.paths or any(block.size > PARAMETERS[0] for block in blocks):
        return []
    if not 1 < len(explanation.paths_of(0, 0, 0)) <= MOST_PATHS_OF_A_WEIGHT:
        return []
    table = _table(show_header=False)
    for i in range(len(blocks)):
        for row in parameter_rows(explanation, i, *PARAMETERS):
            if row.place and len(found := explanation.paths_of(i, *row.place)) > 1:
                table.add_row(row.name, *map(_path, found))
    return ["(53) path by path: the neurons above, and the product of the factors", table]


def _path(path: Path[float]) -> str:
    return f"{'→'.join(map(str, path.neurons))} {number(path.product)}"


def _table(*, show_header: bool = True) -> Table:
    return Table(box=box.SIMPLE_HEAD, pad_edge=False, show_header=show_header)
