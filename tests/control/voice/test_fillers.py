"""A user who waits for the model's first word is told of, once for each time that they wait."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.control.microphone.sounds import LOUD, QUIET, Sharp
from tests.peer import audio, builder, call_of, heard, tool_call, turn_complete
from tests.scenarios.harness import Stage, stage
from trio_live import ConfigError, Live, events
from trio_live.voice import VoiceTiming

SECOND = bytes(48_000)


def waiting(after_ms: float = 1000) -> Live:
    return builder().input_vad(backend=Sharp).voice_timing(VoiceTiming(filler_after_ms=after_ms))


def told(talk: Stage) -> list[int]:
    return [event.waited_ms for event in talk.of(events.FillerDue)]


async def test_a_user_who_waits_is_told_of_once(autojump_clock: MockClock) -> None:
    async with stage(waiting()) as talk:
        await trio.sleep(10)
        assert told(talk) == [], "nobody has asked anything"
        await talk.session.send_text("hi")
        await trio.sleep(0.9)
        assert told(talk) == []
        await trio.sleep(9)
        (waited,) = told(talk)
        assert 1000 <= waited <= 1050
        await talk.hears(audio(SECOND), turn_complete())
        await trio.sleep(10)
        assert len(told(talk)) == 1
        await talk.session.send_audio(LOUD)
        await trio.sleep(5)
        assert len(told(talk)) == 1, "the user is speaking"
        await talk.session.send_audio(QUIET)
        await trio.sleep(5)
        assert len(told(talk)) == 2


async def test_an_answer_in_time_needs_no_filler(autojump_clock: MockClock) -> None:
    async with stage(waiting()) as talk:
        await talk.session.send_text("hi")
        await trio.sleep(1.1)
        await talk.hears(turn_complete())
        await talk.session.send_text("hi?")
        assert len(told(talk)) == 1
        await trio.sleep(0.9)
        await talk.hears(audio(SECOND))
        await trio.sleep(10)
        await talk.hears(turn_complete())
        await trio.sleep(10)
        assert len(told(talk)) == 1


async def test_a_call_of_a_function_is_no_word(autojump_clock: MockClock) -> None:
    async with stage(waiting()) as talk:
        await talk.session.send_text("hi")
        await trio.sleep(0.5)
        await talk.hears(tool_call(call_of("look_up")))
        await trio.sleep(0.6)
        assert len(told(talk)) == 1


async def test_what_the_user_adds_begins_another_wait(autojump_clock: MockClock) -> None:
    async with stage(waiting()) as talk:
        await talk.session.send_text("hi")
        await trio.sleep(0.9)
        await talk.hears(heard("Hello."))
        await trio.sleep(0.9)
        assert told(talk) == []
        await trio.sleep(0.3)
        assert len(told(talk)) == 1


def test_of_two_timings_the_sooner_filler_counts() -> None:
    late, soon, none = VoiceTiming(filler_after_ms=900), VoiceTiming(filler_after_ms=400), VoiceTiming()
    assert late.merged(soon).filler_after_ms == soon.merged(late).filler_after_ms == 400
    assert late.merged(none).filler_after_ms == none.merged(late).filler_after_ms == 900
    assert none.merged(none).filler_after_ms is None


@pytest.mark.parametrize("wrong", [0.0, -1.0, float("inf"), float("nan")])
def test_what_is_no_length_of_time_is_refused(wrong: float) -> None:
    with pytest.raises(ConfigError, match="filler_after_ms"):
        VoiceTiming(filler_after_ms=wrong)


async def test_the_watch_ends_with_the_session(autojump_clock: MockClock) -> None:
    with trio.move_on_after(2) as scope:
        async with stage(waiting(5000)) as talk:
            await talk.session.send_text("hi")
            await trio.sleep(1)
    assert not scope.cancelled_caught
    assert told(talk) == []
