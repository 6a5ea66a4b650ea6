"""What becomes of a call: by how its function was declared and runs, and by what happens meanwhile. A test for each cell."""

from __future__ import annotations

from typing import Any, Final

import attrs
import pytest
import trio
from trio.testing import MockClock

from tests.control.calls.answers import failed as told
from tests.control.calls.answers import responses
from tests.lanes.rig import BoomError
from tests.peer import Peer, builder, call, call_of, cancels, interrupted, reading, tool_call
from trio_live import Live, LiveHandle, ToolContext, ToolMiddleware, events
from trio_live.phases import Phase
from trio_live.tools import tool

BLOCKING, BESIDE, BACKGROUND = "BLOCKING", "NON_BLOCKING", "background"
KINDS: Final = (BLOCKING, BESIDE, BACKGROUND)
ACK: Final = {"status": "running", "tool": "look_up"}
FOUND: Final = {BACKGROUND: {"status": "completed", "tool": "look_up", "result": "found"}}


def failed(kind: str, error: str) -> dict[str, Any]:
    named = {"tool": "look_up"} if kind == BACKGROUND else {}
    return {**named, **told(error)}


@attrs.define
class Run:
    """One call of a function that takes two seconds, unless something happens after one."""

    kind: str
    notes: list[str] = attrs.Factory(list)
    fails: bool = False
    takes: float = 2

    def agent(self) -> Live:
        @tool(behavior="BLOCKING" if self.kind == BLOCKING else "NON_BLOCKING")
        async def look_up(context: ToolContext) -> str:
            """Look it up."""
            self.notes.append("begins")
            try:
                await trio.sleep(self.takes)
            except trio.Cancelled:
                self.notes.append(f"cancelled at {trio.current_time():g}: {context.cancellation.reason}")
                raise
            if self.fails:
                raise BoomError("no network")
            return "found"

        live = builder().tools(look_up).tool_timeouts(inline=5, background=5)
        return live.tool_background("look_up") if self.kind == BACKGROUND else live


class Veto(ToolMiddleware):
    async def before_tool(self, call: Any, context: ToolContext) -> None:
        raise BoomError("not today")


async def answers(run: Run, live: Live, *, name: str = "look_up") -> list[Any]:
    """The answers to a call that nothing disturbs."""
    async with call(live) as (session, peer):
        await peer.send(tool_call(call_of(name, "1")))
        await trio.sleep(30)
        assert str(session.phase) == "Active"
        return [response for _, response in responses(peer)]


def all_of(kind: str, last: Any) -> list[Any]:
    return [ACK, last] if kind == BACKGROUND else [last]


@pytest.mark.parametrize("kind", KINDS)
async def test_success(kind: str, autojump_clock: MockClock) -> None:
    run = Run(kind)
    assert await answers(run, run.agent()) == all_of(kind, FOUND.get(kind, {"output": "found"}))


@pytest.mark.parametrize("kind", KINDS)
async def test_error(kind: str, autojump_clock: MockClock) -> None:
    run = Run(kind, fails=True)
    assert await answers(run, run.agent()) == all_of(kind, failed(kind, "Tool execution failed: no network"))


@pytest.mark.parametrize("kind", KINDS)
async def test_time_out(kind: str, autojump_clock: MockClock) -> None:
    run = Run(kind, takes=60)
    *_, last = found = await answers(run, run.agent())
    assert found == all_of(kind, last)
    assert last["status"] == "error"
    assert "timed out" in last["error"]
    assert run.notes == ["begins", "cancelled at 5: None"]


@pytest.mark.parametrize("kind", KINDS)
async def test_veto(kind: str, autojump_clock: MockClock) -> None:
    run = Run(kind)
    *_, last = found = await answers(run, run.agent().middleware(Veto()))
    assert found == all_of(kind, last)
    assert "not today" in last["error"]
    assert run.notes == []


@pytest.mark.parametrize("kind", KINDS)
async def test_phase_rejection(kind: str, autojump_clock: MockClock) -> None:
    run = Run(kind)
    [rejected] = await answers(run, run.agent().initial_phase("a").phases(Phase("a", "x", tools_enabled=[])))
    assert "not available" in rejected["error"]
    assert run.notes == []


@pytest.mark.parametrize("kind", KINDS)
async def test_unknown_name(kind: str, autojump_clock: MockClock) -> None:
    run = Run(kind)
    assert await answers(run, run.agent(), name="find") == [failed("", "Tool not found: find")]
    assert run.notes == []


async def disturbed(run: Run, happens: Any) -> tuple[list[Any], list[str]]:
    """The answers to a call, and the ids that were told of as cancelled, when something happens after a second."""
    async with call(run.agent()) as (session, peer), reading(session) as seen:
        await peer.send(tool_call(call_of("look_up", "1")))
        await trio.sleep(1)
        await happens(session, peer)
        await trio.sleep(30)
        found = [response for _, response in responses(peer)]
        assert session.background_tools.active_count() == 0
        if session.ended is None:
            assert str(session.phase) == "Active"
    return found, [id_ for event in seen if isinstance(event, events.ToolCancelled) for id_ in event.ids]


@pytest.mark.parametrize("kind", KINDS)
async def test_server_cancel(kind: str, autojump_clock: MockClock) -> None:
    async def cancel(session: LiveHandle, peer: Peer) -> None:
        await peer.send(cancels("1"))

    run = Run(kind)
    assert await disturbed(run, cancel) == ([ACK] if kind == BACKGROUND else [], ["1"])
    assert run.notes == ["begins", "cancelled at 1: the server cancelled the call"]


@pytest.mark.parametrize("kind", KINDS)
async def test_barge_in(kind: str, autojump_clock: MockClock) -> None:
    async def interrupt(session: LiveHandle, peer: Peer) -> None:
        await peer.send(interrupted())

    run = Run(kind)
    found = await disturbed(run, interrupt)
    if kind == BLOCKING:
        assert found == ([], ["1"])
        assert run.notes == ["begins", "cancelled at 1: the user interrupted"]
    else:
        assert found == (all_of(kind, FOUND.get(kind, {"output": "found"})), [])
        assert run.notes == ["begins"]


@pytest.mark.parametrize("who", ["the peer", "this side"])
@pytest.mark.parametrize("kind", KINDS)
async def test_hang_up(kind: str, who: str, autojump_clock: MockClock) -> None:
    async def hang_up(session: LiveHandle, peer: Peer) -> None:
        if who == "the peer":
            peer.close(1011, "gone")
        else:
            await session.disconnect()
        await session.done()

    run = Run(kind)
    assert await disturbed(run, hang_up) == ([ACK] if kind == BACKGROUND else [], [])
    assert run.notes == ["begins", "cancelled at 1: the session is over"]
