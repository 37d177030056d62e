"""What a run of a sweep costs beyond its training: CPU, by what watches it, and memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile

from rounds import environment

RUNS = 200
FEW = 20
TRAINING = ["trainer.epochs=1", "optimizer.learning_rate=2"]
QUIET = ["tracking=none", "plots=none", "report=none", "console=none"]
KINDS = {
    "nothing but the runs": QUIET,
    "with the console": [word for word in QUIET if not word.startswith("console")],
    "with MLflow": [*(w for w in QUIET if not w.startswith("tracking")), "tracking.wait=600"],
    "with pictures": [word for word in QUIET if not word.startswith("plots")],
    "in two processes": [*QUIET, "hydra/launcher=joblib", "hydra.launcher.n_jobs=2"],
}
# The same training without a command line.
ALONE = """\
import sys, time
from bpframe import Network, Trainer, stream
from bpframe_activations import Sigmoid
from bpframe_backprop import FullMatrix
from bpframe_costs import Quadratic
from bpframe_data import Digits
from bpframe_initializers import DeepNormal
from bpframe_optimizers import SGD

runs = int(sys.argv[1])
for seed in range(runs + 1):
    if seed == 1:
        begin = time.process_time()
    data = Digits().load(stream(seed, "split"))
    network = Network([64, 30, 10], Sigmoid(), DeepNormal(), seed=seed)
    trainer = Trainer(network, Quadratic(), FullMatrix(), SGD(2.0), seed=seed, epochs=1)
    for _ in trainer.train(data):
        pass
    trainer.evaluate(data, data.test)
    trainer.evaluate(data, data.test)
print((time.process_time() - begin) / runs)
"""


def report(rounds: int) -> list[str]:
    """Return the section as lines of Markdown."""
    with environment({"OPENBLAS_NUM_THREADS": "1"}):
        alone = min(training_alone() for _ in range(rounds))
        lines = [
            "## A run of a sweep",
            "",
            f"Digits, one epoch: {alone * 1000:.1f} ms of CPU for data, training and evaluation "
            f"alone. A sweep of {RUNS} runs beside one of {FEW}, so that what a sweep costs once "
            f"is left out; the least of {rounds} rounds.",
            "",
            "| sweep | ms of CPU a run | beyond its training | MB of memory more at the end |",
            "|---|---|---|---|",
        ]
        for name, words in KINDS.items():
            found = [run_cost(words) for _ in range(rounds)]
            cpu, memory = min(cost for cost, _ in found), min(size for _, size in found)
            lines.append(
                f"| {name} | {cpu * 1000:.1f} | {(cpu - alone) * 1000:.1f} | {memory:.1f} |"
            )
    return [*lines, ""]


def training_alone() -> float:
    """Return the CPU seconds of a training without a command line."""
    command = [sys.executable, "-c", ALONE, str(RUNS)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def run_cost(words: list[str]) -> tuple[float, float]:
    """Return the CPU seconds of one more run, and the MB that many take more than few."""
    (few, small), (many, large) = (sweep_cost(words, runs) for runs in (FEW, RUNS))
    return (many - few) / (RUNS - FEW), large - small


def sweep_cost(words: list[str], runs: int) -> tuple[float, float]:
    """Return the CPU seconds of a sweep with all its processes, and the MB of the largest one."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bpframe", "-m", f"seed=range({runs})", *TRAINING, *words]
        before = children()
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        if status:
            raise SystemExit(f"{' '.join(command)} ended with {status}")
        # What its own processes have used stands among those of this one's children.
        return children() - before, used.ru_maxrss / 1024


def children() -> float:
    """Return the CPU seconds of all processes that have ended below this one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    print("\n".join(report(int(sys.argv[1]) if sys.argv[1:] else 1)))
