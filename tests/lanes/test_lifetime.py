"""Who ends a session, who waits for that, and what the peer's own end looks like."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.peer import (
    Diary,
    Peer,
    builder,
    call,
    reading,
    settled,
    text,
    turn_complete,
)
from trio_live import (
    SessionClosed,
    SessionFailed,
    SessionPhase,
    events,
)
from trio_live.session import Outcome, SessionEnd
from trio_live.transport import Frames

# -- disconnect and done ---------------------------------------------------------------------------------------------


async def test_disconnect_waits_for_the_end_and_may_be_called_again(autojump_clock: MockClock) -> None:
    diary = Diary()
    async with call(builder().on_disconnected(diary.anote("bye", takes=2))) as (session, _):
        await session.disconnect()
        assert diary.names() == ["bye", "bye ends"]
        await session.disconnect()
        await session.writer.disconnect()
    assert diary.names() == ["bye", "bye ends"]


async def test_any_number_of_tasks_may_disconnect(autojump_clock: MockClock) -> None:
    diary = Diary()
    async with call(builder().on_disconnected(diary.anote("bye", takes=2))) as (session, _):
        async with trio.open_nursery() as nursery:
            for _ in range(5):
                nursery.start_soon(session.disconnect)
        assert trio.current_time() == 2
    assert diary.names() == ["bye", "bye ends"]


async def test_a_cancelled_disconnect_ends_the_session_all_the_same(autojump_clock: MockClock) -> None:
    async with call(builder().on_disconnected(Diary().anote("bye", takes=2))) as (session, _):
        with trio.move_on_after(1):
            await session.disconnect()
        assert trio.current_time() == 1
        await session.done()
        assert trio.current_time() == 2


@pytest.mark.parametrize("mode", ["blocking", "concurrent"])
async def test_disconnect_in_a_callback_does_not_wait_for_itself(mode: str, autojump_clock: MockClock) -> None:
    diary = Diary()

    async def hang_up() -> None:
        await session.disconnect()
        diary.entries.append("hung up")

    live = builder().on_disconnected(diary.anote("bye"))
    live = live.on_turn_complete(hang_up) if mode == "blocking" else live.on_turn_complete_concurrent(hang_up)
    async with call(live) as (session, peer):
        await peer.send(turn_complete())
        await session.done()
    assert diary.entries == ["hung up", ("bye", None)]
    assert trio.current_time() == 0


async def test_disconnect_in_on_disconnected_and_in_a_task_of_a_callback_do_not_wait(
    autojump_clock: MockClock,
) -> None:
    async def hang_up_in_a_task() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(session.disconnect)

    async def hang_up_again(reason: str | None) -> None:
        await session.disconnect()

    live = builder().on_turn_complete(hang_up_in_a_task).on_disconnected(hang_up_again)
    async with call(live) as (session, peer):
        await peer.send(turn_complete())
        await session.done()
    assert trio.current_time() == 0


async def test_done_in_a_callback_says_that_it_cannot_work(autojump_clock: MockClock) -> None:
    refusals: list[str] = []

    async def wait_for_oneself() -> None:
        try:
            await session.done()
        except RuntimeError as error:
            refusals.append(str(error))

    async with call(builder().on_turn_complete(wait_for_oneself)) as (session, peer):
        await peer.send(turn_complete())
        await settled()
    assert len(refusals) == 1
    assert "disconnect()" in refusals[0]


async def test_a_task_that_a_callback_starts_elsewhere_may_wait_for_the_end(
    autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    """Such a task inherits the callback's context, but nobody waits for it."""
    diary = Diary()

    async def watch(what: Callable[[], Awaitable[None]]) -> None:
        await what()
        diary.entries.append("saw the end")

    async def hire() -> None:
        nursery.start_soon(watch, session.done)
        nursery.start_soon(watch, session.disconnect)

    live = builder().on_turn_complete(hire).on_disconnected(diary.anote("bye", takes=1))
    async with call(live) as (session, peer):
        await peer.send(turn_complete())
        await trio.sleep(0.5)
        assert diary.names() == ["bye"]
    await settled()
    assert diary.entries == [("bye", None), ("bye ends",), "saw the end", "saw the end"]


async def test_a_session_inside_a_callback_of_another_knows_both(autojump_clock: MockClock) -> None:
    order: list[str] = []

    async def phone_a_friend() -> None:
        async with call(builder().on_turn_complete(hang_up_both)) as (inner, peer):
            sessions.append(inner)
            await peer.send(turn_complete())
            await inner.done()
            order.append("inner is over")

    async def hang_up_both() -> None:
        for session in sessions:
            await session.disconnect()
        order.append("neither call waited")

    sessions: list[Any] = []
    async with call(builder().on_turn_complete(phone_a_friend)) as (outer, peer):
        sessions.append(outer)
        await peer.send(turn_complete())
        await outer.done()
    assert order == ["neither call waited", "inner is over"]


async def test_done_has_any_number_of_waiters_before_and_after(autojump_clock: MockClock) -> None:
    over: list[int] = []

    async def wait(number: int) -> None:
        await session.done()
        over.append(number)

    async with call() as (session, peer), trio.open_nursery() as nursery:
        for number in range(3):
            nursery.start_soon(wait, number)
        await settled()
        assert over == []
        peer.close(1001, "bye")
        await session.done()
        await session.session.join()
        await settled()
        assert sorted(over) == [0, 1, 2]
    await session.done()


async def test_a_cancelled_done_leaves_the_session_alone(autojump_clock: MockClock) -> None:
    async with call() as (session, _):
        with trio.move_on_after(1):
            await session.done()
        assert session.phase is SessionPhase.ACTIVE


# -- the peer ends it ------------------------------------------------------------------------------------------------


async def test_when_the_peer_hangs_up_error_comes_first_then_the_end(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = builder().on_error(diary.anote("error")).on_disconnected(diary.anote("bye"))
    async with call(live) as (session, peer):
        async with reading(session) as seen:
            await peer.send(text("last words"))
            peer.close(1011, "The service is overloaded")
            await session.done()
        with pytest.raises(SessionClosed) as closed:
            await session.send_text("anybody there?")
    reason = closed.value.reason
    assert reason is not None
    assert "overloaded" in reason
    assert "1011" in reason
    assert seen == [events.TextDelta("last words"), events.Error(reason), events.Disconnected(reason)]
    assert diary.entries == [("error", reason), ("bye", reason)]


async def test_an_error_frame_in_mid_call_ends_the_session_as_its_close_would(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        await peer.send({"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "quota"}})
        await session.done()
        with pytest.raises(SessionClosed, match="quota"):
            await session.send_audio(b"ab")


class SlowToRead:
    """A connection whose writes fail at once, while what the peer said last still takes a moment."""

    def __init__(self, peer: Peer) -> None:
        self._inner = peer.client

    async def send(self, frames: Frames) -> None:
        await self._inner.send(frames)

    async def receive(self) -> Frames:
        await trio.sleep(0.1)
        return await self._inner.receive()

    async def aclose(self) -> None:
        await self._inner.aclose()


async def test_a_peer_that_hangs_up_while_we_write_is_still_heard_out(autojump_clock: MockClock) -> None:
    """The write fails first; what the peer said before it left, and why it left, is read all the same."""
    peer = Peer()
    await peer.ready()
    async with builder().connect_with_transport(SlowToRead(peer)) as session:
        async with reading(session) as seen:
            await peer.send(text("because"))
            peer.close(1008, "session not found")
            await session.send_text("too late")
            await session.done()
        assert events.TextDelta("because") in seen
        assert isinstance(seen[-1], events.Disconnected)
        assert "session not found" in str(seen[-1].reason)


async def test_the_block_goes_on_when_the_peer_hangs_up(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        peer.close(1001, "")
        await session.done()
        await trio.sleep(10)
    assert trio.current_time() >= 10


async def test_garbage_in_mid_call_is_told_and_passed_over(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = builder().on_text(diary.note("text")).on_error(diary.anote("error"))
    async with call(live) as (session, peer):
        await peer.send("{", b"\xff\xfe", "[1]", text("still here"), '{"serverContent": 5}', '{"brandNew": 1}')
        await settled()
        assert session.phase is SessionPhase.MODEL_SPEAKING
    assert ("text", "still here") in diary.entries
    assert diary.names().count("error") == 4


async def test_a_lost_connection_leaves_the_block_in_silence_and_the_handle_tells_how(
    autojump_clock: MockClock,
) -> None:
    in_time: list[object] = []

    async def look(_: str | None) -> None:
        in_time.append(session.ended)

    async with call(builder().on_disconnected(look)) as (session, peer):
        before = session.ended
        peer.close(1011, "The service is overloaded")
        await session.done()
    end = session.ended
    assert before is None
    assert end is not None
    assert in_time == [end]
    assert (end.close_code, end.close_reason, end.error) == (1011, "The service is overloaded", None)
    assert end.reason is not None
    assert "1011" in end.reason


async def test_an_end_of_our_own_has_no_reason_and_no_code(autojump_clock: MockClock) -> None:
    async with call() as (session, _):
        pass
    assert session.ended == SessionEnd(outcome=Outcome.NOTHING_SENT)


async def test_done_raises_when_the_session_crashed_and_the_block_gives_the_cause(
    autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    told: list[BaseException | None] = []

    async def wait() -> None:
        with pytest.raises(SessionFailed, match="no such room") as failed:
            await session.done()
        told.append(failed.value.__cause__)

    async def crash() -> None:
        raise LookupError("no such room")

    with pytest.raises(LookupError, match="no such room") as crashed:  # noqa: PT012  # the block is what is left
        async with call(builder().on_turn_complete(crash).callback_errors("raise")) as (session, peer):
            nursery.start_soon(wait)
            await settled()
            await peer.send(turn_complete())
            await trio.sleep_forever()
    await settled()
    assert told == [crashed.value]
    assert session.ended is not None
    assert session.ended.error is crashed.value


async def test_a_block_that_asks_after_the_crash_is_left_with_the_cause_alone(autojump_clock: MockClock) -> None:
    async def crash() -> None:
        raise LookupError("no such room")

    with pytest.raises(LookupError, match="no such room"):  # noqa: PT012  # the block is what is left
        async with call(builder().on_turn_complete(crash).callback_errors("raise")) as (session, peer):
            await peer.send(turn_complete())
            with trio.CancelScope(shield=True):
                await session.done()
