"""What becomes of a call: by how its function was declared and runs, and by what happens meanwhile. A test for each cell.

Over the emulator, in memory and in virtual time: what it makes of our answers, and when it cancels, is its own affair.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import attrs
import pytest
import trio
from trio.testing import MockClock

from tests.control.calls.answers import failed
from tests.peer import reading
from tests.scenarios.harness import BoomError
from trio_live import FunctionDeclaration, Live, LiveEvent, LiveHandle, ToolContext, ToolMiddleware, events, tool
from trio_live.emulator import Emulation, LogRecord, Persona, parse_persona
from trio_live.phases import Phase
from trio_live.tools import Behavior
from trio_live.transport import Transport, memory_transport_pair

BLOCKING, BESIDE, BACKGROUND = "BLOCKING", "NON_BLOCKING", "background"
KINDS: Final = (BLOCKING, BESIDE, BACKGROUND)
HESITATES: Final = 0.2
"""The emulator, before it answers."""
ACK: Final = {"status": "running", "tool": "look_up"}

PERSONA: Final = """
name = "desk"
[[rule]]
heard = { keywords = ["look"] }
call = { tool = "TOOL" }
then = "It was found."
on_error = "It was not: {TOOL.error}"
GIVES_UP
[[rule]]
heard = { keywords = ["story"] }
say = "Once upon a time there was a weather station that nobody ever asked anything, and it was very sad about that."
[[default]]
say = "Yes?"
"""
GIVES_UP: Final = '[rule.on_missing]\nafter = 1\nsay = "Let us leave it."\n'


def persona(*, tool: str = "look_up", gives_up: bool = False) -> Persona:
    """Calls the function when it hears "look"; gives it up after a second, if that is wanted."""
    return parse_persona(PERSONA.replace("TOOL", tool).replace("GIVES_UP", GIVES_UP if gives_up else ""))


@attrs.define
class Run:
    """One call of a function that takes two seconds, unless something happens before."""

    kind: str
    notes: list[str] = attrs.Factory(list)
    fails: bool = False
    takes: float = 2

    @property
    def behavior(self) -> Behavior:
        return "BLOCKING" if self.kind == BLOCKING else "NON_BLOCKING"

    def agent(self) -> Live:
        @tool(behavior=self.behavior)
        async def look_up(context: ToolContext) -> str:
            """Look it up."""
            begun = trio.current_time()
            self.notes.append("begins")
            try:
                await trio.sleep(self.takes)
            except trio.Cancelled:
                after = round(trio.current_time() - begun, 3)
                self.notes.append(f"cancelled after {after:g}: {context.cancellation.reason}")
                raise
            if self.fails:
                raise BoomError("no network")
            return "found"

        live = Live.builder().model("gemini-3.8-live").transcription().tools(look_up)
        live = live.tool_timeouts(inline=5, background=5).callback_errors("raise")
        return live.tool_background("look_up") if self.kind == BACKGROUND else live

    def all_of(self, last: dict[str, Any]) -> list[dict[str, Any]]:
        """The answers on the wire, of which one is the last."""
        return [ACK, {"tool": "look_up", **last}] if self.kind == BACKGROUND else [last]

    @property
    def found(self) -> list[dict[str, Any]]:
        """The answers, when nothing goes wrong."""
        done = {"status": "completed", "result": "found"} if self.kind == BACKGROUND else {"output": "found"}
        return self.all_of(done)


@attrs.define
class Talk:
    """A session with the emulator, and everything that came of it."""

    session: LiveHandle
    link: Transport
    frames: list[dict[str, Any]]
    seen: Sequence[LiveEvent]

    @property
    def answers(self) -> list[Any]:
        """The answers that the emulator was sent."""
        batches = [frame["toolResponse"]["functionResponses"] for frame in self.frames if "toolResponse" in frame]
        return [answer["response"] for batch in batches for answer in batch]

    @property
    def behavior(self) -> str:
        """The behaviour that was sent with the declaration."""
        (group,) = self.frames[0]["setup"]["tools"]
        (behavior,) = {declared["behavior"] for declared in group["functionDeclarations"]}
        return str(behavior)

    @property
    def said(self) -> str:
        """The model's words."""
        finals = [event for event in self.seen if isinstance(event, events.OutputTranscript) and event.is_final]
        return " ".join(event.text.strip() for event in finals)

    @property
    def cancelled(self) -> int:
        """Calls that were told of as cancelled."""
        return sum(len(event.ids) for event in self.seen if isinstance(event, events.ToolCancelled))


@asynccontextmanager
async def talk_of(live: Live, desk: Persona) -> AsyncGenerator[Talk, None]:
    frames: list[dict[str, Any]] = []

    def keep(record: LogRecord) -> None:
        if record.direction == "received" and record.frame is not None:
            frames.append(json.loads(record.frame))

    ours, theirs = memory_transport_pair()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(Emulation(desk, on_log=keep).serve, theirs)
        async with live.connect_with_transport(ours) as session, reading(session) as seen:
            yield Talk(session, theirs, frames, seen)


async def undisturbed(run: Run, live: Live, *, tool: str = "look_up") -> Talk:
    """A call that nothing disturbs, to its end."""
    async with talk_of(live, persona(tool=tool)) as talk:
        await talk.session.send_text("Look it up, please.")
        await trio.sleep(30)
        assert str(talk.session.phase) == "Active"
        assert talk.session.background_tools.active_count() == 0
    assert talk.behavior == run.behavior
    assert talk.cancelled == 0
    return talk


@pytest.mark.parametrize("kind", KINDS)
async def test_success(kind: str, autojump_clock: MockClock) -> None:
    run = Run(kind)
    talk = await undisturbed(run, run.agent())
    assert talk.answers == run.found
    assert talk.said == "It was found."


@pytest.mark.parametrize("kind", KINDS)
async def test_error(kind: str, autojump_clock: MockClock) -> None:
    run = Run(kind, fails=True)
    talk = await undisturbed(run, run.agent())
    assert talk.answers == run.all_of(failed("Tool execution failed: no network"))
    assert talk.said == "It was not: Tool execution failed: no network"


@pytest.mark.parametrize("kind", KINDS)
async def test_time_out(kind: str, autojump_clock: MockClock) -> None:
    run = Run(kind, takes=60)
    talk = await undisturbed(run, run.agent())
    assert talk.answers == run.all_of(failed("Tool execution timed out after 5 s"))
    assert run.notes == ["begins", "cancelled after 5: it took too long"]
    assert talk.said == "It was not: Tool execution timed out after 5 s"


class Veto(ToolMiddleware):
    async def before_tool(self, call: Any, context: ToolContext) -> None:
        raise BoomError("not today")


@pytest.mark.parametrize("kind", KINDS)
async def test_veto(kind: str, autojump_clock: MockClock) -> None:
    run = Run(kind)
    talk = await undisturbed(run, run.agent().middleware(Veto()))
    assert talk.answers == run.all_of(failed("Tool execution failed: not today"))
    assert run.notes == []
    assert talk.said.startswith("It was not: ")


@pytest.mark.parametrize("kind", KINDS)
async def test_phase_rejection(kind: str, autojump_clock: MockClock) -> None:
    run = Run(kind)
    talk = await undisturbed(run, run.agent().initial_phase("a").phases(Phase("a", "x", tools_enabled=[])))
    assert talk.answers == [failed("Tool 'look_up' is not available in the current conversation phase.")]
    assert run.notes == []
    assert talk.said.startswith("It was not: ")


@pytest.mark.parametrize("kind", KINDS)
async def test_unknown_name(kind: str, autojump_clock: MockClock) -> None:
    """One that was declared by hand, and that nobody here answers: no model calls what was not declared."""
    run = Run(kind)
    by_hand = FunctionDeclaration("find", description="Find it.", behavior=run.behavior)
    talk = await undisturbed(run, run.agent().add_tool(by_hand), tool="find")
    assert talk.answers == [failed("Tool not found: find")]
    assert run.notes == []
    assert talk.said == "It was not: Tool not found: find"


async def disturbed(run: Run, happens: Callable[[Talk], Awaitable[None]], *, gives_up: bool = False) -> Talk:
    """A call, and what happens while it runs."""
    async with talk_of(run.agent(), persona(gives_up=gives_up)) as talk:
        await talk.session.send_text("Look it up, please.")
        await happens(talk)
        await trio.sleep(30)
        assert talk.session.background_tools.active_count() == 0
        if talk.session.ended is None:
            assert str(talk.session.phase) == "Active"
    return talk


@pytest.mark.parametrize("kind", KINDS)
async def test_server_cancel(kind: str, autojump_clock: MockClock) -> None:
    async def nothing(talk: Talk) -> None:
        """The model gives up by itself."""

    run = Run(kind)
    talk = await disturbed(run, nothing, gives_up=True)
    assert talk.answers == ([ACK] if kind == BACKGROUND else [])
    assert talk.cancelled == 1
    assert run.notes == ["begins", "cancelled after 1: the server cancelled the call"]
    assert talk.said == "Let us leave it."


@pytest.mark.parametrize("kind", KINDS)
async def test_barge_in(kind: str, autojump_clock: MockClock) -> None:
    """The model talks while the function runs, and is spoken over. Where it waits instead, the first word is enough."""

    async def speak_over(talk: Talk) -> None:
        await trio.sleep(HESITATES + 0.5)
        await talk.session.send_text("Tell me a story meanwhile.")
        await trio.sleep(0.5)
        await talk.session.send_text("Stop!")

    run = Run(kind)
    talk = await disturbed(run, speak_over)
    assert any(isinstance(event, events.Interrupted) for event in talk.seen)
    if talk.behavior == "BLOCKING":
        assert (talk.answers, talk.cancelled) == ([], 1)
        assert run.notes == ["begins", "cancelled after 0.5: the server cancelled the call"], "it says so first"
        assert "found" not in talk.said
    else:
        assert (talk.answers, talk.cancelled) == (run.found, 0)
        assert run.notes == ["begins"]
        assert talk.said.endswith("Yes? It was found.")


@pytest.mark.parametrize("who", ["the peer", "this side"])
@pytest.mark.parametrize("kind", KINDS)
async def test_hang_up(kind: str, who: str, autojump_clock: MockClock) -> None:
    async def hang_up(talk: Talk) -> None:
        await trio.sleep(HESITATES + 1)
        await (talk.link.aclose() if who == "the peer" else talk.session.disconnect())
        await talk.session.done()

    run = Run(kind)
    talk = await disturbed(run, hang_up)
    assert talk.answers == ([ACK] if kind == BACKGROUND else [])
    assert talk.cancelled == 0
    assert run.notes == ["begins", "cancelled after 1: the session is over"]
