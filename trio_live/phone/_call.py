"""`PhoneCall`: one caller on the line, in the hands of whoever answers."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

import trio

from trio_live._tasks import open_service_nursery
from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.errors import LiveError
from trio_live.phone._dialects import Dialect, Started
from trio_live.phone._line import HungUp, PhoneLine

if TYPE_CHECKING:
    from trio_live.live import Live, LiveHandle


@value(kw_only=True)
class PhoneStatistics:
    """What happened on the line of one call."""

    frames_heard: int
    """Frames with sound of the caller."""
    frames_sent: int
    """Frames with sound for the caller."""
    clears: int
    """How often the phone was told to throw away what it had."""
    gaps: int
    """How often a frame was sent after the phone had played all it had, in the middle of an answer that was here."""
    longest_gap: Seconds
    late: int
    """Frames that came when others had gone on without them, in dialects that number them."""
    missed: int
    """Frames that never came, or too late."""
    dropped: Seconds
    """Sound of the caller that came too long before the session was there."""


class PhoneCall:
    """One caller on the line; made by a server of calls, see `open_phone_server`.

    ::

        async def answer(call: PhoneCall) -> None:
            async with call.equip(live).connect_google_ai(KEY) as session:
                await call.talk(session)
    """

    def __init__(self, dialect: Dialect, started: Started, parameters: Mapping[str, str], line: PhoneLine) -> None:
        self.dialect = dialect
        self.call_id = started.call_id
        """By which the other side knows the call: Twilio's CallSid, Telnyx' call_control_id, Asterisk's UUID or channel."""
        self.stream_id = started.stream_id
        self.parameters = parameters
        """What was given along: TwiML's ``<Parameter>``, Telnyx' custom parameters, Plivo's extra headers, what stands
        behind the ``?`` of a URL where the dialect lets it through."""
        self.caller = started.caller
        """The caller's number, where the dialect tells it; others can give it along as a parameter."""
        self.called = started.called
        """The number that was called."""
        self._line = line
        self._is_talking = False

    def __repr__(self) -> str:
        return f"<PhoneCall {self.call_id} over {self.dialect.name}>"

    def equip(self, live: Live) -> Live:
        """The same agent, speaking into this telephone.

        Its own ``on_audio`` and ``on_interrupted`` are called as well, after the telephone has got what is its.
        """
        line, callbacks = self._line, live.spec.callbacks
        theirs, theirs_interrupted = callbacks.on_audio, callbacks.on_interrupted

        def on_audio(pcm: bytes) -> None:
            line.speak(pcm)
            if theirs is not None:
                theirs(pcm)

        async def on_interrupted() -> None:
            line.interrupt()
            if theirs_interrupted is None:
                await trio.lowlevel.checkpoint()
            else:
                await theirs_interrupted()

        return live.on_audio(on_audio).on_interrupted(on_interrupted)

    async def talk(self, session: LiveHandle) -> HungUp:
        """Let the caller and a session hear each other, until either is over.

        The session is one of an agent that `equip` returned. What the caller has said so far is heard first. Keys become
        `events.Dtmf`; how much was played is reported to the session.

        Returns:
            Who ended the call. Unless it was the session, that is still there.

        Raises:
            RuntimeError: the caller talks with a session already.

        Cancellation: they are parted; the caller stays on the line until whoever answered returns.
        """
        if self._is_talking:
            raise RuntimeError(f"{self!r} talks with a session already")
        self._is_talking = True
        try:
            async with open_service_nursery("the call is over") as nursery:
                nursery.start_soon(self._line.join, session)
                nursery.start_soon(self._watch, session)
                return await self.wait_over()
        finally:
            self._is_talking = False

    async def _watch(self, session: LiveHandle) -> None:
        with suppress(LiveError):  # a crash comes out of the block that holds the session
            await session.done()
        self._line.end(HungUp.SESSION)

    async def hang_up(self) -> None:
        """End the call from this side: `talk` returns. Does nothing when it is over.

        Cancellation: the call is over all the same.
        """
        self._line.end(HungUp.US)
        await trio.lowlevel.checkpoint()

    async def wait_over(self) -> HungUp:
        """Wait until somebody has ended the call. Returns who.

        Cancellation: harmless.
        """
        await self._line.over.wait()
        return self._line.hung_up or HungUp.LOST

    @property
    def hung_up(self) -> HungUp | None:
        """Who ended the call; ``None`` while it goes on."""
        return self._line.hung_up

    @property
    def why(self) -> str | None:
        """More about that, in words, where there is something to say."""
        return self._line.why

    @property
    def statistics(self) -> PhoneStatistics:
        """What happened on the line so far: one look, which does not change."""
        line = self._line
        return PhoneStatistics(
            frames_heard=line.counts.heard,
            frames_sent=line.playout.frames,
            clears=line.counts.clears,
            gaps=line.playout.gaps.number,
            longest_gap=line.playout.gaps.longest,
            late=line.order.late,
            missed=line.order.missed,
            dropped=line.counts.dropped,
        )
