"""The voice agent, tested without a network, without a key, and without waiting."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock
from voice_agent import Speaker, front_desk, hold_call

from trio_live.emulator import serve_transport
from trio_live.transport import memory_transport_pair


@pytest.mark.trio
async def test_the_caller_gets_the_time_he_interrupted_for(autojump_clock: MockClock) -> None:
    speaker = Speaker()
    live = front_desk(speaker).callback_errors("raise")
    ours, theirs = memory_transport_pair()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(serve_transport, theirs)
        async with live.connect_with_transport(ours) as session:
            said = await hold_call(session, speaker)
            assert session.telemetry.snapshot()["interruptions"] == 1
    assert any("three thirty" in line and "4711" in line for line in said)
    assert speaker.dropped_seconds > 1
    assert trio.current_time() > 30
