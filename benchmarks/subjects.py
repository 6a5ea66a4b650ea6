"""What is compared. Ours is a whole session with nothing switched off, and one subscriber of its events."""

from __future__ import annotations

import importlib
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import trio

from benchmarks.loads import ANSWER, INSTRUCTION, KEY, MODEL, TYPED, Ears

if TYPE_CHECKING:
    from trio_live import Live

FLOOR, BARE, OURS, OVER = "floor", "trio-websocket", "trio-live", "trio-live over trio-websocket"
RECORDED, UNCOUNTED, TRACED = "trio-live, recorded", "trio-live, uncounted", "trio-live, traced"

OPENERS = {
    FLOOR: "benchmarks.floor:open_floor",
    BARE: "benchmarks.floor:open_bare_websocket",
    OURS: "benchmarks.subjects:open_session",
    OVER: "benchmarks.subjects:open_session_over_websocket",
    RECORDED: "benchmarks.watched:open_recorded_session",
    UNCOUNTED: "benchmarks.watched:open_uncounted_session",
    TRACED: "benchmarks.watched:open_traced_session",
}
"""Where each is found; named and not imported, because the time of the imports is measured too."""


class Voice(Protocol):
    """What a load does with an open subject."""

    async def say(self, sound: bytes) -> None:
        """Send a microphone frame."""

    async def ask(self, text: str) -> None:
        """Send a line of text."""

    def known(self) -> Sequence[int]:
        """How many audio frames others than the callback know of; all must agree with it."""


Opener: TypeAlias = Callable[[str, Ears], AbstractAsyncContextManager[Voice]]


OPENERS_TYPED = {
    OURS: "benchmarks.subjects:open_typed_session",
    OVER: "benchmarks.subjects:open_typed_session_over_websocket",
}
"""The same with a typed function in the place of the callback."""


def opener(subject: str, kind: str) -> Opener:
    """Import a subject, for a kind of load."""
    openers = {**OPENERS, **OPENERS_TYPED} if kind == TYPED else OPENERS
    module, _, name = openers[subject].partition(":")
    found: Opener = getattr(importlib.import_module(module), name)
    return found


def open_session(address: str, ears: Ears) -> AbstractAsyncContextManager[Voice]:
    """A session over the transport that is the default."""
    return open_changed_session(address, ears, lambda live: live)


def open_session_over_websocket(address: str, ears: Ears) -> AbstractAsyncContextManager[Voice]:
    """The same over trio-websocket."""
    from trio_live.transport import TransportKind

    return open_changed_session(address, ears, lambda live: live.transport(TransportKind.TRIO_WEBSOCKET))


def open_typed_session(address: str, ears: Ears) -> AbstractAsyncContextManager[Voice]:
    """A session whose calls a typed function answers."""
    return open_changed_session(address, ears, lambda live: live, typed=True)


def open_typed_session_over_websocket(address: str, ears: Ears) -> AbstractAsyncContextManager[Voice]:
    """The same over trio-websocket."""
    from trio_live.transport import TransportKind

    return open_changed_session(address, ears, lambda live: live.transport(TransportKind.TRIO_WEBSOCKET), typed=True)


@asynccontextmanager
async def open_changed_session(
    address: str, ears: Ears, change: Callable[[Live], Live], *, typed: bool = False, is_counted: bool = True
) -> AsyncGenerator[Voice, None]:
    """A whole session: callbacks of every lane, a tool, telemetry, and a task that reads its events.

    Args:
        address: of the peer.
        ears: what it calls.
        change: makes another agent of this one.
        typed: whether a typed function answers the calls.
        is_counted: whether its telemetry knows of every frame.
    """
    from trio_live import FunctionCall, FunctionDeclaration, FunctionResponse, Live, LiveHandle, State, events

    async def answer(calls: Sequence[FunctionCall], _state: State) -> list[FunctionResponse]:
        for _ in calls:
            ears.call()
        return [FunctionResponse.of(call, ANSWER) for call in calls]

    async def find_slots(doctor: str, day: str) -> dict[str, list[str]]:  # noqa: ARG001  # what the model is asked to give
        """Free times of a doctor."""
        ears.call()
        return ANSWER

    async def end_turn() -> None:
        ears.turn()

    class SessionVoice:
        """A session, and how many audio events its subscriber read."""

        def __init__(self, session: LiveHandle) -> None:
            self._session = session
            self._read = 0
            self.say = session.send_audio
            self.ask = session.send_text

        async def read_events(self) -> None:
            async with self._session.events() as stream:
                async for event in stream:
                    self._read += type(event) is events.Audio

        def known(self) -> tuple[int, ...]:
            if not is_counted:
                return (self._read,)
            return (self._read, int(self._session.telemetry.snapshot()["audio_chunks_out"]))

    schema: dict[str, Any] = {
        "type": "OBJECT",
        "properties": {"doctor": {"type": "STRING"}, "day": {"type": "STRING"}},
        "required": ["doctor", "day"],
    }
    agent = (
        Live.builder()
        .model(MODEL)
        .instruction(INSTRUCTION)
        .callback_errors("raise")  # a benchmark that fails shall say so
        .transcription()
        .on_audio(ears.audio)
        .on_input_transcript(lambda text, _final: ears.text(text))
        .on_output_transcript(lambda text, _final: ears.text(text))
        .on_turn_complete(end_turn)
    )
    if typed:
        agent = agent.tools(find_slots)
    else:
        declared = FunctionDeclaration(name="find_slots", description="Free times of a doctor.", parameters=schema)
        agent = agent.add_tool(declared).on_tool_call(answer)
    async with change(agent).connect_google_ai(KEY, base_url=address) as session, trio.open_nursery() as nursery:
        voice = SessionVoice(session)
        nursery.start_soon(voice.read_events)
        yield voice
        nursery.cancel_scope.cancel()
