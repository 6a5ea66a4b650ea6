"""The pieces of one side's transcript within one turn: which are news, and which tell again what was told.

Servers differ. Most send *deltas*, each with its own spaces; newer ones send a *whole utterance* at once; some repeat
the utterance when it is finished, or send everything so far with each piece. Vertex marks the ends: an empty frame
before the first piece, ``finished`` after the last. The rules, in this order:

1. A piece that comes *with* ``finished`` and holds the whole utterance, or begins with it, is told from there on.
2. A piece that begins with everything so far, and goes on at the edge of a word, is cumulative: told from there on.
3. A piece equal to the one before it, or to everything so far, is a repetition: not told.
4. Everything else is a delta. In particular a short word said twice is a short word said twice: rule 2 needs
   `EXTENDS_FROM` characters, rule 3 needs `REPEATS_FROM`.
"""

from __future__ import annotations

from typing import Final

EXTENDS_FROM: Final = 4
"""Shorter beginnings are no evidence: a delta may begin with the same syllable by chance."""

REPEATS_FROM: Final = 8
"""Shorter pieces are repeated by people."""

REMEMBERED: Final = 4096
"""Characters up to which an utterance is compared with; nobody sends more than that again and again."""


class Fragments:
    """One side of one turn."""

    __slots__ = ("_finished", "_last", "_so_far", "begun", "count")

    def __init__(self) -> None:
        self.begun = False
        """Whether the server has begun to transcribe this side."""
        self.count = 0
        """Pieces told; the next one has this number."""
        self._finished = False
        self._so_far: str | None = ""
        self._last = ""

    @property
    def finished(self) -> bool:
        """Whether the server has said that the newest utterance is complete. Most never say it: wait for nothing."""
        return self._finished

    def mark(self, *, finished: bool) -> None:
        """A frame without text: an utterance begins, or is finished. One that had no words was none."""
        if not finished:
            self._begin()
        self.begun = not finished or self._so_far != ""
        self._finished = finished and self.begun

    def take(self, text: str, *, finished: bool = False) -> str:
        """What of a piece is news; empty when it tells again what was told."""
        if self._finished:
            self._begin()
        news = _beyond(self._so_far or "", self._last, text, finished=finished)
        self.begun, self._finished = True, finished
        if news:
            self.count += 1
            self._last = text
            if self._so_far is not None:
                self._so_far = self._so_far + news if len(self._so_far) + len(news) <= REMEMBERED else None
        return news

    def _begin(self) -> None:
        self._so_far, self._last = "", ""


def _beyond(so_far: str, last: str, text: str, *, finished: bool) -> str:
    plain, whole = text.strip(), so_far.strip()
    if finished and whole and plain.startswith(whole):
        return plain[len(whole) :]
    if len(so_far) >= EXTENDS_FROM and text.startswith(so_far) and not text[len(so_far) :][:1].isalnum():
        if len(text) > len(so_far):
            return text[len(so_far) :]
        return "" if len(plain) >= REPEATS_FROM else text
    return "" if len(plain) >= REPEATS_FROM and plain in (whole, last.strip()) else text
