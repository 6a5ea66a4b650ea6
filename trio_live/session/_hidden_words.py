"""The words of a session as they may be told: what its policy hides is gone before anybody hears of it.

A number may begin in one piece of a transcript and end in another, so a number at the end of a piece waits for the next
one of its side, at most until the turn is over. What comes after the end of its turn, and what is only guessed, is looked
at by itself. Function calls stay as they are: the program must be able to do what it is asked.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import attrs

from trio_live import wire_events
from trio_live.redaction import Redaction
from trio_live.redaction._internal import Pieces

Events: TypeAlias = list[wire_events.SessionEvent]
Said: TypeAlias = wire_events.InputTranscription | wire_events.OutputTranscription | wire_events.TextDelta

_SIDES: Final = (wire_events.InputTranscription, wire_events.OutputTranscription, wire_events.TextDelta)
_WORDS: Final = frozenset(
    {
        wire_events.TextComplete,
        wire_events.Thought,
        wire_events.InterimInputTranscription,
        wire_events.Oddity,
        wire_events.Error,
    }
)
"""What else holds words of somebody."""


def all_of_them(events: Events) -> Events:
    """Nothing is to be hidden."""
    return events


class HiddenWords:
    """Redacts the events of one session, in their order.

    Args:
        redaction: what is hidden.
    """

    def __init__(self, redaction: Redaction) -> None:
        self._redaction = redaction
        self._pieces: dict[type[wire_events.SessionEvent], Pieces] = {side: Pieces(redaction) for side in _SIDES}
        self._newest: dict[type[wire_events.SessionEvent], Said] = {}

    def told(self, events: Events) -> Events:
        """What may be told of some events."""
        told: Events = []
        for event in events:
            kind = type(event)
            if isinstance(event, _SIDES):
                self._say(event, told)
            elif kind in _WORDS:
                if kind is wire_events.TextComplete:
                    self._finish(wire_events.TextDelta, told)
                told.append(self._redaction.fields(event))
            else:
                if kind is wire_events.TurnComplete:
                    for side in _SIDES:
                        self._finish(side, told)
                told.append(event)
        return told

    def _say(self, event: Said, told: Events) -> None:
        if getattr(event, "late", False):
            told.append(self._redaction.fields(event))
            return
        self._newest[type(event)] = event
        text = self._pieces[type(event)].push(event.text)
        if text:
            told.append(attrs.evolve(event, text=text))

    def _finish(self, side: type[wire_events.SessionEvent], told: Events) -> None:
        text = self._pieces[side].flush()
        if text:
            told.append(attrs.evolve(self._newest[side], text=text))
