r"""The words in a regular expression: what somebody would have to say for it to be found.

A pattern is a tree. Walking it collects phrases: literal letters join to words, alternatives fork, and wherever *anything*
may stand (``.*``, ``\w+``, a digit) a phrase ends and another begins. ``\b(?:this is|my name is) (?P<name>\w+)`` gives
*this is* and *my name is*; the name is open, so nothing can be listened for there.

The tree comes from the parser of `re` itself. It is private to the standard library, and its shape has been the same since
Python 2; a parser of our own would have to be as right about every corner of the syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import import_module
from typing import Any, Final

MOST_PHRASES: Final = 200
"""Of one pattern. One with more alternatives is listened for in part."""
_OPEN: Final = "\0"
"""Stands for a letter that may be any."""
_GAP: Final = f" {_OPEN} "
"""Stands for words that may be any."""
_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")

_PARSER: Final[Any] = import_module("re._parser")
_LETTERS_IN_CLASS: Final = 4
"""A class of more letters than this, ``[a-z]`` for one, is as good as open."""


@lru_cache
def phrases_in(pattern: re.Pattern[str]) -> tuple[str, ...]:
    """The phrases of a pattern in their order, lower case; those that name a digit or a part of a word are left out."""
    texts = _sequence(_PARSER.parse(pattern.pattern, pattern.flags), [""])
    return tuple(dict.fromkeys(phrase for text in texts for phrase in whole_phrases(text)))


def whole_phrases(text: str) -> Iterator[str]:
    """The runs of whole words in a text that may have open places and digits in it."""
    for piece in re.split(r"[.,;:!?]+(?=\s|$)|\n", text.casefold()):
        words: list[str] = []
        for word in [*piece.strip('"()').split(), ""]:
            bare = word.strip('.,;:!?"()').replace("\u2019", "'")
            if bare and _WORD.fullmatch(bare):
                words.append(bare)
            elif words:
                yield " ".join(words)
                words = []


def _sequence(items: Iterable[Any], texts: list[str]) -> list[str]:
    """The texts, each continued in every way that the items allow."""
    for item in items:
        texts = [*dict.fromkeys(text + more for text in texts for more in _ways(item))][:MOST_PHRASES]
    return texts


def _ways(item: Any) -> list[str]:
    """The texts that one node of the tree may be found in."""
    kind, value = str(item[0]), item[1]
    match kind:
        case "LITERAL":
            return [chr(value)]
        case "SUBPATTERN":
            return _sequence(value[-1], [""])
        case "ATOMIC_GROUP":
            return _sequence(value, [""])
        case "BRANCH":
            return [way for branch in value[1] for way in _sequence(branch, [""])]
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return _repeated(*value)
        case "IN":
            return _letters(value)
        case "ANY":
            return [_GAP]
        case "AT":
            return [" "]
        case "ASSERT" | "ASSERT_NOT":
            return [""]
        case _:  # a letter that it must not be, a group once more
            return [_OPEN]


def _repeated(least: int, _most: int, inner: Iterable[Any]) -> list[str]:
    """Once is enough; where none is enough, none as well."""
    ways = _sequence(inner, [""])
    if any(_OPEN in way for way in ways):
        return [_GAP if any(" " in way for way in ways) else _OPEN]
    return ways if least else ["", *ways]


def _letters(members: list[Any]) -> list[str]:
    """What a class of letters may be: one of a few, or open."""
    kinds = [str(member[0]) for member in members]
    if set(kinds) == {"LITERAL"} and len(members) <= _LETTERS_IN_CLASS:
        return [chr(member[1]) for member in members]
    categories = {str(member[1]) for member in members if str(member[0]) == "CATEGORY"}
    if "NEGATE" not in kinds and categories <= {"CATEGORY_SPACE", "CATEGORY_NOT_WORD"} and categories:
        return [" "]
    return [_OPEN]
