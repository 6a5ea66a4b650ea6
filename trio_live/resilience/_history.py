"""A talk as it is told to a server that knows nothing of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trio_live.conversation import TranscriptTurn
from trio_live.resilience._policy import RESEED_CHARACTERS
from trio_live.wire import Content


def retold(turns: Iterable[TranscriptTurn]) -> Sequence[Content]:
    """The newest turns, so many as are worth telling, the oldest first: the user's words, and the model's."""
    told: list[Content] = []
    room = RESEED_CHARACTERS
    for turn in reversed([*turns]):
        pair = [
            Content.of(words, role)
            for role, text in (("user", turn.user), ("model", turn.model))
            if (words := text.strip())
        ]
        room -= len(turn.user) + len(turn.model)
        if room < 0:
            break
        told[:0] = pair
    return told
