"""From a plan to a session with its handle: what has happened when the block begins."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.lanes.rig import BoomError, araising, forever
from tests.peer import Diary, Peer, builder, call, settled, text, turn_complete
from trio_live import ConfigError, ConnectRejected, Live, SessionPhase, State, events


async def test_the_greeting_is_on_its_way_before_anything_of_the_block(autojump_clock: MockClock) -> None:
    async with call(builder().greeting("Introduce yourself.")) as (session, peer):
        await session.send_text("Hi")
        await session.flush()
        assert peer.texts == ["Introduce yourself.", "Hi"]
        await peer.send(turn_complete())
        await settled()
        assert peer.texts == ["Introduce yourself.", "Hi"]


async def test_without_a_greeting_the_user_speaks_first(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        await settled()
        await session.flush()
        assert peer.talk == []


async def test_the_greeting_of_a_builder_is_said_in_every_session(autojump_clock: MockClock) -> None:
    live = builder().greeting("Begin.")
    for _ in range(2):
        async with call(live) as (session, peer):
            await session.flush()
            assert peer.texts == ["Begin."]


async def test_a_slow_on_connected_does_not_hold_up_the_block(autojump_clock: MockClock) -> None:
    async with call(builder().on_connected(forever)):
        assert trio.current_time() == 0


async def test_a_failing_on_connected_comes_out_under_raise(autojump_clock: MockClock) -> None:
    boom = BoomError()
    live = builder().callback_errors("raise").on_connected(araising(boom)).greeting("Begin.")

    async def talk() -> None:
        async with call(live):
            await trio.sleep_forever()

    with pytest.raises(BoomError) as caught:
        await talk()
    assert caught.value is boom


async def test_an_opening_is_used_once_and_a_builder_any_number_of_times(autojump_clock: MockClock) -> None:
    live = builder()
    async with call(live) as (first, _), call(live) as (second, _):
        assert first is not second
        assert first.state is not second.state
        assert first.telemetry is not second.telemetry


async def test_sessions_may_share_a_state(autojump_clock: MockClock) -> None:
    live = builder().state(State())
    async with call(live) as (first, _), call(live) as (second, _):
        first.state.set("app:seen", 1)
        assert second.state.get("app:seen") == 1


async def test_a_session_that_is_over_at_once_is_still_handed_out(autojump_clock: MockClock) -> None:
    diary, peer = Diary(), Peer()

    def hang_up(phase: SessionPhase) -> None:
        if phase is SessionPhase.ACTIVE:
            peer.close(1011, "deadline")

    async with call(builder().on_phase(hang_up).on_disconnected(diary.anote("bye")), peer) as (session, _):
        await session.done()
    assert diary.names() == ["bye"]


async def test_nothing_of_a_session_begins_before_the_block_is_entered(autojump_clock: MockClock) -> None:
    peer = Peer()
    await peer.ready()
    opening = builder().connect_with_transport(peer.client)
    await settled()
    assert peer.client.sent == []
    async with opening:
        assert len(peer.client.sent) == 1


@pytest.mark.parametrize("live", [builder(), builder().greeting("Hi").on_connected(Diary().anote("connected"))])
async def test_a_refusal_is_the_same_with_and_without_callbacks(live: Live, autojump_clock: MockClock) -> None:
    peer = Peer(accepts=False)
    peer.close(1007, "API key not valid. Please pass a valid API key.")
    with pytest.raises(ConnectRejected) as caught:
        async with call(live, peer):
            pytest.fail("there is no session")
    assert caught.value.code == 1007
    assert caught.value.advice == "check the API key or token"


async def test_connected_is_told_to_those_who_listen_in_time(autojump_clock: MockClock) -> None:
    seen: list[Any] = []
    async with call(builder().on_connected(Diary().anote("connected", takes=1))) as (session, _):
        async with session.events() as stream:
            seen.append(await anext(stream))
        assert trio.current_time() == 1
    assert seen == [events.Connected()]


async def test_connected_is_told_to_whoever_subscribes_before_waiting_for_anything(autojump_clock: MockClock) -> None:
    async with call() as (session, peer), session.events() as stream:
        assert await anext(stream) == events.Connected()
        await peer.send(text("Hi"))
        assert await anext(stream) == events.TextDelta("Hi")


async def test_nobody_waits_for_a_block_that_never_begins(autojump_clock: MockClock) -> None:
    diary = Diary()
    with trio.move_on_after(1):
        async with call(builder().greeting("Hi").on_disconnected(diary.anote("bye"))) as (session, _):
            await session.disconnect()
    assert diary.names() == ["bye"]
    assert trio.current_time() == 0


async def test_the_journal_of_a_session_with_a_state_of_its_own_has_times(autojump_clock: MockClock) -> None:
    async with call() as (session, _):
        started = time.time()
        session.state.set("a", 1)
        await trio.sleep(3600)
        await trio.to_thread.run_sync(session.state.set, "a", 2)
        first, second = (entry.timestamp for entry in session.state.mutations_since(0) if entry.key == "a")
        assert first is not None
        assert second is not None
        assert first == pytest.approx(started, abs=60)
        assert second - first >= 3600  # the session's time, which the tests' clock makes fly


async def test_the_users_own_state_keeps_the_clock_it_has(autojump_clock: MockClock) -> None:
    state = State()
    async with call(builder().state(state)):
        assert state.clock is None


def test_without_trio_the_mistake_has_a_name() -> None:
    async def main() -> None:
        async with Live.builder().connect_google_ai("key"):
            pass

    with pytest.raises(ConfigError, match=r"trio\.run\(main\)"):
        asyncio.run(main())
