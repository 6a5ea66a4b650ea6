"""What has happened in one turn."""

from __future__ import annotations

from typing import Final

import attrs

from trio_live._typing import Seconds
from trio_live.session._turns._fragments import Fragments
from trio_live.wire import LIMITS

TURN_CHARACTERS: Final = LIMITS["turn"].most
"""Characters of text kept for one turn, both sides together."""

TURN_PIECES: Final = LIMITS["turn pieces"].most
"""Pieces of text, and function calls, in one turn."""


@attrs.define
class Turn:
    """What has happened in one turn."""

    number: int
    asked: bool = False
    """This side sent something that wants an answer."""
    user_acted: bool = False
    heard_user: bool = False
    """The user was heard in it, or has cut off the one before by speaking."""
    model_acted: bool = False
    generated: bool = False
    """The server said that a generation is complete, be it an empty one."""
    sounded: bool = False
    wrote: bool = False
    interrupted: bool = False
    phantom: bool = False
    """Interrupted before the model said anything."""
    characters: int = 0
    pieces: int = 0
    ended_at: Seconds = 0.0
    text: list[str] = attrs.field(factory=list)
    heard: Fragments = attrs.field(factory=Fragments)
    said: Fragments = attrs.field(factory=Fragments)

    @property
    def has_begun(self) -> bool:
        return self.asked or self.user_acted or self.model_acted

    @property
    def is_full(self) -> bool:
        return self.characters > TURN_CHARACTERS or self.pieces > TURN_PIECES

    @property
    def lacks_its_question(self) -> bool:
        return not (self.asked or self.heard.count)

    def grows(self, text: str) -> None:
        self.characters += len(text)
        self.pieces += 1
