"""Whole conversations between a `Live` session and a persona, in memory and in virtual time."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import trio

from trio_live import FunctionCall, FunctionResponse, Live, LiveHandle, State, events
from trio_live.emulator import Persona, serve_transport
from trio_live.transport import memory_transport_pair

Function = Callable[[Mapping[str, Any]], Awaitable[Any]]


class Talk:
    """A session with a persona, and what it has said."""

    def __init__(self, session: LiveHandle, stream: Any) -> None:
        self.session = session
        self._stream = stream

    async def ask(self, text: str) -> str:
        """Type something; what is answered."""
        await self.session.send_text(text)
        return await self.answer()

    async def answer(self) -> str:
        """What is said up to the end of the next turn."""
        said = ""
        async for event in self._stream:
            match event:
                case events.OutputTranscript(text, is_final=True):
                    said += text
                case events.TurnComplete():
                    break
        return said

    async def until(self, kind: type[events.LiveEvent]) -> Any:
        """The next event of a kind."""
        async for event in self._stream:
            if isinstance(event, kind):
                return event
        raise AssertionError(f"the session ended without a {kind.__name__}")

    async def silent_for(self, seconds: float) -> bool:
        """Whether nothing is said for so long."""
        with trio.move_on_after(seconds):
            await self.until(events.OutputTranscript)
            return False
        return True


@asynccontextmanager
async def talking(
    persona: Persona, *, functions: Mapping[str, Function] | None = None, live: Live | None = None, **choices: Any
) -> AsyncGenerator[Talk, None]:
    """Connect an agent with some functions to a persona."""
    ours, theirs = memory_transport_pair()
    agent = (live or Live.builder().model("gemini-3.8-live")).transcription().callback_errors("raise")
    for name in functions or {}:
        agent = agent.add_tool({"name": name, "description": name})
    agent = agent.on_tool_call(partial(run_all, functions or {}))
    async with trio.open_nursery() as nursery:
        nursery.start_soon(partial(serve_transport, theirs, persona, raise_errors=True, **choices))
        async with agent.connect_with_transport(ours) as session, session.events() as stream:
            yield Talk(session, stream)


async def run_all(functions: Mapping[str, Function], calls: list[FunctionCall], state: State) -> list[FunctionResponse]:
    """Run functions side by side; what they raise is their answer."""
    answers: list[FunctionResponse] = []

    async def run(call: FunctionCall) -> None:
        try:
            answers.append(FunctionResponse.of(call, await functions[call.name](call.args or {})))
        except LookupError as problem:
            answers.append(FunctionResponse.error(call, str(problem)))

    async with trio.open_nursery() as nursery:
        for call in calls:
            nursery.start_soon(run, call)
    return answers
