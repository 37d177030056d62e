"""The picture of the diagnostics as data: its panels, and the points of their lines."""

from __future__ import annotations

from dataclasses import dataclass

from bpframe import Epoch, Run

NETWORK = "network"
Points = list[tuple[int, float]]


@dataclass(frozen=True)
class Panel:
    """A panel of the picture.

    Attributes
    ----------
    quantity : str
        Metrics are called ``QUANTITY/LINE``.
    title, label : str
        Above the panel, and at its vertical axis.
    scale : str
        ``log``, ``share`` (0 to 100%), ``degrees`` or ``linear``.
    dotted : tuple of str
        Further quantities that are drawn thin.
    """

    quantity: str
    title: str
    label: str
    scale: str
    dotted: tuple[str, ...] = ()


PANELS = (
    Panel("gradient_rms", "gradient of the weights", "root mean square of ∂C/∂w", "log"),
    Panel("delta_norm", "speed of learning", "‖δ‖ = ‖∂C/∂b‖", "log"),
    Panel("update_ratio", "net change of the weights", "‖Δw‖ a step / ‖w‖", "log"),
    Panel("saturated", "saturated neurons", "share, over the samples", "share"),
    Panel("near_zero_inputs", "inputs near zero", "share, over the samples", "share"),
    Panel("angle", "angle of the rule to the gradient", "degrees", "degrees"),
    Panel("z_p50", "weighted inputs", "z: median; dotted 5%, 95%", "linear", ("z_p05", "z_p95")),
)


def lines_of(run: Run, quantity: str) -> dict[str, Points]:
    """Return the points of each line of a quantity: a layer's over the epochs.

    Of a single epoch the line goes over the layers.
    """
    lines: dict[str, Points] = {}
    for epoch in run.epochs:
        for name, value in epoch.metrics.items():
            found, _, line = name.partition("/")
            if found != quantity:
                continue
            label = line.replace("_", " ")
            if len(run.epochs) > 1:
                lines.setdefault(label, []).append((epoch.number, value))
            elif label != NETWORK:
                layer = int(label.split()[1])
                lines.setdefault(epoch_label(epoch), []).append((layer, value))
    return lines


def epoch_label(epoch: Epoch) -> str:
    """Return what a line over the layers is called."""
    return f"epoch {epoch.number}" if epoch.number else "before the training"
