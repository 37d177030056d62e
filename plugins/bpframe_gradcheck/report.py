"""The report on a measurement: figures, a table, and lines for people."""

from __future__ import annotations

from collections.abc import Iterable

from bpframe import Run, Verdict, csv_of
from bpframe_gradcheck.comparison import LayerComparison, worst_of
from bpframe_gradcheck.measurement import Measurement

FILE = "gradcheck.csv"
COLUMNS = (
    "layer",
    "parameters",
    "checked",
    "largest_derivative",
    "error",
    "allowed",
    "angle",
    "verdict",
)


def table(found: Measurement, exact: bool) -> bytes:
    """Return the comparison of each layer as CSV; errors are shares of the largest derivative."""
    rows: list[Iterable[object]] = [COLUMNS]
    for layer in found.layers:
        judged = (layer.found.allowed, layer.angle, layer.verdict)
        head = (layer.number, layer.parameters, layer.compared, layer.found.largest)
        rows.append([*head, layer.found.error, *(judged if exact else ("", layer.angle, ""))])
    return csv_of(rows)


def report(run: Run, found: Measurement, exact: bool) -> None:
    """Report the figures."""
    layers, worst = found.layers, worst_of(found.layers)
    parameters = sum(layer.parameters for layer in layers)

    def figure(name: str, value: float, selected: str) -> None:
        run.report(f"gradcheck/{name}", value, selected)

    if exact:
        where = f"of the largest derivative of layer {worst.number}"
        figure("error", worst.found.error, f"{where}, the worst one")
        figure("allowed_error", worst.found.allowed, where)
        if found.verdict != Verdict.NOT_RESOLVED:
            figure(
                "agrees",
                found.verdict == Verdict.AGREES,
                "1 for yes: no layer's error is too large",
            )
    figure("angle", found.angle, "degrees, all layers together")
    figure("cost_in_forward_passes", found.cost_in_forward_passes, "the rule's gradient")
    figure("differences_in_forward_passes", found.passes, "central differences")
    figure("forward_pass_seconds", found.forward_seconds, "the shortest")
    figure("gradient_seconds", found.gradient_seconds, "the shortest")
    figure("differences_seconds", found.differences_seconds, "once")
    skipped = f", {found.skipped} more are left out" if found.skipped else ""
    figure("samples", found.samples, f"drawn from the training samples{skipped}")
    drawn = (
        "all" if found.compared == parameters else f"drawn of {parameters:,}, from each layer alike"
    )
    figure("parameters", found.compared, drawn)


def notes(found: Measurement, exact: bool, name: str) -> list[str]:
    """Return the lines for the end of the run: each layer, the verdict, the price."""
    lines = [layer_line(layer, exact) for layer in found.layers]
    if found.skipped:
        lines.append(
            f"samples left out: {found.skipped}; a difference leads over a kink of an activation, "
            "or an output is rounded to the end of what the cost accepts"
        )
    if exact:
        lines.append(f"{name} and the definition: {found.verdict}")
    else:
        lines.append(f"{name} does not promise the gradient: {found.angle:.3g}° from it")
    lines.append(
        f"gradient by {name}: {found.cost_in_forward_passes:,.1f} forward passes "
        f"({duration(found.gradient_seconds)}); "
        f"by differences: {found.passes:,} forward passes "
        f"({duration(found.differences_seconds)}) for {found.compared:,} derivatives"
    )
    return lines


def layer_line(layer: LayerComparison, exact: bool) -> str:
    """Return a line on a layer."""
    found = layer.found
    extent = f"{layer.compared:,} of {layer.parameters:,} derivatives up to {found.largest:.2g}"
    line = f"layer {layer.number}: {extent}, angle {layer.angle:.3g}°"
    if not exact:
        return line
    if layer.verdict == Verdict.ZERO:
        return f"layer {layer.number}: {extent}, and so are the rule's: {Verdict.ZERO}"
    return f"{line}, error {found.error:.1e} (allowed {found.allowed:.1e}): {layer.verdict}"


def duration(seconds: float) -> str:
    """Return a time in a unit that suits it."""
    if seconds >= 0.1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1e3:.0f} ms" if seconds >= 0.01 else f"{seconds * 1e6:,.0f} µs"


def shortcoming(found: Measurement, name: str) -> str:
    """Return what is reported where differences cannot tell whether the gradient is right."""
    unproven = (Verdict.NOT_RESOLVED, Verdict.ZERO)
    reasons = [
        f"in layer {layer.number} all derivatives are 0"
        if layer.verdict == Verdict.ZERO
        else f"in layer {layer.number} derivatives are up to {layer.found.largest:.2g}, where an "
        f"error of {layer.found.allowance:.1e} is allowed"
        for layer in found.layers
        if layer.verdict in unproven
    ]
    return (
        f"backprop '{name}' is not resolved: {'; '.join(reasons)}, so that a wrong gradient would "
        "pass too. So it is where outputs or neurons saturate, or many layers lie above: try "
        "another initializer or seed, or more task.samples"
    )


def complaint(found: Measurement, name: str) -> str:
    """Return what a wrong gradient is reported with."""
    wrong = [
        f"in layer {layer.number} by {layer.found.error:.2g} times its largest derivative, where "
        f"{layer.found.allowed:.1e} is allowed"
        for layer in found.layers
        if layer.verdict == Verdict.DISAGREES
    ]
    return (
        f"backprop '{name}' promises the gradient and does not give it: it is off "
        f"{'; '.join(wrong)}. Either the rule is wrong, or the derivative of an activation, the "
        f"gradient of the cost or their closed form; {FILE} has each layer"
    )
