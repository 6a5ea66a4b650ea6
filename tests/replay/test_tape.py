from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.replay.test_connections import ACCEPTED, CLOSE, IN, SETUP
from trio_live.errors import ConnectError, LinkLost
from trio_live.recording import WireEntry
from trio_live.replay._connections import connections_of
from trio_live.replay._tape import Tape


def tape(*told: tuple[object, object, int]) -> Tape:
    import json

    entries = [
        WireEntry(n, direction, ms, frame if isinstance(frame, bytes) else json.dumps(frame).encode())  # type: ignore[arg-type]
        for n, (direction, frame, ms) in enumerate(told, 1)
    ]
    return Tape(connections_of(entries), entries)


async def test_frames_come_at_their_recorded_times(autojump_clock: MockClock) -> None:
    played = tape((*SETUP, 1000), (*ACCEPTED, 1250), (IN, {"a": 1}, 3000), (CLOSE, b"1011 gone", 4500))
    played.release()
    began = trio.current_time()
    async with played.dial() as transport:
        times = []
        for _ in range(2):
            await transport.receive()
            times.append(trio.current_time() - began)
        assert played.wall_clock() == pytest.approx(3)
        with pytest.raises(LinkLost) as lost:
            await transport.receive()
    assert (lost.value.code, lost.value.reason) == (1011, "gone")
    assert times == pytest.approx([0.25, 2])
    assert trio.current_time() - began == pytest.approx(3.5)
    assert played.drained.is_set()


async def test_behind_the_handshake_frames_wait_for_the_release(autojump_clock: MockClock) -> None:
    played = tape((*SETUP, 0), (*ACCEPTED, 0), (IN, {"a": 1}, 0))
    async with played.dial() as transport:
        await transport.receive()
        with trio.move_on_after(100) as patience:
            await transport.receive()
        assert patience.cancelled_caught
        played.release()
        assert await transport.receive() == [b'{"a": 1}']
        with trio.move_on_after(100):
            await transport.receive()
        assert played.drained.is_set()


async def test_connections_are_dialled_one_after_the_other(autojump_clock: MockClock) -> None:
    played = tape(
        *((*SETUP, 0), (*ACCEPTED, 0), (CLOSE, b"1000 closed by this side", 500)),
        *((*SETUP, 900), (*ACCEPTED, 1000), (CLOSE, b"1000 closed by this side", 1500)),
    )
    played.release()
    async with played.dial() as first:
        await first.receive()
        with pytest.raises(LinkLost, match="left this connection for another one") as lost:
            await first.receive()
        assert lost.value.code == 1006, "whoever does not leave it by himself loses it, and dials again"
        assert not played.drained.is_set()
    async with played.dial() as second:
        await second.send(["hello"])
        await second.receive()
        assert trio.current_time() == pytest.approx(1)
        with trio.move_on_after(10):
            await second.receive()
        await second.aclose()
        with pytest.raises(LinkLost):
            await second.receive()
        with pytest.raises(LinkLost):
            await second.send(["more"])
    assert played.drained.is_set()
    assert played.sent == [b"hello"]
    with pytest.raises(ConnectError, match="no further connection"):
        async with played.dial():
            pass
