"""Whole samples out of pieces that may end in the middle of one.

PCM16 has two bytes a sample. A piece with an odd number of bytes, handed on as it is, would make noise of everything
after it in whatever joins the pieces; so the half is kept for the piece that follows it.
"""

from __future__ import annotations

from collections.abc import Callable

LOST = "half a sample"
"""What is counted when the other half never came."""


class WholeSamples:
    """Joins the halves within one stretch of speech.

    Args:
        on_lost: counts a half that was given up, by the name of what it is.
    """

    __slots__ = ("_half", "_on_lost")

    def __init__(self, on_lost: Callable[[str], None]) -> None:
        self._half = b""
        self._on_lost = on_lost

    def of(self, piece: bytes) -> bytes:
        """All whole samples there are now, which may be none."""
        if not self._half and not len(piece) & 1:
            return piece
        piece = self._half + piece
        even = len(piece) & ~1
        self._half = piece[even:]
        return piece[:even]

    def end(self) -> None:
        """The stretch is over: half a sample that is left belongs to nothing that follows."""
        if self._half:
            self._half = b""
            self._on_lost(LOST)
