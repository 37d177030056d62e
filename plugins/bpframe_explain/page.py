"""An explanation as one HTML page that needs nothing else: no network, no build, no fonts."""

from __future__ import annotations

import json
from html import escape
from importlib.resources import files
from string import Template

from bpframe_explain.explanation import Explanation
from bpframe_explain.payload import payload
from bpframe_explain.remarks import remarks
from bpframe_explain.sections import facts, layers, paragraphs, shown
from bpframe_explain.verdict import verdicts

PICTURES_NOTE = " By (BP4) a gradient picture is the input picture times the neuron's δ²."
# In this order: each uses what stands in those before it.
SCRIPTS = tuple(
    f"{name}.js"
    for name in ("text", "quantities", "pictures", "layout", "drawing", "details", "page")
)


def page(explanation: Explanation, name: str, command: str = "") -> bytes:
    """Return the page.

    Parameters
    ----------
    explanation : Explanation
        What it shows.
    name : str
        The run's.
    command : str, optional
        The command line that makes it.
    """
    asset = files("bpframe_explain") / "assets"
    trainer = explanation.trainer
    text = Template((asset / "page.html").read_text("utf-8")).substitute(
        title=escape(f"{explanation.sample.name[0].upper()}{explanation.sample.name[1:]}"),
        run=escape(f"{name} · {list(explanation.network.sizes)}"),
        command=f'<p class="command"><code>{escape(command)}</code></p>' if command else "",
        facts=facts(explanation),
        verdicts=paragraphs(verdicts(explanation)),
        remarks=paragraphs(remarks(explanation.layers)),
        layers=layers(explanation),
        shown=shown(explanation),
        pictures_note=PICTURES_NOTE if trainer.backprop.exact else "",
        pictures_hidden="" if explanation.sample.image_shape else "hidden",
        style=(asset / "page.css").read_text("utf-8"),
        # Only "<" could end a script element; JSON may write it otherwise.
        data=json.dumps(payload(explanation), allow_nan=False).replace("<", "\\u003c"),
        scripts="\n".join((asset / script).read_text("utf-8") for script in SCRIPTS),
    )
    return text.encode()
