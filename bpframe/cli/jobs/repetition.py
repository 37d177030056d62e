"""Repeats a run: composes its configuration anew, carries it out and compares what came of it."""

from __future__ import annotations

from pathlib import Path

from bpframe.cli.jobs.environment import differences
from bpframe.cli.jobs.job import Job, carry_out
from bpframe.cli.jobs.recomposition import recompose
from bpframe.cli.jobs.record import Record, load_record
from bpframe.cli.overrides.checks import checked_overrides
from bpframe.cli.schema import publish
from bpframe.errors import ConfigError
from bpframe.files import make_folder
from bpframe.options import flat_options
from bpframe.outcome import Outcome
from bpframe.plugins.loaded import Plugins
from bpframe.plugins.lookup import folder_called, not_found
from bpframe.plugins.registry import Registry


def repeat(run: str, overrides: list[str], plugins: Plugins) -> int:
    """Repeat a run, print whether it gave the same, and return the exit code.

    Parameters
    ----------
    run : str
        See `folder_called`.
    overrides : list of str
        What is to be another, in Hydra's grammar.
    plugins : Plugins
        Where components and hooks come from.

    Raises
    ------
    ConfigError
        If there is no such run or there are several, or the record or an override cannot be used.
    """
    if (recorded := folder_called(run, plugins)) is None:
        raise not_found(run, "RUN")
    record = load_record(str(recorded))
    publish(plugins.registry)
    overrides = checked_overrides(overrides, plugins.registry)
    composed, folder, asked_for = recompose(record, overrides, plugins)
    if composed.trainer.resume is not None:
        raise ConfigError("rerun repeats a run from its beginning; leave trainer.resume out")
    make_folder(folder)
    outcome = carry_out(composed, plugins, Job(asked_for, folder, Path.cwd()))
    if not outcome.weights or not record.outcome.weights:
        if outcome.status == "refused":
            return outcome.exit_code
        print(f"there are no weights to compare with those of {record.folder}")
        return outcome.exit_code
    return _compare(record, outcome, load_record(str(folder)), plugins.registry)


def _compare(record: Record, outcome: Outcome, again: Record, registry: Registry) -> int:
    """Print whether the repetition gave the same, and return the exit code."""
    before, now = flat_options(record.config), flat_options(again.config)
    changed = [
        f"{key}: {before.get(key)} before, {now.get(key)} now"
        for key in dict.fromkeys([*before, *now])
        if before.get(key) != now.get(key)
        and key.partition(".")[0] not in {*registry.sections, "name"}
    ]
    others = differences(record.environment, again.environment)
    if record.outcome.status != outcome.status:
        others.append(f"status: {record.outcome.status} before, {outcome.status} now")
    figures = [
        f"{name}: {figure['value']:.6g} before, {outcome.figures[name]['value']:.6g} now"
        for name, figure in record.outcome.figures.items()
        if name in outcome.figures
        # As texts, for what is not a number equals nothing.
        and str(figure["value"]) != str(outcome.figures[name]["value"])
    ]
    print(f"compared with {record.folder}:")
    if outcome.weights != record.outcome.weights:
        same = "options, data, versions, plugins and processor are the same"
        print("the weights differ: " + ("; ".join(changed + others) or same))
        return outcome.exit_code or int(not changed)
    print("the same weights, bit for bit" + "".join(f"; {line}" for line in changed + others))
    if figures:
        print("figures differ: " + "; ".join(figures))
    return outcome.exit_code or int(bool(figures) and not changed)
