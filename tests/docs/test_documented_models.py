"""docs/models.md and docs/onnx.md: their commands in one folder, one after another."""

from __future__ import annotations

import shlex
from pathlib import Path

import numpy as np
import pytest
from documents import blocks
from PIL import Image
from running import CommandLine, run_python
from sklearn.datasets import load_digits
from tables import flowers, write

DOCS = Path(__file__).parents[2] / "docs"
MODELS, ONNX = ((DOCS / name).read_text() for name in ("models.md", "onnx.md"))


def lines(page: str) -> list[list[str]]:
    """Return the words of each command of a page, without the program."""
    return [shlex.split(line)[1:] for b in blocks(page, "sh") for line in b.splitlines()]


def make_files(folder: Path) -> None:
    """Make the files that the pages name."""
    frame = flowers()
    write(frame, folder / "flowers.csv")
    write(frame.head(30), folder / "new.csv")
    digits = load_digits()
    np.savez(folder / "new.npz", x=digits.data[:20], y=digits.target[:20])
    (folder / "pictures").mkdir()
    pixels = (digits.images[7] * 255 / 16).astype(np.uint8)
    for name in ("seven.png", "pictures/one.png"):
        Image.fromarray(pixels).save(folder / name)


@pytest.mark.slow
def test_the_pages(cli: CommandLine) -> None:
    pytest.importorskip("onnxruntime")
    make_files(cli.folder)
    told = {}
    for words in lines(MODELS) + lines(ONNX):
        if words[0] in ("predict", "export"):
            result = cli(*words)
            told[" ".join(words)] = result.err
        else:
            result = cli.quick(*words, "trainer.epochs=20")
        assert result.code == 0, (words, result.err)
        assert "failed" not in {outcome["status"] for outcome in result.outcomes}
    assert "right: " in told["predict flowers new.csv"]
    assert "right: " in told["predict digits new.npz"]
    assert "class" in (cli.folder / "answers.csv").read_text()
    for code in (blocks(MODELS, "python")[0], *blocks(ONNX, "python")):
        done = run_python(code, cli.folder)
        done.check_returncode()
