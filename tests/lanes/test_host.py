"""Dialling and setting up, and where the link stands."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
import trio
from trio.testing import MockClock

from tests.lanes.rig import BoomError, dial_raising, plan_for, raising, silent
from tests.peer import Diary, Peer, builder, call, parts_of, settled, setup_complete, text
from trio_live import (
    ConnectError,
    ConnectRejected,
    ConnectTimeout,
    SessionFailed,
    SessionPhase,
    SessionWriter,
)
from trio_live.lanes import QUEUES, Overflow, Queue
from trio_live.lanes._internal import assemble, open_session


async def test_entering_means_connected(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        assert session.phase is SessionPhase.ACTIVE
        assert [list(frame) for frame in peer.received] == [["setup"]]
        assert trio.current_time() == 0


async def test_the_phases_on_the_way_are_told(autojump_clock: MockClock) -> None:
    phases: list[str] = []
    async with call(builder().on_phase(lambda phase: phases.append(str(phase)))) as (session, _):
        await settled()
        assert phases == ["Connecting", "SetupSent", "Active"]
    assert phases[3:] == ["Disconnecting", "Disconnected"]
    assert session.phase is SessionPhase.DISCONNECTED


async def test_a_refused_setup_raises_with_the_servers_words_and_advice(autojump_clock: MockClock) -> None:
    peer = Peer(accepts=False)
    peer.close(1008, "models/nobody is not found for API version v1beta")
    with pytest.raises(ConnectRejected) as caught:
        async with call(peer=peer):
            pytest.fail("there is no session")
    assert caught.value.code == 1008
    assert caught.value.reason == "models/nobody is not found for API version v1beta"
    assert caught.value.advice == "check the model name"
    assert "does not exist here" in str(caught.value)
    assert "check the model name" in str(caught.value)
    assert trio.current_time() == 0


async def test_a_close_without_words_is_a_refusal_with_general_advice(autojump_clock: MockClock) -> None:
    peer = Peer(accepts=False)
    peer.end.cut()
    with pytest.raises(ConnectRejected) as caught:
        async with call(peer=peer):
            pytest.fail("there is no session")
    assert caught.value.code == 1006
    assert caught.value.advice is not None
    assert "check the model name" in caught.value.advice


async def test_an_error_frame_during_setup_is_a_refusal(autojump_clock: MockClock) -> None:
    peer = Peer(accepts=False)
    await peer.send({"error": {"code": 401, "status": "UNAUTHENTICATED", "message": "API key expired"}})
    with pytest.raises(ConnectRejected, match="API key expired") as caught:
        async with call(peer=peer):
            pytest.fail("there is no session")
    assert caught.value.code == 1008
    assert "API key expired" in caught.value.reason


@pytest.mark.parametrize(("within", "live"), [(15, builder()), (3, builder().timeouts(setup=3))])
async def test_a_silent_server_is_given_up_in_time(within: float, live: Any, autojump_clock: MockClock) -> None:
    with pytest.raises(ConnectTimeout, match=f"within {within} s") as caught:
        async with call(live, Peer(accepts=False)):
            pytest.fail("there is no session")
    assert trio.current_time() == within
    assert caught.value.advice is not None


async def test_chatter_before_the_answer_does_not_hold_up_the_deadline(autojump_clock: MockClock) -> None:
    peer = Peer(accepts=False)

    async def chatter() -> None:
        for _ in range(5):
            await peer.send(text("not yet"))
            await trio.sleep(1)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(chatter)
        with pytest.raises(ConnectTimeout):
            async with call(builder().timeouts(setup=4.5), peer):
                pytest.fail("there is no session")
        assert trio.current_time() == 4.5


async def test_what_arrives_before_the_answer_is_passed_over(autojump_clock: MockClock) -> None:
    peer, diary = Peer(accepts=False), Diary()
    await peer.send(text("too early"), "no json", {"serverContent": {}}, setup_complete(), text("in time"))
    live = builder().on_text(diary.note("text")).on_error(diary.anote("error"))
    async with call(live, peer):
        await settled()
    assert ("text", "in time") in diary.entries
    assert ("text", "too early") not in diary.entries
    assert diary.names().count("error") == 1


async def test_without_a_connection_there_is_neither_beginning_nor_end(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = builder().on_connected(diary.anote("connected")).on_disconnected(diary.anote("disconnected"))
    peer = Peer(accepts=False)
    peer.close(1011, "quota")
    with pytest.raises(ConnectRejected):
        async with call(live, peer):
            pytest.fail("there is no session")
    assert diary.entries == []


async def test_an_error_of_the_dialer_comes_out_as_it_is(autojump_clock: MockClock) -> None:
    refused = ConnectError("no route", advice="plug it in")
    with pytest.raises(ConnectError) as caught:
        async with open_session(plan_for(dial_raising(refused)), silent):
            pytest.fail("there is no session")
    assert caught.value is refused


async def test_a_broken_dialer_is_an_internal_failure(autojump_clock: MockClock) -> None:
    broken = BoomError("a dialer raises ConnectError and nothing else")
    with pytest.raises(SessionFailed) as caught:
        async with open_session(plan_for(dial_raising(broken)), silent):
            pytest.fail("there is no session")
    assert caught.value.__cause__ is broken


async def test_a_callback_that_raises_while_connecting_comes_out_of_entering(autojump_clock: MockClock) -> None:
    boom = BoomError()
    live = builder().callback_errors("raise").on_phase(raising(boom))
    with pytest.raises(BoomError) as caught:
        async with call(live, Peer(accepts=False)):
            pytest.fail("there is no session")
    assert caught.value is boom
    assert trio.current_time() < 1


async def test_a_session_that_is_ended_before_it_began_says_so(autojump_clock: MockClock) -> None:
    async def end_at_once(writer: SessionWriter) -> None:
        await writer.disconnect()

    peer = Peer()
    await peer.ready()
    # More than the fast lane takes in one go, in the batch of the answer: on_connected runs while it is handed over.
    await peer.send(*[text("word")] * (QUEUES["fast"].capacity * 2))
    with pytest.raises(ConnectError, match="ended"):
        async with builder().on_connected(end_at_once).connect_with_transport(peer.client):
            pytest.fail("there is no session")


# -- the phase of the link -------------------------------------------------------------------------------------------


async def test_a_phase_can_be_waited_for(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        assert await session.session.wait_phase(SessionPhase.ACTIVE) is SessionPhase.ACTIVE
        async with trio.open_nursery() as nursery:
            nursery.start_soon(session.session.wait_phase, SessionPhase.MODEL_SPEAKING, SessionPhase.USER_SPEAKING)
            await settled()
            await peer.send(text("Hi"))
        assert session.phase is SessionPhase.MODEL_SPEAKING


@pytest.mark.parametrize("when", ["while it waits", "before it waits"])
async def test_waiting_for_a_phase_ends_with_the_session(when: str, autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        if when == "before it waits":
            await session.disconnect()
        async with trio.open_nursery() as nursery:
            waited: list[SessionPhase] = []

            async def wait() -> None:
                waited.append(await session.session.wait_phase(SessionPhase.INTERRUPTED))

            nursery.start_soon(wait)
            await settled()
            peer.close(1001, "")
        assert waited == [SessionPhase.DISCONNECTED]


async def test_a_running_session_has_the_queues_of_the_table() -> None:
    async with call() as (session, _):
        runtime = parts_of(session)
        lanes = {"fast": runtime.router.fast, "control": runtime.router.control}
        for name, channel in lanes.items():
            assert channel.statistics().max_buffer_size == QUEUES[name].capacity
        assert runtime.telemetry_lane._capacity == QUEUES["telemetry"].capacity
        assert session.events()._capacity == QUEUES["events"].capacity
        assert session.subscribe()._capacity == QUEUES["subscribe"].capacity


async def test_a_queue_does_what_the_table_says_or_does_not_open() -> None:
    with pytest.raises(RuntimeError, match="cannot be made to 'wait'"):
        QUEUES["events"].room_that(Overflow.WAIT)
    events = Queue(4096, Overflow.WAIT, "a reader that must miss nothing", 1024)
    with mock.patch.dict(QUEUES, events=events), pytest.raises(RuntimeError, match="'drop the oldest'"):
        assemble(plan_for(dial_raising(None)))
