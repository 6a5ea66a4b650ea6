"""One call: a session, the page that it is spoken through, and what is kept for a page that comes back.

The socket that begins a call owns it. It may close, and another one of the same page be attended in its place; the call ends
when the user hangs up, when the session is over, when no page has come back in time, or with its owner.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from typing import Any, Final, TypeAlias

import attrs
import trio

from trio_live import events
from trio_live._tasks import open_service_nursery
from trio_live._typing import Json, JsonObject, Seconds
from trio_live._wording import describe
from trio_live.audio import Microphone
from trio_live.errors import ConfigError, ConnectError, LiveError, SessionClosed
from trio_live.lanes import LiveEventStream
from trio_live.live import Live, LiveHandle
from trio_live.web._attending import attend
from trio_live.web._captions import Captions
from trio_live.web._messages import (
    Bye,
    Drained,
    Flushed,
    MicrophoneOff,
    PageMessage,
    Played,
    Said,
    Typed,
    write_message,
)
from trio_live.web._outbox import Outbox
from trio_live.web._site import PageClose, PageSocket, new_token
from trio_live.web._sound import PageSound

FLUSH_WITHIN: Final[Seconds] = 0.3
"""So long new sound waits for a page that is to say how far it came."""
FAREWELL_WITHIN: Final[Seconds] = 3.0
logger: Final = logging.getLogger("trio_live.web")

Connect: TypeAlias = Callable[[Live], AbstractAsyncContextManager[LiveHandle]]
"""Opens a session of an agent."""


@attrs.define
class Attached:
    """The page that a call is spoken through."""

    tab: str
    outbox: Outbox


class Call:
    """One call.

    Args:
        live: the agent.
        connect: opens its session.
        grace: seconds for which the call waits for a page that is gone.
        about: told to the user with the welcome.
    """

    def __init__(self, live: Live, connect: Connect, *, grace: Seconds, about: str) -> None:
        self.name = new_token()
        """By which a page finds it again."""
        self._live = live
        self._connect = connect
        self._grace = grace
        self._about = about
        self._session: LiveHandle | None = None
        self._page: Attached | None = None
        self._left = trio.Event()
        """Set while no page is there."""
        self._left_at: Seconds = 0.0
        self._measured = 0
        """So many answers were timed when the page was told last."""
        self._is_known = False
        """Whether a page was told how to find it again."""
        self._answers = trio.lowlevel.ParkingLot()
        self._closing: int | None = None
        """The epoch of which a page is still to say how far it came."""
        self._sound = PageSound()
        self._captions = Captions()
        self._microphone = Microphone()
        self._state: JsonObject = {}

    @property
    def tab(self) -> str | None:
        """The tab in which the call is open; ``None`` where no page is there."""
        return None if self._page is None else self._page.tab

    # -- pages ------------------------------------------------------------------------------------------------

    async def attend(
        self, socket: PageSocket, tab: str, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED
    ) -> None:
        """Let a page take part until its socket closes; one that was there is told to go.

        Cancellation: the socket is closed.
        """
        before, mine = self._page, Attached(tab, Outbox())
        self._page, self._left = mine, trio.Event()
        task_status.started()
        if before is not None:
            before.outbox.close(PageClose.ELSEWHERE, "the call goes on in another tab", at_once=True)
            self._answers.unpark_all()
        if self._session is not None:
            self._welcome(mine, self._session, resumed=True)
        else:
            mine.outbox.say(write_message("state", link="Connecting", phase=None))
        try:
            await attend(socket, mine.outbox, self._hear)
        finally:
            if self._session is not None and mine.outbox.dropped:
                self._session.telemetry.drop("sound for a page that does not read", mine.outbox.dropped)
            if self._page is mine:
                self._page, self._left_at = None, trio.current_time()
                self._left.set()
                self._answers.unpark_all()

    def _welcome(self, page: Attached, session: LiveHandle, *, resumed: bool) -> None:
        self._is_known = True
        played_ms, rest = self._sound.rest()
        message = write_message(
            "welcome",
            call=self.name,
            resumed=resumed,
            epoch=self._sound.epoch,
            played_ms=played_ms,
            captions=self._captions.lines,
            model=self._live.spec.model or session.abilities.name,
            about=self._about,
            grace=self._grace,
        )
        page.outbox.say(message)
        page.outbox.say(write_message("state", **self._look(session)))
        page.outbox.play(self._sound.epoch, rest)

    def _say(self, kind: str, **fields: Json) -> None:
        if self._page is not None:
            self._page.outbox.say(write_message(kind, **fields))

    async def _hear(self, message: PageMessage) -> None:
        """Do what a page says. Before the session stands, and after it, there is nothing to be done."""
        session = self._session
        if session is None:
            return
        try:
            match message:
                case Said(pcm):
                    self._microphone.push(pcm)
                case Typed(text):
                    self._show(self._captions.typed(text))
                    await session.send_text(text)
                case Played(epoch, ms):
                    if self._sound.played(epoch, ms):
                        session.playback_progress(ms)
                case Drained(epoch, ms):
                    await self._drained(session, epoch, ms)
                case Flushed(epoch, ms):
                    await self._flushed(session, epoch, ms)
                case MicrophoneOff():
                    await session.end_audio_stream()
                case Bye():
                    await session.disconnect()
        except SessionClosed:
            pass  # its end is on its way to the page

    async def _drained(self, session: LiveHandle, epoch: int, ms: float) -> None:
        if not self._sound.played(epoch, ms):
            return
        if self._sound.is_all(ms):
            await session.playback_drained()
        else:
            session.playback_progress(ms)

    async def _flushed(self, session: LiveHandle, epoch: int, ms: float) -> None:
        if epoch == self._closing:
            session.playback_progress(ms)
            self._closing = None
            self._answers.unpark_all()
        elif self._sound.played(epoch, ms):  # by a wish of the user's
            session.playback_progress(ms)
            epoch = self._sound.throw_away()
            if self._page is not None:
                self._page.outbox.flush(epoch)
            await session.playback_flushed()

    # -- the session ------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Hold the call to its end. What goes wrong is logged, and the page is told.

        Cancellation: the session is ended in order.
        """
        try:
            async with self._connect(self._agent()) as session, session.events() as stream:
                self._begin(session)
                async with open_service_nursery("the call is over") as nursery:
                    nursery.start_soon(self._talk, session)
                    nursery.start_soon(self._hang_up_when_left, session)
                    await self._watch(stream, session)
                reason = None if session.ended is None else session.ended.reason
            await self._farewell(PageClose.OVER, reason or "the call is over")
        except (ConnectError, ConfigError) as problem:
            logger.warning("a call could not be connected: %s", describe(problem))
            await self._farewell(PageClose.UNCONNECTED, describe(problem))
        except LiveError as problem:
            logger.exception("a call failed")
            await self._farewell(PageClose.FAILED, describe(problem))
        except Exception:
            logger.exception("a call failed")
            await self._farewell(PageClose.FAILED, "the call failed; the server's log says why")

    def _agent(self) -> Live:
        """The agent, with what the page needs around the callbacks that it has."""
        theirs = self._live.spec.callbacks
        plays: Any = theirs.on_audio
        interrupted = theirs.on_interrupted

        def on_audio(pcm: bytes) -> Any:
            self._play(pcm)
            return None if plays is None else plays(pcm)

        async def on_interrupted() -> None:
            await self._interrupted()
            if interrupted is not None:
                await interrupted()

        return self._live.transcription().on_audio(on_audio).on_interrupted(on_interrupted)

    def _play(self, pcm: bytes) -> None:
        self._sound.add(pcm)
        if self._page is not None:
            self._page.outbox.play(self._sound.epoch, pcm)

    async def _interrupted(self) -> None:
        """Silence the page, and wait a moment for its word on how far it came: the transcript keeps what was heard."""
        closing = self._closing = self._sound.epoch
        epoch = self._sound.throw_away()
        if self._page is None:
            return
        self._page.outbox.flush(epoch)
        page = self._page
        with trio.move_on_after(FLUSH_WITHIN):
            while self._closing == closing and self._page is page:
                await self._answers.park()
        self._closing = None

    def _begin(self, session: LiveHandle) -> None:
        self._session = session
        self._state = self._look(session)
        if self._page is not None:
            self._welcome(self._page, session, resumed=False)

    async def _talk(self, session: LiveHandle) -> None:
        with suppress(SessionClosed):  # the stream of events tells
            while True:
                await session.send_audio(await self._microphone.receive())

    async def _hang_up_when_left(self, session: LiveHandle) -> None:
        """Wait for a page that is gone as long as it may take; one that never got its welcome cannot come back."""
        grace = self._grace if self._is_known else 0.0
        with suppress(SessionClosed):
            while self._page is not None or trio.current_time() < self._left_at + grace:
                await self._left.wait()
                await session.end_audio_stream()  # what was said so far is to be understood
                await trio.sleep_until(self._left_at + grace)
            await session.disconnect()

    async def _watch(self, stream: LiveEventStream[events.LiveEvent], session: LiveHandle) -> None:
        async for event in stream:
            self._show(self._captions.see(event))
            match event:
                case events.PlaybackVolume(volume):
                    self._say("volume", volume=volume)
                case events.TurnComplete():
                    self._tell_latency(session)
                case events.Error(text):
                    self._say("notice", text=text)
                case _:
                    pass
            state = self._look(session)
            if state != self._state:
                self._state = state
                self._say("state", **state)

    def _show(self, lines: list[JsonObject]) -> None:
        for line in lines:
            self._say("caption", line=line)

    def _tell_latency(self, session: LiveHandle) -> None:
        heard, came = session.telemetry.audible_latency(), session.telemetry.latency()
        found = heard if heard.count else came
        if found.count > self._measured:  # not each turn answers somebody
            self._measured = found.count
            self._say("latency", ms=round(found.last_ms), heard=bool(heard.count))

    @staticmethod
    def _look(session: LiveHandle) -> JsonObject:
        return {"link": session.phase.value, "phase": session.conversation_phase}

    async def _farewell(self, code: PageClose, reason: str) -> None:
        """Tell the page how it ended, and wait a moment until it has read that."""
        self._session = None
        if self._page is None:
            return
        page = self._page
        self._say("ended", reason=reason)
        page.outbox.close(code, reason)
        with trio.move_on_after(FAREWELL_WITHIN):
            await page.outbox.closed.wait()
