"""Playing a script to one client, over any transport.

In memory the player lets the client handle each frame to the end before it sends the next, without letting time pass.
That is what makes a run the same every time: the scheduler may wake tasks in any order it likes, and never has two
frames to choose from.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import Final

import trio

from trio_live._tasks import cancel, open_service_nursery
from trio_live._typing import Seconds
from trio_live.errors import LinkLost
from trio_live.testing._run import finished
from trio_live.testing._script import Script
from trio_live.testing._steps import (
    Asked,
    Asks,
    AwaitsAnswers,
    AwaitsText,
    Cancels,
    Closes,
    Cuts,
    Interrupts,
    Stalls,
    Step,
    batches_of,
    opening,
)
from trio_live.transport import MemoryTransport, Transport, WebSocketTransport
from trio_live.wire import ClientMessage, Platform, decode_client_message, profile_for
from trio_live.wire._internal import sent_behavior

PATIENCE: Final[Seconds] = 30.0
"""How long a script waits for the client: for the setup, for an answer, for quiet at the end."""


class Player:
    """One script, played once.

    Args:
        script: what to play.
        rest: called after each batch of frames; returns when the client has handled it, as far as one can tell.
    """

    def __init__(self, script: Script, rest: Callable[[], Awaitable[None]]) -> None:
        self.script = script
        self._rest = rest
        self.when_handled: Callable[[], None] = lambda: None
        """Called when the client has handled a batch."""
        self.begin = trio.Event()
        """To be set when somebody watches the session."""
        self.released = trio.Event()
        """To be set when the test has nothing more to do of its own."""
        self.over = trio.Event()
        """Set when the script is played and all is quiet, or can no longer be played."""
        self.hung_up = False
        """Whether the script itself ended the connection, or the client did."""
        self.problem: str | None = None
        """Why the script could not be played to its end."""
        self.messages: list[ClientMessage] = []
        """Everything the client sent."""
        self.asked: list[Asked] = []
        self.cancelled: set[str] = set()
        self.played = 0
        """Steps played."""
        self._texts = 0
        self._last_sign = -math.inf
        self._heard = trio.lowlevel.ParkingLot()

    def note_sign_of_life(self) -> None:
        """Something happened in the session: it is not quiet yet."""
        self._last_sign = trio.current_time()

    @property
    def outstanding(self) -> frozenset[str]:
        """Ids of calls that still want an answer."""
        return frozenset(call.id for call in self.asked) - self.cancelled - finished(self.messages)

    async def serve(self, transport: Transport, platform: Platform = Platform.GOOGLE_AI) -> None:
        """Play the script on a connection, then keep it until it is cancelled or the client leaves.

        Cancellation: the script is over.
        """
        try:
            async with open_service_nursery("the script is over") as nursery:
                playing = trio.CancelScope()
                nursery.start_soon(self._listen, transport, playing)
                with playing:
                    await self._play(transport, platform)
                    self.over.set()
                    if not self.hung_up:
                        await trio.sleep_forever()
        finally:
            self.over.set()

    async def _listen(self, transport: Transport, playing: trio.CancelScope) -> None:
        try:
            while True:
                for frame in await transport.receive():
                    self._take(decode_client_message(frame))
                self._heard.unpark_all()
        except LinkLost:
            if not self.hung_up:
                self.hung_up = True
                cancel(playing, "the client has left")

    def _take(self, message: ClientMessage) -> None:
        self.messages.append(message)
        if message.realtime_input is None or message.realtime_input.text is not None:
            self.note_sign_of_life()  # microphone and camera never rest

    async def _play(self, transport: Transport, platform: Platform) -> None:
        if not await self._until("the client sends its setup", lambda: bool(self.messages)):
            return
        try:
            await transport.send([opening(platform)])
            await self.begin.wait()
            await self._rest()
            for step in self.script.steps:
                if not await self._perform(step, transport, platform):
                    return
                self.played += 1
            await self.released.wait()
            await self._settle()
        except LinkLost:
            self.hung_up = True

    async def _perform(self, step: Step, transport: Transport, platform: Platform) -> bool:
        """Perform one step; returns whether the script can go on."""
        match step:
            case AwaitsAnswers(ids):
                wanted = frozenset(ids)
                return await self._until(
                    "the calls are answered",
                    lambda: not (self.outstanding & wanted if wanted else self.outstanding),
                )
            case AwaitsText(containing):
                return await self._until(
                    f"the client sends a turn with {containing!r} in it", lambda: self._next_text(containing)
                )
            case Stalls(seconds):
                await trio.sleep(seconds)
            case Closes() | Cuts():
                self.hung_up = True
                self.played += 1
                await hang_up(transport, step)
                return False
            case _:
                self._remember(step, platform)
                for batch in batches_of(step, platform):
                    self.when_handled()
                    await transport.send(batch)
                    await self._rest()
                    self.when_handled()
        return True

    def _remember(self, step: Step, platform: Platform) -> None:
        match step:
            case Asks(calls):
                self.asked.extend(calls)
            case Cancels(ids):
                self.cancelled.update(ids)
            case Interrupts():
                self.cancelled |= self.outstanding & self._awaited(platform)
            case _:
                pass

    def _awaited(self, platform: Platform) -> frozenset[str]:
        """Ids of the calls during which a model like the client's would wait, and which an interruption cancels."""
        setup = self.messages[0].setup
        if setup is None:
            return frozenset()
        profile = profile_for(setup.model, platform)
        return frozenset(one.id for one in self.asked if sent_behavior(setup, one.name, profile) == "BLOCKING")

    def _next_text(self, containing: str) -> bool:
        for index in range(self._texts, len(self.messages)):
            if any(containing in text for text in texts_of(self.messages[index])):
                self._texts = index + 1
                return True
        return False

    async def _until(self, what: str, condition: Callable[[], bool]) -> bool:
        with trio.move_on_after(PATIENCE):
            while not condition():
                await self._heard.park()
            return True
        self.problem = f"waited {PATIENCE:g} s until {what}, in vain"
        return False

    async def _settle(self) -> None:
        if not await self._until("every call is answered", lambda: not self.outstanding):
            return
        quiet = self.script.settle
        with trio.move_on_after(PATIENCE):
            while True:
                since = trio.current_time()
                await trio.sleep(quiet)
                if self._last_sign <= since and not self.outstanding:
                    return
        self.problem = f"after {PATIENCE:g} s the session was still not quiet for {quiet:g} s"


def texts_of(message: ClientMessage) -> tuple[str, ...]:
    """What a client message says in words."""
    if message.realtime_input is not None:
        return (message.realtime_input.text,) if message.realtime_input.text is not None else ()
    turns = (message.client_content.turns or ()) if message.client_content is not None else ()
    return tuple(part.text for turn in turns for part in turn.parts or () if part.text is not None)


async def hang_up(transport: Transport, step: Closes | Cuts) -> None:
    """End a connection as a step says. A WebSocket is cut by its host, which drops the stream when nobody serves it."""
    match transport, step:
        case MemoryTransport(), Closes(code, reason):
            transport.close(code, reason)
        case MemoryTransport(), Cuts():
            transport.cut()
        case WebSocketTransport(), Closes(code, reason):
            await transport.aclose(code, reason)
        case _, Closes():
            await transport.aclose()
        case _:
            pass
    await trio.lowlevel.checkpoint()
