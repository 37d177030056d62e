"""Carries out one run and says what became of it."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
import traceback
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from bpframe.behind import may_be_left, start
from bpframe.cli.hydra_errors import translate
from bpframe.cli.jobs.again import folder_of, take_up
from bpframe.cli.jobs.build import build_run
from bpframe.cli.jobs.continuation import (
    AUTO,
    asked_to_go_on,
    check_resume,
    continue_left,
    continue_run,
)
from bpframe.cli.jobs.continuation import OPTION as RESUME
from bpframe.cli.jobs.place import Place
from bpframe.cli.jobs.record import save_record
from bpframe.cli.jobs.shared_data import SharedData
from bpframe.cli.schema import check_schema
from bpframe.core.blas import limited_blas
from bpframe.core.data import fingerprint
from bpframe.core.threads import wait_for
from bpframe.errors import (
    BpframeError,
    ConfigError,
    NotFittingError,
    complain,
    message_of,
    wants_traceback,
)
from bpframe.interruption import EXIT_CODE, INTERRUPTED
from bpframe.options import OUTPUT_ACTIVATION, SWEEP, is_of_sweep, key_of
from bpframe.outcome import FILE, NOT_FITTING, UNFINISHED, Outcome
from bpframe.plugins.blame import named, suspicion
from bpframe.plugins.loaded import Plugins
from bpframe.plugins.registry import KINDS, Registry
from bpframe.run import Run

NO_END = "it did not come to its end: its process has died, or still runs"


@dataclass(frozen=True)
class Job:
    """One run that is to be carried out, and where.

    Attributes
    ----------
    overrides, folder, cwd, sweep
        See `bpframe.Run`.
    mark, number
        See `bpframe.Outcome`, which calls the number ``job``.
    varying : sequence of str
        See `bpframe.cli.jobs.naming.run_name`.
    goes_on : bool
        Whether the folder is that of a run that is to go on.
    below : pathlib.Path, optional
        Where ``trainer.resume=auto`` looks for a run that was left; beside the folder if left out.
    run : Run, optional
        What `build_ahead` has built.
    trained : threading.Event, optional
        What is set when another thread does not train that run any more.
    """

    overrides: list[str]
    folder: Path
    cwd: Path
    sweep: str | None = None
    mark: str = ""
    number: int = 0
    varying: Sequence[str] = ()
    goes_on: bool = False
    below: Path | None = None
    run: Run | None = None
    trained: threading.Event | None = None

    @property
    def asked_for(self) -> list[str]:
        """The overrides that say what the run is, and not how it is carried out."""
        return [w for w in self.overrides if key_of(w) != RESUME and not is_of_sweep(w)]


def carry_out(composed: DictConfig, plugins: Plugins, job: Job) -> Outcome:
    """Build and carry out a run; what goes wrong is printed and stands in the outcome.

    Parameters
    ----------
    composed : DictConfig
        The configuration as Hydra composed it.
    plugins : Plugins
        Where components and hooks come from.
    job : Job
        Where it runs. A folder that is taken is refused; in a sweep the run gets one inside it.

    Raises
    ------
    KeyboardInterrupt
        If the run was interrupted; its outcome is written before.
    """
    asked = None if job.goes_on else asked_to_go_on(composed)
    outcome = Outcome(UNFINISHED, 1, "", job.asked_for, job.mark, job.number, error=NO_END)
    with Place(job.folder) as place:
        try:
            was_here = asked == AUTO and not job.sweep and (job.folder / FILE).exists()
            if job.goes_on or was_here:
                place.enter()
            elif job.sweep and (taken := folder_of(job.folder, job.mark, job.number)):
                place.folder = taken
                place.enter_later()
            else:
                place.claim(outcome, apart=bool(job.sweep))
        except ConfigError as error:
            outcome.status, outcome.exit_code, outcome.error = (
                "refused",
                error.exit_code,
                str(error),
            )
        else:
            outcome = _carry_out(composed, plugins, job, outcome, place, asked)
    start(place.folder)
    if outcome.exit_code:
        complain(outcome.error)
    return outcome


def _carry_out(
    composed: DictConfig, plugins: Plugins, job: Job, outcome: Outcome, place: Place, asked: Any
) -> Outcome:
    run: Run | None = None
    config: dict[str, Any] = {}
    outcome.status, outcome.exit_code, outcome.error = "refused", 2, ""
    try:
        config = job.run.config if job.run else resolved(composed, plugins.registry)
        outcome.name, outcome.parts = config.get("name") or "", _parts(config)
        check_resume(asked, bool(job.sweep), config)
        if asked:
            # It is no option of the run that it finds.
            config["trainer"]["resume"] = None
        with named(plugins):
            run = job.run or _build(config, plugins, job)
            run.folder = place.folder
            # How a sweep is carried out is no option of its runs.
            threads = threads_of(config)
            config.pop(SWEEP, None)
            if job.goes_on:
                continue_run(run, place.folder)
            elif asked:
                continue_left(run, place, job.below or job.folder.parent)
            elif not place.is_new and (ended := take_up(run, place.folder, plugins)):
                return ended
            outcome.name, outcome.status, outcome.exit_code = run.name, "failed", 1
            place.begin(dataclasses.replace(outcome, status=UNFINISHED, error=NO_END))
            save_record(run, plugins)
            if job.trained:
                wait_for(job.trained)
            run.leaves_work = not job.sweep and may_be_left()
            with limited_blas(threads) if job.sweep else nullcontext():
                plugins.hook.bpframe_run(run=run)
        outcome.status, outcome.exit_code = "finished", 0
    except KeyboardInterrupt:
        outcome.status, outcome.exit_code, outcome.error = INTERRUPTED, EXIT_CODE, INTERRUPTED
        raise
    except BpframeError as error:
        if wants_traceback():
            traceback.print_exc()
        outcome.error, outcome.exit_code = str(error), error.exit_code
        outcome.status = "failed" if error.exit_code == 1 else "refused"
        if job.sweep and isinstance(error, NotFittingError) and _skips_misfits(plugins, outcome):
            outcome.status, outcome.exit_code = NOT_FITTING, 0
    except MemoryError as error:
        outcome.error = f"not enough memory: {error}"
    # SystemExit too: what calls sys.exit() must not end a sweep as if it were complete.
    except BaseException as error:
        suspected = suspicion(error, _parts(config), plugins.registry)
        if not suspected or wants_traceback():
            traceback.print_exc()
        outcome.error, outcome.exit_code = suspected or message_of(error), 1
    finally:
        outcome.parts = _parts(config)
        if run:
            outcome.figures = {n: dataclasses.asdict(f) for n, f in run.figures.items()}
            outcome.weights = fingerprint(run.network.parameters.vector)
            outcome.warnings, outcome.stopped = run.warnings, run.stopped
            outcome.remark = run.remark
        place.end(outcome)
    return outcome


def build_ahead(composed: DictConfig, plugins: Plugins, job: Job, shared: SharedData) -> Run | None:
    """Build a run before its turn.

    Parameters
    ----------
    composed : DictConfig
        The configuration as Hydra composed it.
    plugins : Plugins
        Where components and hooks come from.
    job : Job
        Where it is going to run.
    shared : SharedData
        Loads its data.

    Returns
    -------
    Run or None
        None if it cannot be built, which `carry_out` then says, or if there is a run in its folder.
    """
    if not (job.folder / FILE).exists():
        with suppress(Exception), named(plugins):
            return _build(resolved(composed, plugins.registry), plugins, job, shared)
    return None


def _build(
    config: dict[str, Any], plugins: Plugins, job: Job, shared: SharedData | None = None
) -> Run:
    # hydra.job.chdir changes where the run writes, and not which files its options name.
    elsewhere = Path.cwd() != job.cwd and job.cwd.is_dir()
    with contextlib.chdir(job.cwd) if elsewhere else nullcontext():
        return build_run(
            config,
            plugins,
            overrides=job.asked_for,
            folder=job.folder,
            cwd=job.cwd,
            sweep=job.sweep,
            varying=job.varying,
            shared=shared,
        )


def threads_of(config: dict[str, Any]) -> int:
    """Return how many BLAS threads a run of a sweep has, by its resolved configuration."""
    threads: int = (config.get(SWEEP) or {}).get("threads", 1)
    return threads


def resolved(composed: DictConfig, registry: Registry) -> dict[str, Any]:
    """Return a configuration as plain values.

    Raises
    ------
    ConfigError
        If a value is missing or cannot be had, or the configuration has no schema.
    """
    check_schema(composed)
    try:
        config: Any = OmegaConf.to_container(
            composed, resolve=True, throw_on_missing=True, enum_to_str=True
        )
    except OmegaConfBaseException as error:
        raise translate(error, registry) from error
    return dict(config)


def _parts(config: dict[str, Any]) -> dict[str, str]:
    """Return the name of each component by its kind, see `Outcome.parts`."""
    return {
        kind: part["name"]
        for kind in (*KINDS, OUTPUT_ACTIVATION)
        if isinstance(part := config.get(kind), dict) and "name" in part
    }


def _skips_misfits(plugins: Plugins, outcome: Outcome) -> bool:
    task: Any = plugins.registry.entries["task"][outcome.parts["task"]].component
    return bool(task.skips_misfits)
