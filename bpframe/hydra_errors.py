"""Hydra's and OmegaConf's errors in one message: what, where, what is allowed."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from hydra.errors import HydraException, MissingConfigException, OverrideParseException
from omegaconf import DictConfig
from omegaconf.errors import ConfigAttributeError, ConfigKeyError, OmegaConfBaseException

from bpframe.errors import BpframeError, ConfigError, did_you_mean


def translate(error: Exception) -> BpframeError:
    """Return the `BpframeError` that says what was meant."""
    if isinstance(error, BpframeError):
        return error
    if isinstance(error, OSError) and error.filename:
        return ConfigError(f"cannot read or write {error.filename}: {error.strerror}")
    for link in _chain(error):
        if isinstance(link, ConfigKeyError | ConfigAttributeError):
            return ConfigError(_unknown_key(link, _place(error, link)))
        if isinstance(link, OmegaConfBaseException):
            place = _place(error, link)
            return ConfigError((f"{place}: " if place else "") + str(link).splitlines()[0])
        # A whole number of hundreds of digits, which OmegaConf hands on as Python's own error.
        if isinstance(link, OverflowError) and (key := re.search(r"full_key: (\S+)", str(link))):
            return ConfigError(f"{key[1]}: {str(link).splitlines()[0]}")
        if isinstance(link, MissingConfigException):
            return ConfigError(_unknown_option(link))
    lines = (line.strip() for line in str(error).splitlines())
    message = "; ".join(line for line in lines if line and "hydra.cc" not in line)
    override = getattr(error, "override", None)
    if override and override not in message:
        message = f"'{override}': {message}"
    if isinstance(error, OverrideParseException):
        message += ". A text with brackets or blanks wants quotes of its own: 'KEY=\"sin(z)\"'"
    # Runs catch their own errors, so what arrives here was raised over the command line, by
    # Hydra, which also has its ValueErrors and assertions for wrong input.
    if not isinstance(error, HydraException):
        message = f"'{' '.join(sys.argv[1:])}' cannot be read: {message or repr(error)}"
    return ConfigError(message)


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link:
        yield link
        link = link.__cause__ or link.__context__


def _place(error: Exception, cause: OmegaConfBaseException) -> str:
    """Return the key that is wrong; one inside a list, which has no full key, behind the list's."""
    key = str(cause.full_key or "")
    found = re.match(r"(?:Error merging override|Could not override) '?([\w.@/]+)", str(error))
    return key if not found or key.startswith(found[1]) else f"{found[1]}: {key}".rstrip(": ")


def _unknown_key(error: OmegaConfBaseException, full_key: str) -> str:
    parent = error.parent_node
    known = [str(key) for key in parent if key != "hydra"] if isinstance(parent, DictConfig) else []
    key = str(error.key)
    within = [k for k in known if isinstance(parent[k], DictConfig) and key in parent[k]]
    if within:
        return f"there is no '{full_key}'. Did you mean '{within[0]}.{key}'?"
    where = full_key.removesuffix(key).rstrip(".: ") or "the configuration"
    return (
        f"there is no '{full_key}'; {where} has {', '.join(known) or 'no options'}."
        + did_you_mean(key, known)
    )


def _unknown_option(error: MissingConfigException) -> str:
    group, _, name = str(error.missing_cfg_file).rpartition("/")
    known = list(error.options or [])
    if not group:
        return str(error).strip()
    return f"there is no {group} '{name}'; known are {', '.join(known)}.{did_you_mean(name, known)}"
