"""One connection of a session, from dial to goodbye."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Final, TypeAlias

import trio

from trio_live import wire_events
from trio_live._tasks import cancel
from trio_live._typing import Seconds
from trio_live._wording import one_line
from trio_live.errors import ConnectRejected, ConnectTimeout, LinkLost
from trio_live.lanes._callbacks import told_of_ctrl_c
from trio_live.lanes._delivery import Router
from trio_live.lanes._flow import FAIRNESS
from trio_live.lanes._latch import Latch
from trio_live.lanes._plan import CLOSING, SessionPlan
from trio_live.lanes._rotation import wait_moment
from trio_live.lanes._sending import Outbound
from trio_live.resilience._internal import Notice
from trio_live.session import SessionPhase
from trio_live.session._internal import SessionProtocol, classify_close
from trio_live.transport import Frames, Transport
from trio_live.transport._internal import Discreet

Events: TypeAlias = Sequence[wire_events.SessionEvent]

PORTION_BYTES: Final = 128 * 1024
"""Frames of one read that are taken apart before other tasks get a turn; one that is longer is taken by itself."""


class Link:
    """One connection; another one is another link.

    Args:
        plan: whom to dial, and for how long to wait.
        protocol: what is said, and what it means.
        router: where the server's events go.
        outbound: what is to be written.
        ending: set by whoever wants the session to end.
        farewell: the last words before the outbound queue closes.
        close: closes the outbound queue.
        stop: ends the session with a Ctrl-C.
        rotates: whether the connection is left in time when the server says that it will close it.
        renewal: set when it is to be left for another one, though nothing is wrong with it.
    """

    def __init__(
        self,
        plan: SessionPlan,
        protocol: SessionProtocol,
        router: Router,
        outbound: Outbound,
        *,
        ending: Latch,
        farewell: Callable[[], Awaitable[None]],
        close: Callable[[], None],
        stop: Callable[[KeyboardInterrupt], None],
        rotates: bool,
        renewal: Latch,
    ) -> None:
        self._plan = plan
        self._protocol = protocol
        self._router = router
        self._outbound = outbound
        self._ending = ending
        self._farewell = farewell
        self._close = close
        self._stop = stop
        self._rotates = rotates
        self._renewal = renewal
        self._clock = trio.lowlevel.current_clock().current_time
        self._over = trio.Event()
        self._nursery: trio.Nursery | None = None
        self._up_at: Seconds | None = None
        self.was_left = False
        """Whether this side left it for another one: the server had announced its end, or a renewal was asked for."""
        self.lost: LinkLost | None = None
        """How it was lost; ``None`` while it is up, and when this side ended it."""

    @property
    def was_up(self) -> bool:
        """Whether the server has accepted its setup."""
        return self._up_at is not None

    @property
    def lived(self) -> Seconds:
        """How long it has been up."""
        return 0.0 if self._up_at is None else trio.current_time() - self._up_at

    async def run(
        self,
        begin: Callable[[], tuple[str, Events]],
        first_frames: Callable[[], list[str]],
        on_connected: Callable[[], None],
    ) -> None:
        """Dial, set up, and serve until the link is lost, left for another one, or somebody wants to end.

        Args:
            begin: makes the setup, and says what follows from sending it; called when the connection is there.
            first_frames: makes what is sent as soon as the server has accepted it, before everything else.
            on_connected: called after that.

        Raises:
            ConnectError: it never came up.
        """
        async with self._plan.dial() as transport:
            await self._set_up(transport, begin, first_frames)
            self._up_at = trio.current_time()
            on_connected()
            await self._serve(transport)
            with trio.move_on_after(CLOSING["goodbye"]):
                await transport.aclose()

    async def _set_up(
        self, transport: Transport, begin: Callable[[], tuple[str, Events]], first_frames: Callable[[], list[str]]
    ) -> None:
        """Send the setup and wait for the answer; everything else that arrives before it is passed over."""
        frame, news = begin()
        await self._router.route_all(news)
        try:
            with trio.fail_after(self._plan.setup_within):
                await transport.send([frame])
                while self._protocol.phase is SessionPhase.SETUP_SENT:
                    await self._take(await transport.receive())
                if frames := first_frames():
                    await transport.send(frames)
        except trio.TooSlowError:
            raise ConnectTimeout(
                f"the server took the connection but did not answer the setup within {self._plan.setup_within:g} s",
                advice="some models fall silent when a setting does not suit them; try with fewer settings",
            ) from None
        except LinkLost as lost:
            self._told(transport, lost)
            row = classify_close(lost.code, lost.reason)
            raise ConnectRejected(
                f"the server refused the setup: {row.meaning}; it closed with {lost.code}"
                + (f" and the words {lost.reason!r}" if lost.reason else ""),
                code=lost.code,
                reason=lost.reason,
                advice=row.advice or "check the model name, the settings and the credentials",
            ) from None

    async def _serve(self, transport: Transport) -> None:
        """Pump and write until it is over."""
        with self._ending.told(self._over.set), self._renewal.told(self._leave):
            await self._pump_and_write(transport)

    async def _pump_and_write(self, transport: Transport) -> None:
        async with trio.open_nursery() as self._nursery:
            written = trio.Event()
            self._nursery.start_soon(self._pump, transport, name="pump")
            self._nursery.start_soon(self._write, transport, written, name="writer")
            await self._over.wait()
            if self.was_left:
                self._outbound.pause()
                with trio.move_on_after(CLOSING["flush"]):
                    await written.wait()
            elif self.lost is None:
                with trio.move_on_after(CLOSING["flush"]):
                    await self._farewell()
                    self._close()
                    await written.wait()
                self._close()
                await self._router.route_in_time(self._protocol.begin_close(), CLOSING["lane"])
            cancel(self._nursery.cancel_scope, "the connection is over")

    async def _leave_in_time(self, notice: Notice) -> None:
        """Wait for the moment to leave, as the server has said that it will close the connection."""
        await wait_moment(self._protocol, self._outbound, notice)
        self._leave()

    def _leave(self) -> None:
        if not self._over.is_set():
            self.was_left = True
            self._over.set()

    async def _pump(self, transport: Transport) -> None:
        with told_of_ctrl_c(self._stop):  # callbacks of the fast lane run in here
            try:
                while True:
                    await self._take(await transport.receive())
            except LinkLost as lost:
                self._lose(self._told(transport, lost))

    async def _take(self, frames: Frames) -> None:
        """Route the events of everything one read yielded, giving other tasks a turn now and then."""
        now = self._protocol.turns.now = self._clock()
        if len(frames) == 1:  # at the pace of a call there is never more
            news = self._protocol.receive(frames[0])
            if len(news) > FAIRNESS:
                await self._route(news)
            else:
                for event in news:
                    rest = self._router.begin(event, now)
                    if rest is not None:
                        await self._router.finish(rest)
        else:
            for number, portion in enumerate(portions(frames)):
                if number:
                    await trio.lowlevel.checkpoint()
                await self._take_together(portion)
        if self._protocol.calls.repeats.due:
            self._outbound.answer_again()
        if self._protocol.refusal is not None:
            raise self._protocol.refusal
        if self._rotates and self._protocol.resumption.go_away is not None and self._nursery is not None:
            self._rotates = False
            notice = Notice(*self._protocol.resumption.go_away)
            self._nursery.start_soon(self._leave_in_time, notice, name="rotation")

    async def _take_together(self, frames: Frames) -> None:
        """Route the events of some frames, in order.

        Sound that was read together with an interruption that follows it is stale already. Left to the fast lane's
        task, it is dropped there, as everything else that had not been played when the interruption was read.
        """
        receive = self._protocol.receive
        news = [event for frame in frames for event in receive(frame)]
        await self._route(news, queued=wire_events.Interrupted in map(type, news))

    async def _route(self, news: Sequence[wire_events.SessionEvent], *, queued: bool = False) -> None:
        """Route events in order, giving other tasks a turn where there are many."""
        begin, now = self._router.begin, self._protocol.turns.now
        for number, event in enumerate(news):
            if number and not number % FAIRNESS:
                await trio.lowlevel.checkpoint()
            rest = begin(event, now, queued=queued)
            if rest is not None:
                await self._router.finish(rest)

    async def _write(self, transport: Transport, written: trio.Event) -> None:
        try:
            await self._outbound.run(transport)
        except LinkLost as lost:
            # The pump may still be reading what the peer said before it hung up, and why. It ends by itself then.
            await trio.sleep(CLOSING["last frames"])
            self._lose(self._told(transport, lost))
        written.set()

    def _told(self, transport: Transport, lost: LinkLost) -> LinkLost:
        return told(transport, lost, str if self._plan.redaction is None else self._plan.redaction.text)

    def _lose(self, lost: LinkLost) -> None:
        if self.lost is None and not self._over.is_set():
            self.lost = lost
        self._over.set()


def portions(frames: Frames) -> Iterator[Frames]:
    """Frames, cut into as many as are taken without a turn for other tasks: so many, and so many bytes."""
    if len(frames) <= FAIRNESS and sum(map(len, frames)) <= PORTION_BYTES:
        yield frames
        return
    start = size = 0
    for number, frame in enumerate(frames):
        if number > start and (number - start >= FAIRNESS or size + len(frame) > PORTION_BYTES):
            yield frames[start:number]
            start, size = number, 0
        size += len(frame)
    yield frames[start:]


def told(transport: Transport, lost: LinkLost, hide: Callable[[str], str]) -> LinkLost:
    """How a link was lost, as it may be told: in one line, without the credential that the peer may repeat.

    What is to be hidden is hidden. The error itself is changed: as the context of a later one it would still be seen.
    """
    words = transport.redacted(lost.reason) if isinstance(transport, Discreet) else lost.reason
    lost.reason = one_line(hide(words))
    lost.args = (lost.code, lost.reason)
    return lost
