"""What is switched off costs nothing: neither files nor processes nor imports."""

from __future__ import annotations

import re

from recorded import Result, Work

LIBRARY = re.compile(r"\| +(\w+)$", re.MULTILINE)


def imported(result: Result) -> set[str]:
    """Return the top packages that any Python process of a command imported."""
    return set(LIBRARY.findall(result.err))


def run(work: Work, *arguments: str) -> tuple[set[str], list[str]]:
    """Return what was imported, and the commands of all Python processes."""
    environment, notes = work.starts()
    result = work.run("trainer.epochs=2", *arguments, PYTHONPROFILEIMPORTTIME="1", **environment)
    assert result.code == 0
    assert work.outcome()["status"] == "finished"
    return imported(result), notes.read_text().splitlines()


def test_tracking_none_records_nothing_and_imports_no_mlflow(work: Work):
    libraries, processes = run(work, "tracking=none")
    assert "numpy" in libraries
    assert not {"mlflow", "sqlalchemy", "pandas"} & libraries
    assert len(processes) == 1, processes
    assert work.files() == ["outputs"]


def test_plots_none_draws_nothing_and_imports_no_matplotlib(work: Work, stores):
    libraries, processes = run(work, "plots=none")
    # The recorder's imports are seen too, so that those of tracking=none would be.
    assert "mlflow" in libraries
    assert "matplotlib" not in libraries
    assert [" -m bpframe_mlflow.recorder" in command for command in processes] == [False, True]
    assert not list(work.folder.rglob("*.png"))
    assert {"config.yaml", "weights.npz"} <= stores.only(work.folder)["artifacts"].keys()


def test_a_plot_is_drawn_without_tracking(work: Work):
    assert work.run("trainer.epochs=2", "tracking=none").code == 0
    names = {path.name for path in work.folder.rglob("*.png")}
    assert names == {"learning_curve.png", "confusion_matrix.png"}
