"""The end of a session: in which order, and when at the latest."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.lanes.rig import forever
from tests.peer import (
    Diary,
    Peer,
    audio,
    builder,
    call,
    call_of,
    collect,
    content,
    go_away,
    interrupted,
    parts_of,
    reading,
    settled,
    text,
    thought,
    tool_call,
    turn_complete,
)
from trio_live import (
    LinkLost,
    LiveEvent,
    events,
)
from trio_live.lanes import CLOSING, QUEUES
from trio_live.lanes._delivery import TimerTick
from trio_live.transport import Frames, Transport

A_THOUGHT = {"parts": [{"text": "hm", "thought": True}]}
"""What makes a turn of one control event: its end."""


async def read_to_its_end(peer: Peer) -> None:
    while True:
        await peer.read()


async def test_leaving_the_block_ends_in_order(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = (
        builder()
        .on_text(diary.note("text"))
        .on_turn_complete(diary.anote("turn", takes=0.1))
        .on_disconnected(diary.anote("disconnected", takes=1))
    )
    seen: list[LiveEvent] = []
    async with trio.open_nursery() as nursery:
        async with call(live) as (session, peer):
            nursery.start_soon(collect, session.events(), seen)
            await peer.send(text("Hi"), turn_complete())
            await settled()
            for word in "abc":
                await session.send_text(word)
        assert peer.texts == ["a", "b", "c"]
        with pytest.raises(LinkLost) as goodbye:
            await read_to_its_end(peer)
    assert goodbye.value.code == 1000
    assert diary.entries[0] in [("text", "Hi"), ("turn",)]
    assert diary.names()[2:] == ["turn ends", "disconnected", "disconnected ends"]
    assert [type(event) for event in seen][-2:] == [events.TurnComplete, events.Disconnected]
    assert seen[-1] == events.Disconnected(None)


class Stubborn(Transport):
    """A connection whose other end neither reads nor says goodbye."""

    def __init__(self, peer: Peer) -> None:
        self._inner = peer.client

    async def send(self, frames: Frames) -> None:
        if len(self._inner.sent) > 0:
            await trio.sleep_forever()
        await self._inner.send(frames)

    async def receive(self) -> Frames:
        return await self._inner.receive()

    async def aclose(self) -> None:
        try:
            await trio.sleep_forever()
        finally:
            self._inner.close(1000)


async def test_when_everything_hangs_the_end_comes_all_the_same(autojump_clock: MockClock) -> None:
    live = (
        builder()
        .on_turn_complete(forever)
        .on_generation_complete_concurrent(forever)
        .on_go_away_concurrent(forever)
        .on_disconnected(forever)
    )
    peer = Peer()
    await peer.ready()
    async with live.connect_with_transport(Stubborn(peer)) as session:
        await peer.send({"serverContent": {"generationComplete": True}}, go_away(), turn_complete())
        await settled()
        await session.send_text("never written")
        began = trio.current_time()
        await session.disconnect()
        assert trio.current_time() - began <= sum(CLOSING.values()) + 2 * CLOSING["lane"] + 1  # the dialer's own second


@pytest.mark.parametrize(("takes", "finishes"), [(4.9, True), (5.1, False)])
async def test_on_disconnected_may_take_five_seconds(
    takes: float, autojump_clock: MockClock, *, finishes: bool
) -> None:
    diary = Diary()
    async with call(builder().on_disconnected(diary.anote("bye", takes=takes))):
        pass
    assert (("bye ends",) in diary.entries) is finishes
    assert trio.current_time() == pytest.approx(min(takes, CLOSING["teardown"]))


@pytest.mark.parametrize(("takes", "finishes"), [(0.2, True), (0.3, False)])
async def test_a_lane_gets_a_moment_to_finish(takes: float, autojump_clock: MockClock, *, finishes: bool) -> None:
    diary = Diary()
    async with call(builder().on_turn_complete(diary.anote("turn", takes=takes))) as (_, peer):
        await peer.send(turn_complete())
        await settled()
    assert (("turn ends",) in diary.entries) is finishes


@pytest.mark.parametrize(("takes", "finishes"), [(0.2, True), (0.3, False)])
async def test_concurrent_callbacks_get_a_moment_to_finish(
    takes: float, autojump_clock: MockClock, *, finishes: bool
) -> None:
    diary = Diary()
    async with call(builder().on_turn_complete_concurrent(diary.anote("turn", takes=takes))) as (_, peer):
        await peer.send(turn_complete())
        await settled()
    assert (("turn ends",) in diary.entries) is finishes


async def test_what_is_queued_when_the_end_begins_is_still_handled(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = builder().on_turn_complete(diary.anote("turn", takes=0.02)).on_text(diary.note("text"))
    async with call(live) as (_, peer):
        for number in range(10):
            await peer.send(text(str(number)), turn_complete())
        await settled()
    assert diary.names().count("turn ends") == 10
    assert diary.names().count("text") == 10


async def test_a_stuck_callback_and_held_audio_cannot_hold_up_the_end(autojump_clock: MockClock) -> None:
    """The fast lane waits for an interruption that the control lane will never reach; its queue is full."""
    async with call(builder().on_turn_complete(forever)) as (session, peer):
        await peer.send(turn_complete(), interrupted(), *[audio(b"ab")] * (2 * QUEUES["fast"].capacity))
        await settled()
        with trio.fail_after(10):
            await session.disconnect()


async def test_a_stuck_callback_and_a_full_control_lane_cannot_hold_up_the_end(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = builder().on_turn_complete(forever).on_disconnected(diary.anote("bye"))
    async with call(live) as (session, peer), reading(session) as seen:
        await peer.send(*[content(modelTurn=A_THOUGHT, turnComplete=True)] * QUEUES["control"].capacity)
        await settled()
        while parts_of(session).router.post(TimerTick()):
            pass
        peer.close(1011, "deadline exceeded")
        with trio.fail_after(20):
            await session.done()
    reasons = [event.message for event in seen if isinstance(event, events.Error)]
    assert len(reasons) == 1
    assert "deadline exceeded" in reasons[0]
    assert diary.entries == [("bye", reasons[0])]
    assert isinstance(seen[-1], events.Disconnected)


async def test_news_that_the_end_could_not_deliver_are_not_waited_for(autojump_clock: MockClock) -> None:
    """The phases of the end find the fast lane full and are given up; the end of a turn must not wait to hear them."""
    diary = Diary()
    async with call(builder().on_turn_complete(diary.anote("turn", takes=1))) as (session, peer):
        await peer.send(
            turn_complete(), interrupted(), turn_complete(), *[audio(b"ab")] * (2 * QUEUES["fast"].capacity)
        )
        await trio.sleep(0.6)
        await session.disconnect()
    assert diary.names()[:3] == ["turn", "turn ends", "turn"]


async def test_a_call_from_a_callback_does_not_deadlock_with_a_full_control_lane(autojump_clock: MockClock) -> None:
    """A typed turn belongs to the transcript, which the control lane keeps; it must not wait for itself."""
    said_it = trio.Event()

    async def answer() -> None:
        if not said_it.is_set():
            await settled()
            await session.send_text("from the callback")
            said_it.set()

    async with call(builder().on_turn_complete(answer)) as (session, peer):
        await peer.send(*[turn_complete()] * (2 * QUEUES["control"].capacity))
        with trio.fail_after(5):
            await said_it.wait()
        await settled()
        assert peer.texts == ["from the callback"]


async def test_a_stale_batch_of_calls_does_not_wait_for_held_audio(autojump_clock: MockClock) -> None:
    """Control handles a batch from before an interruption; the fast lane holds audio from after it, and is full."""
    going = trio.Event()

    async def slow() -> None:
        await going.wait()

    async with call(builder().on_generation_complete(slow)) as (session, peer):
        await peer.send({"serverContent": {"generationComplete": True}}, tool_call(call_of("first", "1")))
        await peer.send(interrupted(), audio(b"ab"), tool_call(call_of("then", "2")))
        await peer.send(*[thought("fills the queue")] * (2 * QUEUES["fast"].capacity))
        await settled()
        going.set()
        async with reading(session) as seen:
            await settled()
            await peer.send(turn_complete())
            await settled()
        assert events.TurnComplete() in seen
        assert [answer["id"] for batch in peer.answers for answer in batch] == ["2"]
