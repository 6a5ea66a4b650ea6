"""An interruption that this side made, and what the server has yet to hear of it.

The model is silent here at once. What the server sends until it knows belongs to words that nobody is to hear any more,
and when it knows, it says "interrupted" of something that was interrupted long ago. Both are passed over, once::

    here     ──audio──┤ cut off here ├╌╌╌╌╌╌ passed over ╌╌╌╌╌╌┤ the server's "interrupted" ├──the next answer──
    server   ──audio──audio──audio──audio──audio──▲ has read the mark
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import Final

from trio_live import wire_events

PASSED_OVER: Final = "sound of an answer that was cut off here"
"""Under which it is counted."""


class Awaited(enum.Enum):
    """What is still to come of an interruption of ours."""

    NOTHING = "nothing"
    REST = "the rest of the answer, and then the server's word that it was cut off"
    ECHO = "the server's word, perhaps: all of the answer had come before"


_SAID: Final = frozenset({wire_events.AudioData, wire_events.Media, wire_events.TextDelta, wire_events.Thought})
"""Of which there is more to come."""
_OF_THE_ANSWER: Final = _SAID | {wire_events.OutputTranscription}
_ENDS: Final = frozenset({wire_events.GenerationComplete, wire_events.Interrupted})


class BargeIn:
    """The interruptions of one session that this side made.

    Args:
        on_lost: counts what is passed over.
    """

    def __init__(self, on_lost: Callable[[str], None]) -> None:
        self._on_lost = on_lost
        self._awaited = Awaited.NOTHING
        self._is_generating = False
        """Whether more of an answer is on its way: some has come, and nobody has said that it was all."""

    def begin(self) -> None:
        """This side has cut the model off."""
        if self._awaited is not Awaited.REST:  # of which the server has not heard yet, either
            self._awaited = Awaited.REST if self._is_generating else Awaited.ECHO
        self._is_generating = False

    def swallows(self, event: wire_events.SessionEvent) -> bool:
        """Whether an event of the server is to be passed over."""
        if self._awaited is Awaited.NOTHING:
            self._follow(event)
            return False
        if isinstance(event, wire_events.Interrupted):
            self._awaited = Awaited.NOTHING
            return True
        if isinstance(event, wire_events.GenerationComplete):  # it had said everything before it knew
            self._awaited = Awaited.ECHO
        elif type(event) in _OF_THE_ANSWER:
            if self._awaited is Awaited.REST:
                if isinstance(event, wire_events.AudioData):
                    self._on_lost(PASSED_OVER)
                return True
            if not isinstance(event, wire_events.OutputTranscription):  # which may be late, and is told of its own turn
                self._awaited = Awaited.NOTHING  # the next answer
                self._follow(event)
        return False

    def _follow(self, event: wire_events.SessionEvent) -> None:
        kind = type(event)
        if kind in _ENDS:
            self._is_generating = False
        elif kind in _SAID:
            self._is_generating = True

    def turn_over(self) -> None:
        """The turn is over: what comes now is another answer."""
        self._is_generating = False
        if self._awaited is Awaited.REST:
            self._awaited = Awaited.ECHO

    def forget(self) -> None:
        """The connection is gone."""
        self._awaited, self._is_generating = Awaited.NOTHING, False
