"""Which lanes an event takes."""

from __future__ import annotations

import pytest

from trio_live import wire_events as wire
from trio_live.session import EPOCH_BOUND, LANES, Lane

F, C, T = Lane.FAST, Lane.CONTROL, Lane.TELEMETRY

NEEDED = {
    wire.AudioData: F | T,
    wire.Media: F,
    wire.TextDelta: F | T,
    wire.TextComplete: F,
    wire.InputTranscription: F | C | T,
    wire.OutputTranscription: F | C | T,
    wire.Thought: F,
    wire.VoiceActivityStart: F | T,
    wire.VoiceActivityEnd: F | T,
    wire.PhaseChanged: F | T,
    wire.Usage: T,
    wire.ToolCall: C | T,
    wire.ToolCallCancelled: C,
    wire.Interrupted: C | T,
    wire.GenerationComplete: C,
    wire.TurnComplete: C | T,
    wire.GoAway: C | T,
    wire.Connected: C | T,
    wire.Disconnected: T,
    wire.Error: C | T,
    wire.SessionResumeUpdate: C | T,
}
"""The lanes on which somebody does something with an event."""

EVENTS = [kind for kind in wire.SessionEvent.__subclasses__() if kind.__module__.startswith("trio_live.wire_events.")]
"""Those of the wire. Lanes have a few of their own, which they post to each other and never route."""
NOBODYS = [kind for kind in EVENTS if kind not in NEEDED]


def test_every_event_has_a_row_and_no_row_is_stale() -> None:
    assert LANES.keys() == set(EVENTS)
    assert {kind.__name__ for kind in LANES} == set(wire.__all__) - {"SessionEvent"}


@pytest.mark.parametrize("kind", NEEDED, ids=lambda kind: kind.__name__)
def test_an_event_reaches_the_lanes_that_need_it(kind: type[wire.SessionEvent]) -> None:
    assert NEEDED[kind] in LANES[kind]


@pytest.mark.parametrize("kind", NOBODYS, ids=lambda kind: kind.__name__)
def test_what_no_lane_needs_costs_no_lane_anything(kind: type[wire.SessionEvent]) -> None:
    assert LANES[kind] is Lane.NONE


def test_only_usage_and_the_end_stay_with_telemetry_alone() -> None:
    assert {kind for kind, lanes in LANES.items() if lanes is T} == {wire.Usage, wire.Disconnected}


def test_an_interruption_makes_sound_and_pictures_stale_and_nothing_else() -> None:
    assert {wire.AudioData, wire.Media} == EPOCH_BOUND
    assert all(LANES[kind] & (F | C) is F for kind in EPOCH_BOUND)
