"""The wire events: every variant with exactly its fields, immutable and comparable."""

from __future__ import annotations

import inspect
from typing import Any

import attrs
import pytest

from trio_live import wire_events
from trio_live.session import SessionPhase
from trio_live.wire import FunctionCall, GroundingMetadata, UrlContextMetadata, UsageMetadata

VARIANTS: dict[str, dict[str, tuple[Any, Any]]] = {
    "Connected": {
        "session_id": ("s1", None),
        "continuation": (wire_events.Continuation.NEW, wire_events.Continuation.RESUMED),
    },
    "Reconnecting": {"reason": ("lost", "left"), "attempt": (1, 2), "delay": (0.0, 0.5)},
    "Undelivered": {"what": ("words", "context"), "text": ("a", "b")},
    "TextDelta": {"text": ("a", "b")},
    "TextComplete": {"text": ("a", "b")},
    "AudioData": {"data": (b"\x01\x00", b"")},
    "Media": {"mime_type": ("video/mp4", ""), "data": (b"mp4", b"")},
    "InputTranscription": {
        "text": ("a", "b"),
        "finished": (False, True),
        "late": (False, True),
        "turn": (0, 1),
        "sequence": (0, 1),
    },
    "InterimInputTranscription": {"text": ("a", "b"), "turn": (0, 1)},
    "OutputTranscription": {
        "text": ("a", "b"),
        "finished": (False, True),
        "late": (False, True),
        "turn": (0, 1),
        "sequence": (0, 1),
    },
    "Thought": {"text": ("a", "b")},
    "ToolCall": {"calls": ((FunctionCall("a", "f", {"x": 1}),), ())},
    "ToolCallCancelled": {"ids": (("a",), ())},
    "TurnComplete": {
        "reason": ("RESPONSE_REJECTED", None),
        "waiting_for_input": (True, False),
        "overlong": (False, True),
        "cut": (False, True),
        "tally": (wire_events.TurnTally(1), wire_events.TurnTally(2)),
    },
    "GenerationComplete": {},
    "Interrupted": {"phantom": (False, True)},
    "Oddity": {
        "kind": (wire_events.OddityKind.EMPTY_TURN, wire_events.OddityKind.REPEATED_FRAGMENT),
        "text": ("", "a"),
    },
    "InteractionStatus": {"status": ("IDLE", "IN_PROGRESS")},
    "Grounding": {"grounding": (GroundingMetadata(), None), "url_context": (UrlContextMetadata(), None)},
    "PhaseChanged": {"phase": (SessionPhase.ACTIVE, SessionPhase.MODEL_SPEAKING)},
    "GoAway": {"time_left": (50.0, None)},
    "Disconnected": {"reason": ("the connection broke", None)},
    "Error": {"message": ("a", "b"), "skipped_frame": (False, True)},
    "SessionResumeUpdate": {"handle": ("h", None), "resumable": (True, False), "last_consumed_index": (17, None)},
    "VoiceActivityStart": {},
    "VoiceActivityEnd": {},
    "Usage": {"usage": (UsageMetadata(total_token_count=1), UsageMetadata())},
    "UnknownMessage": {"frame": ({"laughTrack": {}}, {})},
}
"""Each variant, each field, two values for it."""


def variant(name: str) -> type[Any]:
    found: type[Any] = getattr(wire_events, name)
    return found


def make(name: str, which: int = 0) -> wire_events.SessionEvent:
    made: wire_events.SessionEvent = variant(name)(**{field: pair[which] for field, pair in VARIANTS[name].items()})
    return made


def test_the_variants_are_these_and_no_others() -> None:
    room = wire_events.SessionEvent.__module__
    defined = {kind.__name__ for kind in wire_events.SessionEvent.__subclasses__() if kind.__module__ == room}
    assert defined == VARIANTS.keys()
    assert set(wire_events.__all__) == {"SessionEvent", "Continuation", "OddityKind", "TurnTally", *VARIANTS}


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_has_exactly_its_fields_in_this_order(name: str) -> None:
    assert [field.name for field in attrs.fields(variant(name))] == list(VARIANTS[name])
    assert list(getattr(variant(name), "__match_args__", ())) == list(VARIANTS[name])


@pytest.mark.parametrize("name", VARIANTS)
def test_an_event_never_changes(name: str) -> None:
    event = make(name)
    for field in VARIANTS[name]:
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(event, field, None)
    assert not hasattr(event, "__dict__")


@pytest.mark.parametrize("name", VARIANTS)
def test_events_are_equal_when_they_say_the_same(name: str) -> None:
    assert make(name) == make(name)
    if VARIANTS[name]:
        assert make(name) != make(name, 1)
    assert all(make(name) != make(other) for other in VARIANTS if other != name)


def test_what_the_server_may_leave_out_may_be_left_out() -> None:
    assert wire_events.Connected() == wire_events.Connected(None)
    assert wire_events.GoAway() == wire_events.GoAway(None)
    assert wire_events.Disconnected() == wire_events.Disconnected(None)
    assert wire_events.TurnComplete() == wire_events.TurnComplete(None, waiting_for_input=False)
    assert wire_events.SessionResumeUpdate("h", resumable=True) == wire_events.SessionResumeUpdate("h", True, None)
    assert wire_events.Grounding() == wire_events.Grounding(None, None)


@pytest.mark.parametrize("name", sorted({"SessionEvent", "Continuation", "OddityKind", "TurnTally", *VARIANTS}))
def test_every_variant_says_what_it_means(name: str) -> None:
    assert inspect.getdoc(variant(name))
