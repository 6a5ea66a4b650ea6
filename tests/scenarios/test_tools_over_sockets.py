"""What stands around tools, over real sockets and with the emulator's model: asked first, kept, in time, once, told of."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import trio

from trio_live import (
    FunctionCall,
    Live,
    LiveEvent,
    LiveEventStream,
    LiveHandle,
    ToolContext,
    ToolMiddleware,
    events,
    tool,
)
from trio_live.emulator import open_emulator, parse_persona
from trio_live.tools import CommitGuard, ConfirmationRequest, LiveInput, UserAudio, UserText

PERSONA = parse_persona("""
name = "desk"
[[rule]]
heard = { keywords = ["look"] }
call = { tool = "act", args = { what = "lamp" } }
then = "It is {act}."
on_error = "It was not: {act.error}"
[[rule]]
heard = { keywords = ["story"] }
say = "Once upon a time there was a weather station that nobody ever asked anything, and it was very sad about that."
[[default]]
say = "Yes?"
""")


class Talk:
    """A talk with the emulator's model."""

    def __init__(self, session: LiveHandle, stream: LiveEventStream[LiveEvent]) -> None:
        self.session = session
        self._stream = stream
        self.seen: list[LiveEvent] = []

    async def until(self, kind: type[LiveEvent]) -> None:
        async for event in self._stream:
            self.seen.append(event)
            if isinstance(event, kind):
                return

    async def ask(self) -> str:
        """Ask for the tool; what the model says of it, in this turn or, where it does not wait for a tool, in the next."""
        self.seen.clear()
        await self.session.send_text("Look, please.")
        while not self.said:
            await self.until(events.TurnComplete)
        return self.said

    @property
    def said(self) -> str:
        finals = [event for event in self.seen if isinstance(event, events.OutputTranscript) and event.is_final]
        return "".join(event.text for event in finals).strip()

    @property
    def told(self) -> list[Any]:
        """The answers that were sent."""
        return [event.result for event in self.seen if isinstance(event, events.ToolExecution)]


@asynccontextmanager
async def talk_with(live: Live) -> AsyncGenerator[Talk, None]:
    with trio.fail_after(20):
        async with (
            open_emulator(PERSONA, time_scale=10) as emulator,
            live.connect_google_ai("k", base_url=emulator.url) as session,
            session.events() as stream,
        ):
            yield Talk(session, stream)


def builder() -> Live:
    return Live.builder().model("gemini-3.8-live").transcription().callback_errors("raise")


class Counter:
    """A function that counts how often it ran."""

    def __init__(self) -> None:
        self.ran = 0

    async def act(self, what: str) -> dict[str, int]:
        """Do it."""
        self.ran += 1
        return {"output": self.ran}


async def test_somebody_is_asked_first_and_the_model_hears_why_not() -> None:
    counter, asked = Counter(), list[str]()

    class Provider:
        async def confirm(self, request: ConfirmationRequest, context: ToolContext) -> bool | str:
            asked.append(f"{request.message} {request.call.args}")
            return "the lamp is broken" if len(asked) == 1 else True

    live = builder().tools(tool(confirm="Really?")(counter.act)).confirmation_provider(Provider())
    async with talk_with(live) as talk:
        assert await talk.ask() == "It was not: the lamp is broken"
        assert counter.ran == 0
        assert await talk.ask() == "It is 1."
    assert asked == ["Really? {'what': 'lamp'}"] * 2


async def test_a_result_is_kept_as_long_as_the_session_lasts() -> None:
    counter = Counter()
    live = builder().tools(tool(cached=True)(counter.act))
    for ran in 1, 2:
        async with talk_with(live) as talk:
            assert [await talk.ask() for _ in range(2)] == [f"It is {ran}."] * 2


async def test_a_commit_is_made_once_and_remembered_in_the_state() -> None:
    counter = Counter()
    live = builder().tools(tool(commit=CommitGuard("{what}"))(counter.act))
    async with talk_with(live) as talk:
        assert [await talk.ask() for _ in range(2)] == ["It is 1."] * 2
        assert talk.session.state.get("idempotency:act:lamp") == {"output": 1}
    assert counter.ran == 1


async def test_what_takes_too_long_is_cancelled_and_knows_why() -> None:
    why: list[str | None] = []

    @tool(timeout=0.1)
    async def act(what: str, context: ToolContext) -> None:
        """Do it."""
        try:
            await trio.sleep_forever()
        finally:
            why.append(context.cancellation.reason)

    async with talk_with(builder().tools(act)) as talk:
        assert await talk.ask() == "It was not: Tool execution timed out after 0.1 s"
    assert why == ["it took too long"]


async def test_whoever_speaks_over_a_function_ends_it_and_it_knows_why() -> None:
    begun, why = trio.Event(), list[str | None]()

    @tool(behavior="BLOCKING")
    async def act(what: str, context: ToolContext) -> None:
        """Do it."""
        begun.set()
        try:
            await trio.sleep_forever()
        finally:
            why.append(context.cancellation.reason)

    async with talk_with(builder().tools(act)) as talk:
        await talk.session.send_text("Look, please.")
        await begun.wait()
        await talk.session.send_text("Stop!")
        await talk.until(events.Interrupted)
        assert talk.told == []
    assert why == ["the server cancelled the call"]


async def test_a_tool_listens_to_the_sound_of_the_user_while_the_model_talks_on() -> None:
    begun = trio.Event()

    @tool(behavior="NON_BLOCKING")
    async def act(what: str, heard: LiveInput) -> dict[str, float]:
        """Measure how long somebody speaks."""
        begun.set()
        size = 0
        async for piece in heard:
            if isinstance(piece, UserText):
                break
            if isinstance(piece, UserAudio):
                size += len(piece.data)
        return {"output": size / 32_000}

    async with talk_with(builder().tools(act)) as talk:
        await talk.session.send_text("Look, please.")
        await begun.wait()
        for _ in range(50):
            await talk.session.send_audio(bytes(640))
        await talk.session.send_text("Tell me a story.")
        while "It is" not in talk.said:
            await talk.until(events.TurnComplete)
        assert talk.told == [{"output": 1.0}]
        assert "Once upon a time" in talk.said


async def test_the_model_is_told_when_it_asks_too_often() -> None:
    counter = Counter()
    calls = ", ".join(f'{{ tool = "act", args = {{ what = "lamp" }}, as = "a{number}" }}' for number in range(6))
    eager = parse_persona(f"""
name = "eager"
[[rule]]
heard = {{ keywords = ["look"] }}
calls = [{calls}]
then = "Done."
[[default]]
say = "Yes?"
""")
    with trio.fail_after(20):
        async with (
            open_emulator(eager, time_scale=10) as emulator,
            builder().tools(counter.act).connect_google_ai("k", base_url=emulator.url) as session,
            session.events() as stream,
        ):
            talk = Talk(session, stream)
            assert await talk.ask() == "Done."
    assert ["notice" in answer for answer in talk.told] == [False] * 5 + [True]


async def test_middleware_stands_around_every_tool() -> None:
    notes: list[str] = []

    class Notes(ToolMiddleware):
        async def before_tool(self, call: FunctionCall, context: ToolContext) -> None:
            notes.append(f"before {call.name} {call.args}")

        async def after_tool(self, call: FunctionCall, context: ToolContext, result: Any) -> None:
            notes.append(f"after {result}")

    async with talk_with(builder().tools(Counter().act).middleware(Notes())) as talk:
        assert await talk.ask() == "It is 1."
    assert notes == ["before act {'what': 'lamp'}", "after {'output': 1}"]


async def test_what_a_tool_reports_on_its_way_goes_out_before_its_answer() -> None:
    @tool(behavior="NON_BLOCKING")
    async def act(what: str, context: ToolContext) -> dict[str, str]:
        """Do it."""
        assert await context.report_progress({"done": "half"})
        return {"output": "done"}

    @tool(name="act", behavior="NON_BLOCKING")
    async def stream(what: str) -> AsyncIterator[str]:
        """Do it bit by bit."""
        yield "a"
        yield "b"

    async with talk_with(builder().tools(act)) as talk:
        assert (await talk.ask(), talk.told) == ("It is done.", [{"done": "half"}, {"output": "done"}])
    async with talk_with(builder().tools(stream)) as talk:
        await talk.ask()
        assert talk.told == [{"output": "a"}, {"output": "b"}, {"status": "completed"}]
