"""Which lanes a wire event takes.

Audio is stamped with the interruption epoch by the pump, so the fast lane needs no marker to know which frames are
stale, and `Interrupted` itself travels on the control lane alone.
"""

from __future__ import annotations

import enum
from typing import Final

from trio_live import wire_events as wire


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

LANES: Final[dict[type[wire.SessionEvent], Lane]] = {
    wire.AudioData: _F | _T,
    wire.Media: _F | _T,
    wire.TextDelta: _F | _C | _T,
    wire.TextComplete: _F | _T,
    wire.InputTranscription: _F | _C | _T,
    wire.OutputTranscription: _F | _C | _T,
    wire.InterimInputTranscription: Lane.NONE,
    wire.Thought: _F,
    wire.VoiceActivityStart: _F | _C | _T,
    wire.VoiceActivityEnd: _F | _C | _T,
    wire.PhaseChanged: _F | _T,
    wire.Usage: _T,
    wire.ToolCall: _C | _T,
    wire.ToolCallCancelled: _C,
    wire.Interrupted: _C | _T,
    wire.GenerationComplete: _C | _T,
    wire.TurnComplete: _C | _T,
    wire.InteractionStatus: Lane.NONE,
    wire.Grounding: Lane.NONE,
    wire.GoAway: _C | _T,
    wire.Connected: _C | _T,
    wire.Disconnected: _T,
    wire.Error: _C | _T,
    wire.SessionResumeUpdate: _C | _T,
    wire.UnknownMessage: Lane.NONE,
}
"""Every wire event has a row; those on no lane reach the subscribers of wire events only.

TextDelta takes the control lane too: a text-only model's words are its transcript. The voice activity edges do
because temporal patterns and the soft turn live there. ToolCall takes the telemetry lane, where the wait for an answer
outlives the calling turn. Disconnected stays off the control lane, whose last act tells of the end by itself.
"""

EPOCH_BOUND: Final = frozenset({wire.AudioData, wire.Media})
"""Events that an interruption makes stale."""
