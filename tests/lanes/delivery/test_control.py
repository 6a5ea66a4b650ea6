"""One event at a time, each to its end, in the order of the wire."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.peer import Diary, bare_turn_complete, builder, call, generation_complete, go_away, settled, turn_complete


async def test_the_next_event_waits_for_a_blocking_callback(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = (
        builder()
        .on_generation_complete(diary.anote("generation", takes=2))
        .on_turn_complete(diary.anote("turn", takes=1))
        .on_go_away(diary.anote("go away"))
    )
    async with call(live) as (_, peer):
        await peer.send(generation_complete(), bare_turn_complete(), go_away("7s"), generation_complete())
        await trio.sleep(10)
    assert diary.names() == [
        "generation",
        "generation ends",
        "turn",
        "turn ends",
        "go away",
        "generation",
        "generation ends",
    ]


async def test_the_next_event_does_not_wait_for_a_concurrent_callback(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = (
        builder()
        .on_generation_complete_concurrent(diary.anote("generation", takes=2))
        .on_turn_complete(diary.anote("turn", takes=1))
    )
    async with call(live) as (_, peer):
        await peer.send(generation_complete(), bare_turn_complete())
        await trio.sleep(10)
    assert diary.names()[2:] == ["turn ends", "generation ends"]


@pytest.mark.parametrize("count", [1, 63, 64, 65, 700])
async def test_no_event_is_lost_and_none_is_handled_twice(count: int, autojump_clock: MockClock) -> None:
    diary = Diary()
    async with call(builder().on_turn_complete(diary.anote("turn"))) as (session, peer):
        await peer.send(*[turn_complete()] * count)
        await settled()
        assert session.state.get("session:turn_count", 0) == count
    assert len(diary.entries) == count
