"""Text that comes in pieces, redacted as a whole: a number may begin in one piece and end in another.

So a number at the end of a piece is held back until it is known where it ends: with the next piece that has something
else in it, or with the end of the text. Nothing else waits. Patterns of the program are looked for piece by piece.
"""

from __future__ import annotations

import re
from typing import Final

from trio_live.redaction._policy import Redaction

LONGEST_HELD: Final = 64
"""Characters of a number that has no end: it is told as it is redacted then, and what follows is another one."""

_UNFINISHED: Final = re.compile(r"\d(?:[ -]?\d)*[ -]?\Z")


class Pieces:
    """One text that comes in pieces.

    Args:
        redaction: what is hidden in it.
    """

    __slots__ = ("_held", "_redaction")

    def __init__(self, redaction: Redaction) -> None:
        self._redaction = redaction
        self._held = ""

    def push(self, piece: str) -> str:
        """What may be told now that this piece has come; empty while all of it is held back."""
        text = self._held + piece
        unfinished = _UNFINISHED.search(text) if self._redaction.hides_numbers else None
        if unfinished is None or len(unfinished[0]) > LONGEST_HELD:
            self._held = ""
            return self._redaction.text(text)
        self._held = unfinished[0]
        return self._redaction.text(text[: unfinished.start()])

    def flush(self) -> str:
        """What is still held back; the text is over."""
        held, self._held = self._held, ""
        return self._redaction.text(held)
