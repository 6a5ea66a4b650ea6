"""What notes tell, one kind after the other."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.timeline.frames import EPOCH, calls, content, done, said, setup, sound
from trio_live import ConfigError
from trio_live.timeline import Note, Outcome, Timeline, timeline_html, timeline_of
from trio_live.timeline._model import NOTES

FIELDS = st.sampled_from(
    [
        "event", "from", "to", "reason", "ids", "name", "turn", "text", "is_final", "key", "old", "new", "delta", "who",
        "id", "began", "error", "state", "code", "playback", "epochs", "epoch", "played", "hears", "phases",
        "transitions", "target", "description", "ways",
    ]
)  # fmt: skip
CONTRACT = {
    "phases": [
        {"name": "a", "transitions": [{"target": "b", "description": "when it is known"}]},
        {"name": "b", "transitions": []},
    ]
}


def note(at: float, kind: str, **data: Any) -> Note:
    return Note(EPOCH + at, kind, data)


def event(at: float, name: str, **fields: Any) -> Note:
    return note(at, "event", event=name, **fields)


def mutation(at: float, key: str, new: Any, **more: Any) -> Note:
    return note(at, "mutation", key=key, new=new, origin="set", delta=False, **more)


def drawn(*notes: Note) -> Timeline:
    return timeline_of([setup()], notes)


def test_phases_come_from_the_state_and_their_reasons_from_events() -> None:
    found = drawn(
        note(0, "contract", **CONTRACT),
        mutation(0, "session:phase", "a"),
        mutation(2, "session:phase", "b"),
        event(2, "PhaseTransition", **{"from": "a", "to": "b", "reason": "guard at turn 0 (transition 0)"}),
        event(3, "PhaseTransition", **{"from": "b", "to": "c", "reason": "asked for"}),
    )
    assert [(span.kind, span.begins, span.ends, span.title) for span in found.of("phase")] == [
        ("a", 0.0, 2.0, "a"),
        ("b", 2.0, 3.0, "b: when it is known"),
        ("c", 3.0, 3.0, "c: asked for"),
    ]
    assert json.loads(found.of("phase")[1].data)["reason"] == "guard at turn 0 (transition 0)"


def test_where_the_talk_has_no_phases_the_key_holds_those_of_the_link() -> None:
    assert drawn(mutation(1, "session:phase", "ModelSpeaking")).of("phase") == ()


def test_changes_of_the_state_say_who_made_them() -> None:
    found = drawn(
        mutation(1, "day", "Thursday", who="function find", old="Monday"),
        note(2, "mutation", key="day", old="Thursday", origin="remove", delta=False),
        note(3, "mutation", key="pending", new=1, delta=True),
    )
    assert [(change.at, change.key, change.old, change.new, change.who) for change in found.changes] == [
        (1.0, "day", '"Monday"', '"Thursday"', "function find"),
        (2.0, "day", '"Thursday"', None, "remove"),
    ]
    assert [span.title for span in found.of("state")] == ["day = Thursday", "day is gone"]


@pytest.mark.parametrize("kind", ["step", "effect", "extraction"])
def test_what_was_done_is_a_bar(kind: str) -> None:
    (span,) = drawn(note(2, kind, name="x", began=EPOCH + 1.5, error="ValueError")).of(kind)
    assert (span.begins, span.ends, span.kind, span.outcome) == (1.5, 2.0, "x", Outcome.FAILED)
    assert span.title == "x: ValueError"


def test_why_a_function_was_cancelled() -> None:
    found = timeline_of(
        [setup(), calls(1.0, "a")],
        [
            note(1.4, "tool", id="a", name="find", began=EPOCH + 1.0, error="Cancelled", reason="the user spoke"),
            event(1.5, "ToolCancelled", ids=["a"]),
        ],
    )
    (span,) = found.of("tool")
    assert (span.ends, span.outcome) == (1.5, Outcome.CANCELLED)
    told = json.loads(span.data)
    assert (told["reason"], told["ran_for_ms"]) == ("the user spoke", 400)


def test_what_a_player_reports_puts_the_estimate_right() -> None:
    frames = [
        setup(),
        sound(1.0, 4.0),
        said(1.0, "One two three four five six seven"),
        content(3.0, interrupted=True),
        done(3.1),
    ]
    notes = [
        note(1.5, "sample", playback={"is_reported": True, "epochs": [{"epoch": 0, "played": 0.0}]}),
        note(2.5, "sample", playback={"is_reported": True, "epochs": [{"epoch": 0, "played": 1.0}]}),
        note(
            3.05,
            "sample",
            playback={"is_reported": True, "epochs": [{"epoch": 0, "played": 1.4}, {"epoch": 1, "played": 0.0}]},
        ),
        event(3.1, "OutputTranscript", text="One two", is_final=True, turn=0),
        event(3.1, "TurnMetrics", turn=1, cost_usd=0.25),
    ]
    found = timeline_of(frames, notes)
    turn = found.turns[0]
    assert found.played_is_measured
    assert turn.first_played == pytest.approx(1.5)
    assert (turn.heard_seconds, turn.unheard_seconds) == pytest.approx((1.4, 2.6))
    assert (turn.heard, turn.cost_usd) == ("One two", 0.25)
    assert [span.begins for span in found.of("interruption")] == pytest.approx([3.05])
    assert not timeline_of(frames).played_is_measured


def test_who_is_heard_by_this_sides_detector() -> None:
    found = drawn(note(1, "sample", hears=True), note(1.1, "sample", hears=True), note(2, "sample", hears=False))
    assert [(span.begins, span.ends) for span in found.of("edges")] == [(1.0, 2.0)]
    assert found.samples == ()


def test_looks_and_explanations_are_kept_with_their_instants() -> None:
    found = drawn(note(1, "sample", queues={"fast": 3}), note(2, "explanation", phase="a", ways=[]))
    assert found.samples == ((1.0, {"queues": {"fast": 3}}),)
    assert found.explanations == ((2.0, {"phase": "a", "ways": []}),)


def test_other_events_are_marks_and_those_of_the_wire_are_none() -> None:
    found = drawn(
        event(1, "Error", message="it broke"),
        event(1, "TurnComplete"),
        event(1, "Reprompted", text="Are you there?"),
        note(1, "connection", state="lost", reason="gone", code=1011, generation=1),
        note(1, "unheard of", x=1),
    )
    assert [(span.title, span.outcome) for span in found.of("event")] == [
        ("Error: it broke", Outcome.FAILED),
        ("Reprompted: Are you there?", Outcome.FINE),
    ]
    assert "connection 1 lost: gone" in [span.title for span in found.of("connection")]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(FIELDS, below, max_size=4),
    max_leaves=12,
)


@given(st.lists(st.tuples(st.sampled_from(sorted(NOTES)), st.dictionaries(FIELDS, JSON, max_size=6)), max_size=6))
def test_notes_that_somebody_made_up_are_drawn_or_told(made_up: list[tuple[str, dict[str, Any]]]) -> None:
    notes = [Note(EPOCH + number, kind, data) for number, (kind, data) in enumerate(made_up)]
    with suppress(ConfigError):  # and nothing else
        assert timeline_html(timeline_of([setup(), sound(0.5, 2.0), calls(1.0)], notes), "made up")


def test_a_note_that_is_none_is_named() -> None:
    with pytest.raises(ConfigError, match="a note of the kind 'event' is none of a session"):
        drawn(event(1, "ToolCancelled", ids=5))
