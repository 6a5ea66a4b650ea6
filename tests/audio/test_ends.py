"""Between a driver's thread and Trio: bounded both ways, counted where something is dropped, woken at once."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any

import pytest
import trio
import trio.testing
from trio.testing import MockClock

from trio_live.audio import Microphone, Speakers
from trio_live.audio._ends import MICROPHONE_FRAMES

SECOND = 48_000
"""Bytes of the model's sound in a second."""
TICK = 480


def piece(number: int) -> bytes:
    return struct.pack("<320h", *([number] * 320))


async def in_thread(function: Callable[..., Any], *arguments: Any) -> Any:
    return await trio.to_thread.run_sync(function, *arguments)


async def test_a_microphone_wakes_whoever_waits_from_another_thread() -> None:
    microphone, heard = Microphone(), []

    async def listen() -> None:
        heard.extend([await microphone.receive() for _ in range(3)])

    async with trio.open_nursery() as nursery:
        nursery.start_soon(listen)
        await trio.testing.wait_all_tasks_blocked()
        for number in range(3):
            await in_thread(microphone.push, piece(number))
    assert heard == [piece(0), piece(1), piece(2)]
    assert microphone.meter.dbfs > -96


async def test_of_a_microphone_that_nobody_listens_to_a_second_is_kept(autojump_clock: MockClock) -> None:
    microphone = Microphone()
    for number in range(MICROPHONE_FRAMES + 7):
        microphone.push(piece(number))
    assert microphone.dropped == 7
    assert [await microphone.receive() for _ in range(2)] == [piece(7), piece(8)]


async def test_receiving_can_be_cancelled_and_loses_nothing(autojump_clock: MockClock) -> None:
    microphone = Microphone()
    with trio.move_on_after(1) as scope:
        await microphone.receive()
    assert scope.cancelled_caught
    microphone.push(piece(1))
    with trio.CancelScope() as scope:
        scope.cancel()
        await microphone.receive()
    assert scope.cancelled_caught
    assert await microphone.receive() == piece(1)


async def test_a_microphone_of_another_rate_is_resampled(autojump_clock: MockClock) -> None:
    microphone = Microphone(48_000)
    sound = [round(8_000 * math.sin(n / 20)) for n in range(960)]
    for _ in range(10):
        microphone.push(struct.pack("<960h", *sound))
    received = b""
    with trio.move_on_after(1):
        while True:
            received += await microphone.receive()
    assert len(received) == pytest.approx(10 * 640, abs=640)


async def test_speakers_fill_then_play_then_rest(autojump_clock: MockClock) -> None:
    speakers = Speakers()
    assert speakers.pull(TICK) == bytes(2 * TICK)
    speakers.play(b"\x01\x00" * 4_000)
    assert speakers.pull(TICK) == bytes(2 * TICK), "a sixth of a second is not enough to begin with"
    speakers.play(b"\x01\x00" * 4_000)
    assert speakers.pull(TICK) == b"\x01\x00" * TICK
    assert speakers.played == pytest.approx(0.02)
    for _ in range(20):
        speakers.pull(TICK)
    assert speakers.waiting == 0
    assert speakers.played == pytest.approx(8_000 / 24_000)


async def test_a_word_that_is_shorter_than_the_filling_is_played_all_the_same(autojump_clock: MockClock) -> None:
    speakers = Speakers()
    speakers.play(b"\x01\x00" * 960)
    heard = b"".join(speakers.pull(TICK) for _ in range(20))
    assert heard.count(b"\x01") == 960
    assert speakers.underruns == 0


async def test_a_flush_throws_away_what_was_not_played_and_counts_anew(autojump_clock: MockClock) -> None:
    speakers = Speakers()
    speakers.play(bytes(2 * SECOND))
    for _ in range(25):
        speakers.pull(TICK)
    assert speakers.played == pytest.approx(0.5)
    assert speakers.flush() == pytest.approx(1.5)
    assert (speakers.waiting, speakers.played) == (0, 0)
    assert speakers.flushed == pytest.approx(1.5)
    speakers.play(bytes(SECOND))
    await speakers.interrupted()
    assert speakers.flushed == pytest.approx(2.5)


async def test_what_the_driver_still_holds_has_not_been_heard(autojump_clock: MockClock) -> None:
    speakers = Speakers(latency=0.1)
    speakers.play(bytes(SECOND))
    for _ in range(3):
        speakers.pull(TICK)
    assert speakers.played == 0
    for _ in range(7):
        speakers.pull(TICK)
    assert speakers.played == pytest.approx(0.1)


async def test_waiting_for_sound_and_for_its_end(autojump_clock: MockClock) -> None:
    speakers, diary = Speakers(), []

    async def wait() -> None:
        await speakers.wait_playing()
        diary.append("playing")
        await speakers.wait_quiet()
        diary.append("quiet")

    async with trio.open_nursery() as nursery:
        nursery.start_soon(wait)
        await trio.testing.wait_all_tasks_blocked()
        assert diary == []
        speakers.play(bytes(SECOND))
        await trio.testing.wait_all_tasks_blocked()
        assert diary == ["playing"]
        await in_thread(lambda: [speakers.pull(TICK) for _ in range(50)])
    assert diary == ["playing", "quiet"]


@pytest.mark.parametrize("name", ["wait_playing", "wait_quiet", "interrupted"])
async def test_waiting_for_speakers_can_be_cancelled(autojump_clock: MockClock, name: str) -> None:
    speakers = Speakers()
    if name == "wait_quiet":
        speakers.play(bytes(SECOND))
    with trio.CancelScope() as scope:
        scope.cancel()
        await getattr(speakers, name)()
    assert scope.cancelled_caught


async def test_speakers_of_another_rate_get_as_long_a_sound(autojump_clock: MockClock) -> None:
    speakers = Speakers(48_000)
    speakers.play(bytes(SECOND))
    assert speakers.waiting == pytest.approx(1.0, abs=0.05)
