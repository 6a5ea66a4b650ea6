"""A conversation against a scripted server, told as lines: what this side wrote to the wire, and what it published.

Everything is real but the server: builder, lanes, control plane, writer, and the frames they make. Time is virtual::

    async with stage(live) as talk:
        assert await talk.turn(heard("A table for two")) == ["instruction: Take the order.", "context: Two guests."]

One line is one frame. A test that lists the lines of a turn says both what was sent and that nothing else was.
"""

from __future__ import annotations

import gc
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import trio

from tests.peer import Diary, Frame, Peer, Witness, builder, call, parts_of, said, settled, turn_complete
from trio_live import Live, LiveEvent, LiveHandle, Platform, State, events
from trio_live.control._internal import ControlPlane, Conversation
from trio_live.events import SessionWriter
from trio_live.lanes._internal import SessionParts
from trio_live.phases import Phase, PhaseMachine

__all__ = [
    "BoomError",
    "Diary",
    "Stage",
    "agent",
    "always",
    "lines_of",
    "puts",
    "say",
    "stage",
    "truth",
    "waits",
    "witness",
]

T = TypeVar("T")

_UPDATE = "Your instructions have changed. From now on follow these instead of the earlier ones:\n\n"


class BoomError(Exception):
    """What hooks raise here."""


def lines_of(frames: Sequence[Frame]) -> list[str]:
    """Each client frame as one line; several turns in one frame are set apart by bars."""
    return [_line(frame) for frame in frames]


def _line(frame: Frame) -> str:
    match frame:
        case {"clientContent": {"turns": turns, "turnComplete": done}}:
            return _content(turns, done=done)
        case {"clientContent": {"turns": turns}}:
            return _content(turns, done=False)
        case {"clientContent": {"turnComplete": True}}:
            return "prompt"
        case {"contextUpdate": update}:
            return _update(update)
        case {"toolResponse": {"functionResponses": responses}}:
            return "answers: " + " | ".join(f"{each.get('id', each['name'])}={each['response']}" for each in responses)
        case {"realtimeInput": {"audio": _}}:
            return "audio"
        case {"realtimeInput": {"text": words}}:
            return f"user: {words}"
        case _:
            return f"other: {sorted(frame)}"


def _update(update: Frame) -> str:
    lines = []
    if "tools" in update:
        lines.append(f"tools: {', '.join(name for tool in update['tools']['tools'] for name in _names(tool))}")
    if "systemInstruction" in update:
        lines.append(f"instruction: {update['systemInstruction']['parts'][0]['text']}")
    return " ".join(lines)


def _names(tool: Frame) -> list[str]:
    functions = [declaration["name"] for declaration in tool.get("functionDeclarations", ())]
    return [*functions, *(family for family in tool if family != "functionDeclarations")]


def _content(turns: list[Frame], *, done: bool) -> str:
    texts = [turn["parts"][0].get("text", "(no text)") for turn in turns]
    roles = {turn.get("role") for turn in turns}
    if roles == {"system"}:
        return f"instruction: {texts[0]}"
    if roles == {"user"} and texts[0].startswith(_UPDATE):
        return f"instruction: {texts[0].removeprefix(_UPDATE)}"
    if roles == {"user"}:
        return f"user: {texts[0]}"
    assert roles == {"model"}, f"context comes as turns of the model, not of {roles}"
    assert not done, "context asks for no answer"
    return "context: " + " | ".join(texts)


class Stage:
    """One session, and everything that came of it so far."""

    def __init__(self, session: LiveHandle, peer: Peer, seen: list[LiveEvent]) -> None:
        self.session = session
        self.peer = peer
        self.seen = seen
        """Every event published since the handle was given out."""
        self._read = 1  # the setup
        self.opening = self.news()
        """What was written between the setup and the moment in which the handle was given out."""

    @property
    def state(self) -> State:
        return self.session.state

    @property
    def parts(self) -> SessionParts:
        return parts_of(self.session)

    @property
    def plane(self) -> ControlPlane:
        """What hears the control lane's events. Only its lane has it, so it is looked for."""
        talk = self.talk
        return next(
            thing for thing in gc.get_objects() if isinstance(thing, ControlPlane) and thing.conversation is talk
        )

    @property
    def talk(self) -> Conversation:
        return self.session._conversation

    @property
    def machine(self) -> PhaseMachine:
        assert self.talk.machine is not None
        return self.talk.machine

    @property
    def phase(self) -> str | None:
        return self.session.conversation_phase

    @property
    def lines(self) -> list[str]:
        """Everything written after the setup."""
        return lines_of(self.peer.talk)

    def news(self) -> list[str]:
        """What was written since this was last asked."""
        frames = self.peer.received
        new, self._read = frames[self._read :], len(frames)
        return lines_of(new)

    async def hears(self, *frames: Frame) -> list[str]:
        """The server sends these in one burst; what was written until nothing moved any more."""
        await self.peer.send(*frames)
        await settled()
        return self.news()

    async def turn(self, *frames: Frame) -> list[str]:
        """A whole turn of the server, with these frames in it or else a few words of the model."""
        return await self.hears(*(frames or (said("Yes. "),)), turn_complete())

    async def turns(self, count: int) -> list[list[str]]:
        """The same turn, several times over."""
        return [await self.turn() for _ in range(count)]

    async def after(self, seconds: float) -> list[str]:
        """Time passes."""
        await trio.sleep(seconds)
        await settled()
        return self.news()

    def of(self, kind: type[T]) -> list[T]:
        """The published events of one kind."""
        return [event for event in self.seen if isinstance(event, kind)]

    @property
    def errors(self) -> list[str]:
        """What was reported."""
        return [event.message for event in self.of(events.Error)]

    @property
    def moves(self) -> list[tuple[str, str]]:
        """The transitions that were published."""
        return [(event.from_, event.to) for event in self.of(events.PhaseTransition)]


def witness(session: LiveHandle, entries: list[Any]) -> None:
    """Have every event noted in the instant in which it is published."""
    Witness(parts_of(session).events, entries)


@asynccontextmanager
async def stage(
    live: Live | None = None, *, platform: Platform = Platform.GOOGLE_AI, peer: Peer | None = None
) -> AsyncGenerator[Stage, None]:
    """A running session. What the block or the session raises comes out as it is."""
    async with call(live or builder(), peer, platform=platform) as (session, peer_):
        seen: list[LiveEvent] = []
        witness(session, seen)
        await settled()
        yield Stage(session, peer_, seen)


# -- pieces of agents ------------------------------------------------------------------------------------------------


def always(_: State) -> bool:
    """A guard that is never closed."""
    return True


def agent(*phases: Phase) -> Live:
    """An agent that begins in the first of these phases."""
    return builder().initial_phase(phases[0].name).phases(*phases)


def truth(key: str) -> Callable[[State], bool]:
    """A guard: whether a key holds ``True``."""
    return lambda state: state.get(key) is True


def puts(key: str, value: Any = "set", diary: Diary | None = None) -> Callable[..., Awaitable[None]]:
    """A hook that writes one key, with a checkpoint before and after; the State is its first or its third argument."""

    async def hook(*args: Any) -> None:
        state = next(arg for arg in args if isinstance(arg, State))
        await trio.lowlevel.checkpoint()
        if diary is not None:
            diary.entries.append((key, value))
        state.set(key, value)
        await trio.lowlevel.checkpoint()

    return hook


def say(text: str) -> Callable[[State, SessionWriter], Awaitable[None]]:
    """A hook that updates the instruction by itself."""

    async def hook(_: State, writer: SessionWriter) -> None:
        await writer.update_instruction(text)

    return hook


def waits(seconds: float) -> Callable[..., Awaitable[None]]:
    """A hook that takes its time."""

    async def hook(*args: Any) -> None:
        await trio.sleep(seconds)

    return hook
