"""A call in which nobody says anything, against a server that drops idle connections; all in virtual time."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
import trio
from trio.testing import MockClock

from tests.peer import Peer, audio, builder, call, call_of, settled, tool_call, turn_complete
from trio_live import FunctionResponse, Live, LiveHandle
from trio_live._tasks import open_service_nursery
from trio_live.emulator import serve_transport
from trio_live.transport import memory_transport_pair


def silences(peer: Peer) -> int:
    return sum("audio" in frame.get("realtimeInput", {}) for frame in peer.talk)


@asynccontextmanager
async def idle_call(live: Live) -> AsyncGenerator[LiveHandle, None]:
    """A session with the emulator, in memory, which hangs up after 150 s without a word of the client."""
    ours, theirs = memory_transport_pair()
    async with open_service_nursery("the test is over") as nursery:
        nursery.start_soon(serve_transport, theirs)
        async with live.connect_with_transport(ours) as session:
            yield session


async def test_an_idle_connection_stays_open_as_long_as_it_is_left_alone(autojump_clock: MockClock) -> None:
    async with idle_call(Live.builder().model("gemini-3.8-live")) as session:
        await trio.sleep(590)  # the connection's own end comes at 600
        assert session.ended is None


async def test_without_it_the_server_drops_the_connection(autojump_clock: MockClock) -> None:
    async with idle_call(Live.builder().model("gemini-3.8-live").keep_alive(None)) as session:
        await trio.sleep(160)
        assert session.ended is not None
        assert (session.ended.close_code, session.ended.close_reason) == (1008, "The operation was aborted.")


async def test_silence_goes_out_when_nothing_else_did_for_so_long(autojump_clock: MockClock) -> None:
    async with call(builder().keep_alive(20)) as (session, peer):
        await trio.sleep(19)
        assert silences(peer) == 0
        await trio.sleep(2)
        assert silences(peer) == 1
        await session.send_text("Hi")
        await trio.sleep(19)
        assert silences(peer) == 1
        await trio.sleep(22)
        assert silences(peer) == 3


async def test_nobody_is_interrupted_by_silence(autojump_clock: MockClock) -> None:
    async with call(builder().keep_alive(20)) as (_, peer):
        await peer.send(audio(bytes(4)))
        await trio.sleep(100)
        assert silences(peer) == 0
        await peer.send(turn_complete())
        await settled()
        assert silences(peer) == 1


async def test_a_long_function_call_keeps_its_connection(autojump_clock: MockClock) -> None:
    async def take_long(*_: object) -> list[FunctionResponse]:
        await trio.sleep(100)
        return []

    async with call(builder().keep_alive(20).on_tool_call(take_long)) as (_, peer):
        await peer.send(tool_call(call_of("f", "1")))
        await trio.sleep(99)
        assert silences(peer) == 4


@pytest.mark.parametrize("live", [builder().keep_alive(None), builder().vad(disabled=True).keep_alive(20)])
async def test_none_is_sent_where_it_is_off_or_speech_is_marked_by_hand(live: Live, autojump_clock: MockClock) -> None:
    async with call(live) as (_, peer):
        await trio.sleep(1000)
        assert silences(peer) == 0


async def test_the_end_of_the_session_ends_it(autojump_clock: MockClock) -> None:
    async with call(builder().keep_alive(20)) as (session, peer):
        await session.disconnect()
        await trio.sleep(100)
        assert silences(peer) == 0
