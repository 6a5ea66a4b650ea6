from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock, lockstep_stream_pair, memory_stream_pair

from trio_live.emulator._faults._streams import WireStream
from trio_live.emulator._service import LIMITS

PONG = b"\x8a\x00"
TEXT = b"\x81\x02hi"


async def test_what_was_peeked_at_comes_first() -> None:
    near, far = memory_stream_pair()
    async with trio.open_nursery() as nursery:
        wire = WireStream(far, nursery, b"first")
        await near.send_all(b"second")
        assert [await wire.receive_some(), await wire.receive_some()] == [b"first", b"second"]


async def test_pongs_come_late_and_hold_nothing_up(autojump_clock: MockClock) -> None:
    near, far = memory_stream_pair()
    async with trio.open_nursery() as nursery:
        wire = WireStream(far, nursery)
        wire.pong_delay = 20.0
        await wire.send_all(PONG)
        await wire.wait_send_all_might_not_block()
        await wire.send_all(TEXT)
        assert await near.receive_some() == TEXT
        assert trio.current_time() == 0
        assert await near.receive_some() == PONG
        assert trio.current_time() == 20


async def test_a_late_pong_to_nobody_harms_nobody(autojump_clock: MockClock) -> None:
    near, far = memory_stream_pair()
    async with trio.open_nursery() as nursery:
        wire = WireStream(far, nursery)
        wire.pong_delay = 1.0
        await wire.send_all(PONG)
        await near.aclose()
        await wire.aclose()


async def test_a_mute_stream_swallows_everything() -> None:
    near, far = memory_stream_pair()
    async with trio.open_nursery() as nursery:
        wire = WireStream(far, nursery)
        wire.is_mute = True
        await wire.send_all(TEXT)
        wire.is_mute = False
        await wire.send_all(PONG)
        assert await near.receive_some() == PONG


async def test_a_peer_that_takes_nothing_is_cut(autojump_clock: MockClock) -> None:
    near, far = lockstep_stream_pair()
    async with trio.open_nursery() as nursery:
        wire = WireStream(far, nursery)
        nursery.start_soon(near.receive_some, 1)
        with pytest.raises(trio.BrokenResourceError, match="takes nothing"):
            await wire.send_all(TEXT)
        assert trio.current_time() == LIMITS["write"].most


async def test_a_peer_that_is_slow_is_waited_for(autojump_clock: MockClock) -> None:
    near, far = lockstep_stream_pair()
    async with trio.open_nursery() as nursery:
        wire = WireStream(far, nursery)
        nursery.start_soon(wire.send_all, TEXT)
        await trio.sleep(LIMITS["write"].most - 1)
        assert await near.receive_some() == TEXT
