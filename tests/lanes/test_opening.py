"""What comes out of a session's block: everything once, and as it went in."""

from __future__ import annotations

import logging

import pytest
import trio
from trio.testing import MockClock

from tests.lanes.rig import BoomError, Silent, araising, plan_for, raising
from tests.peer import (
    Diary,
    Peer,
    builder,
    call,
    collect,
    text,
    turn_complete,
)
from trio_live import (
    LiveEvent,
    LiveHandle,
    SessionClosed,
    SessionFailed,
    SessionPhase,
    events,
)
from trio_live.lanes._internal import TelemetryLane, open_session
from trio_live.transport._internal import dial_transport
from trio_live.wire_events import SessionEvent


@pytest.mark.parametrize("error", [BoomError(), KeyError("k"), StopAsyncIteration(), KeyboardInterrupt()])
async def test_the_exception_of_the_block_comes_out_as_it_went_in(
    error: BaseException, autojump_clock: MockClock
) -> None:
    diary = Diary()
    error.__cause__ = cause = ValueError("because")
    with pytest.raises(type(error)) as caught:
        async with call(builder().on_disconnected(diary.anote("bye"))):
            raise error
    assert caught.value is error
    assert error.__cause__ is cause
    assert not isinstance(error.__context__, BaseExceptionGroup)
    assert diary.entries == [("bye", None)]


async def test_a_group_of_the_block_comes_out_as_it_went_in(autojump_clock: MockClock) -> None:
    group = ExceptionGroup("both", [BoomError(), BoomError()])
    with pytest.raises(ExceptionGroup) as caught:
        async with call():
            raise group
    assert caught.value is group


async def test_a_raising_callback_ends_the_session_with_its_own_exception(autojump_clock: MockClock) -> None:
    boom, diary = BoomError("in a callback"), Diary()
    seen: list[LiveEvent] = []
    live = builder().callback_errors("raise").on_text(raising(boom)).on_disconnected(diary.anote("bye"))

    async def talk() -> None:
        async with call(live) as (session, peer):
            nursery.start_soon(collect, session.events(), seen)
            await peer.send(text("Hi"))
            await trio.sleep_forever()

    async with trio.open_nursery() as nursery:
        with pytest.raises(BoomError) as caught:
            await talk()
    assert caught.value is boom
    assert seen[-1] == events.Disconnected("the session failed: in a callback")
    assert diary.entries == [("bye", "the session failed: in a callback")]


async def test_block_and_callback_both_failing_make_a_group(autojump_clock: MockClock) -> None:
    first, second = BoomError("in the block"), BoomError("at the end")
    live = builder().callback_errors("raise").on_disconnected(araising(second))
    with pytest.raises(ExceptionGroup) as caught:
        async with call(live):
            raise first
    assert caught.value.exceptions == (first, second)


async def test_a_failure_at_the_end_of_a_cancelled_block_is_not_lost(autojump_clock: MockClock) -> None:
    boom = BoomError("at the end")
    live = builder().callback_errors("raise").on_disconnected(araising(boom))
    with pytest.raises(BoomError) as caught, trio.move_on_after(1):
        async with call(live):
            await trio.sleep_forever()
    assert caught.value is boom


async def test_the_same_exception_from_block_and_callback_comes_out_once(autojump_clock: MockClock) -> None:
    boom = BoomError()
    live = builder().callback_errors("raise").on_disconnected(araising(boom))
    with pytest.raises(BoomError) as caught:
        async with call(live):
            raise boom
    assert caught.value is boom


async def test_a_send_that_meets_the_failed_session_does_not_hide_the_failure(autojump_clock: MockClock) -> None:
    boom = BoomError()
    live = builder().callback_errors("raise").on_text(raising(boom))

    async def talk() -> None:
        async with call(live) as (session, peer):
            await peer.send(text("Hi"))
            with trio.CancelScope(shield=True):
                await trio.sleep(20)
            await session.send_text("is anybody there?")

    with pytest.raises(BoomError) as caught:
        await talk()
    assert caught.value is boom


async def test_a_broken_lane_is_an_internal_failure_with_its_cause(
    autojump_clock: MockClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bug = BoomError("a bug of ours")

    async def broken(self: TelemetryLane) -> None:
        await trio.sleep(1)
        raise bug

    monkeypatch.setattr(TelemetryLane, "run", broken)
    seen: list[LiveEvent] = []
    sessions: list[LiveHandle] = []

    async def talk() -> None:
        async with call() as (session, _):
            sessions.append(session)
            nursery.start_soon(collect, session.events(), seen)
            await trio.sleep_forever()

    async with trio.open_nursery() as nursery:
        with pytest.raises(SessionFailed, match="BoomError: a bug of ours") as caught:
            await talk()
    [session] = sessions
    assert caught.value.__cause__ is bug
    assert seen[-1] == events.Disconnected("the session failed: a task of the session raised BoomError: a bug of ours")
    assert session.phase is SessionPhase.DISCONNECTED
    with pytest.raises(SessionClosed, match="a bug of ours"):
        await session.send_text("hello?")
    with pytest.raises(SessionFailed, match="a bug of ours") as told:
        await session.done()
    assert told.value is not caught.value
    assert told.value.__cause__ is bug


async def test_a_bug_in_the_handler_is_an_internal_failure_too(autojump_clock: MockClock) -> None:
    class Broken(Silent):
        async def handle(self, event: SessionEvent, epoch: int) -> None:
            raise BoomError

    peer = Peer()
    await peer.ready()
    with pytest.raises(SessionFailed) as caught:
        async with open_session(plan_for(dial_transport(peer.client)), lambda *_: Broken()):
            await trio.sleep_forever()
    assert isinstance(caught.value.__cause__, BoomError)


@pytest.mark.parametrize("hook", ["fast", "control", "concurrent", "late"])
async def test_a_keyboard_interrupt_in_a_callback_comes_out(hook: str, autojump_clock: MockClock) -> None:
    stop = KeyboardInterrupt()
    live = builder()
    match hook:
        case "fast":
            live = live.on_text(raising(stop))
        case "control":
            live = live.on_turn_complete(araising(stop))
        case "concurrent":
            live = live.on_turn_complete_concurrent(araising(stop))
        case _:
            live = live.on_disconnected(araising(stop))
    sessions: list[LiveHandle] = []

    async def talk() -> None:
        async with call(live) as (session, peer):
            sessions.append(session)
            await peer.send(text("Hi"), turn_complete())
            if hook != "late":
                await trio.sleep_forever()

    with pytest.raises(KeyboardInterrupt) as caught:
        await talk()
    [session] = sessions
    assert caught.value is stop
    assert session.phase is SessionPhase.DISCONNECTED
    with pytest.raises(SessionClosed):
        await session.send_text("hello?")


async def test_cancelling_the_block_says_goodbye_in_order(autojump_clock: MockClock) -> None:
    diary = Diary()
    with trio.move_on_after(1) as scope:
        async with call(builder().on_disconnected(diary.anote("bye", takes=2))) as (session, peer):
            await session.send_text("one more thing")
            await trio.sleep_forever()
    assert scope.cancelled_caught
    assert diary.names() == ["bye", "bye ends"]
    assert peer.texts == ["one more thing"]
    assert trio.current_time() == 3


async def test_cancelling_a_connect_is_immediate(autojump_clock: MockClock) -> None:
    with trio.move_on_after(1) as scope:
        async with call(peer=Peer(accepts=False)):
            pytest.fail("there is no session")
    assert scope.cancelled_caught
    assert trio.current_time() == 1


async def test_only_the_first_failure_comes_out_and_the_next_is_logged(
    autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = ValueError("first"), ValueError("second")
    live = builder().callback_errors("raise").on_text(raising(first)).on_disconnected(araising(second))

    async def talk() -> None:
        async with call(live) as (_, peer):
            await peer.send(text("Hi"))
            await trio.sleep_forever()

    with caplog.at_level(logging.ERROR), pytest.raises(ValueError) as caught:
        await talk()
    assert caught.value is first
    assert [record.exc_info[1] for record in caplog.records if record.exc_info] == [second]
