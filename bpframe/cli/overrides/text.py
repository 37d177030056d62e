"""The text of an override: made such that Hydra reads it as it was meant, or refused."""

from __future__ import annotations

import re
import shlex
from decimal import Decimal
from pathlib import Path
from unicodedata import category

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, Quote, QuotedString
from hydra.errors import HydraException

from bpframe.cli.overrides.option_types import declared_types
from bpframe.errors import ConfigError
from bpframe.options import key_of
from bpframe.plugins.hints import depth, scalars
from bpframe.plugins.registry import Registry

BRACKETS_AND_QUOTES = set("()[]{}'\"")
FLOAT = re.compile(r"(?<![\w.])[+-]?\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d+)?(?![\w.])")
LONGEST_INTEGER = 18  # digits, of what 64 bits hold
TEXTS = {str, Path}


def read_override(word: str, registry: Registry) -> Override:
    """Return what a word of the command line says.

    A text that Hydra's grammar has no place for, such as ``~/x`` or ``héllo``, is put into quotes;
    so is a number where a text is wanted. A whole float such as ``1e3`` becomes an integer
    where an integer is wanted.

    Raises
    ------
    ConfigError
        If it cannot be read; the message shows what to type.
    """
    key, equal, value = word.partition("=")
    name = key_of(word)
    if any(category(c) in ("Cc", "Cs") and c not in "\t\n" for c in word):
        raise ConfigError(f"'{word}' has a character in it that cannot be printed")
    if not name:
        raise ConfigError(f"'{word}' names no option: options are written KEY=VALUE")
    if not equal and key[0] != "~":
        raise ConfigError(f"'{word}' has no value: options are written KEY=VALUE")
    if value == "???":
        raise ConfigError(f"{word}: ??? stands for a value that is still to be given")
    types = declared_types(registry, name)
    wants_list = any(depth(hint) > 0 for hint in types)
    if scalars(types) == {int}:
        value = FLOAT.sub(lambda found: _integer(found[0]), value)
    if not BRACKETS_AND_QUOTES & set(value):
        as_text = bool(types) and scalars(types) <= TEXTS and not wants_list
        value = ",".join(_element(piece, as_text) for piece in value.split(","))
    try:
        return _parse(key + equal + value)
    except (HydraException, ValueError) as error:
        raise ConfigError(_explanation(word, error, wants_list)) from error


def _parse(word: str) -> Override:
    (override,) = OverridesParser.create().parse_overrides([word])
    return override


def _can_be_read(word: str) -> bool:
    try:
        _parse(word)
    except (HydraException, ValueError):
        return False
    return True


def _integer(number: str) -> str:
    exact = Decimal(number)
    if exact.adjusted() >= LONGEST_INTEGER or exact != exact.to_integral_value():
        return number
    return str(int(exact))


def _element(piece: str, as_text: bool) -> str:
    """Return one value, in quotes if it needs them."""
    text = piece.strip()
    if not text:
        return piece
    if not _can_be_read(f"key={text}"):
        return _quoted(text)
    is_number = isinstance(_parse(f"key={text}").value(), int | float)
    return _quoted(text) if as_text and is_number else piece


def _quoted(text: str) -> str:
    return QuotedString(text, Quote.double).with_quotes()


def _explanation(word: str, error: Exception, wants_list: bool) -> str:
    key, _, value = word.partition("=")
    if not _can_be_read(f"{key}=0"):
        return (
            f"'{key}' is no option's name: one has letters, digits and _, with dots between, "
            "such as trainer.epochs"
        )
    if found := re.search(r"while evaluating '.*': ((?!Unknown function).*)", str(error)):
        return f"'{word}' cannot be read: {found[1]}"
    if wants_list and re.fullmatch(r"\(.*\)", value):
        line = shlex.quote(f"{key}=[{value[1:-1]}]")
        return f"'{word}' cannot be read: a list is written in square brackets: {line}"
    if value[:1] in ("[", "{"):
        return (
            f"'{word}' cannot be read: a list is written [1,2], a mapping {{a:1,b:2}}, and a text "
            f"with brackets in it in quotes: {shlex.quote(f'{key}={_quoted(value)}')}"
        )
    line = shlex.quote(f"{key}={_quoted(value)}")
    return (
        f"'{word}' cannot be read: a text with brackets, quotes or commas in it wants quotes of "
        f"its own, and the shell's around them: {line}"
    )
