"""Carries out one run and says what became of it."""

from __future__ import annotations

import dataclasses
import sys
import traceback
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf

from bpframe.build import build_run
from bpframe.components import KINDS
from bpframe.errors import BpframeError, NotFittingError, wants_traceback
from bpframe.outcome import NOT_FITTING, Outcome
from bpframe.plugins import Plugins
from bpframe.run import Run


def carry_out(
    config: dict[str, Any],
    plugins: Plugins,
    *,
    overrides: list[str],
    folder: Path,
    cwd: Path,
    sweep: str | None,
    mark: str,
    job: int,
) -> Outcome:
    """Build and carry out a run; what goes wrong is printed and stands in the outcome.

    Parameters
    ----------
    config, plugins, overrides, folder, cwd, sweep
        See `bpframe.build.build_run`.
    mark, job
        See `Outcome`.

    Raises
    ------
    KeyboardInterrupt
        If the run was interrupted; its outcome is written before.
    """
    parts = _parts(config)
    outcome = Outcome("refused", 2, config.get("name") or "", overrides, mark, job, parts)
    run: Run | None = None
    try:
        run = build_run(config, plugins, overrides=overrides, folder=folder, cwd=cwd, sweep=sweep)
        outcome.name, outcome.status, outcome.exit_code = run.name, "failed", 1
        outcome.parts = _parts(run.config)
        run.save("config.yaml", OmegaConf.to_yaml(OmegaConf.create(run.config)).encode())
        plugins.hook.bpframe_run(run=run)
        outcome.status, outcome.exit_code = "finished", 0
    except KeyboardInterrupt:
        outcome.status, outcome.exit_code = "interrupted", 130
        raise
    except BpframeError as error:
        if wants_traceback():
            traceback.print_exc()
        outcome.error, outcome.exit_code = str(error), error.exit_code
        outcome.status = "failed" if error.exit_code == 1 else "refused"
        if sweep and isinstance(error, NotFittingError) and _skips_misfits(plugins, parts):
            outcome.status, outcome.exit_code = NOT_FITTING, 0
    except MemoryError as error:
        outcome.error = f"not enough memory: {error}"
    except Exception as error:
        traceback.print_exc()
        outcome.error, outcome.exit_code = f"{type(error).__name__}: {error}", 1
    finally:
        if run:
            outcome.figures = {n: dataclasses.asdict(f) for n, f in run.figures.items()}
            outcome.warnings = run.warnings
        outcome.save(folder)
    if outcome.exit_code:
        print(f"bpframe: error: {outcome.error}", file=sys.stderr)
    return outcome


def _parts(config: dict[str, Any]) -> dict[str, str]:
    """Return the name of each component by its option."""
    return {
        kind: part["name"]
        for kind in (*KINDS, "output_activation")
        if isinstance(part := config.get(kind), dict) and "name" in part
    }


def _skips_misfits(plugins: Plugins, parts: dict[str, str]) -> bool:
    task: Any = plugins.registry.entries["task"][parts["task"]].component
    return bool(task.skips_misfits)
