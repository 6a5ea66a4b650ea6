"""What waits to be sent to a page."""

from __future__ import annotations

import json

import pytest
import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from trio_live.web._outbox import MOST_MESSAGES, MOST_SOUND_BYTES, Farewell, Outbox
from trio_live.web._site import PageClose

SECOND = bytes(48_000)


async def emptied(outbox: Outbox) -> list[str | bytes | Farewell]:
    """Everything that waits."""
    found: list[str | bytes | Farewell] = []
    with trio.CancelScope() as scope:
        async with trio.open_nursery() as nursery:

            async def take() -> None:
                while True:
                    found.append(await outbox.next())
                    if isinstance(found[-1], Farewell):
                        return

            nursery.start_soon(take)
            await wait_all_tasks_blocked()
            scope.cancel()
    return found


async def test_order_is_kept() -> None:
    outbox = Outbox()
    outbox.say("a")
    outbox.play(1, b"xx")
    outbox.say("b")
    assert await emptied(outbox) == ["a", b"\1\0\0\0xx", "b"]


async def test_an_interruption_takes_out_the_sound_that_waits() -> None:
    outbox = Outbox()
    outbox.play(0, b"old")
    outbox.say("a")
    outbox.flush(1)
    outbox.play(1, b"new")
    first, flush, sound = await emptied(outbox)
    assert (first, json.loads(str(flush)), sound) == ("a", {"type": "flush", "epoch": 1}, b"\1\0\0\0new")


async def test_of_too_much_sound_the_oldest_is_dropped_and_counted() -> None:
    outbox = Outbox()
    outbox.say("first")
    for number in range(MOST_SOUND_BYTES // len(SECOND) + 3):
        outbox.play(number, SECOND)
    found = await emptied(outbox)
    assert found[0] == "first"
    assert isinstance(found[1], bytes)
    assert int.from_bytes(found[1][:4], "little") == outbox.dropped == 4
    assert sum(len(each) for each in found if isinstance(each, bytes)) <= MOST_SOUND_BYTES


async def test_too_many_messages_end_it() -> None:
    outbox = Outbox()
    for _ in range(MOST_MESSAGES + 1):
        outbox.say("a")
    assert await emptied(outbox) == [Farewell(PageClose.UNREAD, f"the page did not read {MOST_MESSAGES} messages")]


async def test_the_first_farewell_counts_and_comes_last() -> None:
    outbox = Outbox()
    outbox.say("a")
    outbox.close(PageClose.OVER, "over")
    outbox.close(PageClose.FAILED, "failed")
    outbox.say("too late")
    outbox.play(0, b"too late")
    assert await emptied(outbox) == ["a", Farewell(PageClose.OVER, "over")]


async def test_no_sound_is_no_message() -> None:
    outbox = Outbox()
    outbox.play(0, b"")
    assert await emptied(outbox) == []


async def test_a_cancelled_wait_loses_nothing(autojump_clock: MockClock) -> None:
    outbox = Outbox()
    with trio.move_on_after(1):
        await outbox.next()
    outbox.say("a")
    with trio.CancelScope() as scope:
        scope.cancel()
        await outbox.next()
        pytest.fail("it was cancelled")
    assert await emptied(outbox) == ["a"]
