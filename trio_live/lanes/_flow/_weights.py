"""How much memory an event takes, and a bound for what waits in a queue of events.

A queue that counts its items only holds as much as a peer likes to put into one: five hundred frames of a film are
gigabytes. So queues count bytes as well. What is measured is what the peer has sent; the objects around it come on top.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import trio

from trio_live import events, wire_events
from trio_live.wire._internal import memory_size

_BESIDES: Final = 64
"""Bytes of an event besides its content."""


def _of_data(event: Any) -> int:
    return _BESIDES + len(event.data)


def _of_text(event: Any) -> int:
    return _BESIDES + len(event.text)


def _of_calls(event: wire_events.ToolCall) -> int:
    return _BESIDES + sum(_BESIDES + memory_size(call.args) for call in event.calls)


def _of_execution(event: events.ToolExecution) -> int:
    return _BESIDES + memory_size(event.args) + memory_size(event.result)


def _of_few(_: object) -> int:
    return _BESIDES


def _of_turn(event: wire_events.TurnComplete) -> int:
    return _BESIDES + len(event.reason or "")


_WEIGHTS: Final[dict[type, Callable[[Any], int]]] = {
    **dict.fromkeys((wire_events.AudioData, wire_events.Media, events.Audio, events.Media), _of_data),
    **dict.fromkeys(
        (
            wire_events.TextDelta,
            wire_events.InputTranscription,
            wire_events.OutputTranscription,
            wire_events.Thought,
            wire_events.Oddity,
            events.TextDelta,
            events.InputTranscript,
            events.OutputTranscript,
            events.Thought,
        ),
        _of_text,
    ),
    wire_events.TurnComplete: _of_turn,
    wire_events.ToolCall: _of_calls,
    events.ToolExecution: _of_execution,
    events.TurnComplete: _of_few,
}
"""The events that come often, by what is large in them; all others are looked through."""

ALWAYS_WEIGH: Final[dict[type, int]] = dict.fromkeys(
    (
        wire_events.PhaseChanged,
        wire_events.GenerationComplete,
        wire_events.Interrupted,
        wire_events.VoiceActivityStart,
        wire_events.VoiceActivityEnd,
    ),
    _BESIDES,
)
"""The events that hold nothing a peer could make larger; they need not be looked at."""


def weigh(event: object) -> int:
    """Bytes, roughly."""
    return _WEIGHTS.get(type(event), memory_size)(event)


class ByteBudget:
    """The bytes that wait in one queue. Something that is larger than all of it may wait there alone.

    Args:
        most: bytes that may wait.
    """

    __slots__ = ("_most", "_waiting", "held")

    def __init__(self, most: int) -> None:
        self._most = most
        self.held = 0
        self._waiting = trio.lowlevel.ParkingLot()

    def take(self, size: int) -> bool:
        """Take room for something, without waiting; returns whether there was enough."""
        if self.held and self.held + size > self._most:
            return False
        self.held += size
        return True

    async def wait(self, size: int) -> None:
        """Take room for something, as soon as there is enough.

        Cancellation: nothing was taken.
        """
        while not self.take(size):
            await self._waiting.park()

    def release(self, size: int) -> None:
        """Something has left the queue."""
        self.held -= size
        if self._waiting:
            self._waiting.unpark_all()
