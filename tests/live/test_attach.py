from __future__ import annotations

import trio
from trio.testing import MockClock

from tests.peer import Peer, builder, reading, settled, text, turn_complete
from trio_live import LiveHandle, Platform, events
from trio_live.events import SessionWriter
from trio_live.live import attach_session


async def test_a_session_is_put_on_a_connection_that_is_set_up_already(autojump_clock: MockClock) -> None:
    peer, greeted = Peer(accepts=False), list[str]()

    async def hello(_: SessionWriter) -> None:
        greeted.append("connected")

    async with attach_session(builder().on_connected(hello), peer.client) as session, reading(session) as seen:
        assert isinstance(session, LiveHandle)
        assert greeted == ["connected"]
        assert peer.received == [], "the setup is not sent again"
        await session.send_text("Hello?")
        await peer.send(text("Hi."), turn_complete())
        await settled()
        assert any(isinstance(event, events.TurnComplete) for event in seen)
        assert len(peer.received) == 1
        assert session.state.get("session:interrupt_count") == 0


async def test_frames_of_one_platform_follow_its_rules(autojump_clock: MockClock) -> None:
    peer = Peer(accepts=False)
    async with attach_session(builder(), peer.client, platform=Platform.VERTEX) as session:
        await session.send_text("Hello?")
    assert len(peer.received) == 1


async def test_an_attached_session_ends_with_its_connection(autojump_clock: MockClock) -> None:
    peer = Peer(accepts=False)
    async with attach_session(builder(), peer.client) as session:
        peer.close(1001, "going away")
        with trio.fail_after(10):
            await session.done()
        assert session.ended is not None
        assert session.ended.close_code == 1001
