"""A sweep: many runs that one command line asks for, and how they are chosen."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bpframe.files import save
from bpframe.options import SWEEP
from bpframe.outcome import Outcome, quantity_of
from bpframe.run import Settings


@dataclass
class Sweep:
    """A sweep, from before its first run until after its last.

    Attributes
    ----------
    folder : pathlib.Path
        Where its runs have their folders, and its own files go.
    cwd : pathlib.Path
        The folder that the command was started in.
    mark : str
        A random word that the outcomes of all its runs have.
    name : str
        For people: what varies.
    overrides : list of str
        What was asked for on the command line.
    varying : list of str
        The options that have several values.
    settings : dict of Settings
        Of each section, such as ``settings["tracking"]``, as far as they do not vary.
    resumed : bool
        Whether it goes on in a folder that it had before.
    environment : dict of str
        What is put in here before the first run, the processes of all runs find among their
        environment variables, on whatever machine they are.
    higher_is_better : frozenset of str
        The metrics, without their split, of which the highest is the best.
    seed : int
        What its strategy draws from: the seed of its runs, or 0 where that varies.
    status : str
        How it ended: ``finished``, ``interrupted`` or ``failed``; ``unfinished`` before that.
    outcomes : list of Outcome
        What became of its runs, in their order; empty before the end.
    artifacts : list of pathlib.Path
        Files in `folder` that a tracker keeps.
    notes : list
        What is to be printed at the end: lines, or anything that rich can print.
    """

    folder: Path
    cwd: Path
    mark: str
    name: str = "sweep"
    overrides: list[str] = field(default_factory=list)
    varying: list[str] = field(default_factory=list)
    settings: Mapping[str, Settings] = field(default_factory=dict)
    resumed: bool = False
    environment: dict[str, str] = field(default_factory=dict)
    higher_is_better: frozenset[str] = frozenset({"accuracy"})
    seed: int = 0
    status: str = "unfinished"
    outcomes: list[Outcome] = field(default_factory=list)
    artifacts: list[Path] = field(default_factory=list)
    notes: list[Any] = field(default_factory=list)

    @property
    def metric(self) -> str | None:
        """The figure that says how good a run is, if ``sweep.metric`` names one."""
        strategy = self.settings.get(SWEEP)
        return strategy.metric if isinstance(strategy, Strategy) else None

    def save(self, name: str, content: bytes) -> None:
        """Write a file into the sweep's folder, whole or not at all, and keep it as an artifact.

        Raises
        ------
        WriteError
            If it cannot be written.
        """
        save(self.folder, name, content, self.artifacts)

    def wants_more(self, figure: str) -> bool:
        """Return whether the highest value of a figure is the best.

        Of a figure such as ``test/accuracy_peak`` the metric says so that it is one of.
        """
        return quantity_of(figure) in self.higher_is_better


@dataclass(frozen=True)
class Values:
    """An option that varies over values, such as ``seed=0,1,2``.

    Attributes
    ----------
    key : str
        The option.
    values : tuple of str
        As they are typed.
    """

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Span:
    """An option that varies between two numbers, such as ``seed=interval(0,9)``.

    Attributes
    ----------
    key : str
        The option.
    low, high : float
        The smallest and the largest number.
    whole : bool
        Whether it is a whole number: ``int(interval(0,9))``.
    logarithmic : bool
        Whether each power of ten counts alike: ``tag(log,interval(0.1,10))``.
    """

    key: str
    low: float
    high: float
    whole: bool = False
    logarithmic: bool = False


Rounds = Generator[list[dict[str, str]], list[Outcome], None]


@dataclass(frozen=True)
class Strategy(Settings):
    """How the runs of a sweep are chosen: a choice of the section ``sweep``.

    Parameters
    ----------
    resume : str, optional
        ``true``: go on with the newest sweep that this command has begun; or the folder of one.
    metric : str, optional
        The figure that says how good a run is, such as ``validation/accuracy``.
    threads : int
        How many threads share large products in each run; its weights have the same bits with any.
    """

    resume: str | None = None
    metric: str | None = None
    threads: int = 1

    def __post_init__(self) -> None:
        if self.threads < 1:
            raise ValueError(f"threads is {self.threads}; it must be 1 or more")

    @abstractmethod
    def rounds(self, sweep: Sweep, varying: list[Values | Span]) -> Rounds:
        """Yield the runs of each round, and get what became of them from ``yield``.

        A run is a dictionary with a value, as typed, for the key of each option that varies. The
        runs of one round may be carried out at the same time, and their outcomes come in the order
        of the runs.

        Parameters
        ----------
        sweep : Sweep
            The sweep. Where it is ``resumed``, runs that have finished are not carried out again:
            their outcomes are there at once.
        varying : list of Values or Span
            The options that vary, in the order in which they were typed.

        Raises
        ------
        ValueError
            If it has no use for what varies.
        """
