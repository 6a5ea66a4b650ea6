"""Assertions pass quietly, and fail with a story."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from trio.testing import MockClock

from tests.testing.agents import agent, with_tools
from trio_live import LiveHandle, events
from trio_live.testing import (
    Run,
    Script,
    assert_answered,
    assert_events,
    assert_sent,
    assert_transcript,
    play,
    play_now,
)


async def talk(session: LiveHandle) -> None:
    await session.send_text("Hello there")
    await session.send_audio(bytes(640))
    await session.send_video(b"\xff\xd8")


@pytest.fixture(scope="module")
def run() -> Run:
    script = Script().awaits_text().calls("book", guests=2).speaks("Done.").interrupts().hears("Wait!").turn_complete()
    script = script.turn_complete()
    return play_now(with_tools(), script, during=talk)


def failure(check: Callable[[], object]) -> str:
    with pytest.raises(AssertionError) as caught:
        check()
    return str(caught.value)


def test_words_that_were_sent_are_found(run: Run) -> None:
    (message,) = assert_sent(run, "Hello")
    assert message.client_content is not None
    assert_sent(run, "Hello", times=1)
    assert_sent(run, "Goodbye", times=0)
    assert_sent(run, lambda message: message.realtime_input is not None, times=2)


def test_words_that_were_not_sent_are_missed_beside_what_was(run: Run) -> None:
    told = failure(lambda: assert_sent(run, "Goodbye"))
    assert "'Goodbye' was sent never" in told
    assert "Hello there" in told
    assert "audio, 640 bytes" in told
    assert "video, 2 bytes" in told
    assert "was sent 1 time, not 2 times" in failure(lambda: assert_sent(run, "Hello", times=2))


def test_answers_are_found(run: Run) -> None:
    (answer,) = assert_answered(run, "book", {"ok": True})
    assert answer.id == "call-1"
    assert_answered(run, "book", times=1)


@pytest.mark.parametrize(
    ("check", "told"),
    [
        (lambda run: assert_answered(run, "boook"), "boook was not answered: it was never called."),
        (lambda run: assert_answered(run, "book", {"ok": False}), "call-1 was answered {'ok': True"),
        (lambda run: assert_answered(run, "book", {"price": 3}), "book was not answered with {'price': 3}"),
        (lambda run: assert_answered(run, "book", times=3), "there were 1 answer, not 3"),
        (lambda run: assert_answered(run, "boook"), "call-1: book(guests=2)"),
        (lambda run: assert_answered(run, "boook"), "call-1: book -> {'ok': True"),
    ],
)
def test_answers_that_are_missed_are_missed_in_words(run: Run, check: Callable[[Run], object], told: str) -> None:
    assert told in failure(lambda: check(run))


async def test_a_cancelled_call_needs_no_answer_but_was_not_answered(autojump_clock: MockClock) -> None:
    run = await play(with_tools(9), Script().calls_meanwhile("slow").cancels("call-1").says("Never mind."))
    assert "nothing was answered" in failure(lambda: assert_answered(run, "slow"))


def test_events_are_found_in_their_order(run: Run) -> None:
    found = assert_events(
        run, events.ToolExecution, lambda event: isinstance(event, events.Audio), events.Interrupted()
    )
    assert [type(event) for event in found] == [events.ToolExecution, events.Audio, events.Interrupted]
    assert_events(run)


def test_an_event_that_is_missed_is_missed_in_its_place(run: Run) -> None:
    told = failure(lambda: assert_events(run, events.Interrupted, events.Audio))
    assert "no Audio came after Interrupted(); it came before" in told
    assert "TurnComplete(" in told
    told = failure(lambda: assert_events(run, events.GoAway(3)))
    assert "no GoAway(time_left=3) came" in told
    assert "Audio, 5 pieces" in told
    assert "(nothing)" in failure(lambda: assert_events(run, events.Disconnected, events.Audio))


def test_the_transcript_is_compared_as_a_whole(run: Run) -> None:
    assert_transcript(run, "User: Hello there", "User: Wait!")
    told = failure(lambda: assert_transcript(run, "User: Wait!", "Assistant: Why?"))
    assert "the transcript is:\n  User: Hello there\n  User: Wait!\nand not:\n  User: Wait!\n  Assistant: Why?" in told


def test_long_stories_are_cut() -> None:
    script = Script()
    for number in range(60):
        script = script.text(str(number))
    run = play_now(agent(), script)
    assert "… and 21 more" in failure(lambda: assert_events(run, events.Interrupted))
