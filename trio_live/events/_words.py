"""Whose words a piece of a transcript is, and what may still happen to them."""

from __future__ import annotations

import enum
from typing import Final


class Stability(enum.Enum):
    """What may still happen to the text of a transcript event."""

    PARTIAL = "partial"
    """A guess: the next piece of its side replaces it. Not part of anything."""
    STABLE = "stable"
    """A piece that stays; the next stable one goes on from it."""
    FINAL = "final"
    """All of a side in one turn. Only `TranscriptAmended` adds to it."""


class Speaker(enum.Enum):
    """Whose words."""

    USER = "user"
    MODEL = "model"

    @property
    def label(self) -> str:
        """The name before their words, wherever a talk is written down: ``User`` or ``Assistant``."""
        return _LABELS[self]


_LABELS: Final = {Speaker.USER: "User", Speaker.MODEL: "Assistant"}
