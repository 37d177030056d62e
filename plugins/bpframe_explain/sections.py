"""The sections of the page that need no script: tables of numbers, and sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from bpframe_explain.explanation import Explanation
from bpframe_explain.notation import layer_title, number, title, vector
from bpframe_explain.rows import (
    NEURON_COLUMNS,
    Row,
    left_out,
    neuron_rows,
    parameter_columns,
    parameter_rows,
)
from bpframe_explain.selection import LARGEST_GRADIENTS

NEURONS = (40, 20)
PARAMETERS = (24, LARGEST_GRADIENTS)


def facts(explanation: Explanation) -> str:
    """Return what stands at the top: the sample, its cost, what moved the weights."""
    sample, outputs, trainer = explanation.sample, explanation.layers[-1].a, explanation.trainer
    names = explanation.names
    pairs = {
        "C before the step": number(explanation.cost),
        "C after it": number(explanation.cost_after),
        "largest difference to (46)": f"{explanation.largest_difference:.1e}",
        "network.hidden": str(list(explanation.network.sizes[1:-1])),
        "cost": title(trainer.objective.cost, names),
        "backprop": title(trainer.backprop, names),
        "optimizer": title(trainer.optimizer, names),
    }
    if explanation.penalty and trainer.regularizer:
        pairs["regularizer"] = title(trainer.regularizer, names)
    if sample.classes:
        pairs = {
            "target": f"class {sample.classes[sample.y.argmax()]}",
            "largest output": f"class {sample.classes[outputs.argmax()]}",
        } | pairs
    return "\n".join(
        f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in pairs.items()
    )


def paragraphs(lines: Iterable[str]) -> str:
    """Return each line as a paragraph."""
    return "\n".join(f"<p>{escape(line)}</p>" for line in lines)


def layers(explanation: Explanation) -> str:
    """Return two tables for each layer: of its neurons, and of its weights and biases."""
    inputs = explanation.sample.x
    lines = [f"<p>Layer 1, the input: a¹ = {escape(vector(inputs, NEURONS[0]))}</p>"]
    for i, layer in enumerate(explanation.layers):
        last = layer is explanation.layers[-1]
        classes = explanation.sample.classes if last else ()
        equation = "(BP1)" if last else "(BP2)"
        name = layer_title(layer.f, len(layer.z), explanation.names)
        lines.append(f"<h3>Layer {layer.number}: {escape(name)}</h3>")
        lines.append(
            _table(
                f"Neurons: z = w a + b and a = f(z) by (25), δ = ∂C/∂z by {equation}",
                ["neuron", *NEURON_COLUMNS],
                neuron_rows(layer, classes, *NEURONS),
            )
        )
        headings = ["", *(" ".join(heading).strip() for heading in parameter_columns(explanation))]
        lines.append(
            _table(
                "Weights and biases, with their gradients ∂C/∂w (BP4) and ∂C/∂b (BP3)",
                headings,
                parameter_rows(explanation, i, *PARAMETERS),
            )
        )
    return "\n".join(lines)


def shown(explanation: Explanation) -> str:
    """Return what is left out of the tables."""
    lines = left_out(explanation, NEURONS, PARAMETERS)
    return paragraphs(lines or ["Every neuron, weight and bias."])


def _table(caption: str, headings: Sequence[str], rows: Iterable[Row]) -> str:
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    body = "\n".join(
        f'<tr><th scope="row">{escape(row.name)}</th>'
        + "".join(f"<td>{number(value)}</td>" for value in row.values)
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f'<table class="numbers"><caption><span>{escape(caption)}</span></caption>'
        f"<thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table></div>"
    )
