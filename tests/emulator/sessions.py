"""Sessions of trio-live with an emulation in memory, for tests."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import attrs
import trio

from trio_live import (
    FunctionCall,
    FunctionDeclaration,
    FunctionResponse,
    Live,
    LiveEventStream,
    LiveHandle,
    Platform,
    events,
)
from trio_live.emulator import Emulation, FaultPlan
from trio_live.live._compile import compile_plan
from trio_live.live._open import open_live
from trio_live.transport import GoogleAI, Vertex

TOOL = FunctionDeclaration(name="weather", parameters={"type": "OBJECT", "properties": {}}, behavior="BLOCKING")
PERSONA = """
[[rule]]
heard = { keywords = ["weather"] }
call = { tool = "weather" }
then = "It is {weather}."
[[default]]
say = "You said {heard}."
"""


def builder() -> Live:
    """An agent with one function."""

    async def answer(calls: Any, _state: Any) -> list[FunctionResponse]:
        await trio.sleep(1)
        return [FunctionResponse.of(call, "foggy") for call in calls if isinstance(call, FunctionCall)]

    return Live.builder().model("gemini-3.8-live").transcription().add_tool(TOOL).on_tool_call(answer)


class Session:
    """A session and everything it has told."""

    def __init__(self, handle: LiveHandle, stream: LiveEventStream[events.LiveEvent]) -> None:
        self.handle = handle
        self.stream = stream
        self.seen: list[events.LiveEvent] = []

    async def until(self, kind: type[events.LiveEvent]) -> None:
        """Read until there was such an event, or no more come."""
        async for event in self.stream:
            self.seen.append(event)
            if isinstance(event, kind):
                return

    async def ask(self, text: str) -> str:
        """Type something; what was said by the end of the turn."""
        self.seen.clear()
        await self.handle.send_text(text)
        await self.until(events.TurnComplete)
        return self.said

    @property
    def said(self) -> str:
        """The words of the model among what was told."""
        deltas = [event for event in self.seen if isinstance(event, events.OutputTranscript) and not event.is_final]
        return "".join(event.text for event in deltas)

    async def ending(self, within: float = 300.0) -> str | None:
        """Wait for the end; the reason the session gives."""
        with trio.fail_after(within):
            await self.until(events.Disconnected)
        last = self.seen[-1]
        assert isinstance(last, events.Disconnected)
        return last.reason


@asynccontextmanager
async def session_with(emulation: Emulation) -> AsyncGenerator[Session, None]:
    """A session in memory, against an emulation; it ends when its connection is lost."""
    async with dialling(builder().reconnect(on=False), emulation) as handle, handle.events() as stream:
        yield Session(handle, stream)


@asynccontextmanager
async def dialling(
    live: Live, emulation: Emulation, platform: Platform = Platform.GOOGLE_AI, seed: int = 1
) -> AsyncGenerator[LiveHandle, None]:
    """A session that dials an emulation in memory as often as it likes; its delays come from a seed."""
    spec = attrs.evolve(live.spec, reconnect=attrs.evolve(live.spec.reconnect, seed=seed))
    endpoint = GoogleAI("-") if platform is Platform.GOOGLE_AI else Vertex("p", "global", "-")
    plan = compile_plan(spec, endpoint, emulation.dialer(platform=platform))
    async with open_live(spec, lambda _: plan) as handle:
        yield handle


def troubled(plan: FaultPlan, **choices: Any) -> Emulation:
    """An emulation in which something goes wrong."""
    from trio_live.emulator import parse_persona

    persona = parse_persona(f'name = "test"\n{PERSONA}')
    return Emulation(persona, raise_errors=True, faults=plan, **choices)
