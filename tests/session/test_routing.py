"""Which lanes an event takes."""

from __future__ import annotations

import pytest

from trio_live import wire_events
from trio_live.session import LANES, Lane
from trio_live.session._internal import EPOCH_BOUND

F, C, T = Lane.FAST, Lane.CONTROL, Lane.TELEMETRY

NEEDED = {
    wire_events.AudioData: F | T,
    wire_events.Media: F,
    wire_events.TextDelta: F | T,
    wire_events.TextComplete: F,
    wire_events.InputTranscription: F | C | T,
    wire_events.OutputTranscription: F | C | T,
    wire_events.Thought: F,
    wire_events.VoiceActivityStart: F | T,
    wire_events.VoiceActivityEnd: F | T,
    wire_events.PhaseChanged: F | T,
    wire_events.Usage: T,
    wire_events.ToolCall: C | T,
    wire_events.ToolCallCancelled: C,
    wire_events.Interrupted: C | T,
    wire_events.GenerationComplete: C,
    wire_events.TurnComplete: C | T,
    wire_events.GoAway: C | T,
    wire_events.Connected: C | T,
    wire_events.Reconnecting: C,
    wire_events.Undelivered: C,
    wire_events.Disconnected: T,
    wire_events.Error: C | T,
    wire_events.SessionResumeUpdate: C | T,
    wire_events.InterimInputTranscription: F,
    wire_events.InteractionStatus: C,
    wire_events.Grounding: F,
    wire_events.Oddity: T,
}
"""The lanes on which somebody does something with an event."""

EVENTS = [
    kind for kind in wire_events.SessionEvent.__subclasses__() if kind.__module__.startswith("trio_live.wire_events.")
]
"""Those of the wire. Lanes have a few of their own, which they post to each other and never route."""
NOBODYS = [kind for kind in EVENTS if kind not in NEEDED]


def test_every_event_has_a_row_and_no_row_is_stale() -> None:
    assert LANES.keys() == set(EVENTS)
    assert {kind.__name__ for kind in LANES} == set(wire_events.__all__) - {
        "Continuation",
        "OddityKind",
        "SessionEvent",
        "TurnTally",
    }


@pytest.mark.parametrize("kind", NEEDED, ids=lambda kind: kind.__name__)
def test_an_event_reaches_the_lanes_that_need_it(kind: type[wire_events.SessionEvent]) -> None:
    assert NEEDED[kind] in LANES[kind]


@pytest.mark.parametrize("kind", NOBODYS, ids=lambda kind: kind.__name__)
def test_what_no_lane_needs_costs_no_lane_anything(kind: type[wire_events.SessionEvent]) -> None:
    assert LANES[kind] is Lane.NONE


def test_only_usage_oddities_and_the_end_stay_with_telemetry_alone() -> None:
    assert {kind for kind, lanes in LANES.items() if lanes is T} == {
        wire_events.Usage,
        wire_events.Oddity,
        wire_events.Disconnected,
    }


def test_an_interruption_makes_sound_and_pictures_stale_and_nothing_else() -> None:
    assert {wire_events.AudioData, wire_events.Media} == EPOCH_BOUND
    assert all(LANES[kind] & (F | C) is F for kind in EPOCH_BOUND)
