"""The live events: every variant with exactly its fields, immutable and comparable."""

from __future__ import annotations

import importlib
import inspect
from typing import Any

import attrs
import pytest

from trio_live import events
from trio_live.wire import GroundingMetadata, UrlContextMetadata

SEED = {
    "Audio": ["data"],
    "TextDelta": ["text"],
    "TextComplete": ["text"],
    "InputTranscript": ["text", "is_final", "stability", "turn", "sequence"],
    "OutputTranscript": ["text", "is_final", "stability", "turn", "sequence"],
    "Thought": ["text"],
    "VadStart": [],
    "VadEnd": [],
    "Extraction": ["name", "value"],
    "ExtractionError": ["name", "error"],
    "StatePromotion": ["extractor", "field", "state_key", "accepted", "reason", "value"],
    "PhaseTransition": ["from_", "to", "reason"],
    "ToolExecution": ["name", "args", "result"],
    "TurnComplete": ["turn", "untranscribed", "cut"],
    "Interrupted": [],
    "Connected": ["continuation"],
    "Disconnected": ["reason"],
    "Error": ["message"],
    "GoAway": ["time_left"],
    "Telemetry": ["snapshot"],
    "TurnMetrics": ["turn", "latency_ms", "prompt_tokens", "response_tokens", "cost_usd"],
}
"""The twenty-one variants every reader may count on."""

ADDED = {
    "AgentTransfer": ["from_", "to", "reason"],
    "Media": ["mime_type", "data"],
    "ToolCancelled": ["ids"],
    "TranscriptAmended": ["turn", "speaker", "text", "added"],
    "InteractionStatus": ["status"],
    "Grounding": ["grounding", "url_context"],
    "Reconnecting": ["reason", "attempt", "delay"],
    "Undelivered": ["what", "text"],
    "Reprompted": ["silence_ms"],
    "FillerDue": ["waited_ms"],
    "Dtmf": ["digit"],
    "PlaybackVolume": ["volume"],
    "CostWarning": ["spent_usd", "warn_at_usd"],
    "ResumptionUpdate": ["handle", "resumable", "last_consumed_index"],
}

VARIANTS = SEED | ADDED

SAMPLES: dict[str, tuple[Any, Any]] = {
    "data": (b"\x01\x00", b"\x02\x00"),
    "is_final": (True, False),
    "accepted": (True, False),
    "value": ({"a": 1}, [1]),
    "args": ({"x": 1}, {}),
    "result": ({"output": 1}, {"output": 2}),
    "snapshot": ({"turn_count": 1}, {"turn_count": 2}),
    "time_left": (50.0, 30.0),
    "turn": (1, 2),
    "latency_ms": (212.5, 0.0),
    "prompt_tokens": (12, 13),
    "response_tokens": (3, 4),
    "silence_ms": (8000, 0),
    "volume": (0.3, 1.0),
    "cost_usd": (0.25, None),
    "spent_usd": (0.25, 0.5),
    "warn_at_usd": (0.2, 0.4),
    "ids": (("a",), ("a", "b")),
    "stability": (events.Stability.FINAL, events.Stability.PARTIAL),
    "sequence": (0, 7),
    "untranscribed": (False, True),
    "cut": (False, True),
    "continuation": (events.Continuation.NEW, events.Continuation.LOST),
    "attempt": (1, 2),
    "delay": (0.5, 1.0),
    "speaker": (events.Speaker.USER, events.Speaker.MODEL),
    "grounding": (None, GroundingMetadata()),
    "url_context": (None, UrlContextMetadata()),
    "resumable": (True, False),
    "last_consumed_index": (None, 17),
}
"""Two values for each field that is not text."""


def variant(name: str) -> type[Any]:
    found: type[Any] = getattr(events, name)
    return found


def values(name: str, which: int = 0) -> list[Any]:
    return [SAMPLES.get(field, ("one", "two"))[which] for field in VARIANTS[name]]


def make(name: str, which: int = 0) -> events.LiveEvent:
    made: events.LiveEvent = variant(name)(*values(name, which))
    return made


def test_the_variants_are_these_and_no_others() -> None:
    assert len(SEED) == 21
    kinds = events.LiveEvent.__subclasses__()
    defined = {kind.__name__ for kind in kinds if kind.__module__.startswith(f"{events.__name__}.")}
    assert defined == VARIANTS.keys()
    assert VARIANTS.keys() <= set(events.__all__)


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_has_exactly_its_fields_in_this_order(name: str) -> None:
    assert [field.name for field in attrs.fields(variant(name))] == VARIANTS[name]
    assert list(getattr(variant(name), "__match_args__", ())) == VARIANTS[name]


@pytest.mark.parametrize("name", VARIANTS)
def test_an_event_keeps_what_it_was_given(name: str) -> None:
    event = make(name)
    assert [getattr(event, field) for field in VARIANTS[name]] == values(name)


@pytest.mark.parametrize("name", VARIANTS)
def test_an_event_never_changes(name: str) -> None:
    event = make(name)
    for field in VARIANTS[name]:
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(event, field, None)
    with pytest.raises((attrs.exceptions.FrozenInstanceError, AttributeError)):
        event.something_else = 1  # type: ignore[attr-defined]
    assert not hasattr(event, "__dict__")


@pytest.mark.parametrize("name", VARIANTS)
def test_events_are_equal_when_they_say_the_same(name: str) -> None:
    assert make(name) == make(name)
    if VARIANTS[name]:
        assert make(name) != make(name, 1)
    assert all(make(name) != make(other) for other in VARIANTS if other != name)


@pytest.mark.parametrize("name", VARIANTS)
def test_an_event_shows_what_it_says(name: str) -> None:
    assert repr(make(name)).startswith(f"{name}(")


def test_what_is_usual_need_not_be_said() -> None:
    assert events.InputTranscript("a") == events.InputTranscript("a", is_final=False)
    assert events.OutputTranscript("a") == events.OutputTranscript("a", is_final=False)
    assert events.Disconnected() == events.Disconnected(None)


def test_a_reader_matches_on_what_matters_to_them() -> None:
    match events.OutputTranscript("fog", is_final=True):
        case events.OutputTranscript(text, is_final=True):
            assert text == "fog"
        case _:
            pytest.fail("a final transcript was not recognised")


@pytest.mark.parametrize("name", sorted({"LiveEvent", *VARIANTS}))
def test_every_variant_says_what_it_means(name: str) -> None:
    module = importlib.import_module(variant(name).__module__)
    assert inspect.getdoc(getattr(module, name))
