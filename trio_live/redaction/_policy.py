"""One policy says what is hidden, for every way out of a session.

Numbers are looked at first, the longest way that groups of digits can be joined by single spaces or dashes: a card number
(13 to 19 digits whose check digit is right) becomes its last four digits, another long number a mask. Then come the
patterns of the program. What was redacted once stays as it is when it is redacted again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Final

import attrs

from trio_live._values import value

HIDDEN_NUMBER: Final = "[redacted number]"
"""What stands in the place of a long number that is no card's."""

CARD_DIGITS: Final = range(13, 20)
"""So many digits a card number has."""

_RUN: Final = re.compile(r"\[card ending \d{4}\]|\d(?:[ -]?\d)*")
_GROUPS: Final = re.compile(r"\d+|[ -]")
_DEEPEST: Final = 64  # of JSON that is looked through; what is deeper is hidden whole


@value(kw_only=True, slots=False)
class Redaction:
    """What is hidden wherever something leaves a session."""

    cards: bool = True
    """Card numbers: ``[card ending 1111]``."""
    digits: int | None = None
    """Numbers of at least so many digits: ``[redacted number]``; ``None``: no others."""
    patterns: tuple[tuple[str, str], ...] = ()
    """Regular expressions, each with what takes the place of what it finds."""
    keys: frozenset[str] = frozenset()
    """Keys of the State whose values are hidden whole."""
    keep_media: bool = False
    """Whether recordings keep sound and pictures, in which everything can still be heard and seen."""

    @property
    def is_active(self) -> bool:
        """Whether there is anything to hide."""
        return self.cards or self.digits is not None or bool(self.patterns or self.keys)

    @property
    def hides_numbers(self) -> bool:
        """Whether numbers are looked at."""
        return self.cards or self.digits is not None

    @cached_property
    def _compiled(self) -> list[tuple[re.Pattern[str], str]]:
        return [(re.compile(pattern), mask) for pattern, mask in self.patterns]

    def text(self, text: str) -> str:
        """The text without what is to be hidden."""
        if self.hides_numbers:
            text = _RUN.sub(self._run, text)
        for pattern, mask in self._compiled:
            text = pattern.sub(mask, text)
        return text

    def json(self, found: Any, depth: int = 0) -> Any:
        """The same of everything in a JSON value that was ``found`` at a depth, 0 outermost; keys of objects stay."""
        match found:
            case str():
                return self.text(found)
            case bool() | None | float():
                return found
            case int():
                shown = str(found)
                hidden = self.text(shown)
                return found if hidden == shown else hidden
            case Mapping() | list() | tuple() if depth >= _DEEPEST:
                return HIDDEN_NUMBER
            case Mapping():
                return {name: self.json(each, depth + 1) for name, each in found.items()}
            case list() | tuple():
                return type(found)(self.json(each, depth + 1) for each in found)
            case _:
                return found

    def fields(self, record: Any) -> Any:
        """A record (a frozen attrs value) whose texts and JSON are redacted; the same one if nothing had to be."""
        changes = {}
        for field in attrs.fields(type(record)):
            before = getattr(record, field.name)
            if isinstance(before, str | dict | list | tuple) and (after := self.json(before)) != before:
                changes[field.name] = after
        return attrs.evolve(record, **changes) if changes else record

    def _run(self, found: re.Match[str]) -> str:
        run = found[0]
        if run.startswith("["):
            return run
        pieces = _GROUPS.findall(run)
        hidden, at = [], 0
        while at < len(pieces):
            end = self._end_of_card(pieces, at) if self.cards else at
            if end > at:
                hidden.append(f"[card ending {_digits(pieces[at:end])[-4:]}]")
            else:
                end = at + 1
                hidden.append(pieces[at])
            at = end
        return "".join(self._numbers(hidden))

    def _end_of_card(self, pieces: list[str], start: int) -> int:
        """Where the longest card number ends that begins with this group; ``start`` if none does."""
        best, digits = start, ""
        for end in range(start, len(pieces)):
            if not pieces[end].isdigit():
                continue
            digits += pieces[end]
            if len(digits) >= CARD_DIGITS.stop or (end == start and not digits):
                break
            if len(digits) in CARD_DIGITS and is_card(digits):
                best = end + 1
        return best if pieces[start].isdigit() else start

    def _numbers(self, pieces: Iterable[str]) -> Iterable[str]:
        """What is left of a run between its cards, as masks where it is long enough."""
        rest: list[str] = []
        for piece in (*pieces, ""):
            if piece[:1].isdigit() or piece in {" ", "-"}:
                rest.append(piece)
                continue
            yield self._number(rest)
            rest = []
            yield piece

    def _number(self, rest: list[str]) -> str:
        whole = "".join(rest)
        if self.digits is None or len(_digits(rest)) < self.digits:
            return whole
        inner = whole.strip(" -")
        before, after = whole.split(inner, 1)
        return f"{before}{HIDDEN_NUMBER}{after}"


def _digits(pieces: Iterable[str]) -> str:
    return "".join(piece for piece in pieces if piece.isdigit())


def is_card(digits: str) -> bool:
    """Whether the check digit of a number is that of a card (Luhn)."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0  # noqa: PLR2004  # the rule's own numbers
