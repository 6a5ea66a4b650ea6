"""The timeline of the demo's call shows what happened in it, when it did."""

from __future__ import annotations

import json

import pytest

from tests.timeline.demo import Held, hold_demo
from trio_live.timeline import Outcome, Timeline, timeline_of

TURNS = (
    ("Hello, this is Maria Lopez.", "Hello Maria Lopez, of course."),
    ("Do you have anything on Thursday afternoon?", "Let me see what Doctor Chen has"),
    ("One moment, please.", "Of course, take your time."),
    ("", "Would half past three be a good time"),
    ("Yes, three thirty is perfect.", "Wonderful, Maria Lopez. You are booked"),
    ("That's all, thank you. Goodbye.", "Thank you for calling Harbour Clinic."),
)
FRAME = 0.021
"""A piece of the tape: what is heard is known no closer."""


@pytest.fixture(scope="module")
def held() -> Held:
    return hold_demo()


@pytest.fixture(scope="module", params=["live", "wire"])
def timeline(request: pytest.FixtureRequest, held: Held) -> Timeline:
    """As the session itself noted it, and from the recording alone."""
    return timeline_of(held.entries, held.notes if request.param == "live" else ())


def on_tape(held: Held, timeline: Timeline, at: float) -> float:
    """An instant of the timeline on the clock of the tape, which is the sound at the caller's end."""
    return at + timeline.began - held.sound_began


def test_each_turn_is_there_with_its_words(timeline: Timeline) -> None:
    assert len(timeline.turns) == len(TURNS) == len(timeline.of("turn"))
    for turn, (user, model) in zip(timeline.turns, TURNS, strict=True):
        assert turn.user.startswith(user)
        assert turn.model.startswith(model)


def test_turns_lie_where_the_tape_has_them(held: Held, timeline: Timeline) -> None:
    """The tape's spans begin with the first words of the model, and end with the turn."""
    for turn, span in zip(timeline.turns, held.tape.turns, strict=True):
        assert turn.first_byte is not None
        assert turn.ends is not None
        assert span.ends is not None
        assert on_tape(held, timeline, turn.first_byte) == pytest.approx(span.begins, abs=2 * FRAME)
        assert on_tape(held, timeline, turn.ends) == pytest.approx(span.ends, abs=2 * FRAME)


def test_functions_lie_where_the_tape_has_them(held: Held, timeline: Timeline) -> None:
    found = timeline.of("tool")
    assert [span.kind for span in found] == ["find_slots", "book_appointment", "send_confirmation"]
    assert [span.outcome for span in found] == [Outcome.FINE] * 3
    for span, expected in zip(found, held.tape.tools, strict=True):
        assert expected.ends is not None
        assert on_tape(held, timeline, span.begins) == pytest.approx(expected.begins, abs=2 * FRAME)
        assert on_tape(held, timeline, span.ends) == pytest.approx(expected.ends, abs=2 * FRAME)


def test_the_interruption_and_the_border_between_heard_and_unheard(held: Held, timeline: Timeline) -> None:
    (mark,) = timeline.of("interruption")
    (expected,) = [each for each in held.tape.marks if each.name == "interruption"]
    assert on_tape(held, timeline, mark.begins) == pytest.approx(expected.at, abs=2 * FRAME)
    turn = timeline.turns[1]
    assert [each.number for each in timeline.turns if each.interrupted] == [1]
    assert turn.first_played is not None
    assert turn.heard_seconds == pytest.approx(mark.begins - turn.first_played, abs=2 * FRAME)
    assert turn.heard_seconds + turn.unheard_seconds == pytest.approx(turn.received_seconds, abs=1e-3)
    (unheard,) = timeline.of("unheard")
    assert unheard.begins == mark.begins
    assert unheard.ends - unheard.begins == pytest.approx(turn.unheard_seconds, abs=1e-3)
    assert turn.heard is not None
    assert turn.heard == turn.model[: len(turn.heard)]
    assert turn.heard.endswith("I have these times free:")


def test_what_the_caller_heard_is_on_the_tape(held: Held, timeline: Timeline) -> None:
    """Where the model is drawn as heard there is sound on the tape, and silence where nothing is."""
    shift = timeline.began - held.sound_began
    levels = timeline.levels["played"]
    agree = total = 0
    for place, level in enumerate(levels):
        start = round((place * 0.02 + shift) / 0.02) * 960
        piece = bytes(held.tape.played[start : start + 960])
        if len(piece) == 960:
            total += 1
            agree += (level > 60) == any(
                abs(int.from_bytes(piece[at : at + 2], "little", signed=True)) > 60 for at in range(0, 960, 8)
            )
    assert agree / total > 0.93


def test_each_answer_waited_as_long_as_telemetry_says(timeline: Timeline) -> None:
    waits = [
        round(turn.first_byte - turn.speech_ends, 2)
        for turn in timeline.turns
        if turn.first_byte is not None and turn.speech_ends is not None
    ]
    assert len(waits) == 5
    assert all(0 < wait < 1 for wait in waits)


def test_what_only_the_session_knows(held: Held) -> None:
    found = timeline_of(held.entries, held.notes)
    assert [span.kind for span in found.of("phase")] == ["welcome", "day", "time", "farewell"]
    assert found.of("phase")[1].title == "day: when both are known"
    assert {span.title for span in found.of("extraction")} >= {"wish.patient: Maria Lopez", "wish.day: Thursday"}
    assert found.played_is_measured
    writers = {change.key: change.who for change in found.changes}
    assert writers["calendar:booked"] == "function book_appointment"
    assert writers["patient"].startswith(("extraction wish", "step extract"))
    steps = {span.kind for span in found.of("step")}
    assert steps >= {"extract", "move_on", "watch", "publish"}
    last = found.explanations[-1][1]
    assert (last["phase"], last["terminal"]) == ("farewell", True)
    why_not = [way for _, told in found.explanations for way in told["ways"] if not way["open"]]
    assert why_not[0]["obstacles"] == ["the guard says no"]
    looks = [look for _, look in found.samples if "queues" in look]
    assert looks
    assert json.dumps(looks)
    # The caller says "uh-huh" over the desk: heard by this side, interrupting nothing.
    assert len(found.of("edges")) == len(found.of("vad")) + 1
