"""Makes the files of a project from the templates, and writes them whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from importlib.resources import files as resources
from pathlib import Path
from string import Template
from uuid import uuid4

import bpframe
from bpframe.errors import ConfigError
from bpframe_new.kinds import KINDS, OBSERVER
from bpframe_new.names import class_name


def files_of(name: str, kind: str) -> dict[str, str]:
    """Return the files of a project by their paths in it.

    Parameters
    ----------
    name : str
        Of the project, its package and its component.
    kind : str
        One of `KINDS`.
    """
    made = KINDS[kind]
    words = {
        "name": name,
        "Class": class_name(name),
        "distribution": name.replace("_", "-"),
        "version": bpframe.__version__,
        "kind": kind,
        "hook": made.hook,
        "Base": made.base,
        "chosen": made.chosen(name),
        "example": made.example(name),
        "option": made.field.removesuffix("_"),
        "other": f"{made.field}={made.other}",
        "wrong": f"{made.field}={made.wrong}",
    }
    package = f"src/{name}"
    templates = {
        "README.md": "README.md",
        "pyproject.toml": "pyproject.toml",
        ".gitignore": "gitignore",
        f"{package}/__init__.py": "package.py",
        f"{package}/{kind}.py": f"{kind}.py",
        f"{package}/py.typed": "py.typed",
        f"{package}/plugin.py": "observer_plugin.py" if kind == OBSERVER else "plugin.py",
        f"tests/test_{name}.py": "tests.py",
    }
    folder = resources("bpframe_new") / "templates"
    return {
        path: Template((folder / f"{template}.template").read_text("utf-8")).substitute(words)
        for path, template in templates.items()
    }


def write_project(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files aside, and rename the folder into place.

    Raises
    ------
    ConfigError
        If it cannot be written; nothing is left behind.
    """
    try:
        aside = folder.with_name(f".{folder.name}.{uuid4().hex}")
        aside.mkdir()
        try:
            for path, text in files.items():
                file = aside / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, "utf-8")
            aside.rename(folder)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
    except OSError as error:
        raise ConfigError(f"cannot write {folder}: {error.strerror}") from error
