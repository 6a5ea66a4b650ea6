"""The server's end of a session, in memory: a test says what it sends, and reads what came.

A peer is no task. What it sends waits in the transport until the session reads it, so `setupComplete` can be there
before anybody asks; what the session sent is a list. `settled` waits until nothing moves any more::

    async with call(live) as (session, peer):
        await peer.send(text("Hello"), turn_complete())
        await settled()
        assert peer.received[-1] == …
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary, WeakValueDictionary, ref

import trio
from trio.testing import wait_all_tasks_blocked as settled

from trio_live import FunctionDeclaration, Live, LiveEvent, LiveEventStream, LiveHandle, Platform
from trio_live._tasks import open_service_nursery
from trio_live.lanes import QUEUES, _opening
from trio_live.lanes._internal import Fanout, SessionParts, SessionPlan, assemble
from trio_live.transport import memory_transport_pair

__all__ = [
    "Diary",
    "Frame",
    "Peer",
    "Witness",
    "audio",
    "bare_turn_complete",
    "builder",
    "call",
    "call_of",
    "cancels",
    "collect",
    "content",
    "generation_complete",
    "go_away",
    "heard",
    "interrupted",
    "media",
    "parts_of",
    "reading",
    "resumable",
    "said",
    "settled",
    "setup_complete",
    "speech",
    "text",
    "thought",
    "tool_call",
    "turn_complete",
    "usage",
]

Frame = dict[str, Any]
T = TypeVar("T")


class Peer:
    """A scripted server.

    Args:
        accepts: whether the setup is answered; the answer lies ready from the start.
        capacity: frames that may wait unread in each direction; a peer that reads nothing makes the writer wait.
    """

    def __init__(self, *, accepts: bool = True, capacity: float = math.inf) -> None:
        self._accepts = accepts
        self.client, self.end = memory_transport_pair(capacity=capacity)

    async def ready(self) -> None:
        """Lay out the answer to the setup, if this peer gives one."""
        if self._accepts:
            await self.send(setup_complete())

    async def send(self, *frames: Frame | str | bytes) -> None:
        """Send frames; the session reads them as one batch."""
        await self.end.send([frame if isinstance(frame, str | bytes) else json.dumps(frame) for frame in frames])

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Hang up."""
        self.end.close(code, reason)

    async def read(self) -> list[Frame]:
        """Take what waits in the transport, and so make room in it. Only with a bounded ``capacity``."""
        return [json.loads(frame) for frame in await self.end.receive()]

    @property
    def received(self) -> list[Frame]:
        """Every frame of the session, the setup included."""
        return [json.loads(frame) for frame in self.client.sent]

    @property
    def setup(self) -> Frame:
        """What stands in the setup message."""
        setup = self.received[0]["setup"]
        assert isinstance(setup, dict)
        return setup

    @property
    def talk(self) -> list[Frame]:
        """Every frame after the setup."""
        return self.received[1:]

    @property
    def answers(self) -> list[list[Frame]]:
        """The function responses of each tool message."""
        return [frame["toolResponse"]["functionResponses"] for frame in self.talk if "toolResponse" in frame]

    @property
    def texts(self) -> list[str]:
        """The typed turns."""
        turns = [frame["clientContent"] for frame in self.talk if "clientContent" in frame]
        return [turn["turns"][0]["parts"][0]["text"] for turn in turns if turn.get("turns")]


@asynccontextmanager
async def call(
    live: Live | None = None, peer: Peer | None = None, *, platform: Platform = Platform.GOOGLE_AI
) -> AsyncGenerator[tuple[LiveHandle, Peer], None]:
    """A running session and its peer. What the block or the session raises comes out as it is."""
    peer = peer or Peer()
    await peer.ready()
    async with (live or builder()).connect_with_transport(peer.client, platform=platform) as session:
        yield session, peer


def builder(*functions: str) -> Live:
    """A builder whose model has a name that every platform knows, with these functions declared."""
    live = Live.builder().model("gemini-2.5-flash-native-audio-latest")
    for name in functions:
        live = live.add_tool(FunctionDeclaration(name))
    return live


# -- frames ---------------------------------------------------------------------------------------------------------


def setup_complete() -> Frame:
    return {"setupComplete": {}}


def content(**fields: Any) -> Frame:
    return {"serverContent": fields}


def audio(data: bytes) -> Frame:
    return media("audio/pcm;rate=24000", data)


def media(mime_type: str, data: bytes) -> Frame:
    blob = {"mimeType": mime_type, "data": base64.b64encode(data).decode()}
    return content(modelTurn={"parts": [{"inlineData": blob}]})


def text(words: str) -> Frame:
    return content(modelTurn={"parts": [{"text": words}]})


def thought(words: str) -> Frame:
    return content(modelTurn={"parts": [{"text": words, "thought": True}]})


def said(words: str) -> Frame:
    return content(outputTranscription={"text": words})


def heard(words: str) -> Frame:
    return content(inputTranscription={"text": words})


def interrupted() -> Frame:
    return content(interrupted=True)


def generation_complete() -> Frame:
    return content(generationComplete=True)


def turn_complete() -> Frame:
    """The end of a turn as servers send it, in one frame with the end of its generation, be that an empty one."""
    return content(generationComplete=True, turnComplete=True)


def bare_turn_complete() -> Frame:
    """The end of whatever has been going on. Of nothing, if nothing has."""
    return content(turnComplete=True)


def call_of(name: str, id_: str | None = None, **args: Any) -> Frame:
    return {"name": name, "args": args} | ({"id": id_} if id_ else {})


def tool_call(*calls: Frame) -> Frame:
    return {"toolCall": {"functionCalls": list(calls)}}


def cancels(*ids: str) -> Frame:
    return {"toolCallCancellation": {"ids": list(ids)}}


def speech(edge: str) -> Frame:
    return {"voiceActivity": {"type": f"ACTIVITY_{edge}"}}


def go_away(time_left: str | None = "12s") -> Frame:
    return {"goAway": {"timeLeft": time_left} if time_left else {}}


def usage(prompt: int, response: int) -> Frame:
    return {"usageMetadata": {"promptTokenCount": prompt, "responseTokenCount": response}}


def resumable(handle: str) -> Frame:
    return {"sessionResumptionUpdate": {"newHandle": handle, "resumable": True}}


# -- watching -------------------------------------------------------------------------------------------------------


class Diary:
    """Who was called when: callbacks that write down their arguments."""

    def __init__(self) -> None:
        self.entries: list[Any] = []

    def note(self, name: str) -> Callable[..., None]:
        """A plain callback."""

        def write(*args: object) -> None:
            self.entries.append((name, *args))

        return write

    def anote(self, name: str, takes: float = 0, answer: Any = None) -> Callable[..., Awaitable[Any]]:
        """An async callback that takes some seconds between beginning and end, if any."""

        async def write(*args: object) -> Any:
            self.entries.append((name, *args))
            if takes:
                await trio.sleep(takes)
                self.entries.append((f"{name} ends",))
            return answer

        return write

    def names(self) -> list[str]:
        """The entries without their arguments."""
        return [entry[0] if isinstance(entry, tuple) else type(entry).__name__ for entry in self.entries]


_KEPT: WeakKeyDictionary[Fanout[Any], list[Any]] = WeakKeyDictionary()
"""A publisher does not keep its readers; these are kept as long as it."""


class Witness(LiveEventStream[T], Generic[T]):
    """A reader that writes down every event in the instant in which it is published, among the calls of a diary."""

    def __init__(self, fanout: Fanout[T], entries: list[Any]) -> None:
        super().__init__(QUEUES["events"], lambda _: None, lambda: None)
        self._entries = entries
        fanout.readers.append(ref(self))
        _KEPT.setdefault(fanout, []).append(self)

    def _push(self, event: T, _size: int) -> None:
        self._entries.append(event)

    def _push_soon(self, event: T) -> None:
        self._entries.append(event)


async def collect(stream: LiveEventStream[T], into: list[T]) -> None:
    """Read a stream to its end."""
    async with stream:
        async for event in stream:
            into.append(event)  # noqa: PERF401  # one by one: the list is watched while it grows


@asynccontextmanager
async def reading(session: LiveHandle) -> AsyncGenerator[Sequence[LiveEvent], None]:
    """What the session publishes during the block, as a list that grows; complete when the session is over.

    What the beginning publishes (`events.Connected`) is over by then.
    """
    seen: list[LiveEvent] = []
    await settled()
    async with open_service_nursery("the test has seen enough") as nursery:
        stream = session.events()
        nursery.start_soon(collect, stream, seen)
        yield seen
        await settled()
        stream.close()
        await settled()


def parts_of(session: LiveHandle) -> SessionParts:
    """What a running session is made of. Nobody keeps it all, so it is noted here while it is put together."""
    return _PARTS[id(session._lifetime)]


_PARTS: WeakValueDictionary[int, SessionParts] = WeakValueDictionary()


def _noted(plan: SessionPlan) -> SessionParts:
    parts = assemble(plan)
    _PARTS[id(parts.lifetime)] = parts
    return parts


vars(_opening)["assemble"] = _noted
