"""Which lanes a wire event takes.

Audio is stamped with the interruption epoch by the pump, so the fast lane needs no marker to know which frames are
stale, and `Interrupted` itself travels on the control lane alone.
"""

from __future__ import annotations

import enum
from typing import Final

from trio_live import wire_events


class Lane(enum.Flag):
    """The three lanes of a session."""

    NONE = 0
    FAST = enum.auto()
    """Synchronous callbacks, inline."""
    CONTROL = enum.auto()
    """Asynchronous callbacks, one event at a time."""
    TELEMETRY = enum.auto()
    """Counters and signals; never touches the conversation."""


_F, _C, _T = Lane.FAST, Lane.CONTROL, Lane.TELEMETRY

LANES: Final[dict[type[wire_events.SessionEvent], Lane]] = {
    wire_events.AudioData: _F | _T,
    wire_events.Media: _F | _T,
    wire_events.TextDelta: _F | _C | _T,
    wire_events.TextComplete: _F | _T,
    wire_events.InputTranscription: _F | _C | _T,
    wire_events.OutputTranscription: _F | _C | _T,
    wire_events.InterimInputTranscription: _F,
    wire_events.Thought: _F,
    wire_events.VoiceActivityStart: _F | _C | _T,
    wire_events.VoiceActivityEnd: _F | _C | _T,
    wire_events.PhaseChanged: _F | _T,
    wire_events.Usage: _T,
    wire_events.ToolCall: _C | _T,
    wire_events.ToolCallCancelled: _C,
    wire_events.Interrupted: _C | _T,
    wire_events.GenerationComplete: _C | _T,
    wire_events.TurnComplete: _C | _T,
    wire_events.InteractionStatus: _C,
    wire_events.Oddity: _T,
    wire_events.Grounding: _F,
    wire_events.GoAway: _C | _T,
    wire_events.Connected: _C | _T,
    wire_events.Reconnecting: _C,
    wire_events.Undelivered: _C,
    wire_events.Disconnected: _T,
    wire_events.Error: _C | _T,
    wire_events.SessionResumeUpdate: _C | _T,
    wire_events.UnknownMessage: Lane.NONE,
}
"""Every wire event has a row; those on no lane reach the subscribers of wire events only.

TextDelta takes the control lane too: a text-only model's words are its transcript. The voice activity edges do
because temporal patterns and the soft turn live there. ToolCall takes the telemetry lane, where the wait for an answer
outlives the calling turn. Disconnected stays off the control lane, whose last act tells of the end by itself.
"""

EPOCH_BOUND: Final = frozenset({wire_events.AudioData, wire_events.Media})
"""Events that an interruption makes stale."""
