"""The greeting is heard: in time, or once more, or its absence is told; and the caller's "hello?" does not cancel it."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from trio.testing import MockClock

from tests.peer import Diary, audio, builder, interrupted, turn_complete
from tests.scenarios.harness import Stage, stage
from trio_live import Live, LiveHandle
from trio_live.control._speaking._greeting import Greeting, Standing, fell_due, heard, protects, said
from trio_live.control._speaking._greeting import Stage as Where
from trio_live.wire_events import Interrupted, TextDelta, TurnComplete
from trio_live.wire_events._internal import Passed, SoundRun

GREETING = Greeting(text="Greet.", within=4.0, protected=2.0)
WAITING = said(Standing(), GREETING, 100.0)
LOUD = b"\x10\x10" * 320


@pytest.mark.parametrize(
    ("news", "where"),
    [
        ([], Where.WAITING),
        ([TurnComplete()], Where.WAITING),
        ([Interrupted()], Where.WAITING),
        ([SoundRun()], Where.SPEAKING),
        ([TextDelta("Hi")], Where.SPEAKING),
        ([SoundRun(), TurnComplete()], Where.SPOKEN),
        ([SoundRun(), Interrupted()], Where.SPOKEN),
        ([SoundRun(), TurnComplete(), SoundRun()], Where.SPOKEN),
    ],
)
def test_a_greeting_is_spoken_from_the_first_sound_to_the_end_of_its_turn(news: list[Passed], where: Where) -> None:
    standing = WAITING
    for event in news:
        standing = heard(standing, event)
    assert standing.stage is where


def test_nothing_counts_before_it_is_said() -> None:
    assert heard(Standing(), SoundRun()) == Standing()
    assert not protects(Standing(), GREETING, 100.0)


def test_it_is_said_twice_at_most() -> None:
    assert fell_due(WAITING, GREETING, 103.9) == WAITING
    second = fell_due(WAITING, GREETING, 104.0)
    assert (second.stage, second.attempts, second.due_at) == (Where.WAITING, 2, 108.0)
    assert fell_due(second, GREETING, 108.0).stage is Where.MISSED
    assert fell_due(WAITING, Greeting(text="x", within=4.0, again=False), 104.0).stage is Where.MISSED


def test_the_protection_runs_from_the_first_words_and_ends_with_the_greeting() -> None:
    assert protects(WAITING, GREETING, 101.9)
    assert not protects(WAITING, GREETING, 102.0)
    speaking = heard(WAITING, SoundRun())
    assert protects(speaking, GREETING, 101.0)
    assert not protects(heard(speaking, TurnComplete()), GREETING, 101.0)
    again = fell_due(WAITING, GREETING, 104.0)
    assert not protects(again, GREETING, 104.5)


def counted(session: LiveHandle) -> int:
    """How often the user's sound was kept out."""
    dropped: Any = session.telemetry.snapshot()["dropped"]
    return int(dropped.get("sound while the model greets", 0))


def sounds(talk: Stage) -> list[bytes]:
    heard = [frame["realtimeInput"]["audio"]["data"] for frame in talk.peer.talk if "realtimeInput" in frame]
    return [base64.b64decode(data) for data in heard]


async def test_a_model_that_greets_in_time_is_asked_once(autojump_clock: MockClock) -> None:
    async with stage(builder().greeting("Greet.")) as talk:
        assert talk.opening == ["user: Greet."]
        await talk.hears(audio(bytes(480)))
        assert await talk.after(20) == []
        assert talk.errors == []


async def test_a_model_that_says_nothing_is_asked_once_more_and_then_it_is_told(autojump_clock: MockClock) -> None:
    """A greeting that came to nothing was never noticed: both sides waited for each other."""
    diary = Diary()
    async with stage(builder().greeting("Greet.", within=4).on_error(diary.anote("error"))) as talk:
        assert await talk.after(3.9) == []
        assert await talk.after(0.2) == ["user: Greet."]
        assert talk.errors == []
        assert await talk.after(4) == []
        assert talk.errors == ["the model did not greet: it was asked twice, and nothing came within 4 s"]
        assert await talk.after(20) == []
    assert len(diary.entries) == 1


async def test_where_it_is_to_be_said_once_its_absence_is_told_at_once(autojump_clock: MockClock) -> None:
    async with stage(builder().greeting("Greet.", within=4, again=False)) as talk:
        assert await talk.after(4.1) == []
        assert talk.errors == ["the model did not greet: it was asked once, and nothing came within 4 s"]


async def test_the_callers_hello_is_silence_until_the_greeting_is_over(autojump_clock: MockClock) -> None:
    """It cancelled words that had not been said yet."""
    async with stage(builder().greeting("Greet.", protected=3)) as talk:
        await talk.session.send_audio(LOUD)
        await talk.hears(audio(bytes(480)))
        await talk.session.send_audio(LOUD)
        await talk.hears(turn_complete())
        await talk.after(1)
        await talk.session.send_audio(LOUD)
        await settled_audio(talk)
        assert sounds(talk) == [bytes(640), bytes(640), LOUD]
        assert counted(talk.session) == 2


async def test_the_protection_does_not_outlast_its_window(autojump_clock: MockClock) -> None:
    async with stage(builder().greeting("Greet.", protected=3)) as talk:
        await talk.after(3.1)
        await talk.session.send_audio(LOUD)
        await settled_audio(talk)
        assert sounds(talk) == [LOUD]


@pytest.mark.parametrize("live", [builder(), builder().greeting("Greet.", protected=0)])
async def test_without_protection_the_user_is_heard_from_the_beginning(live: Live, autojump_clock: MockClock) -> None:
    async with stage(live) as talk:
        await talk.session.send_audio(LOUD)
        await settled_audio(talk)
        assert sounds(talk) == [LOUD]
        assert counted(talk.session) == 0


async def test_marks_of_an_activity_wait_for_the_next_speech(autojump_clock: MockClock) -> None:
    async with stage(builder().vad(disabled=True).greeting("Greet.", protected=3)) as talk:
        await talk.session.user_speech_started()
        await talk.session.user_speech_ended()
        assert await talk.after(4) == []
        await talk.session.user_speech_started()
        assert len(await talk.after(0)) == 1


async def test_an_interruption_of_the_greeting_is_no_reason_to_repeat_it(autojump_clock: MockClock) -> None:
    async with stage(builder().greeting("Greet.", within=4)) as talk:
        await talk.hears(audio(bytes(480)), interrupted(), turn_complete())
        assert await talk.after(20) == []
        assert talk.errors == []


async def settled_audio(talk: Stage) -> None:
    await talk.session.flush()
    await talk.after(0)
