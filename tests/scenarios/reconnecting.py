"""A session that outlives its connections, against the emulator in memory, on virtual time."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import attrs
import trio
from trio.testing import wait_all_tasks_blocked as settled

from tests.emulator.sessions import dialling
from tests.peer import Witness, parts_of
from trio_live import Live, LiveEvent, LiveHandle, Platform, events
from trio_live.emulator import Direction, Emulation, FaultPlan, LogRecord, Strike, parse_persona
from trio_live.transport import Dialer, MemoryTransport, Transport

T = TypeVar("T")

PERSONA = '''
name = "test"

[[rule]]
heard = { keywords = ["one"] }
say = "The first answer, which is long enough to be cut in the middle of what it says."

[[rule]]
heard = { keywords = ["two"] }
say = "The second answer."

[[rule]]
heard = { keywords = ["three"] }
say = "The third answer."
[[rule]]
heard = { keywords = ["story"] }
say = """Once upon a time there was a mill by a river, and in the mill there lived a miller who had three sons, and a cat.
The eldest got the mill, the second got the donkey, and the youngest got the cat, who asked him for a pair of boots."""

[[rule]]
heard = { keywords = ["look"] }
call = { tool = "look_up" }
then = "I have looked it up."

[[rule]]
heard = { keywords = ["watch"] }
call = { tool = "watch_over" }
then = "It has happened."

[[default]]
say = "You said {heard}."
'''


def strikes(*faults: Strike) -> FaultPlan:
    return FaultPlan(faults)


def asks(frame: dict[str, Any]) -> bool:
    """Whether a message of the client is one that wants an answer."""
    return bool(frame.get("clientContent", {}).get("turnComplete")) or "text" in frame.get("realtimeInput", {})


class Wired(Emulation):
    """An emulation whose newest connection can be cut at any moment."""

    near: MemoryTransport | None = None
    """The session's end of it."""

    def dialer(self, **choices: Any) -> Dialer:
        dial = super().dialer(**choices)

        @asynccontextmanager
        async def noted() -> AsyncGenerator[Transport, None]:
            async with dial() as near:
                assert isinstance(near, MemoryTransport)
                self.near = near
                yield near

        return noted

    def cut(self) -> None:
        """Break it, as a network does."""
        if self.near is not None:
            self.near.cut()


@attrs.define(eq=False)
class Call:
    """One session, what it has published, and what the server has read."""

    session: LiveHandle
    emulation: Wired
    seen: list[LiveEvent]
    log: list[LogRecord]

    def of(self, kind: type[T]) -> list[T]:
        """The published events of one kind."""
        return [event for event in self.seen if isinstance(event, kind)]

    def read(self, connection: int | None = None) -> list[str]:
        """What the server has read, in short."""
        return [
            record.summary
            for record in self.log
            if record.direction is Direction.RECEIVED
            and connection in {None, record.connection}
            and not record.is_media
        ]

    def frames(self, connection: int | None = None) -> list[dict[str, Any]]:
        """What the server has read, whole."""
        return [
            json.loads(record.frame)
            for record in self.log
            if record.direction is Direction.RECEIVED and record.frame and connection in {None, record.connection}
        ]

    def setups(self) -> list[dict[str, Any]]:
        """The first message of each connection."""
        return [frame["setup"] for frame in self.frames() if "setup" in frame]

    def times_read(self, words: str) -> int:
        """How often the server has read something as typed words, not as history."""
        return sum(words in json.dumps(frame) for frame in self.frames() if asks(frame))

    async def until(self, kind: type[LiveEvent], count: int = 1, within: float = 120.0) -> None:
        """Wait until so many events of one kind were published."""
        with trio.fail_after(within):
            while len(self.of(kind)) < count:  # noqa: ASYNC110  # a witness sets no event
                await trio.sleep(0.01)
        await settled()

    async def ask(self, words: str) -> None:
        """Type something, and wait for the end of the turn."""
        before = len(self.of(events.TurnComplete))
        await self.session.send_text(words)
        await self.until(events.TurnComplete, before + 1)

    @property
    def said(self) -> list[str]:
        """What the model said, turn by turn."""
        return [event.text for event in self.of(events.OutputTranscript) if event.is_final]

    @property
    def continuations(self) -> Iterator[str]:
        return (event.continuation.name for event in self.of(events.Connected))


@asynccontextmanager
async def calling(
    live: Live | None = None,
    faults: FaultPlan | None = None,
    *,
    persona: str = PERSONA,
    platform: Platform = Platform.GOOGLE_AI,
    seed: int = 1,
    **choices: Any,
) -> AsyncGenerator[Call, None]:
    """A call to an emulator of its own."""
    log: list[LogRecord] = []
    emulation = Wired(
        parse_persona(persona), on_log=log.append, raise_errors=True, faults=faults or FaultPlan(), **choices
    )
    live = live or Live.builder().model("gemini-2.5-flash-native-audio-latest").transcription()
    async with dialling(live, emulation, platform, seed) as session:
        seen: list[LiveEvent] = []
        Witness(parts_of(session).events, seen)
        await settled()
        yield Call(session, emulation, seen, log)
