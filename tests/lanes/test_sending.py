"""Sends written by their callers and sends that queue, in any mixture: nobody can tell which way one took."""

from __future__ import annotations

from itertools import pairwise

import attrs
import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.peer import Peer, builder, call_of, parts_of, settled, tool_call
from trio_live import LiveHandle, SessionClosed
from trio_live.errors import LinkLost
from trio_live.events._internal import SendText
from trio_live.transport import Frames
from trio_live.transport._internal import SendsNow
from trio_live.wire import FunctionResponse


class Moody:
    """The session's transport; whether it sends at once is its peer's to say."""

    def __init__(self, peer: Peer) -> None:
        self.inner = peer.client
        self.sends_now = True
        self.broken = False
        self.may_write = trio.Event()
        self.may_write.set()
        self.at_once = self.by_writer = 0

    def send_now(self, frame: bytes | str) -> bool:
        if self.broken:
            raise LinkLost(1006, "the line broke")
        if not self.sends_now or not self.may_write.is_set():
            return False
        self.at_once += 1
        return self.inner.send_now(frame)

    async def send(self, frames: Frames) -> None:
        await self.may_write.wait()
        if self.broken:
            raise LinkLost(1006, "the line broke")
        self.by_writer += len(frames)
        await self.inner.send(frames)

    async def receive(self) -> Frames:
        return await self.inner.receive()

    async def aclose(self) -> None:
        await self.inner.aclose()


async def moody(peer: Peer) -> Moody:
    await peer.ready()
    transport = Moody(peer)
    assert isinstance(transport, SendsNow)
    return transport


async def test_what_the_transport_does_not_take_at_once_queues_and_keeps_its_place(autojump_clock: MockClock) -> None:
    peer = Peer()
    transport = await moody(peer)
    async with builder().connect_with_transport(transport) as session:
        await settled()
        await session.send_text("1")
        transport.may_write = trio.Event()
        await session.send_text("2")
        await session.send_text("3")
        transport.may_write.set()
        await session.send_text("4")
        await session.flush()
        await session.send_text("5")
        assert peer.texts == ["1", "2", "3", "4", "5"]
        assert transport.at_once == 2


async def test_an_answer_that_had_to_wait_moves_the_phase_when_it_is_written(autojump_clock: MockClock) -> None:
    peer = Peer()
    transport = await moody(peer)
    phases: list[str] = []
    live = builder().on_phase(lambda phase: phases.append(str(phase)))
    live = live.on_tool_call(lambda *_: answering())

    async def answering() -> list[FunctionResponse]:
        transport.may_write = trio.Event()
        return [FunctionResponse(id="1", name="f", response={"ok": True})]

    async with live.connect_with_transport(transport):
        await settled()
        await peer.send(tool_call(call_of("f", "1")))
        await settled()
        assert phases[3:] == ["ToolCallPending", "ToolCallExecuting"]
        transport.may_write.set()
        await settled()
        assert phases[3:] == ["ToolCallPending", "ToolCallExecuting", "Active"]


async def test_a_line_that_breaks_under_a_caller_ends_the_session_and_not_the_call(autojump_clock: MockClock) -> None:
    peer = Peer()
    transport = await moody(peer)
    async with builder().connect_with_transport(transport) as session:
        await settled()
        transport.broken = True
        await session.send_text("accepted, and lost like everything that was under way")
        with pytest.raises(SessionClosed):
            await session.flush()
        await session.done()
    assert peer.texts == []


@attrs.frozen
class Act:
    """Something that happens to a session, and how long nothing happens then."""

    kind: str
    pause: float


ACTS = st.builds(
    Act,
    st.sampled_from(["send", "send", "send", "pair", "cancelled", "hold", "let go", "refuse", "take", "flush", "many"]),
    st.sampled_from([0.0, 0.0, 0.0, 0.1]),
)


@settings(deadline=None)
@given(st.lists(st.lists(ACTS, max_size=8), min_size=1, max_size=4))
def test_whichever_way_they_take_sends_are_whole_in_order_and_written_once(scripts: list[list[Act]]) -> None:
    trio.run(perform, scripts, clock=MockClock(autojump_threshold=0))


async def perform(scripts: list[list[Act]]) -> None:
    """Some callers at once, each with a script; whatever returned was written, in its caller's order."""
    peer = Peer()
    transport = await moody(peer)
    accepted: list[list[str]] = [[] for _ in scripts]
    flushed: list[bool] = []

    async def submit(said: list[str], *texts: str) -> None:
        # Nobody may ever let go, so the wait for room has an end; what was given up then must not be written.
        with trio.move_on_after(1) as patience:
            await parts_of(session).outbound.submit(*map(SendText, texts))
        if not patience.cancelled_caught:
            said += texts

    async def play(caller: int, script: list[Act], session: LiveHandle) -> None:
        said = accepted[caller]
        for number, act in enumerate(script):
            text = f"{caller}:{number}"
            match act.kind:
                case "hold":
                    transport.may_write = trio.Event() if transport.may_write.is_set() else transport.may_write
                case "let go":
                    transport.may_write.set()
                case "refuse" | "take":
                    transport.sends_now = act.kind == "take"
                case "flush":
                    with trio.move_on_after(1):
                        wanted = [text for texts in accepted for text in texts]
                        await session.flush()
                        flushed.append(set(wanted) <= set(peer.texts))
                case "pair":
                    await submit(said, f"{text}a", f"{text}b")
                case "many":
                    for repeat in range(100):
                        await submit(said, f"{text}.{repeat}")
                case "cancelled":
                    with trio.CancelScope() as scope:
                        scope.cancel()
                        await session.send_text("never")
                    assert scope.cancelled_caught
                case _:
                    await submit(said, text)
            await trio.sleep(act.pause)

    async with builder().connect_with_transport(transport) as session:
        await settled()
        async with trio.open_nursery() as nursery:
            for caller, script in enumerate(scripts):
                nursery.start_soon(play, caller, script, session)
        transport.may_write.set()
        transport.sends_now = True
        await session.send_text("last")
        await session.flush()
    texts = peer.texts
    assert texts.pop() == "last"
    assert len(set(texts)) == len(texts)
    for caller, said in enumerate(accepted):
        assert [text for text in texts if text.startswith(f"{caller}:")] == said
    for first, second in pairwise([*texts, ""]):
        assert not first.endswith("a") or second == f"{first[:-1]}b"
    assert all(flushed)
