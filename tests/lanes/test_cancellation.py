"""Cancelled anywhere, a session leaves nothing behind: no task, no open connection, no warning.

And cancelling any public call does to the session what its docstring says, which is: nothing.
"""

from __future__ import annotations

import gc
from collections.abc import Awaitable, Callable

import pytest
import trio
from trio.testing import MockClock

from tests.cancellation import cancel_everywhere
from tests.peer import (
    Peer,
    builder,
    call,
    call_of,
    interrupted,
    said,
    settled,
    speech,
    text,
    tool_call,
    turn_complete,
)
from trio_live import LinkLost, Live, LiveHandle, SessionPhase


def tasks() -> int:
    return trio.lowlevel.current_statistics().tasks_living


class Scene:
    """Sessions to be cancelled, and what must hold after each of them."""

    def __init__(self, live: Live | None = None) -> None:
        self.live = live or builder()
        self.peers: list[Peer] = []
        self._tasks_before = tasks()

    def peer(self) -> Peer:
        self.peers.append(Peer())
        return self.peers[-1]

    def nothing_is_left(self) -> None:
        assert tasks() <= self._tasks_before + 1, "a task outlived its session"  # one more: the run itself
        peer = self.peers[-1]
        assert not peer.client.sent or peer.client._fate is not None, "the connection was left open"


async def test_connecting_can_be_cancelled_at_every_checkpoint(autojump_clock: MockClock) -> None:
    scene = Scene()

    async def connect() -> None:
        async with call(scene.live, scene.peer()):
            pass

    assert await cancel_everywhere(connect, after_each=scene.nothing_is_left) > 10


async def test_a_busy_session_can_be_cancelled_at_every_checkpoint(autojump_clock: MockClock) -> None:
    async def act(*args: object) -> None:
        await trio.lowlevel.checkpoint()

    async def answer(*args: object) -> None:
        await trio.sleep(0.1)

    live = (
        builder()
        .on_tool_call(answer)
        .on_interrupted(act)
        .on_turn_complete_concurrent(act)
        .on_connected(act)
        .on_disconnected(act)
        .greeting("Begin.")
    )
    scene = Scene(live)

    async def talk() -> None:
        peer = scene.peer()
        async with call(live, peer) as (session, _), session.events() as stream:
            await peer.send(text("Hi"), said("Hi"), speech("START"), tool_call(call_of("f", "1")))
            await session.send_audio(bytes(640))
            await session.send_text("Hello")
            await peer.send(interrupted(), text("Yes?"), turn_complete())
            await session.flush()
            await trio.sleep(0.3)
            await anext(stream)
            await session.disconnect()

    assert await cancel_everywhere(talk, after_each=scene.nothing_is_left) > 50


async def test_a_session_that_the_peer_ends_can_be_cancelled_at_every_checkpoint(autojump_clock: MockClock) -> None:
    scene = Scene()

    async def hear_it_end() -> None:
        peer = scene.peer()
        async with call(scene.live, peer) as (session, _):
            peer.close(1011, "deadline")
            await session.done()

    assert await cancel_everywhere(hear_it_end, after_each=scene.nothing_is_left) > 10


async def test_a_silent_server_can_be_given_up_at_every_checkpoint(autojump_clock: MockClock) -> None:
    scene = Scene(builder().timeouts(setup=1))

    async def connect() -> None:
        scene.peers.append(Peer(accepts=False))
        try:
            async with call(scene.live, scene.peers[-1]):
                pytest.fail("there is no session")
        except trio.Cancelled:
            raise
        except Exception as error:  # noqa: BLE001  # the timeout, when nobody cancels
            assert type(error).__name__ == "ConnectTimeout"  # noqa: PT017

    assert await cancel_everywhere(connect, after_each=scene.nothing_is_left) > 5


# -- one test for every public await --------------------------------------------------------------------------------

WAITING: dict[str, Callable[[LiveHandle], Awaitable[object]]] = {
    "send_audio": lambda session: session.send_audio(bytes(640)),
    "send_text": lambda session: session.send_text("Hi"),
    "send_video": lambda session: session.send_video(b"\xff\xd8"),
    "update_instruction": lambda session: session.update_instruction("anew"),
    "send_tool_response": lambda session: session.send_tool_response([]),
    "flush": lambda session: session.flush(),
    "done": lambda session: session.done(),
    "playback_drained": lambda session: session.playback_drained(),
    "session.join": lambda session: session.session.join(),
    "session.wait_phase": lambda session: session.session.wait_phase(SessionPhase.INTERRUPTED),
    "session.wait_quiet": lambda session: session.session.wait_quiet(10),
    "events": lambda session: anext(session.events()),
    "subscribe": lambda session: anext(session.subscribe()),
}


@pytest.mark.parametrize("name", WAITING)
async def test_a_cancelled_call_changes_nothing(name: str, autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        await settled()
        with trio.CancelScope() as scope:
            scope.cancel()
            await WAITING[name](session)
        assert scope.cancelled_caught
        await session.send_text("the session goes on")
        await session.flush()
        assert len(peer.talk) == 1
        assert session.phase is SessionPhase.ACTIVE


@pytest.mark.parametrize("name", ["disconnect", "writer.disconnect"])
async def test_a_cancelled_disconnect_ends_the_session(name: str, autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        with trio.CancelScope() as scope:
            scope.cancel()
            await (session.disconnect() if name == "disconnect" else session.writer.disconnect())
        assert scope.cancelled_caught
        await session.done()
        await peer.read()  # the setup
        with pytest.raises(LinkLost, match="1000"):
            await peer.read()


@pytest.mark.parametrize("name", [*WAITING, "disconnect"])
async def test_a_call_is_a_checkpoint_when_it_need_not_wait(name: str, autojump_clock: MockClock) -> None:
    verbs = WAITING | {"disconnect": lambda session: session.disconnect()}
    verbs["session.wait_phase"] = lambda session: session.session.wait_phase(SessionPhase.ACTIVE)
    ends_first = {"done", "session.join", "disconnect"}
    async with call() as (session, _):
        if name in ends_first:
            await session.disconnect()
        if name in {"events", "subscribe"}:
            return  # what lies ready is handed out without a turn for others; see the test of the fan-out
        if name == "send_audio":
            return  # gives others a turn now and then; see the test of task switches
        await settled()
        with trio.testing.assert_checkpoints():
            await verbs[name](session)


def test_sessions_leave_no_garbage_that_complains() -> None:
    async def main() -> None:
        for _ in range(5):
            with trio.move_on_after(0.01):
                async with call() as (session, _):
                    await session.events().__anext__()

    trio.run(main, clock=MockClock(autojump_threshold=0))
    gc.collect()
