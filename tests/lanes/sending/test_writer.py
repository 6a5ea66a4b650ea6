"""The way out: one bounded queue, one task that writes, everything that waits in one go."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.peer import Peer, builder, call, call_of, parts_of, reading, settled, text, tool_call
from trio_live import LiveHandle, SessionClosed, events
from trio_live.errors import LinkLost, LocalProtocolError
from trio_live.events._internal import ActivityStart, Command, SendText
from trio_live.lanes import QUEUES
from trio_live.lanes._flow import FAIRNESS
from trio_live.transport import Frames, MemoryTransport
from trio_live.wire import FunctionResponse


class Gate:
    """The session's transport, with a gate in front of its writes."""

    def __init__(self, peer: Peer) -> None:
        self._inner: MemoryTransport = peer.client
        self.open = trio.Event()
        self.open.set()
        self.batches: list[int] = []

    def shut(self) -> None:
        self.open = trio.Event()

    async def send(self, frames: Frames) -> None:
        await self.open.wait()
        self.batches.append(len(frames))
        await self._inner.send(frames)

    async def receive(self) -> Frames:
        return await self._inner.receive()

    async def aclose(self) -> None:
        await self._inner.aclose()


async def gated(peer: Peer) -> Gate:
    await peer.ready()
    return Gate(peer)


async def say(session: LiveHandle, count: int) -> None:
    for number in range(count):
        await session.send_text(str(number))


async def test_frames_of_one_caller_keep_their_order(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        await say(session, 50)
        await session.flush()
        assert peer.texts == [str(number) for number in range(50)]


async def test_everything_that_waits_goes_out_in_one_batch(autojump_clock: MockClock) -> None:
    peer = Peer()
    gate = await gated(peer)
    async with builder().connect_with_transport(gate) as session:
        gate.shut()
        await session.send_text("first")
        await settled()
        await say(session, FAIRNESS + 20)
        gate.open.set()
        await session.flush()
        assert gate.batches == [1, 1, FAIRNESS, 20]


async def test_the_queue_is_as_long_as_the_table_says() -> None:
    async with call() as (session, _):
        assert parts_of(session).outbound._queue._capacity == QUEUES["outbound"].capacity


async def test_a_full_queue_makes_a_sender_wait(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    peer = Peer()
    gate = await gated(peer)
    async with builder().connect_with_transport(gate) as session:
        gate.shut()
        await session.send_text("in the writer's hands")
        await settled()
        await say(session, QUEUES["outbound"].capacity)
        with trio.move_on_after(60) as patience:
            await session.send_text("one too many")
        assert patience.cancelled_caught
        nursery.start_soon(session.send_text, "patient")
        await settled()
        gate.open.set()
        await settled()
        assert len(peer.texts) == QUEUES["outbound"].capacity + 2
        assert peer.texts[-1] == "patient"
        assert "one too many" not in peer.texts


@pytest.mark.parametrize("how", ["we leave", "the peer hangs up", "the line breaks"])
async def test_a_sender_that_waits_is_let_go_when_the_session_ends(
    how: str, autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    peer = Peer()
    gate = await gated(peer)
    released: list[SessionClosed] = []

    async def wait_in_vain(session: LiveHandle) -> None:
        try:
            await session.send_text("never")
        except SessionClosed as closed:
            released.append(closed)

    async with builder().connect_with_transport(gate) as session:
        gate.shut()
        await session.send_text("in the writer's hands")
        await settled()
        await say(session, QUEUES["outbound"].capacity)
        nursery.start_soon(wait_in_vain, session)
        await settled()
        match how:
            case "we leave":
                pass
            case "the peer hangs up":
                peer.close(1011, "deadline")
                await session.done()
            case _:
                peer.end.cut()
                await session.done()
    await settled()
    assert len(released) == 1
    assert (released[0].reason is None) is (how == "we leave")


# -- flush ----------------------------------------------------------------------------------------------------------


async def test_flush_waits_until_all_is_written(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    peer, flushed = Peer(), list[int]()
    gate = await gated(peer)

    async def flush(session: LiveHandle) -> None:
        await session.flush()
        flushed.append(len(peer.texts))

    async with builder().connect_with_transport(gate) as session:
        gate.shut()
        await say(session, 100)
        nursery.start_soon(flush, session)
        await settled()
        assert flushed == []
        gate.open.set()
        await settled()
        assert flushed == [100]


async def test_flush_does_not_wait_for_what_comes_later(autojump_clock: MockClock) -> None:
    async with call() as (session, _):
        await session.flush()
        with trio.testing.assert_checkpoints():
            await session.flush()


async def test_a_flush_that_waits_is_done_when_the_end_has_written_everything(
    autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    """The end of a session still writes what was accepted; whoever waits for that must not be told otherwise."""
    peer, flushed = Peer(), list[int]()
    gate = await gated(peer)

    async def flush(session: LiveHandle) -> None:
        await session.flush()
        flushed.append(len(peer.texts))

    async with builder().connect_with_transport(gate) as session:
        gate.shut()
        await session.send_text("in the writer's hands")
        await settled()
        await say(session, 3 * FAIRNESS)
        nursery.start_soon(flush, session)
        await settled()
        nursery.start_soon(session.disconnect)
        await settled()
        gate.open.set()
        await session.done()
    assert flushed == [3 * FAIRNESS + 1]


async def test_a_flush_that_cannot_succeed_says_so(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    peer = Peer()
    gate = await gated(peer)
    async with builder().connect_with_transport(gate) as session:
        gate.shut()
        await say(session, 5)
        nursery.start_soon(session.disconnect)
        with pytest.raises(SessionClosed):
            await session.flush()
        with pytest.raises(SessionClosed):
            await session.flush()


async def test_a_flush_after_everything_was_written_has_nothing_to_say(autojump_clock: MockClock) -> None:
    async with call() as (session, _):
        await session.send_text("Hi")
        await session.disconnect()
        await session.flush()


async def test_a_cancelled_flush_harms_nothing(autojump_clock: MockClock) -> None:
    peer = Peer()
    gate = await gated(peer)
    async with builder().connect_with_transport(gate) as session:
        gate.shut()
        await say(session, 5)
        with trio.move_on_after(1):
            await session.flush()
        gate.open.set()
        await session.flush()
        assert len(peer.texts) == 5


# -- what cannot be written -----------------------------------------------------------------------------------------


async def test_a_command_that_cannot_be_written_is_told_of_and_the_rest_is_sent(autojump_clock: MockClock) -> None:
    async with call(builder().manual_tools()) as (session, peer), reading(session) as seen:
        await peer.send(tool_call(call_of("f", "1")))
        await settled()
        await session.send_tool_response([FunctionResponse(id="1", name="f", response={"when": object()})])
        await session.send_text("still here")
        await session.flush()
        await settled()
        assert peer.texts == ["still here"]
    messages = [event.message for event in seen if isinstance(event, events.Error)]
    assert len(messages) == 1
    assert messages[0].startswith("SendToolResponse was not sent")


async def test_what_the_protocol_refuses_raises_at_the_call(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        with pytest.raises(LocalProtocolError, match=r"vad\(disabled=True\)"):
            await parts_of(session).outbound.submit(SendText("not this either"), ActivityStart())
        await session.flush()
        assert peer.talk == []


async def test_several_commands_go_as_one(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    """What belongs together, such as context and the user's words, nobody gets between."""
    async with call() as (session, peer):
        outbound = parts_of(session).outbound
        for letter in "abcdef":
            nursery.start_soon(outbound.submit, SendText(f"{letter}1"), SendText(f"{letter}2"))
        await settled()
        texts = peer.texts
    assert len(texts) == 12
    assert [first[0] for first in texts[::2]] == [second[0] for second in texts[1::2]]


async def test_an_answer_moves_the_phase_once_it_is_written(autojump_clock: MockClock) -> None:
    async def answer(calls: object, state: object) -> list[FunctionResponse]:
        return [FunctionResponse(id="1", name="f", response={"ok": True})]

    phases: list[str] = []
    live = builder().on_tool_call(answer).on_phase(lambda phase: phases.append(str(phase)))
    async with call(live) as (_, peer):
        await peer.send(tool_call(call_of("f", "1")))
        await settled()
        assert phases[3:] == ["ToolCallPending", "ToolCallExecuting", "Active"]
        await peer.send(text("done"))
        await settled()
        assert phases[6:] == ["ModelSpeaking"]


async def test_whoever_watches_is_told_what_was_written_and_what_was_not(autojump_clock: MockClock) -> None:
    told: list[tuple[str, bool]] = []

    def settle(command: Command, *, written: bool) -> None:
        if isinstance(command, SendText):
            told.append((command.text, written))

    class Broken:
        async def send(self, frames: Frames) -> None:
            raise LinkLost(1006, "gone")

    async with call() as (session, _):
        outbound = parts_of(session).outbound
        outbound.watch(settle)
        await session.send_text("one")
        await session.flush()
        with pytest.raises(LinkLost):
            await outbound._write(Broken(), [(SendText("two"),)])  # type: ignore[arg-type]
    assert told == [("one", True), ("two", False)]
