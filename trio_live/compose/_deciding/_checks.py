"""Checks of what a model says: each is told a text, and gives the reason why it must not go out, or nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Final, NoReturn, TypeAlias

from trio_live.errors import ConfigError

TextCheck: TypeAlias = Callable[[str], str | None]
"""The text → what is wrong with it; ``None`` for nothing."""

_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE: Final = re.compile(r"(?<![\w.])\+?\d(?:[\s().-]{0,2}\d){8,14}(?!\w)")
"""Nine digits or more with what people set between them; a price, a year and a time have fewer."""
_TOKEN: Final = 4


def whole_number(what: str, number: int) -> int:
    """A whole number above 0.

    Raises:
        ConfigError: it is none.
    """
    if type(number) is not int or number < 1:
        raise ConfigError(f"{what} takes a whole number above 0, not {number!r}")
    return number


def length_of(least: int, most: int | None) -> TextCheck:
    """So many characters."""
    if least < 0 or (most is not None and most < least):
        raise ConfigError(f"G.length is from 0 upwards, not from {least!r} to {most!r}")

    def check(text: str) -> str | None:
        if len(text) < least:
            return f"{len(text)} characters, fewer than {least}"
        if most is not None and len(text) > most:
            return f"{len(text)} characters, more than {most}"
        return None

    return check


def matching(pattern: str, *, must_match: bool) -> TextCheck:
    """A regular expression that must not be found, or must."""
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise ConfigError(f"G.regex: {pattern!r} is no regular expression: {error}") from None

    def check(text: str) -> str | None:
        if (compiled.search(text) is None) is must_match:
            return f"does not match {pattern!r}" if must_match else f"matches {pattern!r}"
        return None

    return check


def within_budget(tokens: int) -> TextCheck:
    """About so many tokens."""
    if tokens < 1:
        raise ConfigError(f"G.budget is a number of tokens above 0, not {tokens!r}")
    return lambda text: (
        None if len(text) <= tokens * _TOKEN else f"about {-(-len(text) // _TOKEN)} tokens, more than {tokens}"
    )


def is_json(text: str) -> str | None:
    """It is JSON."""
    try:
        json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        return f"no JSON: {error}"
    return None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is a number of Python's alone")


def no_personal_data(text: str) -> str | None:
    """No mail address, and no telephone number."""
    if _MAIL.search(text):
        return "holds a mail address"
    return "holds a telephone number" if _PHONE.search(text) else None


def off_topics(denied: Iterable[str]) -> TextCheck:
    """None of these words, in whatever case."""
    words = tuple(denied)
    if not words or not all(words):
        raise ConfigError("G.topic needs the topics that are denied")
    return lambda text: next((f"speaks of {word!r}" for word in words if word.casefold() in text.casefold()), None)
