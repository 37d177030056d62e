"""A sweep: many runs that one command line asks for, as the life-cycle plugins see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bpframe.files import write_whole
from bpframe.outcome import Outcome
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
    status: str = "unfinished"
    outcomes: list[Outcome] = field(default_factory=list)
    artifacts: list[Path] = field(default_factory=list)
    notes: list[Any] = field(default_factory=list)

    def save(self, name: str, content: bytes) -> None:
        """Write a file into the sweep's folder, whole or not at all, and keep it as an artifact.

        Raises
        ------
        WriteError
            If it cannot be written.
        """
        path = self.folder / name
        write_whole(path, content)
        self.artifacts.append(path)
