"""Puts Hydra's and OmegaConf's errors into one message: what, where, what is allowed."""

from __future__ import annotations

import re
import shlex
import sys
import traceback
from collections.abc import Iterator

from hydra.errors import HydraException, MissingConfigException, OverrideParseException
from omegaconf.errors import (
    ConfigAttributeError,
    ConfigKeyError,
    ConfigTypeError,
    OmegaConfBaseException,
)

from bpframe.cli.experiments import experiments
from bpframe.cli.overrides.text import read_override
from bpframe.cli.schema import nodes
from bpframe.cli.unknown_options import unknown_option
from bpframe.core.metric import Metric
from bpframe.errors import BpframeError, ConfigError, did_you_mean
from bpframe.options import asked_for
from bpframe.plugins.registry import Registry

READERS = {"antlr4", "hydra", "omegaconf"}
OURS = {"bpframe"}


def translate(error: Exception, registry: Registry) -> BpframeError:
    """Return the `BpframeError` that says what was meant."""
    if isinstance(error, BpframeError):
        return error
    if isinstance(error, OSError) and error.filename:
        return ConfigError(f"cannot read or write {error.filename}: {error.strerror}")
    if isinstance(error, OverrideParseException):
        return _unreadable(str(error.override), registry)
    for link in _chain(error):
        if isinstance(link, OmegaConfBaseException):
            return ConfigError(_of_omegaconf(error, link, registry))
        # A whole number of hundreds of digits, which OmegaConf hands on as Python's own error.
        if isinstance(link, OverflowError) and (key := re.search(r"full_key: (\S+)", str(link))):
            return ConfigError(f"{key[1]}: {str(link).splitlines()[0]}")
        if isinstance(link, MissingConfigException):
            return ConfigError(_missing_file(link, registry))
    lines = (line.strip() for line in str(error).splitlines())
    kept = (line for line in lines if line and not re.search("hydra.cc|^To append", line))
    message = _of_hydra("; ".join(kept))
    override = getattr(error, "override", None)
    if override and override not in message:
        message = f"'{override}': {message}"
    # Runs catch their own errors, so what arrives here was raised over the command line, by
    # Hydra, which also has its ValueErrors and assertions for wrong input.
    if not isinstance(error, HydraException):
        reason = message or "a value in it is not allowed"
        message = f"'{' '.join(sys.argv[1:])}' cannot be read: {reason}"
    return ConfigError(message)


def _unreadable(word: str, registry: Registry) -> ConfigError:
    try:
        line = str(read_override(word, registry).input_line)
    except ConfigError as error:
        return error
    return ConfigError(f"'{word}' cannot be read; it is written {shlex.quote(line)}")


def is_about_input(error: Exception) -> bool:
    """Return whether Hydra or OmegaConf raised an error, over what it was given."""
    # Hydra's error for a choice that does not exist is an OSError, too.
    if isinstance(error, BpframeError | HydraException):
        return True
    if isinstance(error, OSError):
        # Without a file's name it is about a stream, such as a pipe whose reader has left.
        return error.filename is not None
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    packages = [str(f.f_globals.get("__name__")).partition(".")[0] for f in frames]
    return next((p in READERS for p in reversed(packages) if p in READERS | OURS), False)


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link:
        yield link
        link = link.__cause__ or link.__context__


def _of_omegaconf(error: Exception, cause: OmegaConfBaseException, registry: Registry) -> str:
    place, reason = _place(error, cause), str(cause).splitlines()[0]
    if isinstance(cause, ConfigKeyError | ConfigAttributeError):
        return unknown_option(place, str(cause.key), cause.parent_node, registry)
    if isinstance(cause, ConfigTypeError) and "does not support deletion" in reason:
        return f"'{place}' cannot be taken away; write {place}=VALUE to change it"
    if "is not Optional" in reason:
        return f"{place} cannot be null: it must have a value"
    mixed = "is not a ListConfig, list or tuple|Cannot merge DictConfig with List"
    # Hydra says the same of a section that is given a list.
    if re.search(mixed, reason) and place not in nodes():
        return f"{place} is a list: write it in square brackets, such as {place}={_as_list(place)}"
    if "Cannot merge DictConfig" in reason:
        return f"{place} has options of its own: write {place}.OPTION=VALUE"
    reason = reason.replace("ListConfig", "list").replace("DictConfig", "mapping")
    return f"{place}: {reason}" if place else reason


def _as_list(key: str) -> str:
    """Return the value that was given to a key on the command line, as a list."""
    return f"[{asked_for(sys.argv).get(key, 'VALUE,VALUE')}]"


def _place(error: Exception, cause: OmegaConfBaseException) -> str:
    """Return the key that is wrong; one inside a list, which has no full key, behind the list's."""
    key = str(cause.full_key or "")
    found = re.match(r"(?:Error merging override|Could not override) '?([\w.@/]+)", str(error))
    if not found or key.startswith(found[1]) or found[1].startswith(key + "."):
        return key
    return f"{found[1]}: {key}".rstrip(": ")


def _of_hydra(message: str) -> str:
    """Return a message of Hydra's in the words of this command line."""
    if found := re.match(r"(?:In '.*': )?Could not override '(.+?)'\.(.*)", message):
        known = re.findall(r"[\w/]+(?:@[\w.]+)?", found[2].partition("override ")[2])
        known = [word for word in known if word not in ("one", "of")]
        place = f"there is no '{found[1]}'"
        if not known:
            return f"{place} in the configuration.{_with_dots(found[1])}"
        return f"{place}; known are {', '.join(known)}.{did_you_mean(found[1], known)}"
    if found := re.match(r"Ambiguous value for argument '(.+?)';", message):
        key, _, values = found[1].partition("=")
        return (
            f"{found[1]} gives several values: add -m (--multirun) to run each of them; a list is "
            f"written {key}=[{values}], and a text with a comma '{key}=\"{values}\"'"
        )
    if found := re.match(r"Sweep parameters '(.+?)' requires --multirun", message):
        return f"{found[1]} gives several values: add -m (--multirun) to run each of them"
    return message


def _with_dots(key: str) -> str:
    if key.partition(".")[0] == Metric.kind:
        return " Metrics are chosen with metrics=[NAME,…]."
    return f" Did you mean '{key.replace('/', '.')}'?" if "/" in key else ""


def _missing_file(error: MissingConfigException, registry: Registry) -> str:
    group, _, name = str(error.missing_cfg_file).rpartition("/")
    known = list(error.options or [])
    if not group:
        return str(error).strip().splitlines()[0]
    if group.partition("/")[0] == "experiment":
        # Hydra knows those of one folder alone.
        name = f"{group}/{name}".partition("/")[2]
        group, known = "experiment", list(dict.fromkeys([*known, *experiments()]))
    near = registry.suggestion(group, name) if group in registry.entries else ""
    near = near or did_you_mean(name, known)
    return f"there is no {group} '{name}'; known are {', '.join(known)}.{near}"
