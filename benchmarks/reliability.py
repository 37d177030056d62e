"""Does a sweep lose anything? Each sub-command is a figure of docs/reliability.md.

Exit code 1 says that something is lost, stands twice, or is left behind.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from browser import look
from commands import Commands, cpu_seconds, wait_until
from store_counts import differences, held, total, written

SHORT = ("data=xor", "trainer.epochs=2", "plots=none", "report=none")
# No epoch's time is that of bpframe, so that a trouble has time to come and go.
SLOW = """\
import time
import bpframe

@bpframe.hookimpl
def bpframe_epoch_end(run, epoch):
    time.sleep(0.1)
"""
LONG = ("data=digits", "network.hidden=[60]", "trainer.epochs=40", "plots=none")
GOES_ON = ("checkpoint=every", "trainer.resume=auto")
# Each kind of training remembers something else between two steps.
SINGLE = (
    ("network.dropout=0.5", "optimizer=momentum", "optimizer.learning_rate=0.1"),
    ("backprop=fused", "optimizer.learning_rate=0.5"),
    ("optimizer.learning_rate=auto",),
    ("optimizer=adam", "optimizer.learning_rate=0.01", "schedule=cosine"),
)
SWEEPS = (
    ("seed=range(3)", "activation=sigmoid,tanh"),
    ("seed=range(3)", "activation=sigmoid,tanh", "hydra/launcher=joblib"),
)
TARGETS = ("command", "recorder", "everything")
WITHOUT_PRIVILEGE = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


def judged(
    what: str,
    folder: Path,
    store: Path,
    lost: list[str],
    left: list[int],
    files: Path | None = None,
) -> int:
    """Print what is in a store, and what is lost; return the exit code."""
    found = held(store, files)
    lost += differences(folder, found)
    if running := found.statuses["RUNNING"]:
        lost.append(f"{running} are RUNNING")
    if left:
        lost.append(f"processes are left: {left}")
    print(f"{what}: in the folders {total(written(folder))}; in the store {total(found.finished)}")
    print(f"  sweeps {found.parents}, children {found.children}, {dict(found.statuses)}")
    print("\n".join(f"  LOST {line}" for line in lost[:10]) or "  nothing lost, nothing twice")
    return int(bool(lost))


# 1. Many runs into one fresh store.


def jobs(work: Commands, options: argparse.Namespace) -> int:
    """Carry out a sweep of short runs in several processes, into a store that is not there yet."""
    began = time.monotonic()
    with cpu_seconds() as cpu:
        code = work.run(*_many(options.runs), "hydra.sweep.dir=sweep")
        left = work.left()
    took = time.monotonic() - began
    lost = [f"exit code {code}"] if code else []
    at_once = held(work.store)
    if (len(at_once.finished), at_once.children) != (options.runs, options.runs):
        lost.append(f"{at_once.children} children before any `bpframe sync`")
    print(f"{options.runs} runs: {took:.0f} s, {cpu[0]:.0f} CPU seconds of all processes")
    return judged("jobs", work.folder / "sweep", work.store, lost, left)


def _many(number: int) -> tuple[str, ...]:
    return ("-m", *SHORT, f"seed=range({number})", "hydra/launcher=joblib")


def cost(work: Commands, options: argparse.Namespace) -> int:
    """Print the CPU seconds of a run in a sweep, beyond those of a sweep of a few."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    kinds = {
        "without tracking": "tracking=none",
        "with its journal, the server down": f"tracking.uri=http://127.0.0.1:{port}",
        "with tracking": "tracking.uri=sqlite:///mlflow.db",
    }
    few = 10
    for name, word in kinds.items():
        seconds = []
        for number in (few, few + options.runs):
            folder = f"{word[-4:]}{number}".replace("/", "")
            with cpu_seconds() as cpu:
                work.run(*_many(number), word, f"hydra.sweep.dir={folder}")
                work.left()
            seconds.append(cpu[0])
        each = (seconds[1] - seconds[0]) / options.runs
        print(f"{name}: {each:.3f} CPU seconds a run, and {seconds[0] - few * each:.1f} once")
    return 0


# 2. SIGKILL at any moment.


class Undisturbed(NamedTuple):
    """What commands give that nobody kills, and how long they take."""

    numbers: list[str]
    seconds: float


def kills(work: Commands, options: argparse.Namespace) -> int:
    """Kill runs and sweeps at random moments, go on with them, and compare their ends."""
    chance = random.Random(options.seed)
    print(f"seed of the moments: {options.seed}")
    killed, code = 0, 0
    references: dict[tuple[str, ...], Undisturbed] = {}
    kinds = [words for pair in zip(SINGLE, SWEEPS * 2, strict=True) for words in pair]
    number = 0
    while killed < options.kills:
        words = kinds[number % len(kinds)]
        if words not in references:
            references[words] = _undisturbed(work.folder / f"whole{number}", words)
        again = Commands(work.folder / f"again{number}")
        times = min(chance.choice((1, 2, 3)), options.kills - killed)
        killed += times
        code |= _killed(again, words, times, chance, references[words])
        number += 1
    print(
        f"kills: {killed} in {number} runs and sweeps: {'SOMETHING LOST' if code else 'all well'}"
    )
    return code


def _undisturbed(folder: Path, words: tuple[str, ...]) -> Undisturbed:
    work = Commands(folder)
    began = time.monotonic()
    if work.run(*_command(work, words)):
        raise SystemExit(f"{words} fails by itself")
    seconds = time.monotonic() - began
    return Undisturbed(numbers(folder), seconds)


def _killed(
    work: Commands, words: tuple[str, ...], times: int, chance: random.Random, whole: Undisturbed
) -> int:
    told = []
    for _ in range(times):
        process = work.start(*_command(work, words))
        after = chance.uniform(0, whole.seconds)
        time.sleep(after)
        target = chance.choice(TARGETS)
        part = "bpframe_mlflow.recorder" if target == "recorder" else ""
        work.kill([process.pid] if target == "command" else work.processes(part))
        told.append(f"{target} after {after:.2f}")
        if target != "recorder":
            process.wait()
        # Half of the time the next one begins while the others still look at what has happened.
        if process.wait() and chance.random() < 0.5:
            work.left()
    code = work.run(*_command(work, words))
    what = f"{' '.join(words)}, of {whole.seconds:.1f} s ({'; '.join(told)})"
    lost = [f"exit code {code}"] if code else []
    # A single run whose end was killed away had come to its end, and begins anew.
    lost += [f"other numbers: {n[:200]}" for n in set(numbers(work.folder)) ^ set(whole.numbers)]
    return judged(what, work.folder, work.store, lost, work.left())


def _command(work: Commands, words: tuple[str, ...]) -> list[str]:
    if words not in SWEEPS:
        return [*LONG, *GOES_ON, *words]
    begun = (work.folder / "sweep" / "sweep.json").exists()
    where = "sweep.resume=sweep" if begun else "hydra.sweep.dir=sweep"
    return ["-m", *LONG, "checkpoint=every", "report=none", *words, where]


def numbers(folder: Path) -> list[str]:
    """Return what the finished runs below a folder gave, but for the seconds."""
    found = []
    for file in sorted(folder.rglob("outcome.json")):
        outcome = json.loads(file.read_text())
        if outcome["status"] != "finished":
            continue
        kept = {key: outcome[key] for key in ("overrides", "job", "figures", "weights", "parts")}
        lines = (file.parent / "epochs.csv").read_text().splitlines()
        kept["epochs"] = [line.rpartition(",")[0] for line in lines]
        found.append(json.dumps(kept))
    return found


# 3. A server that is killed.


def server(work: Commands, options: argparse.Namespace) -> int:
    """Kill MLflow's server in the middle of a sweep, and start it again."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    host = Commands(work.folder / "host")
    serving = _serve(host, port)
    words = (*_many(options.runs), "hydra.sweep.dir=sweep")
    sweep = work.start(*words, f"tracking.uri=http://127.0.0.1:{port}")
    wait_until(lambda: host.statuses()["FINISHED"] >= options.runs // 5)
    os.killpg(serving.pid, signal.SIGKILL)
    serving.wait()
    host.kill(host.processes())
    before = dict(host.statuses())
    time.sleep(options.seconds)
    serving = _serve(host, port)
    code = sweep.wait()
    left = work.left()
    after = dict(host.statuses())
    synced = work.run("sync")
    again = work.run("sync")
    host.kill(host.processes())
    serving.wait()
    print(f"killed with {before} in the store; {after} without `bpframe sync`")
    codes = {"sweep": code, "sync": synced, "sync again": again}
    lost = [f"exit code of {name}: {code}" for name, code in codes.items() if code]
    return judged("server", work.folder / "sweep", host.store, lost, left, host.folder / "files")


def _serve(host: Commands, port: int) -> subprocess.Popen[str]:
    options = (
        "--workers",
        "1",
        "--port",
        str(port),
        "--backend-store-uri",
        f"sqlite:///{host.store}",
    )
    files = ("--artifacts-destination", host.folder / "files")
    process = host.start_python("mlflow", "server", *options, *files)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def answers() -> bool:
        with suppress(OSError), opener.open(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            return bool(answer.read() == b"OK")
        return False

    if not wait_until(answers):
        raise SystemExit("MLflow's server does not start")
    return process


# 4. What a machine does to a run.


def disk(work: Commands, options: argparse.Namespace) -> int:
    """Fill the disk of a store until a training has ended, then that of a run for a while."""
    with small_disk(work.folder / "disk") as small:
        inside = Commands(small / "work")
        if inside.run(*SHORT):
            raise SystemExit("the disk is too small")
        inside.left()
        words = (*_slow(work, options.epochs), f"tracking.uri=sqlite:///{inside.store}")
        codes = []
        for name, seconds in (("full_to_the_end", None), (small / "full_for_a_while", 20.0)):
            training = work.start(*words, f"hydra.run.dir={name}")
            wait_until(lambda: inside.statuses()["RUNNING"])
            fill(small)
            with suppress(subprocess.TimeoutExpired):
                training.wait(seconds)
            still = training.poll() is None
            (small / "fill").unlink()
            codes.append(training.wait())
            print(f"{name}: {'freed within the training' if still else 'freed afterwards'}")
            left = work.left()
            codes.append(work.run("sync", name))
        lost = [f"exit codes of trainings and syncs: {codes}"] if any(codes) else []
        return judged("disk", work.folder, inside.store, lost, left)


def fill(folder: Path) -> None:
    """Write a file there until nothing more can be."""
    with (folder / "fill").open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def permission(work: Commands, options: argparse.Namespace) -> int:
    """Forbid to write where the files of runs go."""
    work.run(*SHORT)
    work.left()
    (work.folder / "mlruns" / "1").chmod(0o555)
    before = WITHOUT_PRIVILEGE if os.getuid() == 0 else ()
    code = work.run(*SHORT, "seed=1", "tracking.wait=5", before=before)
    left = work.left()
    seen = dict(work.statuses())
    (work.folder / "mlruns" / "1").chmod(0o755)
    synced = work.run("sync")
    print(f"while it was forbidden: {seen}")
    codes = {"training": code, "sync": synced}
    lost = [f"exit code of {name}: {code}" for name, code in codes.items() if code]
    return judged("permission", work.folder / "outputs", work.store, lost, left)


def lock(work: Commands, options: argparse.Namespace) -> int:
    """Lock the database for a while in the middle of a training."""
    training = work.start(*_slow(work, options.epochs))
    wait_until(lambda: work.statuses()["RUNNING"])
    with closing(sqlite3.connect(work.store, isolation_level=None, timeout=60)) as other:
        other.execute("BEGIN EXCLUSIVE")
        time.sleep(options.seconds)
        still = training.poll() is None
        other.execute("ROLLBACK")
    code = training.wait()
    left = work.left()
    seen = dict(work.statuses())
    synced = work.run("sync")
    print(
        f"locked for {options.seconds:g} s, {'within' if still else 'to the end of'} the training"
    )
    print(f"without `bpframe sync`: {seen}")
    codes = {"training": code, "sync": synced}
    lost = [f"exit code of {name}: {code}" for name, code in codes.items() if code]
    return judged("lock", work.folder / "outputs", work.store, lost, left)


def _slow(work: Commands, epochs: int) -> tuple[str, ...]:
    plugin = work.folder.parent / "slow_epochs.py"
    plugin.write_text(SLOW)
    return ("-P", str(plugin), "data=xor", f"trainer.epochs={epochs}", "plots=none")


# 5. What a person sees.


def browser(work: Commands, options: argparse.Namespace) -> int:
    """Look at a sweep of six runs in MLflow's page, in Chromium, and keep screenshots."""
    lost = look(work, Path(options.screenshots))
    print(
        "\n".join(f"  LOST {line}" for line in lost) or "  six children, six curves, the pictures"
    )
    return int(bool(lost))


FIGURES: dict[str, tuple[Callable[[Commands, argparse.Namespace], int], dict[str, Any]]] = {
    "jobs": (jobs, {"runs": 500}),
    "cost": (cost, {"runs": 100}),
    "kills": (kills, {"kills": 50, "seed": 0}),
    "server": (server, {"runs": 50, "seconds": 5.0}),
    "disk": (disk, {"epochs": 300}),
    "permission": (permission, {}),
    "browser": (browser, {"screenshots": "screenshots"}),
    "lock": (lock, {"epochs": 800, "seconds": 60.0}),
}


def main(words: Sequence[str] | None = None) -> int:
    """Make a figure, in a folder that is taken away again if nothing is lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="figure", required=True)
    for name, (function, defaults) in FIGURES.items():
        command = commands.add_parser(name, help=(function.__doc__ or "").partition("\n")[0])
        for option, value in defaults.items():
            command.add_argument(f"--{option}", type=type(value), default=value)
    options = parser.parse_args(words)
    figure = FIGURES[options.figure][0]
    folder = Path(tempfile.mkdtemp(prefix="reliability."))
    work = Commands(folder / "work")
    began = time.monotonic()
    try:
        code = figure(work, options)
    finally:
        work.kill(work.processes())
    print(f"{options.figure}: {time.monotonic() - began:.0f} s, exit code {code}")
    if code:
        print(f"see {folder}")
    else:
        shutil.rmtree(folder)
    return code


if __name__ == "__main__":
    sys.exit(main())
