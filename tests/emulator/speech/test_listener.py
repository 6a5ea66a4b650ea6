from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from tests.emulator.recognisers import ScriptedRecogniser, engine, without_threads
from trio_live.emulator._engines import Expected, Recognition
from trio_live.emulator._service import LIMITS
from trio_live.emulator._speech._listener import LEAD_SECONDS, SpeechListener
from trio_live.emulator._speech._recognition_service import RecognitionService
from trio_live.emulator._speech._workers import Workers

SECOND = 32_000
"""Bytes."""


class Listening:
    """A listener, and what it has told."""

    def __init__(self, recogniser: ScriptedRecogniser) -> None:
        self.guesses: list[str] = []
        self.heard: list[tuple[str, float]] = []
        self.notes: list[str] = []
        self.expected = Expected(("hello",))
        service = RecognitionService(engine(recogniser), 0.5, Workers(lambda: recogniser))
        self.listener = SpeechListener(service, lambda: self.expected, self, self.notes.append)

    def guessed(self, recognition: Recognition) -> None:
        self.guesses.append(recognition.text)

    def recognised(self, recognition: Recognition, *, ended_at: float) -> None:
        self.heard.append((recognition.text, ended_at))

    async def say(self, seconds: float, *, rate: int = 16_000) -> None:
        """In pieces of 20 ms, and as fast as it is recognised."""
        for _ in range(round(seconds * 50)):
            self.listener.take(bytes(2 * rate // 50), rate)
            await wait_all_tasks_blocked()


@asynccontextmanager
async def listening(*said: str) -> AsyncGenerator[tuple[Listening, ScriptedRecogniser], None]:
    recogniser = ScriptedRecogniser(*(Recognition(text, 0.9) for text in said))
    it = Listening(recogniser)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(it.listener.run)
        yield it, recogniser
        nursery.cancel_scope.cancel()


@pytest.fixture(autouse=True)
def no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    without_threads(monkeypatch)


async def test_an_utterance_becomes_guesses_and_words(autojump_clock: MockClock) -> None:
    async with listening("one two three") as (it, recogniser):
        it.listener.begin()
        await it.say(1.0)
        assert (it.listener.is_busy, it.guesses[-1]) == (True, "one two three")
        it.listener.end(7.0)
        await wait_all_tasks_blocked()
        assert (it.listener.is_busy, it.heard) == (False, [("one two three", 7.0)])
        assert recogniser.expected == [it.expected]


async def test_nothing_is_recognised_before_speech_begins_but_a_little_of_it_is_kept(
    autojump_clock: MockClock,
) -> None:
    async with listening("hello") as (it, recogniser):
        await it.say(3.0)
        assert recogniser.begun == []
        it.listener.begin()
        await it.say(1.0)
        it.listener.end(0.0)
        await wait_all_tasks_blocked()
        assert len(recogniser.begun[0].heard) == SECOND * (1 + LEAD_SECONDS)


async def test_other_rates_are_resampled(autojump_clock: MockClock) -> None:
    async with listening("hello") as (it, recogniser):
        it.listener.take(b"", 8_000)
        it.listener.begin()
        await it.say(1.0, rate=8_000)
        it.listener.end(0.0)
        await wait_all_tasks_blocked()
        assert abs(len(recogniser.begun[0].heard) - SECOND) < SECOND / 100


async def test_a_new_rate_ends_an_utterance(autojump_clock: MockClock) -> None:
    async with listening("hello", "again") as (it, _):
        it.listener.begin()
        await it.say(0.5)
        await it.say(0.5, rate=8_000)
        assert [text for text, _ in it.heard] == ["hello"]


async def test_what_is_dropped_is_not_told(autojump_clock: MockClock) -> None:
    async with listening("never", "this") as (it, _):
        it.listener.begin()
        await it.say(0.1)
        it.listener.drop()
        it.listener.begin()
        await it.say(0.1)
        it.listener.end(1.0)
        await wait_all_tasks_blocked()
        assert it.heard == [("this", 1.0)]
        it.listener.drop()  # nobody is speaking
        assert not it.listener.is_busy


async def test_beginning_twice_is_beginning_once(autojump_clock: MockClock) -> None:
    async with listening("hello") as (it, _):
        it.listener.begin()
        it.listener.begin()
        it.listener.end(1.0)
        it.listener.end(2.0)
        await wait_all_tasks_blocked()
        assert it.heard == [("hello", 1.0)]


async def test_an_utterance_without_end_is_recognised_in_part(autojump_clock: MockClock) -> None:
    async with listening("hello") as (it, recogniser):
        it.listener.begin()
        for _ in range(3 * LIMITS["spoken"].most):
            it.listener.take(bytes(SECOND), 16_000)
            await wait_all_tasks_blocked()
        it.listener.end(0.0)
        await wait_all_tasks_blocked()
        assert len(recogniser.begun[0].heard) == SECOND * LIMITS["spoken"].most
        assert it.notes == ["somebody speaks for more than 30 s: the rest of it is not recognised"]


async def test_too_many_utterances_are_passed_over(autojump_clock: MockClock) -> None:
    most = LIMITS["utterances"].most
    async with listening(*map(str, range(most + 1))) as (it, _):
        for _ in range(most + 1):
            it.listener.begin()
            it.listener.end(0.0)
        await wait_all_tasks_blocked()
        assert [text for text, _ in it.heard] == [str(number) for number in range(most)]
        assert it.notes == ["too many utterances wait to be recognised: this one is passed over"]
        it.listener.begin()
        it.listener.end(0.0)
        await wait_all_tasks_blocked()
        assert len(it.heard) == most + 1
