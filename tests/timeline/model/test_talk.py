"""What the wire tells, frame by frame."""

from __future__ import annotations

import json
from collections.abc import Sequence

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.timeline.frames import (
    EPOCH,
    LOUD_USER,
    activity,
    answers,
    calls,
    closed,
    content,
    done,
    heard,
    mic,
    ours,
    said,
    setup,
    sound,
    theirs,
)
from trio_live.recording import WireEntry, redact_recording
from trio_live.timeline import Outcome, Span, Timeline, timeline_html, timeline_of

INTERRUPTED = [
    setup(),
    theirs(0.1, {"setupComplete": {}}),
    activity(1.0, "ACTIVITY_START"),
    activity(2.0, "ACTIVITY_END"),
    heard(2.1, "What is new?"),
    sound(2.5, 2.0),
    said(2.5, "This is twenty five long "),
    sound(2.6, 2.0),
    said(2.6, "and never ends at all."),
    activity(4.0, "ACTIVITY_START"),
    content(4.5, interrupted=True),
    done(4.5, usageMetadata={"promptTokenCount": 100, "responseTokenCount": 20, "totalTokenCount": 120}),
    activity(5.0, "ACTIVITY_END"),
    sound(5.5, 1.0),
    done(5.6),
    closed(7.0),
]


def drawn(*frames: WireEntry) -> Timeline:
    return timeline_of(frames)


def times(spans: Sequence[Span]) -> list[tuple[float, float]]:
    return [(round(span.begins, 3), round(span.ends, 3)) for span in spans]


def test_turns_have_their_instants() -> None:
    first, second = timeline_of(INTERRUPTED).turns
    assert (first.begins, first.speech_ends, first.first_byte, first.first_played, first.ends) == pytest.approx(
        (1.0, 2.0, 2.5, 2.5, 4.5), abs=1e-3
    )
    assert (first.user, first.prompt_tokens, first.response_tokens) == ("What is new?", 100, 20)
    assert first.cost_usd is not None
    assert first.cost_usd > 0
    bar = json.loads(timeline_of(INTERRUPTED).of("turn")[0].data)
    assert (bar["number"], bar["user"], bar["interrupted"]) == (0, "What is new?", True)
    assert (second.begins, second.speech_ends, second.first_byte) == pytest.approx((4.0, 5.0, 5.5), abs=1e-3)


def test_the_border_between_heard_and_unheard() -> None:
    found = timeline_of(INTERRUPTED)
    turn = found.turns[0]
    assert turn.interrupted
    assert (turn.received_seconds, turn.heard_seconds, turn.unheard_seconds) == (4.0, 2.0, 2.0)
    assert turn.heard == "This is twenty five long and"
    assert times(found.of("heard")) == [(2.5, 4.5), (5.5, 6.5)]
    assert times(found.of("unheard")) == [(4.5, 6.5)]
    (mark,) = found.of("interruption")
    assert mark.begins == pytest.approx(4.5)
    assert mark.title == "interrupted: 2.0 s were heard, 2.0 s were not"
    assert not found.turns[1].interrupted
    assert found.turns[1].heard is None


def test_levels_lie_where_they_were_heard() -> None:
    levels = timeline_of(INTERRUPTED).levels
    assert min(levels["played"][125:225]) > 200
    assert not any(levels["played"][:125])
    assert not any(levels["played"][226:274])
    assert min(levels["unheard"][225:325]) > 200


def test_speech_as_each_side_heard_it() -> None:
    found = drawn(
        setup(),
        ours(1.0, {"realtimeInput": {"activityStart": {}}}),
        activity(1.2, "VOICE_ACTIVITY_START"),
        ours(2.0, {"realtimeInput": {"activityEnd": {}}}),
        activity(2.3, "VOICE_ACTIVITY_END"),
        sound(2.5, 0.1),
    )
    assert times(found.of("edges")) == [(1.0, 2.0)]
    assert times(found.of("vad")) == [(1.2, 2.3)]
    assert found.turns[0].begins == pytest.approx(1.0)
    assert found.turns[0].speech_ends == pytest.approx(2.3)


def test_the_users_sound_lies_before_it_was_sent_and_end_to_end() -> None:
    levels = drawn(setup(), mic(1.0), mic(1.0, LOUD_USER * 5)).levels["user"]
    assert [place for place, level in enumerate(levels) if level] == [49, 50, 51, 52, 53, 54]


def test_typed_text_is_what_is_answered() -> None:
    turn = (
        drawn(
            setup(),
            ours(1.0, {"clientContent": {"turns": [{"parts": [{"text": "hi"}]}], "turnComplete": True}}),
            content(2.0, modelTurn={"parts": [{"text": "Hello"}, {"text": "hm", "thought": True}]}),
            done(2.5),
        )
    ).turns[0]
    assert (turn.speech_ends, turn.first_byte, turn.first_played, turn.model) == (1.0, 2.0, None, "Hello")


def test_where_a_server_says_by_its_status_that_it_is_done_only_that_ends_a_turn() -> None:
    found = drawn(
        setup(),
        sound(1.0, 0.1),
        content(1.1, turnComplete=True, interactionStatus="IN_PROGRESS"),
        sound(2.0, 0.1),
        content(2.1, turnComplete=True, interactionStatus="IDLE"),
        done(2.2),
    )
    assert [turn.ends for turn in found.turns] == pytest.approx([2.1])


def test_functions_and_their_ends() -> None:
    found = drawn(
        setup(),
        calls(1.0, "a", "look", city="Rome"),
        calls(1.1, "b"),
        calls(1.2, "c"),
        answers(1.5, "a", "look"),
        theirs(1.6, {"toolCallCancellation": {"ids": ["b"]}}),
        closed(2.0),
    )
    assert [(span.kind, round(span.ends - span.begins, 3), span.outcome) for span in found.of("tool")] == [
        ("look", 0.5, Outcome.FINE),
        ("find", 0.5, Outcome.CANCELLED),
        ("find", 0.8, Outcome.CANCELLED),
    ]
    assert json.loads(found.of("tool")[2].data)["reason"] == "the connection was closed with 1011: went away"


def test_connections_are_bars_with_their_ends() -> None:
    found = drawn(setup(), theirs(0.1, {"setupComplete": {}}), closed(3.0), setup(4.0), sound(5.0, 0.1))
    assert [(span.title, span.outcome) for span in found.of("connection")] == [
        ("connection 1, closed with 1011: went away", Outcome.FINE),
        ("connection 2, not accepted yet", Outcome.OPEN),
    ]


def test_frames_that_cannot_be_read_are_marks_too() -> None:
    found = drawn(setup(), theirs(1.0, b"no json"), ours(1.0, b"nor this"))
    assert sorted(span.row for span in found.spans if span.kind == "unreadable") == ["in", "out"]


def test_what_is_hidden_is_shown_nowhere_and_levels_are_measured_all_the_same() -> None:
    frames = [
        setup(),
        mic(1.0),
        heard(1.5, "my number is 123456"),
        sound(2.0, 0.1),
        said(2.0, "987654 it is"),
        done(2.1),
    ]
    shown = [entry.payload for entry in redact_recording(frames)]
    found = timeline_of(frames, shown=shown)
    assert "123456" not in repr(found)
    assert "987654" not in repr(found)
    assert "[redacted number]" in found.turns[0].user
    assert max(found.levels["user"]) > 200
    assert max(found.levels["played"]) > 200
    assert found.began == EPOCH


@given(st.data())
def test_frames_that_were_damaged_are_drawn_all_the_same(data: st.DataObject) -> None:
    frames = []
    for frame in (*INTERRUPTED, calls(6.0), answers(6.5)):
        payload = bytearray(frame.payload)
        for _ in range(data.draw(st.integers(0, 2))):
            place = data.draw(st.integers(0, len(payload)))
            payload[place : place + data.draw(st.integers(0, 5))] = data.draw(
                st.sampled_from([b"", b"9", b"null", b"{}", b'"', b"-1", b"[]"])
            )
        frames.append(attrs.evolve(frame, payload=bytes(payload)))
    assert timeline_html(timeline_of(frames), "damaged")
