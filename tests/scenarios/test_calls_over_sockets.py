"""Function calls over real sockets: one answer for one id, and what an interruption does to calls that are open."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
import trio
import trio_websocket
from trio.testing import MockClock

from tests.control.calls.answers import answering, failed
from tests.peer import Diary, Frame, call_of, interrupted, said, setup_complete, tool_call, turn_complete
from tests.transport.raw_server import TEXT, frame, open_raw_server
from tests.transport.raw_server import Peer as RawPeer
from tests.transport.servers import open_server, talking
from trio_live import (
    FunctionCall,
    FunctionDeclaration,
    FunctionResponse,
    Live,
    LiveEventStream,
    LiveHandle,
    State,
    TransportKind,
    events,
    wire_events,
)
from trio_live.emulator import open_emulator, parse_persona
from trio_live.errors import CallNotOpen, SessionClosed

SOON = 10.0
WRITE_STALLED = "write stalled: the peer took nothing for 30 s"


class Server:
    """A server on loopback that says what a test tells it, and notes what it is told."""

    def __init__(self) -> None:
        self._said, self._says = trio.open_memory_channel[Frame](10)
        self.heard: list[Frame] = []
        self._news = trio.lowlevel.ParkingLot()

    async def say(self, frame: Frame) -> None:
        await self._said.send(frame)

    async def run(self, socket: trio_websocket.WebSocketConnection) -> None:
        await socket.get_message()
        await socket.send_message(json.dumps(setup_complete()))
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._listen, socket, nursery.cancel_scope)
            async for frame in self._says:
                await socket.send_message(json.dumps(frame))

    async def _listen(self, socket: trio_websocket.WebSocketConnection, done: trio.CancelScope) -> None:
        try:
            while True:
                self.heard.append(json.loads(await socket.get_message()))
                self._news.unpark_all()
        except trio_websocket.ConnectionClosed:
            done.cancel()

    async def wait_answers(self, count: int) -> None:
        while len(self.answers) < count:
            await self._news.park()

    async def wait_quiet(self, session: LiveHandle) -> None:
        """Read everything that was sent before now."""
        await session.send_text("that is all")
        while not any("realtimeInput" in frame or "clientContent" in frame for frame in self.heard):
            await self._news.park()

    @property
    def answers(self) -> list[tuple[str, Any]]:
        """The answers on the wire, in order."""
        batches = [frame["toolResponse"]["functionResponses"] for frame in self.heard if "toolResponse" in frame]
        return [(answer["id"], answer["response"]) for batch in batches for answer in batch]


def builder(*functions: tuple[str, str | None], model: str = "gemini-3.8-live") -> Live:
    live = Live.builder().model(model)
    for name, behavior in functions:
        live = live.add_tool(FunctionDeclaration(name=name, description="A function.", behavior=behavior))
    return live


@asynccontextmanager
async def call(live: Live) -> AsyncGenerator[tuple[LiveHandle, Server], None]:
    server = Server()
    with trio.fail_after(SOON):
        async with (
            open_server(talking(server.run)) as url,
            live.connect_google_ai("k", base_url=url) as session,
        ):
            yield session, server


async def first_call(stream: LiveEventStream[wire_events.SessionEvent]) -> FunctionCall:
    """The next call that the wire tells of."""
    async for event in stream:
        if isinstance(event, wire_events.ToolCall):
            return event.calls[0]
    raise AssertionError("the session ended")


SEARCH = ("search", None)


async def test_a_call_that_is_left_to_be_answered_by_hand_gets_that_one_answer() -> None:
    async with call(builder(SEARCH).manual_tools("search")) as (session, server), session.subscribe() as stream:
        await server.say(tool_call(call_of("search", "1"), call_of("unknown", "2")))
        asked = await first_call(stream)
        await server.wait_answers(1)
        await session.send_tool_response([FunctionResponse.of(asked, "found")])
        with pytest.raises(CallNotOpen, match=r"1 .*was answered already"):
            await session.send_tool_response([FunctionResponse.of(asked, "found again")])
        await server.wait_answers(2)
        await server.wait_quiet(session)
        assert server.answers == [("2", failed("Tool not found: unknown")), ("1", {"output": "found"})]


async def test_a_call_that_nobody_answers_is_refused_at_once_and_an_answer_by_hand_comes_too_late() -> None:
    async with call(builder(SEARCH)) as (session, server):
        await server.say(tool_call(call_of("search", "1")))
        await server.wait_answers(1)
        with pytest.raises(CallNotOpen, match=r"1 .*was answered already"):
            await session.send_tool_response([FunctionResponse(id="1", name="search", response={"found": True})])
        await server.wait_quiet(session)
        assert server.answers == [("1", failed("Tool not found: search"))]


async def test_an_answer_by_hand_is_never_followed_by_a_refusal() -> None:
    """The lane is busy when the call arrives, so the answer by hand comes first."""
    gate = trio.Event()

    async def busy() -> None:
        await gate.wait()

    live = builder(SEARCH).on_turn_complete(busy)
    async with call(live) as (session, server), session.subscribe() as stream:
        await server.say(turn_complete())
        await server.say(tool_call(call_of("search", "1")))
        asked = await first_call(stream)
        await session.send_tool_response([FunctionResponse.of(asked, "found")])
        gate.set()
        await server.wait_answers(1)
        await server.wait_quiet(session)
        assert server.answers == [("1", {"output": "found"})]


@pytest.mark.parametrize(
    ("model", "behavior", "runs_on"),
    [
        ("gemini-3.8-live", None, True),
        ("gemini-3.8-live", "NON_BLOCKING", True),
        ("gemini-3.8-live", "BLOCKING", False),
        ("gemini-2.5-flash-native-audio-latest", None, False),
        ("gemini-2.5-flash-native-audio-latest", "NON_BLOCKING", True),
    ],
)
async def test_an_interruption_gives_up_the_calls_that_the_server_waits_for_and_no_others(
    model: str, behavior: str | None, *, runs_on: bool
) -> None:
    begun, gate, handled, ended = trio.Event(), trio.Event(), trio.Event(), list[str]()
    diary = Diary()

    async def on_interrupted() -> None:
        diary.entries.append("interrupted")
        handled.set()

    async def search(calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse]:
        begun.set()
        try:
            await gate.wait()
        finally:
            ended.append("answered" if gate.is_set() else "given up")
        return [FunctionResponse.of(one, "found") for one in calls]

    live = (
        builder(("search", behavior), model=model)
        .on_tool_call(search)
        .on_interrupted(on_interrupted)
        .on_tool_cancelled(diary.anote("cancelled"))
    )
    async with call(live) as (session, server):
        await server.say(tool_call(call_of("search", "1")))
        await begun.wait()
        await server.say(interrupted())
        await handled.wait()  # not behind the call
        assert str(session.phase) == "Active"
        gate.set()
        await server.wait_answers(1 if runs_on else 0)
        await server.wait_quiet(session)
        assert ended == ["answered" if runs_on else "given up"]
        assert server.answers == ([("1", {"output": "found"})] if runs_on else [])
        assert diary.entries == ([] if runs_on else [("cancelled", ("1",))]) + ["interrupted"]


async def test_a_frame_that_comes_twice_runs_its_function_once() -> None:
    asked: list[Any] = []
    async with call(builder(SEARCH).on_tool_call(answering(asked=asked))) as (session, server):
        for frame in (
            tool_call(call_of("search", "1"), call_of("search", "1")),
            tool_call(call_of("search", "1")),
            tool_call(call_of("search", "2")),
        ):
            await server.say(frame)
        await server.wait_answers(2)
        await server.wait_quiet(session)
        assert asked == [["1"], ["2"]]
        assert [key for key, _ in server.answers] == ["1", "2"]


HOTLINE = parse_persona("""
name = "hotline"
[[rule]]
name = "weather"
heard = { keywords = ["weather"] }
call = { tool = "search", args = { city = "Oslo" } }
then = "It is {search.sky}."
[[rule]]
name = "story"
heard = { keywords = ["story"] }
say = "Once upon a time there was a weather station that nobody ever asked anything, and it was very sad about that, day after day after day."
[[default]]
say = "Yes?"
""")


async def test_the_model_tells_what_a_function_found_while_it_was_interrupted() -> None:
    begun, gate = trio.Event(), trio.Event()

    async def search(calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse]:
        begun.set()
        await gate.wait()
        return [FunctionResponse.of(one, {"sky": "clear"}) for one in calls]

    live = builder(("search", "NON_BLOCKING")).transcription().on_tool_call(search)
    said: list[str] = []
    with trio.fail_after(SOON):
        async with (
            open_emulator(HOTLINE, time_scale=10) as emulator,
            live.connect_google_ai("k", base_url=emulator.url) as session,
            session.events() as stream,
        ):
            await session.send_text("The weather, please.")
            await begun.wait()
            await session.send_text("Tell me a story meanwhile.")
            async for event in stream:
                match event:
                    case events.OutputTranscript(is_final=False) if not said:
                        said.append("the story begins")
                        await session.send_text("Thank you, that will do.")
                    case events.Interrupted():
                        said.append("interrupted")
                        gate.set()
                    case events.OutputTranscript(text, is_final=True):
                        said.append(text.strip())
                        if "clear" in text:
                            break
    assert "interrupted" in said
    assert said[-1] == "It is clear."


@pytest.mark.parametrize("kind", list(TransportKind))
async def test_a_server_that_speaks_and_never_reads_holds_no_sender_for_ever(
    kind: TransportKind, mock_clock: MockClock
) -> None:
    mock_clock.autojump_threshold = 0.2  # sockets take a little while
    done = trio.Event()

    async def talk_on(peer: RawPeer) -> None:
        await peer.say(frame(TEXT, json.dumps(setup_complete()).encode()))
        while not done.is_set():
            await peer.say(frame(TEXT, json.dumps(said("I am well")).encode()))
            await trio.sleep(11)

    async def speak(session: LiveHandle) -> None:
        while True:
            await session.send_audio(bytes(640_000))

    async with open_raw_server(talk_on) as url:
        live = Live.builder().model("gemini-3.8-live").transport(kind).reconnect(False)
        async with live.connect_google_ai("key", base_url=url) as session:
            with pytest.raises(SessionClosed):
                await speak(session)
            await session.done()
        done.set()
    assert session.ended is not None
    assert (session.ended.close_code, session.ended.close_reason) == (1006, WRITE_STALLED)
    assert "the server no longer took what was sent" in str(session.ended)
