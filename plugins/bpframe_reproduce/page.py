"""The page that says what came of each row."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bpframe import make_folder, write_whole
from bpframe.statistics import Summary, summarize
from bpframe_reproduce.carrying_out import Place, single_command
from bpframe_reproduce.rows import ROWS, At, Row
from bpframe_reproduce.seeds import SeedRun
from bpframe_reproduce.verdict import RULE, Compared, Judged, judge, limits

PICTURES = Path("images", "reproduction")
NONE = "–"
FEWEST_FIGURES = 3
LAST, PEAK = At.LAST, At.PEAK


def write_page(page: Path, rows: Sequence[Row], place: Place) -> None:
    """Write the page, and its pictures into ``images/reproduction`` beside it.

    Parameters
    ----------
    page : pathlib.Path
        The file.
    rows : sequence of Row
        What it tells of.
    place : Place
        Where their runs are.

    Raises
    ------
    WriteError
        If something cannot be written.
    """
    # Of all rows: what is shown may be compared with what is not.
    runs = {row.name: place.runs(row) for row in ROWS}
    judged = [judge(row, runs) for row in rows]
    # Matplotlib takes half a second to import.
    from bpframe_reproduce.pictures import pictures_of

    pictures = pictures_of(judged)
    folder = page.parent / PICTURES
    make_folder(folder)
    for name, (_, content) in pictures.items():
        write_whole(folder / name, content)
    shown = {str(PICTURES / name): title for name, (title, _) in pictures.items()}
    text = page_text(judged, shown, environments(judged), place.seeds)
    write_whole(page, text.encode())


def page_text(
    judged: Sequence[Judged],
    pictures: Mapping[str, str],
    environment: Mapping[str, str],
    seeds: int,
) -> str:
    """Return the page.

    Parameters
    ----------
    judged : sequence of Judged
        The rows.
    pictures : mapping
        What each picture shows, by its path from the page.
    environment : mapping
        See `environments`.
    seeds : int
        How many there were to be.
    """
    parts = [_head(judged, seeds), "## The rule", RULE, "## The verdicts", _overview(judged)]
    parts += [f"![{title}]({path})\n\n*{title}*" for path, title in pictures.items()]
    parts += ["## Row by row", ROW_BY_ROW]
    parts += [_section(row) for row in judged]
    parts += ["## Time, versions, machine", _environment(judged, environment)]
    return "\n\n".join(parts) + "\n"


ROW_BY_ROW = """\
Accuracies are in percent: mean ± standard deviation over the seeds, and the 95% interval of the
mean in brackets. **Best on validation** is the epoch with the highest validation accuracy, and so
on the validation samples it is their own peak. **Peak on test** is selected on the test samples
themselves, as some published numbers are; where no published number needs it, the test samples are
looked at once, at the end."""


def _head(judged: Sequence[Judged], seeds: int) -> str:
    names = "".join(f" {row.row.name}" for row in judged) if len(judged) < len(ROWS) else ""
    return f"""\
# The book's published results

Nielsen, “Neural Networks and Deep Learning”, publishes each of its results from one run or from
three. Here each is to be run with {seeds} seeds; how many have finished stands with each row.
Each row is an experiment, `book/ROW`. This page is made by

```text
bpframe reproduce{names} --seeds {seeds} --data FOLDER
```

which runs what has not been run before, two runs at a time, as sweeps of bpframe's own. `FOLDER`
holds the files of MNIST; without `--data` they are downloaded. `bpframe reproduce ROW …` is for
some rows alone, and `--page-only` runs nothing. Splits are the book's: 50,000 pictures for
training, 10,000 for validation, 10,000 for test; activations are sigmoids, mini-batches have 10
pictures.

Steps are taken by `backprop=fused` where Numba is installed: the same gradient and the same steps,
compiled into one loop, in float32. The accuracy on training samples is that of 1,000 of them."""


def _overview(judged: Sequence[Judged]) -> str:
    lines = [
        "| row | published | selected | ours, selected so | agrees | verdict |",
        "|---|---|---|---|---|---|",
    ]
    for row in judged:
        for place, compared in enumerate(row.compared):
            name = f"[{row.row.name}](#{row.row.name})" if not place else ""
            verdict = f"**{row.verdict.value}**" if not place else ""
            cells = [name, *_comparison(compared), verdict]
            lines.append(f"| {' | '.join(cells)} |")
    counts: dict[str, int] = {}
    for row in judged:
        counts[row.verdict.value] = counts.get(row.verdict.value, 0) + 1
    told = ", ".join(f"{number} {verdict}" for verdict, number in counts.items())
    return "\n".join([*lines, "", f"{len(judged)} rows: {told}."])


def _comparison(compared: Compared) -> tuple[str, str, str, str]:
    published = compared.published
    selection = published.at.value + _of(published.metrics)
    ours = "; ".join(
        (f"{_how(how)}: " if len(compared.ours) > 1 else "") + _short(values, published.metrics[0])
        for how, values in compared.ours.items()
    )
    agrees = "yes" if compared.agrees else "no"
    if compared.agrees and len(compared.ours) > 1:
        agrees = f"yes: {', '.join(_how(how) for how in compared.agreeing)}"
    return _published(compared), selection, ours or NONE, agrees if compared.ours else NONE


def _of(metrics: Sequence[str]) -> str:
    if metrics[0].startswith("delta_norm"):
        return f", hidden layer {int(metrics[0].rpartition('_')[2]) - 1}"
    return f", {' or '.join(metric.partition('/')[0] for metric in metrics)}"


def _how(how: tuple[At, str]) -> str:
    at, metric = how
    return f"{at.value.removesuffix(' epoch')}, {metric.partition('/')[0]}"


def _published(compared: Compared) -> str:
    published = compared.published
    if _is_norm(published.metrics[0]):
        return f"{published.value:.4f}"
    digits = 2 if published.half_digit < 0.0001 else 1 if published.half_digit < 0.001 else 0
    return f"{100 * published.value:.{digits}f}"


def _is_norm(metric: str) -> bool:
    return metric.startswith("delta_norm")


def _short(values: Sequence[float], metric: str) -> str:
    """Return the mean, the spread, and the lowest and the highest number."""
    if _is_norm(metric):
        found = summarize(values)
        return f"{found.mean:.4f} ± {found.sd:.4f} ({found.lowest:.4f} to {found.highest:.4f})"
    found = summarize(100 * value for value in values)
    return f"{found.mean:.2f} ± {found.sd:.2f} ({found.lowest:.2f} to {found.highest:.2f})"


def _section(row: Judged) -> str:
    failed = [run for run in row.runs if not run.finished]
    lines = [f"### {row.row.name}", "", f"Chapter {row.row.chapter}: {row.row.settings}. "]
    lines[-1] += f"Not said: {row.row.unsaid}."
    norms = _is_norm(row.row.published[0].metrics[0])
    lines += ["", *(_norms(row) if norms else _accuracies(row.finished)), ""]
    lines += [f"- {_sentence(compared)}" for compared in row.compared]
    lines += [f"- check: {what}: {_held(held)}" for what, held in row.checks]
    seconds = summarize(run.seconds for run in row.finished)
    lines += [
        f"- {len(row.finished)} runs finished"
        + (f", {len(failed)} did not ({_statuses(failed)})" if failed else "")
        + (f"; a run takes {seconds.mean:.0f} s" if row.finished else ""),
        f"- **{row.verdict.value}**",
        "",
        f"```text\n{single_command(row.row)}\n```",
    ]
    return "\n".join(lines)


def _statuses(failed: Iterable[SeedRun]) -> str:
    return ", ".join(f"seed {run.seed} {run.status}" for run in failed)


def _held(held: bool | None) -> str:
    return "the other row was not run" if held is None else "yes" if held else "**no**"


def _sentence(compared: Compared) -> str:
    published = compared.published
    text = f"published: {_published(compared)}{'' if _is_norm(published.metrics[0]) else '%'}, "
    text += published.at.value + _of(published.metrics)
    for how, values in compared.ours.items():
        low, high = limits(values, published.half_digit)
        bounds = (
            f"{low:.4f} to {high:.4f}"
            if _is_norm(published.metrics[0])
            else f"{100 * low:.2f} to {100 * high:.2f}%"
        )
        word = "agrees" if how in compared.agreeing else "does not agree"
        split = "" if _is_norm(how[1]) else f", {how[1].partition('/')[0]}"
        text += f"; {word} with ours ({how[0].value}{split}), {bounds}"
    return text


def _accuracies(runs: Sequence[SeedRun]) -> list[str]:
    lines = ["| | last epoch | best on validation | peak on test |", "|---|---|---|---|"]
    for split in ("validation", "test"):
        metric = f"{split}/accuracy"
        columns: list[list[float | None]] = [
            [run.value(metric, LAST) for run in runs],
            [run.at_best_validation(split) for run in runs],
            [run.value(metric, PEAK) if split == "test" else None for run in runs],
        ]
        lines.append(f"| {split} | {' | '.join(map(_interval, columns))} |")
    return lines


def _interval(values: Iterable[float | None]) -> str:
    found = summarize(100 * value for value in values if value is not None)
    return _told(found, 2) if found.n else NONE


def _told(found: Summary, digits: int) -> str:
    text = f"{found.mean:.{digits}f} ± {found.sd:.{digits}f}"
    if found.interval:
        text += f" [{found.interval.low:.{digits}f}, {found.interval.high:.{digits}f}]"
    return text


def _norms(row: Judged) -> list[str]:
    lines = ["| hidden layer | published | ours |", "|---|---|---|"]
    for number, compared in enumerate(row.compared, 1):
        values = [value for found in compared.ours.values() for value in found]
        ours = _told(summarize(values), 4) if values else NONE
        lines.append(f"| {number} | {_published(compared)} | {ours} |")
    return lines


def environments(judged: Iterable[Judged]) -> dict[str, str]:
    """Return what the runs were carried out with, each in words; several where they differ."""
    found: dict[str, dict[str, None]] = {}
    for run in (run for row in judged for run in row.runs if run.folder):
        assert run.folder is not None
        try:
            values: dict[str, Any] = json.loads((run.folder / "environment.json").read_text())
        except (OSError, ValueError):
            continue
        packages = ", ".join(f"{name} {version}" for name, version in values["packages"].items())
        blas = ", ".join(
            f"{library['library']} {library['version']} ({library['kernels']})"
            for library in values["blas"]
        )
        for key, text in (
            ("Python", values["python"]),
            ("packages", packages),
            ("BLAS", blas),
            ("data", f"fingerprint {values['data']}"),
        ):
            found.setdefault(key, {})[text] = None
    return {key: "; ".join(texts) for key, texts in found.items()} | {"machine": machine()}


def machine() -> str:
    """Return the processor's name and how many of its cores there are."""
    name = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next(line.partition(":")[2].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        pass
    return f"{name}, {platform.machine()}, {os.cpu_count()} cores, {platform.system()}"


def _environment(judged: Sequence[Judged], environment: Mapping[str, str]) -> str:
    runs = [run for row in judged for run in row.runs]
    total = sum(run.seconds for run in runs)
    lines = [
        f"All {len(runs)} runs together take {total / 60:.0f} minutes of the clock, each counted "
        "by itself, from its first step to its end with the evaluations; with several at a time "
        "it is less. Other work may go on meanwhile: it is no benchmark.",
        "",
    ]
    return "\n".join([*lines, *(f"- {key}: {text}" for key, text in environment.items())])
